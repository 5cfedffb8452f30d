"""Which object each name of a namespace stands for at a moment, without keeping the objects.

It is taken twice a cell of all that is there, so no line of Python runs for each name.
"""

from functools import cached_property
from itertools import compress
from operator import ne
from typing import Any

_identity = object.__hash__
"""As `id`, each call of which is an audit event and goes through every hook."""


class Snapshot:
    """The names of a namespace, and the identities of their values."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._order = tuple(namespace)
        self._ids = tuple(map(_identity, namespace.values()))

    @cached_property
    def names(self) -> frozenset[str]:
        """All names; not asked for by cells that do nothing with any."""
        return frozenset(self._order)

    def is_same(self, other: "Snapshot") -> bool:
        """Whether all names stand for the same objects."""
        return self._ids == other._ids and self._order == other._order

    def has(self, name: str, value: object) -> bool:
        """Whether `name` stood for this object."""
        return name in self.names and self._ids[self._order.index(name)] == _identity(value)

    def changes(self, before: "Snapshot") -> tuple[set[str], frozenset[str]]:
        """Return the names that are new, or stand for another object than before; and those gone.

        Mostly names have only been added: a dictionary keeps their order.
        """
        count = len(before._order)
        if self._order[:count] == before._order:
            moved = compress(before._order, map(ne, self._ids, before._ids))
            return {*moved, *self._order[count:]}, frozenset()
        old = dict(zip(before._order, before._ids, strict=True))
        moved = compress(self._order, map(ne, self._ids, map(old.get, self._order)))
        return set(moved), before.names - self.names
