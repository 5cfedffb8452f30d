"""Running scenarios in real IPython shells."""

import json
import os
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.scenarios.scenario import Scenario


@dataclass(frozen=True)
class Outcome:
    """What `celltrail.explain` says of a target, as ordinals, and whether its value came out."""

    executions: frozenset[int]
    maybe: dict[int, str]
    is_right: bool
    error: str | None = None


class Runner:
    """A process that runs scenarios; a context manager.

    preload: modules that it imports at its start, so that the scenarios need not wait for them.
    """

    def __init__(
        self, python: Path | str = sys.executable, preload: Collection[str] = (), **env: str
    ) -> None:
        self._process = subprocess.Popen(
            [python, "-m", "tests.scenarios.worker", *preload],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1", **_SETTINGS, **env},
        )

    def __enter__(self) -> "Runner":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=60)

    def explain(self, scenario: Scenario) -> Outcome:
        """Run all of a scenario with the extension, and explain its target."""
        answer = self._ask(scenario, range(1, len(scenario.runs) + 1), is_traced=True)
        return Outcome(
            frozenset(answer.get("executions", ())),
            {int(ordinal): reason for ordinal, reason in answer.get("maybe", ())},
            bool(answer.get("value")),
            answer.get("error"),
        )

    def is_right(self, scenario: Scenario, ordinals: Collection[int]) -> bool:
        """Run only these of a scenario, without the extension: whether its value comes out."""
        return bool(self._ask(scenario, ordinals, is_traced=False).get("value"))

    def _ask(
        self, scenario: Scenario, ordinals: Collection[int], *, is_traced: bool
    ) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        request = {
            "runs": scenario.runs,
            "target": scenario.target,
            "value": scenario.value,
            "ordinals": list(ordinals),
            "is_traced": is_traced,
        }
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


_SETTINGS = {"CELLTRAIL_URL": "http://127.0.0.1:9", "PYTHONHASHSEED": "0"}
