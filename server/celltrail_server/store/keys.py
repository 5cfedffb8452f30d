"""Finding and making the numbers that stand for the names of params, tags and metrics."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, insert, select

from celltrail_server.store.tables import keys


class KnownKeys(dict[str, int]):
    """Numbers of names that are committed, and so never change; the most recent ones."""

    LIMIT = 100_000

    def learn(self, found: dict[str, int]) -> None:
        """Take in what a committed transaction has found."""
        if len(self) + len(found) > self.LIMIT:
            self.clear()
        self.update(found)


def find(connection: Connection, names: Collection[str]) -> dict[str, int]:
    """Return the numbers of those names that have one."""
    if not names:
        return {}
    rows = connection.execute(select(keys.c.key, keys.c.id).where(keys.c.key.in_(names)))
    return {row.key: row.id for row in rows}


def ensure(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """Return the numbers of all names, and give one to those that have none."""
    wanted = set(names)
    found = find(connection, wanted)
    new = sorted(wanted - found.keys())
    if new:
        connection.execute(insert(keys), [{"key": name} for name in new])
        found |= find(connection, new)
    return found
