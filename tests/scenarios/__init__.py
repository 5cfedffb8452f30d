"""Notebooks that are hard to trace, and what their results really depend on, as plain data.

`scenario` says what one is, the other modules hold them by group of constructs, and `running` runs
them. Tests prove that each `needed` is right (`tests/dataflow/test_scenarios.py`).
"""

from tests.scenarios import (
    classes,
    containers,
    control,
    everyday,
    files,
    fourth_hidden,
    fourth_language,
    fourth_objects,
    frames,
    functions,
    hidden,
    modules,
    objects,
    second_look,
    shell,
    third_look,
)
from tests.scenarios.scenario import Scenario

SCENARIOS: tuple[Scenario, ...] = (
    *objects.SCENARIOS,
    *second_look.SCENARIOS,
    *frames.SCENARIOS,
    *functions.SCENARIOS,
    *classes.SCENARIOS,
    *control.SCENARIOS,
    *everyday.SCENARIOS,
    *containers.SCENARIOS,
    *shell.SCENARIOS,
    *third_look.SCENARIOS,
    *fourth_objects.SCENARIOS,
    *fourth_hidden.SCENARIOS,
    *hidden.SCENARIOS,
    *files.SCENARIOS,
    *modules.SCENARIOS,
    *fourth_language.SCENARIOS,
)
