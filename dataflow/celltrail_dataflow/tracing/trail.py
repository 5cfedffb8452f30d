"""The trail of a session: its executions with their traces, and slices back through them. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from celltrail_dataflow.tracing.traces import Read, Trace


@dataclass(frozen=True)
class Execution:
    """One cell run, `ordinal` counted from 1 over the session, and what it read and wrote."""

    execution_id: str
    ordinal: int
    source: str
    cell_id: str | None = None
    trace: Trace | None = None
    """None: it was not traced, so anything may have happened in it."""


@dataclass(frozen=True)
class Maybe:
    """An execution that a result may depend on, and why that is not certain."""

    execution: Execution
    reason: str


@dataclass(frozen=True)
class Explanation:
    """Where a variable, or a metric, came from.

    executions: the cell runs that it depends on, in order. maybe: those that it may depend on
    besides. verified: whether a replay in a fresh process gave the same; None before one.
    """

    target: str
    executions: tuple[Execution, ...]
    maybe: tuple[Maybe, ...] = ()
    verified: bool | None = None

    def describe(self) -> str:
        """Return the chain of cell runs as text."""
        lines = [f"{self.target} comes from {len(self.executions)} cell runs"]
        for one in self.executions:
            lines += [f"[{one.ordinal}]", *(f"    {line}" for line in one.source.splitlines())]
        for doubt in self.maybe:
            lines.append(f"may depend on [{doubt.execution.ordinal}]: {doubt.reason}")
        return "\n".join(lines)


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

    def writers(self, name: str) -> list[Read]:
        """Return the version of `name` that there is now, as a read of it: its writers."""
        found: list[Read] = []
        for one in self:
            for write in one.trace.writes if one.trace else ():
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
        while waiting:
            read, is_certain = waiting.pop()
            writer = read.writer
            if writer is None or writer not in self._executions or writer in certain:
                continue
            if is_certain:
                certain[writer] = None
            elif writer in doubts:
                continue
            elif read.is_certain:
                doubts[writer] = f"it made {read.name}, which one that may matter has read"
            else:
                doubts[writer] = f"it may have changed {read.name}"
            trace = self._executions[writer].trace
            waiting += [
                (one, is_certain and one.is_certain) for one in (trace.reads if trace else ())
            ]

    def _in_order(self, execution_ids: Iterable[str]) -> list[Execution]:
        found = [self._executions[one] for one in execution_ids]
        return sorted(found, key=lambda one: one.ordinal)
