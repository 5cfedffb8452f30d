"""`celltrail.explain`: the cell runs behind a variable, a logged metric or param."""

import os
import re
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from celltrail.errors import NotFoundError
from celltrail.masking import mask_value
from celltrail.session import current_session
from celltrail_dataflow.tracing.explanation import Explanation
from celltrail_dataflow.tracing.traces import Execution, Read
from celltrail_dataflow.tracing.trail import METRIC, Trail
from celltrail_magics.grammar import did_you_mean
from celltrail_magics.summaries import summary


@dataclass(frozen=True, eq=False)
class Recording:
    """A shell that is recorded: its variables, their trail, and what the process began with."""

    namespace: dict[str, Any]
    trail: Trail = field(default_factory=Trail)
    folder: Path = field(default_factory=Path.cwd)
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    import_path: tuple[str, ...] = field(default_factory=lambda: tuple(sys.path))
    verdicts: dict[Explanation, Explanation] = field(default_factory=dict)
    """What replays have found, by the explanation that they began from."""

    aside: Callable[[], AbstractContextManager[None]] = nullcontext
    """For what is done while a cell runs, but is not the cell's doing."""

    def explain(self, target: str, *, is_logged: bool) -> Explanation | None:
        """Return the cell runs behind `target`, without a verdict; None if nobody made it.

        That is the version of a variable that there is now, or else what was logged last as a
        metric or param; only that if `is_logged`. A variable with the name of a metric may not be
        what is meant, which is said as a doubt.
        """
        point = current_session().points.last.get(target)
        if point and all(one.execution_id != point.execution_id for one in self.trail):
            point = None
        if not is_logged:
            for name in (target, f"@file:{self.folder / target}"):
                if reads := self.trail.writers(name):
                    if point and not isinstance(point.value, str):
                        metric = Read(f"{METRIC}{target}", point.execution_id, is_certain=False)
                        reads.append(metric)
                    return self.trail.explain(name, reads)
        if point is None:
            return None
        return self.trail.explain(target, [Read(target, point.execution_id)], is_logged=True)

    def is_current(self, name: str, execution: Execution) -> bool:
        """Whether a variable still is as an execution has left it."""
        now = [Read(name, execution.execution_id)]
        return name in self.namespace and self.trail.writers(name) == now

    def values(self, explanation: Explanation) -> dict[str, str]:
        """Return what the variables of an explanation look like, where they are still there.

        In one line each, without secrets: what is printed stays in the notebook.
        """
        values = {
            write.name: mask_value(write.name, summary(self.namespace[write.name]))
            for one in explanation.executions
            for write in one.writes
            if self.is_current(write.name, one)
        }
        if explanation.is_logged:
            logged = current_session().points.last[explanation.target].value
            values[f"logged {explanation.target}"] = summary(logged)
        return values

    def names(self) -> list[str]:
        """Return the names of all that can be explained."""
        made = {write.name for one in self.trail for write in one.writes if write.name[0] != "@"}
        return sorted(made.intersection(self.namespace) | current_session().points.last.keys())


_recordings: list[Recording] = []
"""The shells that are recorded, the latest last."""


def show(recording: Recording) -> None:
    """Let `explain` look at this shell first."""
    _recordings[:] = [*(one for one in _recordings if one is not recording), recording]


def latest() -> Recording:
    """Return the shell that is looked at first; raises `NotFoundError` if none is recorded."""
    if not _recordings:
        raise NotFoundError("no cell has been recorded yet: begin with `%load_ext celltrail`")
    return _recordings[-1]


def explained(target: str, *, logged: bool = False) -> tuple[Recording, Explanation]:
    """Return the shell that made `target`, and how; raises `NotFoundError`."""
    for recording in reversed(_recordings):
        if (explanation := recording.explain(target, is_logged=logged)) is not None:
            return recording, explanation
    verb = "logged" if logged else "made"
    raise NotFoundError(f"no recorded cell run has {verb} {target!r}{_meant(target)}")


def _meant(target: str) -> str:
    """Return what to ask instead."""
    recording = latest()
    names = recording.names()
    root = re.split(r"\W", target, maxsplit=1)[0]
    if root in names and root != target:
        return f"; did you mean {root}?"
    if meant := did_you_mean(target, names):
        return meant
    if target in recording.namespace:
        return ": it is older than the recording, or of the cell that runs now"
    return ": name a variable or a metric of this session, after `%load_ext celltrail`"


def explain(target: str, *, logged: bool = False) -> Explanation:
    """Return which cell runs a variable depends on, or a logged metric or param of that name.

    logged: take the metric or param, also if there is a variable of that name. After `replay` it
    says what that found, until the target changes. Raises `NotFoundError` if no recorded cell run
    has made it.
    """
    recording, explanation = explained(target, logged=logged)
    return recording.verdicts.get(explanation, explanation)


def describe(target: str, *, logged: bool = False) -> str:
    """Return the explanation as text for people, with the values that are still there."""
    recording, plain = explained(target, logged=logged)
    found = recording.verdicts.get(plain, plain)
    text = found.describe(recording.values(found))
    other = None if plain.is_logged else recording.explain(target, is_logged=True)
    if other is None or other.executions[-1] in found.executions:
        return text
    return (
        f"{text}\n{target} was logged, too, by [{other.executions[-1].ordinal}]: "
        f"%track explain {target} --logged"
    )
