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
        self.names: frozenset[str]
        """All names; made from those before, since most cells bind no new one but the shell's."""
        if before is not None and self._extends(before):
            added = self._names[len(before._names) :]
            self.names = before.names.union(added) if added else before.names
        else:
            self.names = frozenset(self._names)

    def _extends(self, before: "Snapshot") -> bool:
        """Whether names have only been added: a dictionary keeps their order."""
        return self._names[: len(before._names)] == before._names

    def is_same(self, other: "Snapshot") -> bool:
        """Whether all names stand for the same objects."""
        return self._ids == other._ids and self._names == other._names

    def has(self, name: str, value: object) -> bool:
        """Whether `name` stood for this object."""
        return name in self.names and self._ids[self._names.index(name)] == _identity(value)

    def rebound(self, before: "Snapshot") -> set[str]:
        """Return the names that are new, or stand for another object than before."""
        if self._extends(before):
            moved = compress(before._names, map(ne, self._ids, before._ids))
            return {*moved, *self._names[len(before._names) :]}
        old = dict(zip(before._names, before._ids, strict=True))
        return set(compress(self._names, map(ne, self._ids, map(old.get, self._names))))

    def gone(self, before: "Snapshot") -> frozenset[str]:
        """Return the names that are not there any more."""
        return frozenset() if self._extends(before) else before.names - self.names
