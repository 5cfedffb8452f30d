"""Hard notebooks in real shells: each is explained by what it needs, and that is proved."""

from collections.abc import Iterator

import pytest

from tests.scenarios import SCENARIOS
from tests.scenarios.running import Runner
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
