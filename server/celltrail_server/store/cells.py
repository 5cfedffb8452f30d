"""Writing cell executions; the source of a cell is kept once, however often it ran."""

import hashlib
import math
from typing import NamedTuple

import msgspec
from sqlalchemy import insert, select, update

from celltrail.errors import ConflictError, InvalidError, NotFoundError
from celltrail.events import CellCaptured, CellEnded, CellStarted
from celltrail_server import limits
from celltrail_server.store.tables import cell_captures, cell_executions, cell_sources, runs
from celltrail_server.store.transaction import Transaction, upsert

MAX_CONSOLE = 1_000_000


class ExecutionRef(NamedTuple):
    """What is needed to know of a cell execution before touching it."""

    pk: int
    run_id: str


def start(transaction: Transaction, event: CellStarted) -> None:
    """Record that a cell begins to run; raises `NotFoundError` for an unknown run."""
    ref = transaction.run(event.run_id)
    limits.check_id("execution_id", event.execution_id)
    limits.check_time("started_ms", event.started_ms)
    limits.check_int64("ordinal", event.ordinal)
    limits.check_int64("execution_count", event.execution_count or 0)
    limits.check_text("cell_id", event.cell_id or "", 255)
    taken = transaction.connection.scalar(
        select(cell_executions.c.id).where(cell_executions.c.execution_id == event.execution_id)
    )
    if taken is not None:
        raise ConflictError(f"the cell execution {event.execution_id} has started already")
    transaction.connection.execute(
        insert(cell_executions).values(
            execution_id=event.execution_id,
            run_pk=ref.pk,
            cell_id=event.cell_id,
            ordinal=event.ordinal,
            execution_count=event.execution_count,
            source_sha256=_store_source(transaction, event.source),
            started_ms=event.started_ms,
            status="running",
        )
    )
    transaction.connection.execute(
        update(runs).where(runs.c.id == ref.pk).values(cell_count=runs.c.cell_count + 1)
    )
    transaction.touch(event.run_id, "cells")


def end(transaction: Transaction, event: CellEnded) -> None:
    """Record that a cell run is over; raises `NotFoundError` if it has not started."""
    ref = find(transaction, event.execution_id)
    if not math.isfinite(event.duration_ms):
        raise InvalidError(f"duration_ms {event.duration_ms} is not a duration")
    transaction.connection.execute(
        update(cell_executions)
        .where(cell_executions.c.id == ref.pk)
        .values(
            status=event.status,
            duration_ms=event.duration_ms,
            error_name=_text(event.error_name),
            error_message=_text(event.error_message),
        )
    )
    transaction.touch(ref.run_id, "cells")


def capture(transaction: Transaction, event: CellCaptured) -> None:
    """Record what was captured of a cell run, in place of what there may be.

    Raises `NotFoundError` if it has not started, `InvalidError` for what cannot be.
    """
    console = limits.without_nul(event.console)
    limits.check_text("console", console, MAX_CONSOLE)
    for name, value in event.candidate_params.items():
        limits.check_key(name)
        limits.check_text(name, value, limits.MAX_PARAM_VALUE)
    for what in ("cpu_ms", "gpu_percent"):
        if not math.isfinite(getattr(event, what) or 0):
            raise InvalidError(f"{what} {getattr(event, what)} is not a number")
    for what in ("memory_start_bytes", "memory_peak_bytes", "gpu_memory_bytes"):
        limits.check_int64(what, getattr(event, what) or 0)
    ref = find(transaction, event.execution_id)
    row = msgspec.structs.asdict(event) | {
        "execution_pk": ref.pk,
        "console": console,
        "candidate_params": msgspec.json.encode(event.candidate_params).decode(),
    }
    del row["execution_id"]
    upsert(transaction.connection, cell_captures, [row])
    transaction.touch(ref.run_id, "cells")


def find(transaction: Transaction, execution_id: str) -> ExecutionRef:
    """Return the cell execution; raises `NotFoundError`, or `ForbiddenError` as its run would."""
    missing = NotFoundError(f"no cell execution {execution_id[:64]} has started")
    row = transaction.connection.execute(
        select(cell_executions.c.id, runs.c.run_id)
        .join(runs, runs.c.id == cell_executions.c.run_pk)
        .where(cell_executions.c.execution_id == execution_id)
    ).first()
    if row is None:
        raise missing
    try:
        transaction.run(row.run_id)
    except NotFoundError as error:
        raise missing from error
    return ExecutionRef(row.id, row.run_id)


def _store_source(transaction: Transaction, source: str) -> str:
    source = limits.without_nul(source)
    sha256 = hashlib.sha256(source.encode()).hexdigest()
    known = transaction.connection.scalar(
        select(cell_sources.c.sha256).where(cell_sources.c.sha256 == sha256)
    )
    if known is None:
        upsert(transaction.connection, cell_sources, [{"sha256": sha256, "source": source}])
    return sha256


def _text(value: str | None) -> str | None:
    return None if value is None else limits.without_nul(value)
