"""Which object each name of a namespace stands for at a moment, without keeping the objects.

It is taken twice a cell of all that is there, and IPython alone adds a name with each cell. So no
line of Python runs for each name, nor any code of an object.
"""

from collections.abc import Iterator
from typing import Any, Self

from celltrail_dataflow.tracing.memory import POINTER_BYTES, addresses


class Snapshot:
    """The names of a namespace, and the identities of their values.

    last: an earlier snapshot of it, to which mostly names have only been added: a dictionary keeps
    their order.
    """

    def __init__(self, namespace: dict[str, Any], last: Self | None = None) -> None:
        self._order = tuple(namespace)
        self._keys = addresses(self._order)
        self._ids = addresses(tuple(namespace.values()))
        count = len(last._order) if last else 0
        self._positions: dict[str, int] = {}
        """Shared with those that only add to it, so it holds more than there was at this moment."""

        if last and self._keys.startswith(last._keys):
            self._positions = last._positions
        else:
            count = 0
        for position in range(count, len(self._order)):
            self._positions[self._order[position]] = position

    def __iter__(self) -> Iterator[str]:
        return iter(self._order)

    def __contains__(self, name: str) -> bool:
        return self._position(name) is not None

    def is_same(self, other: Self) -> bool:
        """Whether all names stand for the same objects."""
        return self._ids == other._ids and self._keys == other._keys

    def has(self, name: str, value: object) -> bool:
        """Whether `name` stood for this object."""
        position = self._position(name)
        return position is not None and self._id(position) == addresses((value,))

    def changes(self, before: Self) -> tuple[set[str], set[str]]:
        """Return the names that are new, or stand for another object than before; and those gone.

        before: the snapshot that this one was taken after, its `last`.
        """
        if self._positions is before._positions:
            moved = {self._order[position] for position in self._differing(before)}
            return moved.union(self._order[len(before._order) :]), set()
        moved = set()
        for position, name in enumerate(self._order):
            old = before._position(name)
            if old is None or before._id(old) != self._id(position):
                moved.add(name)
        return moved, {name for name in before if name not in self}

    def _differing(self, before: Self) -> Iterator[int]:
        """Yield the positions at which both have a name, but other objects."""
        waiting = [(0, len(before._order))]
        while waiting:
            start, end = waiting.pop()
            part = slice(start * POINTER_BYTES, end * POINTER_BYTES)
            if self._ids[part] == before._ids[part]:
                continue
            if end - start == 1:
                yield start
                continue
            middle = (start + end) // 2
            waiting += ((start, middle), (middle, end))

    def _position(self, name: str) -> int | None:
        position = self._positions.get(name)
        if position is None or position >= len(self._order) or self._order[position] != name:
            return None
        return position

    def _id(self, position: int) -> bytes:
        return self._ids[position * POINTER_BYTES : (position + 1) * POINTER_BYTES]
