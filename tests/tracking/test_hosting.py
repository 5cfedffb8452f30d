"""Runs tell which server of a hub they ran on, and what that cost."""

import json
from collections.abc import Callable

import pytest

import celltrail as ct
from celltrail.events import Event, RunStarted
from celltrail.hosting import VARIABLE, cost_of, server_tags


def test_what_the_hub_tells_is_on_every_run(
    recorded: Callable[[], list[Event]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, json.dumps({"profile": "gpu", "cost_per_hour": "1.5"}))
    ct.log(loss=1)
    ct.start_run("first")
    ct.start_run("second")
    started = [event for event in recorded() if isinstance(event, RunStarted)]
    assert [run.tags for run in started] == [
        {"celltrail.profile": "gpu", "celltrail.cost_per_hour": "1.5"}
    ] * 2


@pytest.mark.parametrize("told", ["", "gpu", "[]", '{"profile": 1}', '{"other": "x"}', "{"])
def test_what_cannot_be_read_is_no_tag(told: str) -> None:
    assert server_tags({VARIABLE: told}) == {}


def test_a_fact_that_is_too_long_spoils_no_run() -> None:
    [value] = server_tags({VARIABLE: json.dumps({"image": "x" * 10_000})}).values()
    assert len(value) == 500


def test_a_run_costs_what_its_server_cost_meanwhile() -> None:
    assert cost_of({"celltrail.cost_per_hour": "1.5"}, 7200) == 3
    assert cost_of({}, 7200) is None
    for price in ("much", "nan", "inf", "1e999"):
        assert cost_of({"celltrail.cost_per_hour": price}, 7200) is None
