"""What runs cost is how long they took, at the price of the server that they say they went on."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

from celltrail_hub.usage.run_costs import costs_csv, costs_of, filter_of
from celltrail_hub.usage.sums import Span

BEGAN = datetime(2026, 11, 2, 10, tzinfo=UTC).timestamp()
HOUR = 3600


def run(hours: float | None, run_id: str = "a", **tags: str) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "name": "mlp",
        "experiment_name": "digits",
        "owner": "ada",
        "started_ms": int(BEGAN * 1000),
        "ended_ms": None if hours is None else int((BEGAN + hours * HOUR) * 1000),
        "tags": {f"celltrail.{name}": value for name, value in tags.items()},
    }


def test_a_run_says_what_it_went_on_and_what_that_cost() -> None:
    told = {"server": "ada", "profile": "gpu", "image": "i:1", "gpu": "1 nvidia", "currency": "EUR"}
    [cost] = costs_of([run(2, cost_per_hour="1.5", **told)], BEGAN)
    assert (cost.hours, cost.cost, cost.started) == (2, 3, "2026-11-02 10:00:00")
    assert told == {name: getattr(cost, name) for name in told}


def test_a_run_that_goes_on_costs_until_now() -> None:
    [cost] = costs_of([run(None, cost_per_hour="1.5")], BEGAN + HOUR)
    assert (cost.hours, cost.cost) == (1, 1.5)


def test_the_most_expensive_comes_first_and_what_has_no_price_last() -> None:
    runs = [run(9, "free"), run(1, "cheap", cost_per_hour="1"), run(1, "dear", cost_per_hour="2")]
    assert [cost.run_id for cost in costs_of(runs, BEGAN)] == ["dear", "cheap", "free"]


def test_no_cell_is_a_formula_and_no_price_is_an_empty_cell() -> None:
    text = costs_csv(costs_of([run(1, "a", profile="=1+1"), run(1, "b", profile="-1")], BEGAN))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["profile"], row["cost"]) for row in rows] == [("'=1+1", ""), ("'-1", "")]


def test_the_days_are_asked_for_as_whole_in_utc() -> None:
    asked = filter_of(Span(date(2026, 11, 2), date(2026, 11, 2)))
    assert asked == (
        "start_time >= 1793577600000 AND start_time < 1793664000000 "
        "AND tags.`celltrail.profile` IS NOT NULL"
    )
