"""All rows of a database as files, the same for every database, and back.

The file of a table is a sequence of frames: four bytes of length (big-endian), then a zlib stream
of a MessagePack array of rows, each an array of values in the order of `TableDump.columns`.
"""

import hashlib
import struct
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    Table,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import SAWarning

from celltrail.errors import ConflictError, InvalidError
from celltrail_server.store import schema
from celltrail_server.store.engines import is_server, name_of
from celltrail_server.store.tables import blobs, metadata

ROWS_PER_FRAME = 500

_LENGTH = struct.Struct(">I")


class TableDump(msgspec.Struct, frozen=True):
    """What a backup's manifest says of the file of one table."""

    name: str
    columns: list[str]
    row_count: int
    size_bytes: int
    sha256: str


def dump(connection: Connection, folder: Path) -> list[TableDump]:
    """Write every table to `folder`/NAME; one transaction's view makes them fit together."""
    return [_dump_table(connection, table, folder / table.name) for table in metadata.sorted_tables]


def stored_blobs(connection: Connection) -> Iterator[tuple[str, int]]:
    """Yield (sha256, size in bytes) of each blob that somebody has sent, by sha256."""
    statement = select(blobs.c.sha256, func.max(blobs.c.size_bytes)).group_by(blobs.c.sha256)
    rows = connection.execution_options(yield_per=ROWS_PER_FRAME).execute(
        statement.order_by(blobs.c.sha256)
    )
    yield from ((row.sha256, row[1]) for row in rows)


def require_empty(engine: Engine, revision: str) -> None:
    """Raise `ConflictError` unless a backup of schema `revision` can be loaded into a database.

    It may have that schema already, without a row: a load that broke off leaves it like this.
    """
    with engine.connect() as connection:
        found = schema.revision_of(connection)
        if found is None:
            return
        tables = _reflected(connection).values()
        if found == revision and not any(_count(connection, table) for table in tables):
            return
    raise ConflictError(
        f"the database {name_of(engine)} is not empty: restore into a new one, or move it away"
    )


def load(engine: Engine, revision: str, dumps: list[TableDump], folder: Path) -> None:
    """Fill an empty database and bring it to the newest schema.

    All rows come in one transaction. Raises `InvalidError` if they are not those of the manifest.
    """
    schema.upgrade(engine, revision)
    with engine.execution_options(writes=True).begin() as connection:
        if is_server(engine):
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        tables = _reflected(connection)
        by_name = {dump.name: dump for dump in dumps}
        if tables.keys() != by_name.keys():
            odd = ", ".join(sorted(tables.keys() ^ by_name.keys()))
            raise InvalidError(f"the backup's tables are not those of the schema {revision}: {odd}")
        for name, table in tables.items():
            _load_table(connection, table, by_name[name], folder / name)
    schema.upgrade(engine)


def read_frames(file: BinaryIO) -> Iterator[list[list[Any]]]:
    """Yield the rows of a table's file, some at a time."""
    while head := file.read(_LENGTH.size):
        content = file.read(_LENGTH.unpack(head)[0])
        yield msgspec.msgpack.decode(zlib.decompress(content))


def _dump_table(connection: Connection, table: Table, path: Path) -> TableDump:
    digest, size_bytes, row_count = hashlib.sha256(), 0, 0
    statement = select(table).order_by(*table.primary_key)
    result = connection.execution_options(yield_per=ROWS_PER_FRAME).execute(statement)
    with path.open("xb") as file:
        for rows in result.partitions():
            content = zlib.compress(msgspec.msgpack.encode([tuple(row) for row in rows]), 1)
            for part in (_LENGTH.pack(len(content)), content):
                file.write(part)
                digest.update(part)
                size_bytes += len(part)
            row_count += len(rows)
    columns = [str(column.name) for column in table.columns]
    return TableDump(str(table.name), columns, row_count, size_bytes, digest.hexdigest())


def _load_table(connection: Connection, table: Table, dump: TableDump, path: Path) -> None:
    statement = insert(table)
    with path.open("rb") as file:
        for rows in read_frames(file):
            values = [dict(zip(dump.columns, map(_stored, row), strict=True)) for row in rows]
            connection.execute(statement, values)
    count = _count(connection, table)
    if count != dump.row_count:
        raise InvalidError(f"the table {table.name} got {count} rows, not {dump.row_count}")
    if is_server(connection.engine):
        _advance_sequence(connection, table)


def _stored(value: Any) -> Any:
    """Return a value as columns hold it: NaN is NULL (`tables.base.ExactFloat`)."""
    return None if value != value else value


def _advance_sequence(connection: Connection, table: Table) -> None:
    """Let PostgreSQL go on after the ids that were given, as SQLite does by itself."""
    key = table.autoincrement_column
    if key is None or not key.server_default:
        return
    connection.execute(
        select(
            func.setval(
                func.pg_get_serial_sequence(table.name, key.name),
                select(func.coalesce(func.max(key), 0) + 1).scalar_subquery(),
                False,
            )
        )
    )


def _reflected(connection: Connection) -> dict[str, Table]:
    """Return the tables that a database has by name, those that are referred to first."""
    found = MetaData()
    with warnings.catch_warnings(action="ignore", category=SAWarning):
        found.reflect(connection)  # warns of indexes that it leaves out; none is needed here
    return {t.name: t for t in found.sorted_tables if t.name != "alembic_version"}


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0
