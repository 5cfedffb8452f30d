"""Writing spans, which may come before the trace that they belong to, or without one."""

from collections.abc import Iterable

from sqlalchemy import select, update

from celltrail_server import limits
from celltrail_server.store import experiments
from celltrail_server.store.tables import spans, trace_tags, traces
from celltrail_server.store.tracing import changes
from celltrail_server.store.tracing.lookup import TraceRef
from celltrail_server.store.tracing.records import (
    IN_STORE,
    NAME_TAG,
    SPANS_TAG,
    TraceInfo,
    TraceSpans,
)
from celltrail_server.store.transaction import Transaction, upsert


def log(
    transaction: Transaction,
    experiment_id: str,
    arrived: Iterable[TraceSpans],
    execution_id: str | None,
) -> None:
    """Record spans; a trace that nobody has started is one of the experiment, as they tell it.

    A span that comes again is replaced. What was said of a trace when it was started stays.
    """
    experiment_pk = experiments.find_active(transaction, experiment_id)
    for one in arrived:
        ref = changes.ensure(transaction, _info(one, experiment_id, execution_id), experiment_pk)
        rows = [
            {
                "trace_pk": ref.pk,
                "span_id": span.span_id,
                "start_ns": span.start_ns,
                "content": bytes(span.content).decode(),
            }
            for span in {span.span_id: span for span in one.spans}.values()
        ]
        upsert(transaction.connection, spans, rows)
        _complete(transaction, ref, one)


def _info(one: TraceSpans, experiment_id: str, execution_id: str | None) -> TraceInfo:
    limits.check_text("trace_id", one.trace_id, changes.MAX_ID)
    limits.check_time("start_time_unix_nano", one.start_ms)
    return TraceInfo(
        one.trace_id, experiment_id, one.start_ms, "IN_PROGRESS", execution_id=execution_id
    )


def _complete(transaction: Transaction, ref: TraceRef, one: TraceSpans) -> None:
    """Add to the trace what its spans tell and nobody has said."""
    connection = transaction.connection
    known = dict(
        tuple(row)
        for row in connection.execute(
            select(trace_tags.c.key, trace_tags.c.value).where(trace_tags.c.trace_pk == ref.pk)
        )
    )
    tags = one.tags | (one.root.tags | {NAME_TAG: one.root.name} if one.root else {})
    new = {key: value for key, value in tags.items() if key not in known}
    changes.set_entries(transaction, trace_tags, ref, new | {SPANS_TAG: IN_STORE})
    row = connection.execute(select(traces).where(traces.c.id == ref.pk)).one()
    if row.state != "IN_PROGRESS":
        return
    start_ms = min(row.request_time_ms, one.start_ms)
    values = {"request_time_ms": start_ms}
    if one.end_ms is not None:
        before_ms = row.request_time_ms + (row.duration_ms or 0)
        values["duration_ms"] = max(one.end_ms, before_ms) - start_ms
    root = {}
    if one.root:
        root = {
            "state": one.root.state,
            "request_preview": one.root.request_preview or row.request_preview,
            "response_preview": one.root.response_preview or row.response_preview,
        }
    connection.execute(update(traces).where(traces.c.id == ref.pk).values(**values, **root))
