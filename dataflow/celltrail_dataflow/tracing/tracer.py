"""Turns what ran in a namespace into the reads and writes of each cell run.

Before a cell only the ids of the namespace's values are noted. After it, the names that were
touched are looked at, and those that share state with them; nothing else costs anything. A name
counts as changed if its fingerprint differs, and as perhaps changed if it cannot be told.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from celltrail_dataflow.tracing import hidden
from celltrail_dataflow.tracing.fingerprints import IMMUTABLE, compare, look_at
from celltrail_dataflow.tracing.pickling import Fingerprint
from celltrail_dataflow.tracing.touches import Touches, touches_of
from celltrail_dataflow.tracing.traces import Read, Trace, Write
from celltrail_dataflow.tracing.watching import Watcher

_SHELL_NAMES = re.compile(r"_i+\d*|_[ido]h|In|Out|exit|quit|get_ipython|open|__\w+__|_exit_code")
"""Names that IPython itself writes with every cell."""


_identity = object.__hash__
"""As `id`, each call of which is an audit event and goes through every hook."""

_KNOWN_LIBRARIES = frozenset({"builtins", "collections", "numpy", "pandas", "torch", "pyarrow"})


@cache
def _is_shells(name: str) -> bool:
    return _SHELL_NAMES.fullmatch(name) is not None


@dataclass(slots=True)
class _Known:
    """What is known of the value of a name: a look at it, and who wrote it."""

    fingerprint: Fingerprint | None = None
    parts: frozenset[int] = frozenset()
    has_all_parts: bool = True
    partners: set[str] = field(default_factory=set)
    """Names that may share state with this one, which is too big to tell."""

    writer: str | None = None
    maybe_writers: list[str] = field(default_factory=list)


class Tracer:
    """Traces the cells that run in `namespace`, one after the other.

    ignored_files: the beginnings of paths of files that are not the cells' but the tracing tool's.
    """

    def __init__(self, namespace: dict[str, Any], ignored_files: tuple[str, ...] = ()) -> None:
        self._namespace = namespace
        self._hidden = hidden.HiddenState(ignored_files)
        self._watcher = Watcher(namespace, self._hidden.audit)
        self._known: dict[str, _Known] = {}
        self._before: dict[str, int] = {}

    def start(self) -> None:
        """Begin to listen; raises `WatchError` if other tools leave no place."""
        self._watcher.start()

    def stop(self) -> None:
        """Stop listening and forget everything."""
        self._watcher.stop()
        self._known.clear()

    def begin(self) -> None:
        """A cell is about to run."""
        self._before = self._ids()
        self._hidden.begin()
        self._watcher.begin()

    def end(
        self,
        execution_id: str,
        may_change: Callable[[], Collection[str] | None] = lambda: None,
        mentioned: Collection[str] = (),
    ) -> Trace:
        """Return what the cell run did that has ended now.

        may_change: returns the only names whose objects the cell's own code may change in place,
        as `purity` tells them, or None for any name that it loads. Asked for only if needed.
        mentioned: names that the cell's own syntax reads where no code of the namespace runs.
        """
        touches = touches_of(self._watcher.end())
        touches.reads |= dict.fromkeys(name for name in mentioned if name not in touches.writes)
        touches.loads |= dict.fromkeys(mentioned)
        after = self._ids()
        before = self._before
        bound = {name for name, key in after.items() if before.get(name) != key}
        bound |= touches.writes.keys() & after.keys()
        bound = {name for name in bound if not _is_shells(name)}
        gone = {name for name in before.keys() - after.keys() if not _is_shells(name)}
        reads = self._reads(touches)
        suspects = self._suspects(touches, bound | gone, may_change)
        writes = [Write(name, is_deleted=True) for name in sorted(gone)]
        writes += [self._bind(name, touches.loads) for name in sorted(bound)]
        changes = self._changes(suspects)
        # What has changed although nobody mentioned it is made of the version before.
        reads += self._reads_of(
            [one.name for one in changes if one.is_certain and one.name not in touches.reads]
        )
        writes += changes
        for name in gone:
            self._known.pop(name, None)
        hidden_reads, hidden_writes = self._hidden.end()
        reads += self._reads_of(hidden_reads)
        writes += hidden_writes
        for write in writes:
            self._note(execution_id, write)
        return Trace(execution_id, tuple(reads), tuple(writes))

    def type_of(self, name: str) -> str | None:
        """Return the class of a name's value if it is one that `purity` knows."""
        kind = type(self._namespace.get(name))
        root = kind.__module__.partition(".")[0]
        return kind.__qualname__ if root in _KNOWN_LIBRARIES else None

    def _ids(self) -> dict[str, int]:
        # Of all that is there, twice a cell, so without a line of Python for each name.
        return dict(zip(self._namespace, map(_identity, self._namespace.values()), strict=True))

    def _was_there(self, name: str) -> bool:
        return name in self._before and not _is_shells(name)

    def _reads(self, touches: Touches) -> list[Read]:
        return self._reads_of([name for name in touches.reads if self._was_there(name)])

    def _reads_of(self, names: Collection[str]) -> list[Read]:
        reads = []
        for name in names:
            known = self._known.get(name) or _Known()
            reads.append(Read(name, known.writer))
            reads += [Read(name, one, is_certain=False) for one in known.maybe_writers]
        return reads

    def _suspects(
        self,
        touches: Touches,
        rebound: Collection[str],
        may_change: Callable[[], Collection[str] | None],
    ) -> list[str]:
        """Return the names whose object may have been changed in place."""
        touched = {
            name
            for name in touches.loads
            if self._was_there(name)
            and name in self._namespace
            and type(self._namespace[name]) not in IMMUTABLE
        }
        if touched and (only := may_change()) is not None:
            touched &= touches.in_functions.union(only)
        if not touched:
            return []
        parts: set[int] = set()
        for name in touched:
            parts |= self._known.get(name, _Known()).parts
        mates = {
            name
            for name, known in self._known.items()
            if name in self._before and not parts.isdisjoint(known.parts)
        }
        mates |= {one for name in touched for one in self._partners(name) if one in self._before}
        return sorted(
            name
            for name in touched | mates
            if name not in rebound and type(self._namespace[name]) not in IMMUTABLE
        )

    def _partners(self, name: str) -> set[str]:
        known = self._known.get(name)
        return known.partners if known else set()

    def _bind(self, name: str, loaded: Collection[str]) -> Write:
        known = self._known[name] = _Known()
        look = self._look(name)
        if type(self._namespace[name]) not in IMMUTABLE:
            for other in loaded:  # the new object may be a part of it
                source = self._known.get(other)
                if source and other != name and not (source.has_all_parts and known.has_all_parts):
                    source.partners.add(name)
                    known.partners.add(other)
        return self._write(name, look, is_certain=True)

    def _changes(self, suspects: list[str]) -> list[Write]:
        writes = []
        for name in suspects:
            old = self._known.setdefault(name, _Known()).fingerprint
            look = self._look(name)
            verdict = compare(old, look)
            if verdict != "same":
                writes.append(self._write(name, look, is_certain=verdict == "changed"))
        return writes

    def _look(self, name: str) -> Fingerprint | None:
        look = look_at(self._namespace[name])
        known = self._known[name]
        known.fingerprint, known.parts = look.fingerprint, look.parts
        known.has_all_parts = look.has_all_parts
        return look.fingerprint

    def _write(self, name: str, look: Fingerprint | None, *, is_certain: bool) -> Write:
        return Write(
            name,
            type(self._namespace[name]).__qualname__,
            look.hexdigest if look else None,
            is_sampled=look is not None and not look.is_exact,
            is_certain=is_certain,
        )

    def _note(self, execution_id: str, write: Write) -> None:
        known = self._known.setdefault(write.name, _Known())
        if write.is_certain:
            known.writer, known.maybe_writers = execution_id, []
        else:
            known.maybe_writers.append(execution_id)
