"""Which object each name of a namespace stands for at a moment, without keeping the objects.

It is taken twice a cell of all that is there, so no line of Python runs for each name.
"""

from itertools import compress
from operator import ne
from typing import Any

_identity = object.__hash__
"""As `id`, each call of which is an audit event and goes through every hook."""


class Snapshot:
    """The names of a namespace, and the identities of their values."""

    def __init__(self, namespace: dict[str, Any], before: "Snapshot | None" = None) -> None:
        self._names = tuple(namespace)
        self._ids = tuple(map(_identity, namespace.values()))
        # Most cells bind no new name.
        has_same_names = before is not None and self._names == before._names
        self.names: frozenset[str] = (
            before.names if before and has_same_names else frozenset(self._names)
        )

    def is_same(self, other: "Snapshot") -> bool:
        """Whether all names stand for the same objects."""
        return self._ids == other._ids and self._names == other._names

    def has(self, name: str, value: object) -> bool:
        """Whether `name` stood for this object."""
        return name in self.names and self._ids[self._names.index(name)] == _identity(value)

    def rebound(self, before: "Snapshot") -> set[str]:
        """Return the names that are new, or stand for another object than before."""
        if self.names is before.names:
            return set(compress(self._names, map(ne, self._ids, before._ids)))
        old = dict(zip(before._names, before._ids, strict=True))
        return set(compress(self._names, map(ne, self._ids, map(old.get, self._names))))
