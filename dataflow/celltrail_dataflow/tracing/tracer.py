"""Turns what ran in a namespace into the reads and writes of each cell run.

Before a cell only the ids of the namespace's values are noted. After it, the names that were
touched are looked at, and those that share state with them; nothing else costs anything. A name
counts as changed if its fingerprint differs, and as perhaps changed if it cannot be told.
"""

import builtins
import contextlib
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from types import AsyncGeneratorType, CoroutineType, FunctionType, GeneratorType, ModuleType
from typing import Any

from celltrail_dataflow.tracing.blocks import completed
from celltrail_dataflow.tracing.changes import Changes
from celltrail_dataflow.tracing.codes import WatchedCode
from celltrail_dataflow.tracing.hidden import HiddenState
from celltrail_dataflow.tracing.hidden.cell import Cell, Effects
from celltrail_dataflow.tracing.hidden.generators import seedings
from celltrail_dataflow.tracing.history import UNDERSCORES, History, is_shells
from celltrail_dataflow.tracing.kinds import package, qualname
from celltrail_dataflow.tracing.naming import named_by_text
from celltrail_dataflow.tracing.ownership import is_own_module
from celltrail_dataflow.tracing.snapshots import Snapshot
from celltrail_dataflow.tracing.touches import Touches, touches_of
from celltrail_dataflow.tracing.traces import SHOWN, Read, Trace, Write
from celltrail_dataflow.tracing.versions import Versions
from celltrail_dataflow.tracing.watching import Watcher

_KNOWN_LIBRARIES = frozenset(
    {"builtins", "collections", "numpy", "pandas", "torch", "pyarrow", "matplotlib"}
)
_WITHOUT_WRITER = ("@rng", "@file", "@cwd")
"""What is worth telling even if no cell has written it."""


