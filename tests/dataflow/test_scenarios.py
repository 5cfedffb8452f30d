"""Hard notebooks in real shells: each is explained by what it needs, and that is proved."""

import functools
from collections.abc import Callable, Iterator

import pytest

from tests.scenarios import SCENARIOS
from tests.scenarios.running import Outcome, Runner
from tests.scenarios.scenario import Scenario

pytestmark = pytest.mark.integration

every_scenario = pytest.mark.parametrize(
    "scenario", SCENARIOS, ids=[f"{one.construct}: {one.name}" for one in SCENARIOS]
)


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as runner:
        yield runner


@every_scenario
def test_what_a_scenario_needs_is_enough_and_no_more_than_that(
    runner: Runner, scenario: Scenario
) -> None:
    assert runner.is_right(scenario, scenario.needed)
    for one in scenario.needed:
        assert not runner.is_right(scenario, set(scenario.needed) - {one}), one


@pytest.fixture(scope="module")
def explain(runner: Runner) -> Callable[[Scenario], Outcome]:
    return functools.cache(runner.explain)


@every_scenario
def test_nothing_that_is_needed_goes_unsaid(
    explain: Callable[[Scenario], Outcome], scenario: Scenario
) -> None:
    outcome = explain(scenario)
    assert outcome.is_right, outcome.error
    assert set(scenario.needed) <= outcome.executions | outcome.maybe.keys()


def test_little_is_said_that_is_not_needed(explain: Callable[[Scenario], Outcome]) -> None:
    outcomes = {scenario: explain(scenario) for scenario in SCENARIOS}
    exact = [one for one, outcome in outcomes.items() if set(one.needed) == outcome.executions]
    doubts = sum(len(outcome.maybe) for outcome in outcomes.values())
    assert len(exact) >= 0.97 * len(SCENARIOS)
    assert doubts <= 0.02 * len(SCENARIOS)
