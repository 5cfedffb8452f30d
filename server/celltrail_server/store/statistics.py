"""How much a database holds."""

from typing import Any

from sqlalchemy import Connection, func, select, text

from celltrail_server.store.engines import is_server
from celltrail_server.store.references import blob_columns
from celltrail_server.store.tables import metadata, metric_summaries, uploads


def count_rows(connection: Connection) -> dict[str, int]:
    """Return the number of rows of each table."""
    return {
        table.name: _number(connection, select(func.count()).select_from(table))
        for table in sorted(metadata.tables.values(), key=lambda table: table.name)
    }


def count_points(connection: Connection) -> int:
    """Return the number of points of all metrics."""
    return _number(connection, select(func.sum(metric_summaries.c.count)))


def database_bytes(connection: Connection) -> int:
    """Return what the database takes on its disk."""
    if is_server(connection.engine):
        return _number(connection, text("SELECT pg_database_size(current_database())"))
    size = text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
    return _number(connection, size)


def referred_bytes(connection: Connection) -> int:
    """Return what all files would take together if equal ones were not stored once."""
    sizes = [
        select(func.sum(column.table.c.size_bytes))
        for column in blob_columns()
        if "size_bytes" in column.table.c and column.table is not uploads
    ]
    return sum(_number(connection, statement) for statement in sizes)


def _number(connection: Connection, statement: Any) -> int:
    return int(connection.scalar(statement) or 0)