class Tracer:
    """Traces the cells that run in `namespace`, one after the other.

    ignored_files: the beginnings of paths of files that are not the cells' but the tracing tool's.
    """

    def __init__(self, namespace: dict[str, Any], ignored_files: tuple[str, ...] = ()) -> None:
        self._namespace = namespace
        self._hidden = HiddenState(namespace, ignored_files)
        self._history = History(namespace)
        self._versions = Versions(namespace)
        self._changes = Changes(namespace, self._versions)
        self._watcher = Watcher(
            namespace,
            self._hidden.audited,
            self._hidden.audit,
            seedings,
            self._hidden.generators.seeding,
        )
        self._before = self._after = Snapshot({})
        self._executions: list[str] = []

    def start(self) -> None:
        """Begin to listen; raises `WatchError` if other tools leave no place."""
        self._watcher.start()
        self._after = Snapshot(self._namespace)

    def stop(self) -> None:
        """Stop listening and forget everything."""
        self._watcher.stop()
        self._versions.clear()

    def begin(self) -> None:
        """A cell is about to run."""
        self._before = Snapshot(self._namespace, self._after)
        if not self._before.is_same(self._after):
            self._between()
        self._history.begin()
        self._hidden.begin()
        self._watcher.begin(len(self._executions))

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Do what is not the running cell's doing."""
        was_open, self._watcher.is_open = self._watcher.is_open, False
        try:
            yield
        finally:
            self._watcher.is_open = was_open

    def interrupt(self, interrupt: Callable[[], object]) -> bool:
        """Call `interrupt` when the cell that has begun comes to its code; False without one."""
        return self._watcher.interrupt(interrupt)

    def end(
        self,
        execution_id: str,
        may_change: Callable[[Set[str]], Set[str]] = lambda names: names,
        mentioned: Collection[str] = (),
        stored: Callable[[], Iterable[str]] = tuple,
    ) -> Trace:
        """Return what the cell run did that has ended now.

        may_change: returns those of the names that the cell has loaded whose objects its own code
        may change in place, as `purity` tells them. Asked for only if needed.
        stored: returns the names into whose objects the cell's own code surely puts an item.
        mentioned: names that the cell's own syntax reads where no code of the namespace runs.
        """
        hits, starters = self._watcher.end()
        touches = touches_of(hits if self._watcher.is_alone else completed(hits))
        cell = Cell(len(self._executions), touches, self._namespace)
        self._executions.append(execution_id)
        reads = [Read("@thread", self._executions[one]) for one in starters if one != cell.index]
        reads += self._code(cell)
        self._load(touches, mentioned)
        if cell.has_processes:
            self._load_elsewhere(cell)
        reads += self._reads(touches)
        reads += self._named_otherwise(cell)
        effects = self._hidden.end(cell)
        reads += self._hidden_reads(effects)
        for name in self._versions.holding(effects.objects):
            touches.loads[name] = None
            touches.in_functions.add(name)
        after = Snapshot(self._namespace, self._before)
        bound, gone = self._rebound(touches, after)
        rebound = bound | gone
        dying = self._versions.mates(rebound, only_weak=True)
        has_died = any(code.name == "__del__" for code in touches.codes)
        ended = (
            [read for name in bound | dying for read in self._versions.reads(name)]
            if dying or has_died
            else []
        )
        self._changes.begin(self._before, rebound)
        suspects = self._changes.suspects(touches, dying, may_change, has_threads=bool(starters))
        writes = [Write(name, is_deleted=True) for name in sorted(gone)]
        for name in sorted(bound):
            writes.append(self._versions.bind(name, touches.loads))
            reads += self._shared(name, bound)
        reads += self._imported(touches, bound)
        doubts = self._changes.compare(suspects, touches, reads, writes)
        if has_died or (dying and any(one.name in dying for one in writes)):
            reads += ended  # what the names stood for has died of that
        writes += self._changes.settled(doubts, suspects, writes, cell, stored)
        writes += effects.writes.values()
        for write in writes:
            self._versions.note(execution_id, write)
        self._after = after
        self._history.end(cell.index)
        return Trace(execution_id, tuple(reads), tuple(writes))

    def type_of(self, name: str) -> str | None:
        """Return the class of a name's value if it is one that `purity` knows."""
        value = self._namespace.get(name)
        if name in self._before and not self._before.has(name, value):
            return None  # the value that it had before may have been of another class
        kind = type(value)
        return qualname(kind) if package(kind) in _KNOWN_LIBRARIES else None

    def _between(self) -> None:
        """Names were bound since the last cell: by its threads, or by what is not traced."""
        if self._watcher.has_waiting:
            self._before = self._after
            return
        for name in self._before.changes(self._after)[0]:
            if not is_shells(name):
                self._versions.forget(name)

    def _code(self, cell: Cell) -> Iterator[Read]:
        """Yield the cells whose functions ran, and those that started what went on."""
        for code in cell.touches.codes:
            if code.defined_in != cell.index:
                yield Read(f"@code:{code.name}", self._executions[code.defined_in])
            if code in cell.touches.resumed:
                if code.started_in != cell.index and not _is_at_hand(code, cell):
                    yield Read(f"@code:{code.name}", self._executions[code.started_in])
            else:
                code.started_in = cell.index

    def _load(self, touches: Touches, mentioned: Collection[str]) -> None:
        """Take names as loaded that were read in another way than by an instruction."""
        for name in mentioned:
            touches.loads[name] = None
            if name not in touches.writes:
                touches.reads[name] = None
        for name, is_certain in self._history.results(touches):
            if is_certain:
                touches.loads[name] = touches.reads[name] = None

    def _load_elsewhere(self, cell: Cell) -> None:
        """Take names as read that functions of the notebook mention which other processes run."""
        for name in cell.elsewhere.names & self._names():
            cell.touches.loads[name] = None
            cell.touches.in_functions.add(name)
            if name not in cell.touches.writes:
                cell.touches.reads[name] = None

    def _reads(self, touches: Touches) -> Iterator[Read]:
        for name in touches.reads:
            is_there = name in self._before and not is_shells(name)
            if is_there or (name in self._versions and not hasattr(builtins, name)):
                yield from self._versions.reads(name)
            if name in UNDERSCORES:  # which result it is, later ones have decided
                for later in UNDERSCORES[: len(name) - 1]:
                    yield from self._versions.reads(later)

    def _named_otherwise(self, cell: Cell) -> Iterator[Read]:
        """Yield the reads of names that are only texts, and of results and sources."""
        for name, is_certain in named_by_text(cell, self._names):
            if name not in cell.touches.reads:
                cell.touches.loads[name] = None
                cell.touches.in_functions.add(name)
                yield from self._versions.reads(name, is_certain=is_certain)
        for name, is_certain in self._history.results(cell.touches):
            if not is_certain:
                yield from self._versions.reads(name, is_certain=False)
        for name, index, is_certain in self._history.sources(cell.touches):
            yield Read(name, self._executions[index], is_certain)

    def _names(self) -> frozenset[str]:
        """Return all names, also those that are not there any more."""
        names = filter(lambda name: type(name) is str, self._before)
        return frozenset(names).union(self._versions.names())

    def _rebound(self, touches: Touches, after: Snapshot) -> tuple[set[str], set[str]]:
        """Return the names that were bound, and those that are gone."""
        moved, missing = after.changes(self._before)
        bound = moved.difference(UNDERSCORES)
        bound.update(name for name in touches.writes if name in self._namespace)
        bound = {name for name in bound if not is_shells(name)}
        gone = {name for name in missing if not is_shells(name)}
        if self._history.has_moved(touches):
            self._versions.move("__", "___")
            self._versions.move("_", "__")
            if "_" in after:  # gone after `%reset`
                bound.add("_")
        if "system" in touches.attributes and "_exit_code" in self._namespace:
            bound.add("_exit_code")
        return bound, gone

    def _shared(self, name: str, bound: Collection[str]) -> Iterator[Read]:
        """Yield what else a name depends on that was bound to the user's own module."""
        value = self._namespace[name]
        module = value if type(value) is ModuleType else _module_of(value)
        if module is not None and is_own_module(module):
            for other in self._versions.mates({name}).difference(bound):
                yield from self._versions.reads(other, only_for=name)

    def _imported(self, touches: Touches, bound: Collection[str]) -> Iterator[Read]:
        """Yield what values depend on that were imported from the user's own modules."""
        for imported in touches.imports:
            module = sys.modules.get(imported)
            if module is not None and is_own_module(module):
                for name in self._versions.holding([id(module)]).difference(bound):
                    yield from self._versions.reads(name)

    def _hidden_reads(self, effects: Effects) -> Iterator[Read]:
        for name, is_certain in effects.reads.items():
            if name in self._versions or name.startswith(_WITHOUT_WRITER):
                yield from self._versions.reads(name, is_certain=is_certain)
        for name in effects.shown:
            yield from self._versions.reads(name, only_for=SHOWN)
        for name, index, is_certain in effects.sources:
            yield Read(name, self._executions[index], is_certain)


def _is_at_hand(code: WatchedCode, cell: Cell) -> bool:
    """Whether a cell loaded by name what pauses in `code`, so that no other cell stands for it."""
    inner = code.reference()
    values = (cell.namespace.get(name) for name in cell.touches.loads)
    return any(
        getattr(one, f"{prefix}_code", None) is inner
        for one in values
        if (prefix := _PAUSING.get(type(one)))
    )


_PAUSING = {GeneratorType: "gi", CoroutineType: "cr", AsyncGeneratorType: "ag"}


def _module_of(value: object) -> ModuleType | None:
    name = getattr(value, "__module__", None) if type(value) in (FunctionType, type) else None
    return sys.modules.get(name) if isinstance(name, str) else None
