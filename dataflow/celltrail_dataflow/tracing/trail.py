"""The trail of a session: its executions with their traces, and slices back through them. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from celltrail_dataflow.tracing.explanation import Explanation, Maybe, as_lines, described
from celltrail_dataflow.tracing.staleness import Outdated, outdated
from celltrail_dataflow.tracing.traces import SHOWN, Execution, Read, spoken

METRIC = "@metric:"
"""Before the name of a metric that a variable is called like."""


def _doubt(read: Read) -> str:
    if read.name.startswith(METRIC):
        return f"it logged a metric that is called {read.name.removeprefix(METRIC)}, too"
    if read.is_certain:
        return f"it made {spoken(read.name)}, which one that may matter has read"
    return f"it may have changed {spoken(read.name)}"


class Trail:
    """The executions of one session, in order."""

    def __init__(self, executions: Iterable[Execution] = ()) -> None:
        self._executions = {one.execution_id: one for one in executions}

    def __iter__(self) -> Iterator[Execution]:
        return iter(self._executions.values())

    def __len__(self) -> int:
        return len(self._executions)

    def add(self, execution: Execution) -> None:
        """Take an execution, the latest, or the same one again with more known of it."""
        self._executions[execution.execution_id] = execution

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Trail":
        """Return the trail that `to_dict` has made plain; raises `msgspec.ValidationError`."""
        return cls(msgspec.convert(data["executions"], list[Execution]))

    def to_dict(self) -> dict[str, Any]:
        """Return the trail as what JSON can hold."""
        return {"executions": msgspec.to_builtins(list(self))}

    def describe(self) -> str:
        """Return all executions as text: code, when, and what each made."""
        return "\n".join(line for one in self for line in as_lines(one, described(one.writes, {})))

    def stale(self, modified_ms: Mapping[str, float] | None = None) -> list[Outdated]:
        """Return the executions whose results are older than what they were made from.

        modified_ms: when files were changed last, by path, whoever did it.
        """
        return outdated(list(self), modified_ms or {})

    def writers(self, name: str) -> list[Read]:
        """Return the version of `name` that there is now, as a read of it: its writers."""
        found: list[Read] = []
        for one in self:
            if one.trace is None and found:
                found.append(Read(name, one.execution_id, is_certain=False))
            for write in one.writes:
                if write.name == name:
                    read = Read(name, one.execution_id, write.is_certain)
                    found = [read] if write.is_certain else [*found, read]
        return found

    def explain(
        self, target: str, reads: Iterable[Read], *, is_logged: bool = False
    ) -> Explanation:
        """Return the backward slice from the versions that `reads` name."""
        certain: dict[str, None] = {}
        doubts: dict[str, str] = {}
        reads = list(reads)
        shown = [Read(SHOWN, read.writer) for read in reads if read.is_certain]
        self._collect([*shown, *reads], certain, doubts)
        for one in self:
            if one.trace is None and any(
                one.ordinal < self._executions[e].ordinal for e in certain
            ):
                doubts.setdefault(one.execution_id, "what it did was not traced")
        return Explanation(
            target,
            tuple(self._in_order(certain)),
            tuple(
                Maybe(one, doubts[one.execution_id])
                for one in self._in_order(doubts)
                if one.execution_id not in certain
            ),
            is_logged=is_logged,
        )

    def _collect(
        self, reads: Iterable[Read], certain: dict[str, None], doubts: dict[str, str]
    ) -> None:
        waiting = [(read, read.is_certain) for read in reads]
        followed: set[tuple[str, str, bool]] = set()
        while waiting:
            read, is_certain = waiting.pop()
            writer = read.writer
            if writer is None or writer not in self._executions:
                continue
            if (writer, read.name, is_certain) in followed:
                continue
            followed.add((writer, read.name, is_certain))
            is_new = writer not in certain and (is_certain or writer not in doubts)
            if is_certain:
                certain[writer] = None
            elif writer not in certain:
                doubts.setdefault(writer, _doubt(read))
            waiting += [
                (one, is_certain and one.is_certain)
                for one in self._executions[writer].reads
                if one.only_for == read.name or (one.only_for is None and is_new)
            ]

    def _in_order(self, execution_ids: Iterable[str]) -> list[Execution]:
        found = [self._executions[one] for one in execution_ids]
        return sorted(found, key=lambda one: one.ordinal)
