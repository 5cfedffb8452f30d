"""What is older than that which it was made from: "this figure is older than its data". Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from celltrail_dataflow.tracing.traces import Execution, Read, Write, is_data, spoken


@dataclass(frozen=True)
class Outdated:
    """An execution whose results are older than what they were made from.

    names: the variables of its making that are still there; without any only its output is old.
    """

    execution: Execution
    names: tuple[str, ...]
    reasons: tuple[str, ...]

    def describe(self) -> str:
        """Return one line for a person."""
        what = ", ".join(map(spoken, self.names)) or "the output"
        return f"{what} of [{self.execution.ordinal}]: {'; '.join(self.reasons)}"


def outdated(executions: Sequence[Execution], modified_ms: Mapping[str, float]) -> list[Outdated]:
    """Return what is stale in a session of `executions`, in order.

    modified_ms: when files were changed last, by path, since the Unix epoch.

    Only what a person can still see counts: variables, and the output of a cell's latest run.
    Changes that are not certain make nothing stale, nor does a new version that is equal.
    """
    state = _State(executions, modified_ms)
    found = []
    for one in executions:
        names = tuple(name for name, version in state.current.items() if version[0] is one)
        if (names or state.is_latest(one)) and (reasons := state.reasons(one)):
            found.append(Outdated(one, names, tuple(reasons)))
    return found


class _State:
    """Which version of each name is the current one, and what is older than it should be."""

    def __init__(self, executions: Sequence[Execution], modified_ms: Mapping[str, float]) -> None:
        self._modified_ms = modified_ms
        self._by_id = {one.execution_id: one for one in executions}
        self._latest = {one.cell_id or one.source: one for one in executions}
        self._reasons: dict[str, list[str]] = {}
        self.current: dict[str, tuple[Execution, Write]] = {}
        for one in executions:
            for write in one.writes:
                if write.is_deleted:
                    self.current.pop(write.name, None)
                elif write.is_certain and is_data(write.name):
                    self.current[write.name] = (one, write)
        for one in executions:  # a read is of an earlier execution, whose reasons are known
            self._reasons[one.execution_id] = self._find(one)

    def is_latest(self, one: Execution) -> bool:
        return self._latest[one.cell_id or one.source] is one

    def reasons(self, one: Execution) -> list[str]:
        return self._reasons[one.execution_id]

    def _find(self, one: Execution) -> list[str]:
        reasons = []
        for read in one.reads:
            if not read.is_certain or not is_data(read.name):
                continue
            name, writer = spoken(read.name), self._by_id.get(read.writer or "")
            if (newer := self._newer(one, read, writer)) is not None:
                before = "from before" if writer is None else f"of [{writer.ordinal}]"
                reasons.append(f"{name} was {before} and has been made anew by [{newer.ordinal}]")
            elif writer is not None and self._reasons[writer.execution_id]:
                reasons.append(f"{name} is stale itself")
            elif self._has_changed(one, read):
                reasons.append(f"{name} has changed since")
        return list(dict.fromkeys(reasons))

    def _has_changed(self, one: Execution, read: Read) -> bool:
        """Whether somebody has changed the file that `one` read, other than a cell run."""
        modified_ms = self._modified_ms.get(spoken(read.name))
        if modified_ms is None or one.started_ms is None:
            return False
        return modified_ms > one.started_ms and all(w.name != read.name for w in one.writes)

    def _newer(self, one: Execution, read: Read, writer: Execution | None) -> Execution | None:
        """Return who made a version of what `one` read that it does not know of."""
        version = self.current.get(read.name)
        if version is None or version[0] is writer:
            return None
        made = {write.name for write in one.writes}
        if read.name in made:
            # It made the next version itself: fine as long as the current one builds on that.
            return None if self._builds_on(version[0], read.name, one) else version[0]
        if not made.isdisjoint(write.name for write in version[0].writes):
            return None  # what it made has changed along, so it is an alias
        writes = writer.writes if writer else ()
        old = next((write for write in writes if write.name == read.name), None)
        return None if old is not None and _is_equal(old, version[1]) else version[0]

    def _builds_on(self, latest: Execution, name: str, one: Execution) -> bool:
        step: Execution | None = latest
        while step is not None and step is not one:
            reads = (read.writer for read in step.reads if read.name == name and read.is_certain)
            step = self._by_id.get(next(reads, None) or "")
        return step is one


def _is_equal(old: Write, new: Write) -> bool:
    return (
        old.fingerprint is not None
        and old.fingerprint == new.fingerprint
        and not (old.is_sampled or new.is_sampled)
    )
