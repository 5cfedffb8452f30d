"""Writing traces: started, tagged, linked to runs, deleted."""

from collections.abc import Collection, Mapping
from itertools import batched
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from celltrail.errors import ConflictError, InvalidError, NotFoundError
from celltrail_server import limits
from celltrail_server.store import audit, experiments
from celltrail_server.store.access import find_experiment
from celltrail_server.store.rights import allowed
from celltrail_server.store.tables import (
    experiments as experiments_table,
)
from celltrail_server.store.tables import (
    spans,
    trace_artifacts,
    trace_assessments,
    trace_metadata,
    trace_runs,
    trace_tags,
    traces,
)
from celltrail_server.store.tracing import assessments, loading
from celltrail_server.store.tracing.lookup import TraceRef, find_trace, is_taken
from celltrail_server.store.tracing.records import TraceDeletion, TraceInfo
from celltrail_server.store.transaction import Transaction, upsert

MAX_ID = 255
MAX_VALUE = 8000
MAX_PREVIEW = 100_000
MAX_LINKS = 100

_PARTS = (trace_tags, trace_metadata, spans, trace_assessments, trace_runs, trace_artifacts)


def start(transaction: Transaction, info: TraceInfo) -> TraceInfo:
    """Record a trace, or complete one of which there are spans already, in its experiment."""
    _check(info)
    experiment_pk = experiments.find_active(transaction, info.experiment_id)
    ref = ensure(transaction, info, experiment_pk)
    values = {name: getattr(info, name) for name in _FIELDS}
    said = {name: value for name, value in values.items() if value is not None or name in _WHOLE}
    transaction.connection.execute(
        update(traces).where(traces.c.id == ref.pk).values(experiment_pk=experiment_pk, **said)
    )
    set_entries(transaction, trace_tags, ref, info.tags)
    set_entries(transaction, trace_metadata, ref, info.metadata)
    for one in info.assessments:
        assessments.create(transaction, info.trace_id, one)
    return loading.load(transaction.connection, transaction.caller, [ref.pk])[0]


def ensure(transaction: Transaction, info: TraceInfo, experiment_pk: int) -> TraceRef:
    """Return the trace, new in the experiment if there is none of that id.

    Raises `ConflictError` for an id that somebody else has taken.
    """
    connection, caller = transaction.connection, transaction.caller
    if not is_taken(connection, info.trace_id):
        values = {name: getattr(info, name) for name in _FIELDS}
        connection.execute(
            insert(traces).values(
                trace_id=info.trace_id, experiment_pk=experiment_pk, owner=caller.name, **values
            )
        )
    try:
        return find_trace(connection, caller, info.trace_id, "write")
    except NotFoundError as error:
        raise ConflictError(f"the trace id {info.trace_id} is taken") from error


def set_tag(transaction: Transaction, trace_id: str, key: str, value: str) -> None:
    """Set one tag."""
    ref = find_trace(transaction.connection, transaction.caller, trace_id, "write")
    limits.check_mlflow_name("key", key)
    set_entries(transaction, trace_tags, ref, {key: value})


def delete_tag(transaction: Transaction, trace_id: str, key: str) -> None:
    """Remove one tag; raises `NotFoundError` if it is not set."""
    ref = find_trace(transaction.connection, transaction.caller, trace_id, "write")
    gone = transaction.connection.execute(
        delete(trace_tags).where(trace_tags.c.trace_pk == ref.pk, trace_tags.c.key == key)
    )
    if gone.rowcount == 0:
        raise NotFoundError(f"No trace tag with key '{key}' for trace with ID '{trace_id}'")


def link(transaction: Transaction, trace_ids: Collection[str], run_id: str) -> None:
    """Note that traces belong to a run, too; those that the caller may not see are left out."""
    if len(trace_ids) > MAX_LINKS:
        raise InvalidError(
            f"Cannot link more than {MAX_LINKS} traces to a run in a single request. Provided "
            f"{len(trace_ids)} traces."
        )
    run_pk = transaction.run(run_id).pk
    pks = transaction.connection.scalars(
        select(traces.c.id)
        .join(experiments_table)
        .where(traces.c.trace_id.in_(trace_ids), allowed(transaction.caller))
    ).all()
    rows = [{"trace_pk": pk, "run_pk": run_pk} for pk in pks]
    there = set(
        transaction.connection.scalars(
            select(trace_runs.c.trace_pk).where(trace_runs.c.run_pk == run_pk)
        )
    )
    new = [row for row in rows if row["trace_pk"] not in there]
    if new:
        transaction.connection.execute(insert(trace_runs), new)


def remove(transaction: Transaction, wanted: TraceDeletion) -> int:
    """Delete traces for good, and return how many.

    Who does not manage the experiment deletes only what they recorded themselves.
    """
    connection, caller = transaction.connection, transaction.caller
    experiment_pk, _ = find_experiment(connection, caller, wanted.experiment_id, "write")
    statement = select(traces.c.id).where(traces.c.experiment_pk == experiment_pk)
    manages = select(allowed(caller, "manage")).where(experiments_table.c.id == experiment_pk)
    if not connection.scalar(manages):
        statement = statement.where(traces.c.owner == caller.name)
    if wanted.trace_ids:
        statement = statement.where(traces.c.trace_id.in_(wanted.trace_ids))
    if wanted.until_ms is not None:
        statement = statement.where(traces.c.request_time_ms <= wanted.until_ms)
    statement = statement.order_by(traces.c.request_time_ms, traces.c.id).limit(wanted.max_traces)
    pks = connection.scalars(statement).all()
    for chunk in batched(pks, 500):
        for table in _PARTS:
            connection.execute(delete(table).where(table.c.trace_pk.in_(chunk)))
        connection.execute(delete(traces).where(traces.c.id.in_(chunk)))
    if pks:
        audit.record(
            transaction,
            "delete_traces",
            "experiment",
            str(experiment_pk),
            experiment_pk=experiment_pk,
            count=len(pks),
        )
    return len(pks)


def set_entries(
    transaction: Transaction, table: Table, ref: TraceRef, entries: Mapping[str, str]
) -> None:
    """Set tags or metadata of a trace; what is too long is cut, as MLflow does."""
    rows: list[dict[str, Any]] = []
    for key, value in entries.items():
        limits.check_key(key)
        limits.check_text(key, value[:MAX_VALUE], MAX_VALUE)
        rows.append({"trace_pk": ref.pk, "key": key, "value": value[:MAX_VALUE]})
    upsert(transaction.connection, table, rows)


_FIELDS = (
    "client_request_id",
    "request_time_ms",
    "duration_ms",
    "state",
    "request_preview",
    "response_preview",
    "execution_id",
)


_WHOLE = ("client_request_id", "duration_ms")
"""What a trace that is started again has no more, if nothing is said of it."""


def _check(info: TraceInfo) -> None:
    if not info.trace_id:
        raise InvalidError("Missing value for required parameter 'trace_id'.")
    limits.check_text("trace_id", info.trace_id, MAX_ID)
    limits.check_text("client_request_id", info.client_request_id or "", MAX_VALUE)
    limits.check_text("request_preview", info.request_preview or "", MAX_PREVIEW)
    limits.check_text("response_preview", info.response_preview or "", MAX_PREVIEW)
    limits.check_time("request_time", info.request_time_ms)
    limits.check_int64("execution_duration", info.duration_ms or 0)
