"""The trail of a session: its executions with their traces, and slices back through them. Pure."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from celltrail_dataflow.tracing.staleness import Outdated, outdated
from celltrail_dataflow.tracing.traces import Execution, Read, Write, is_data


@dataclass(frozen=True)
class Maybe:
    """An execution that a result may depend on, and why that is not certain."""

    execution: Execution
    reason: str


@dataclass(frozen=True)
class Explanation:
    """Where a variable, or a metric, came from.

    executions: the cell runs that it depends on, in order. maybe: those that it may depend on
    besides. verified: whether a replay in a fresh process gave the same; None before one, and where
    it could not tell. verdict: what the replay found, in words.
    """

    target: str
    executions: tuple[Execution, ...]
    maybe: tuple[Maybe, ...] = ()
    verified: bool | None = None
    verdict: str = ""

    def describe(self, values: Mapping[str, str] | None = None) -> str:
        """Return the chain of cell runs as text: code, when, and what each made that matters here.

        values: what the versions that are still there look like, by name, in one line each.
        """
        count = len(self.executions)
        lines = [f"{self.target} comes from {count} cell run{'' if count == 1 else 's'}"]
        latest = {write.name: one for one in self.executions for write in one.writes}
        wanted = {(read.writer, read.name) for one in self.executions for read in one.reads}
        for one in self.executions:
            shown = {n: text for n, text in (values or {}).items() if latest.get(n) is one}
            lines += _describe(one, shown, _of_use(one, wanted, self.target))
        for doubt in self.maybe:
            lines.append(f"may depend on [{doubt.execution.ordinal}]: {doubt.reason}")
        return "\n".join([*lines, self.verdict] if self.verdict else lines)


def _of_use(
    execution: Execution, wanted: Container[tuple[str | None, str]], target: str
) -> Iterator[Write]:
    """Yield what an execution has made of the target, or for one that is wanted."""
    for write in execution.writes:
        if write.name == target or (execution.execution_id, write.name) in wanted:
            yield write


def _describe(
    execution: Execution, values: Mapping[str, str], writes: Iterable[Write]
) -> Iterator[str]:
    """Return one cell run as lines of text."""
    when = ""
    if execution.started_ms is not None:
        when = f"  {datetime.fromtimestamp(execution.started_ms / 1000):%H:%M:%S}"
    mark = "  inferred" if execution.trace and execution.trace.evidence == "inferred" else ""
    yield f"[{execution.ordinal}]{when}{mark}"
    yield from (f"    {line}" for line in execution.source.splitlines())
    for write in writes:
        if not is_data(write.name):
            continue
        what = "deleted" if write.is_deleted else values.get(write.name) or write.type_name
        doubt = "" if write.is_certain else " (perhaps)"
        yield f"    → {write.name}{': ' if what else ''}{what}{doubt}"


def _doubt(read: Read) -> str:
    if read.is_certain:
        return f"it made {read.name}, which one that may matter has read"
    return f"it may have changed {read.name}"


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
        return "\n".join(line for one in self for line in _describe(one, {}, one.writes))

    def stale(self) -> list[Outdated]:
        """Return the executions whose results are older than what they were made from."""
        return outdated(list(self))

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

    def explain(self, target: str, reads: Iterable[Read]) -> Explanation:
        """Return the backward slice from the versions that `reads` name."""
        certain: dict[str, None] = {}
        doubts: dict[str, str] = {}
        self._collect(reads, certain, doubts)
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
