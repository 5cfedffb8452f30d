"""The values that a process logs, on their way: which step each is, and what was logged last."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

type Listener = Callable[[str, str, Sequence[int], Sequence[float]], object]
"""Takes the id of the run, the key of a metric, and as many steps as values."""


class Logged(NamedTuple):
    """A value of a metric or param, and the cell execution that logged it."""

    value: float | str
    execution_id: str | None


class Points:
    """Counts the points of the metrics of a run; its methods may be called from any thread."""

    def __init__(self) -> None:
        self.last: dict[str, Logged] = {}
        """What was logged of each metric last, and of each param that is none."""

        self.listeners: list[Listener] = []
        """Told of each point of a metric by the thread that logs it."""

        self._next_steps: dict[str, int] = {}
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Count from 0 again: another run."""
        self._next_steps = {}

    def by_step(
        self, metrics: Mapping[str, float], step: int | None, execution_id: str | None
    ) -> dict[int, dict[str, float]]:
        """Take one point of each metric; without a step each metric counts on by itself."""
        groups: dict[int, dict[str, float]] = {}
        with self._lock:
            for key, value in metrics.items():
                at = self._next_steps.get(key, 0) if step is None else step
                self._next_steps[key] = at + 1
                self.last[key] = Logged(value, execution_id)
                groups.setdefault(at, {})[key] = value
        return groups

    def steps_of(
        self,
        key: str,
        values: Sequence[float],
        steps: Sequence[int] | None,
        execution_id: str | None,
    ) -> Sequence[int]:
        """Take many points of one metric; returns their steps, counted on if None are given."""
        with self._lock:
            first = self._next_steps.get(key, 0)
            steps = range(first, first + len(values)) if steps is None else steps
            self._next_steps[key] = max(steps, default=-1) + 1
            if values:
                self.last[key] = Logged(values[-1], execution_id)
        return steps

    def after_fork(self) -> None:
        """Count in a child process: another thread of the parent may have held the lock."""
        self._lock = threading.Lock()
