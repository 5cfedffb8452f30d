"""Reading the names and values that belong to things, such as their tags."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, select


def entries(connection: Connection, table: Table, pks: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return {key: value} of each thing that has any, by its internal id.

    table: its first column is the id of the thing that an entry belongs to.
    """
    owner = table.c[0]
    found: dict[int, dict[str, str]] = {}
    statement = select(owner, table.c.key, table.c.value).where(owner.in_(pks))
    for pk, key, value in connection.execute(statement.order_by(*table.primary_key)):
        found.setdefault(pk, {})[key] = value
    return found
