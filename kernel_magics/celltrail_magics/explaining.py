"""`celltrail.explain`: the cell runs behind a variable, a logged metric or param."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from celltrail.errors import NotFoundError
from celltrail.session import current_session
from celltrail_dataflow.tracing.traces import Read
from celltrail_dataflow.tracing.trail import Explanation, Trail
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

    def reads_of(self, target: str) -> list[Read]:
        """Return the version of a variable, or else of a metric or param, that there is now."""
        if reads := self.trail.writers(target):
            return reads
        point = current_session().points.last.get(target)
        return [] if point is None else [Read(target, point.execution_id)]

    def explain(self, target: str) -> Explanation | None:
        """Return the cell runs behind `target`, without a verdict; None if nobody made it."""
        reads = self.reads_of(target)
        return self.trail.explain(target, reads) if reads else None

    def values(self) -> dict[str, str]:
        """Return what the variables look like now, in one line each; nothing here is recorded."""
        return {name: summary(value) for name, value in self.namespace.items() if name[:1] != "_"}


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


def explained(target: str) -> tuple[Recording, Explanation]:
    """Return the shell that made `target`, and how; raises `NotFoundError`."""
    for recording in reversed(_recordings):
        if (explanation := recording.explain(target)) is not None:
            return recording, explanation
    raise NotFoundError(
        f"no recorded cell run has made {target!r}: name a variable or a metric of this session, "
        "after `%load_ext celltrail`"
    )


def explain(target: str) -> Explanation:
    """Return which cell runs a variable depends on, or a logged metric or param of that name.

    After `replay` it says what that found, until the target changes. Raises `NotFoundError` if
    no recorded cell run has made it.
    """
    recording, explanation = explained(target)
    return recording.verdicts.get(explanation, explanation)
