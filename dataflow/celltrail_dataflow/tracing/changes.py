"""Which objects a cell run changed in place, without binding a name.

Suspect is what it got at, and what shares state with that; it is looked at again. What cannot be
told is a doubt, and is settled if something else tells of it.
"""

from collections.abc import Callable, Collection, Iterable, Set
from typing import Any

from msgspec.structs import replace

from celltrail_dataflow.tracing.caches import Caches
from celltrail_dataflow.tracing.doubts import holds_changed
from celltrail_dataflow.tracing.fingerprints import is_fixed
from celltrail_dataflow.tracing.hidden.cell import Cell
from celltrail_dataflow.tracing.history import is_shells
from celltrail_dataflow.tracing.snapshots import Snapshot
from celltrail_dataflow.tracing.tensors import BYPASSING
from celltrail_dataflow.tracing.touches import Touches
from celltrail_dataflow.tracing.traces import Read, Write
from celltrail_dataflow.tracing.versions import Versions


class Changes:
    """Finds the changes in place of one cell run after the other."""

    def __init__(self, namespace: dict[str, Any], versions: Versions) -> None:
        self._namespace = namespace
        self._versions = versions
        self._caches = Caches(versions)
        self._before = Snapshot({})
        self._rebound: Set[str] = frozenset()

    def begin(self, before: Snapshot, rebound: Set[str]) -> None:
        """A cell run has ended that found the names `before`, and bound or deleted `rebound`."""
        self._before = before
        self._rebound = rebound

    def suspects(
        self,
        touches: Touches,
        dying: Set[str],
        may_change: Callable[[Set[str]], Set[str]],
        *,
        has_threads: bool,
    ) -> list[str]:
        """Return the names whose object may have been changed in place.

        dying: those that share state with what the rebound names stood for, and hear of its death.
        """
        touched = {
            name
            for name in touches.loads
            if name in self._versions or not is_fixed(self._namespace.get(name))
        }
        if not (touched or self._rebound):
            return []
        if touched and not (touches.has_called or has_threads):
            touched &= touches.in_functions.union(may_change(touched), self._rebound)
        mates = self._versions.mates(touched)
        mates |= dying | self._versions.mates(dying)
        found = sorted(name for name in touched | mates if self._is_suspect(name))
        return found + self._partners(touched & self._rebound, found)

    def compare(
        self, suspects: list[str], touches: Touches, reads: list[Read], writes: list[Write]
    ) -> list[Write]:
        """Look at the suspects again, which may bring others; return the changes in doubt.

        What has surely changed is added to `writes`, and what that depends on to `reads`.
        """
        self._caches.forget(self._rebound)
        doubts: list[Write] = []
        for name in suspects:  # grows
            counts = self._versions.counts(name)
            verdict, write = self._versions.compare(name)
            if verdict != "same":
                suspects += self._partners({name}, suspects)
                if name not in touches.reads:
                    reads += self._versions.reads(name, only_for=name)
                (writes if write.is_certain else doubts).append(write)
            used, filled = self._caches.follow(name, counts, touches, reads)
            reads += used
            writes += filled
        return doubts

    def settled(
        self,
        doubts: list[Write],
        suspects: Collection[str],
        writes: Collection[Write],
        cell: Cell,
        stored: Callable[[], Iterable[str]],
    ) -> list[Write]:
        """Return the doubts that stay, certain where something tells that they happened.

        stored: returns the names into whose objects the cell's own code surely puts an item.
        """
        if any(self._versions.is_counted(one.name) for one in doubts):
            doubts = self._uncounted(doubts, {one.name for one in writes}, cell)
        if not doubts:
            return []
        changed = [one.name for one in writes if one.name in suspects]
        sure = set(stored())
        return [
            replace(
                one,
                is_certain=one.name in sure
                or holds_changed(self._namespace[one.name], changed, self._namespace),
            )
            for one in doubts
        ]

    def _is_suspect(self, name: str) -> bool:
        """Whether the cell may have changed the object of a name in place, if it got at that."""
        return (
            name in self._before
            and name not in self._rebound
            and not is_shells(name)
            and name in self._namespace
            and not is_fixed(self._namespace[name])
        )

    def _partners(self, names: Collection[str], known: Collection[str]) -> list[str]:
        """Return the names whose objects may have changed with those of `names`, unseen."""
        others = self._versions.partners(names).difference(known)
        return sorted(name for name in others if self._is_suspect(name))

    def _uncounted(self, doubts: list[Write], changed: set[str], cell: Cell) -> list[Write]:
        """Return the doubts that no tensor's own count of its changes settles."""
        if cell.reaches(*BYPASSING):
            return doubts
        changed |= {one.name for one in doubts if not self._versions.is_counted(one.name)}
        return [
            one
            for one in doubts
            if not self._versions.is_counted(one.name)
            or not changed.isdisjoint(self._versions.mates({one.name}) - {one.name})
        ]
