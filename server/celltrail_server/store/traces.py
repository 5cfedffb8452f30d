"""What cell runs read and wrote: one row for each version that a cell run may have read or made."""

from collections.abc import Iterable
from typing import Any

from msgspec import structs
from sqlalchemy import Connection, Row, Table, delete, insert, select

from celltrail.events import CellTraced, VariableRead, VariableVersion
from celltrail_server import limits
from celltrail_server.callers import Caller
from celltrail_server.store import cells
from celltrail_server.store.access import find_run
from celltrail_server.store.records import CellTrace
from celltrail_server.store.tables import cell_executions, variable_reads, variable_versions
from celltrail_server.store.transaction import Transaction

MAX_SUMMARY = 1000
MAX_FINGERPRINT = 128


def record(transaction: Transaction, event: CellTraced) -> None:
    """Record a trace in place of the one there may be.

    Raises `NotFoundError` if the cell run has not started, `InvalidError` for a version read
    twice or a name written twice.
    """
    for one in event.writes:
        _check_version(one)
    for read in event.reads:
        _check_read(read)
    limits.check_distinct("written", [one.name for one in event.writes])
    if len({(read.name, read.written_by) for read in event.reads}) < len(event.reads):
        limits.check_distinct("read from one version", [read.name for read in event.reads])
    ref = cells.find(transaction, event.execution_id)
    reads = [structs.replace(read, written_by=read.written_by or "") for read in event.reads]
    _replace(transaction, variable_reads, ref.pk, reads)
    _replace(transaction, variable_versions, ref.pk, event.writes)
    transaction.touch(ref.run_id, "trail")


def of_run(connection: Connection, caller: Caller, run_id: str) -> list[CellTrace]:
    """Return what each traced cell run read and wrote, by ordinal."""
    ref = find_run(connection, caller, run_id)
    executions = connection.execute(
        select(cell_executions.c.id, cell_executions.c.execution_id)
        .where(cell_executions.c.run_pk == ref.pk)
        .order_by(cell_executions.c.ordinal, cell_executions.c.id)
    ).all()
    reads = _grouped(connection, variable_reads, ref.pk)
    writes = _grouped(connection, variable_versions, ref.pk)
    return [
        CellTrace(
            execution_id,
            [
                VariableRead(row.name, row.written_by or None, row.is_certain, row.only_for)
                for row in reads.get(pk, ())
            ],
            [VariableVersion(*tuple(row)[1:]) for row in writes.get(pk, ())],
        )
        for pk, execution_id in executions
        if pk in reads or pk in writes
    ]


def _replace(
    transaction: Transaction,
    table: Table,
    execution_pk: int,
    found: Iterable[VariableRead | VariableVersion],
) -> None:
    transaction.connection.execute(delete(table).where(table.c.execution_pk == execution_pk))
    names = [column.name for column in table.columns if column.name != "execution_pk"]
    rows = [
        {"execution_pk": execution_pk} | {name: getattr(one, name) for name in names}
        for one in found
    ]
    if rows:
        transaction.connection.execute(insert(table), rows)


def _grouped(connection: Connection, table: Table, run_pk: int) -> dict[int, list[Row[Any]]]:
    groups: dict[int, list[Row[Any]]] = {}
    statement = (
        select(table)
        .join(cell_executions, cell_executions.c.id == table.c.execution_pk)
        .where(cell_executions.c.run_pk == run_pk)
        .order_by(*table.primary_key)
    )
    for row in connection.execute(statement):
        groups.setdefault(row.execution_pk, []).append(row)
    return groups


def _check_version(one: VariableVersion) -> None:
    limits.check_key(one.name)
    limits.check_text("type_name", one.type_name, limits.MAX_KEY)
    limits.check_text("summary", one.summary, MAX_SUMMARY)
    limits.check_text("fingerprint", one.fingerprint or "", MAX_FINGERPRINT)


def _check_read(read: VariableRead) -> None:
    limits.check_key(read.name)
    if read.only_for is not None:
        limits.check_key(read.only_for)
    if read.written_by is not None:
        limits.check_id("written_by", read.written_by)
