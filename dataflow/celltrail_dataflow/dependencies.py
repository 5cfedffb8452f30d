"""Which version of which alias group each cell run reads, and the slice that a run needs.

An execution is numbered by its place in the history. `infer_dependencies` guesses the history
from source (the cells from top to bottom); a trail recorded at run time yields the same types.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from celltrail_dataflow.flows import Flow
from celltrail_dataflow.groups import Group, group_names

Evidence = Literal["inferred"]


@dataclass(frozen=True)
class Version:
    """What `names` of a group held after execution `writer`: those that are still used later."""

    group: Group
    writer: int
    names: frozenset[str]


@dataclass(frozen=True)
class Execution:
    """The versions that one cell run reads and makes."""

    reads: tuple[Version, ...]
    writes: tuple[Version, ...]


@dataclass(frozen=True)
class Dependencies:
    """The graph of n executions, in order. Later ones read versions that earlier ones made."""

    executions: tuple[Execution, ...]
    evidence: Evidence = "inferred"

    def sources(self, execution: int) -> tuple[int, ...]:
        """Return the executions that `execution` reads from, in order."""
        return tuple(sorted({version.writer for version in self.executions[execution].reads}))


def infer_dependencies(
    flows: Sequence[Flow], alone: frozenset[str], *, wanted: Iterable[str] = ()
) -> Dependencies:
    """Return the dependencies of cells that run in the order of `flows`.

    flows: n flows, with the effects of called code. alone: names whose values cannot be changed
    and so share nothing. wanted: names that are used after the last cell. Executions that touch
    one alias group keep their order.
    """
    groups = group_names(flows, alone)
    live = _live_names(flows, frozenset(wanted))
    latest: dict[Group, Version] = {}
    executions = []
    made: set[str] = set()
    for position, flow in enumerate(flows):
        made |= flow.writes | {name for name in flow.changes if name.startswith("@")}
        changed = flow.writes | (flow.changes - alone)
        touched = sorted({groups[name] for name in flow.names}, key=sorted)
        reads = [
            latest[group]
            for group in touched
            if group in latest
            # A new version has to carry the other members on.
            if flow.reads & group or (changed & group and group & live[position] - flow.overwrites)
        ]
        writes = [
            Version(group, position, names)
            for group in touched
            if changed & group and (names := group & live[position] & made)
        ]
        latest.update({version.group: version for version in writes})
        executions.append(Execution(tuple(reads), tuple(writes)))
    return Dependencies(tuple(executions))


def backward_slice(dependencies: Dependencies, target: int) -> list[int]:
    """Return the executions that `target` needs, in order, `target` last.

    Source: M. Weiser, "Program slicing", ICSE 1981.
    """
    needed: set[int] = set()
    waiting = [target]
    while waiting:
        execution = waiting.pop()
        if execution not in needed:
            needed.add(execution)
            waiting += dependencies.sources(execution)
    return sorted(needed)


def _live_names(flows: Sequence[Flow], wanted: frozenset[str]) -> list[frozenset[str]]:
    """Return, for each flow, the names whose value after it is used later."""
    live = wanted
    found = []
    for flow in reversed(flows):
        found.append(live)
        live = flow.reads | (live - flow.overwrites)
    return found[::-1]
