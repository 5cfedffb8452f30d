"""What each run went on and what that cost, from how the tracking server describes runs.

Pure. A run costs what its server cost while it went on: runs side by side on one server share that,
so that their costs do not add up; `usage` has the sums.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from celltrail.hosting import FACTS, PREFIX, cost_of
from celltrail_hub.usage.sums import Span, csv_cell, csv_of

_MS = 1000
_HOUR = 3600


class RunCost(msgspec.Struct, frozen=True):
    """A run and its server; what nobody told is empty, and `cost` None."""

    run_id: str
    run: str
    experiment: str
    owner: str
    started: str
    hours: float
    cost: float | None
    server: str = ""
    profile: str = ""
    image: str = ""
    gpu: str = ""
    currency: str = ""


def filter_of(span: Span) -> str:
    """Return the tracking server's filter for runs that began in a span on servers of the hub."""
    return (
        f"start_time >= {span.begin * _MS:.0f} AND start_time < {span.end * _MS:.0f} "
        f"AND tags.`{PREFIX}profile` IS NOT NULL"
    )


def costs_of(runs: Iterable[Mapping[str, Any]], now: float) -> list[RunCost]:
    """Return what runs cost, the most expensive first; those that go on, until `now`."""
    costs = [_cost(run, now) for run in runs]
    return sorted(costs, key=lambda cost: (-(cost.cost or 0), -cost.hours, cost.run_id))


def costs_csv(costs: Iterable[RunCost]) -> str:
    """Return them as CSV that no spreadsheet takes for formulas."""
    lines = (map(_cell, msgspec.structs.astuple(cost)) for cost in costs)
    return csv_of([RunCost.__struct_fields__, *lines])


def _cost(run: Mapping[str, Any], now: float) -> RunCost:
    tags = run["tags"]
    started = run["started_ms"] / _MS
    ended = now if run["ended_ms"] is None else run["ended_ms"] / _MS
    seconds = max(0.0, ended - started)
    told = {fact: tags.get(PREFIX + fact, "") for fact in FACTS if fact != "cost_per_hour"}
    return RunCost(
        run_id=run["run_id"],
        run=run["name"],
        experiment=run["experiment_name"],
        owner=run["owner"],
        started=datetime.fromtimestamp(int(started), UTC).strftime("%Y-%m-%d %H:%M:%S"),
        hours=seconds / _HOUR,
        cost=cost_of(tags, seconds),
        **told,
    )


def _cell(value: str | float | None) -> str:
    if isinstance(value, str):
        return csv_cell(value)
    return "" if value is None else f"{value:.4f}"
