"""Which object each name of a namespace stands for at a moment, without keeping the objects.

It is taken twice a cell of all that is there, and IPython alone adds a name with each cell. So no
line of Python runs for each name, nor any code of an object.
"""

import ctypes
from collections.abc import Iterator
from typing import Any, Self

_POINTER = ctypes.sizeof(ctypes.c_void_p)
_BLOCK = 64 * _POINTER
"""Two snapshots are compared by blocks first: mostly few names differ."""


class Snapshot:
    """The names of a namespace, and the identities of their values.

    last: an earlier snapshot of it, to which mostly names have only been added: a dictionary keeps
    their order.
    """

    def __init__(self, namespace: dict[str, Any], last: Self | None = None) -> None:
        self._order = tuple(namespace)
        self._ids = _identities(tuple(namespace.values()))
        count = len(last._order) if last else 0
        self._positions: dict[str, int] = {}
        """Shared with those that only add to it, so it holds more than there was at this moment."""

        if last and self._order[:count] == last._order:
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
        return self._ids == other._ids and self._order == other._order

    def has(self, name: str, value: object) -> bool:
        """Whether `name` stood for this object."""
        position = self._position(name)
        return position is not None and self._id(position) == _identities((value,))

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
        new, old = self._ids, before._ids
        for start in range(0, len(old), _BLOCK):
            end = min(start + _BLOCK, len(old))
            if new[start:end] != old[start:end]:
                for byte in range(start, end, _POINTER):
                    if new[byte : byte + _POINTER] != old[byte : byte + _POINTER]:
                        yield byte // _POINTER

    def _position(self, name: str) -> int | None:
        position = self._positions.get(name)
        if position is None or position >= len(self._order) or self._order[position] != name:
            return None
        return position

    def _id(self, position: int) -> bytes:
        return self._ids[position * _POINTER : (position + 1) * _POINTER]


def _identities(values: tuple[object, ...]) -> bytes:
    """Return the addresses of the objects, which is what CPython keeps in a tuple.

    `id` is an audit event at each call and would go through every hook.
    """
    return ctypes.string_at(id(values) + tuple.__basicsize__, len(values) * _POINTER)
