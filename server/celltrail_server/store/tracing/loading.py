"""Reading traces by their internal ids, in few statements however many they are."""

from collections.abc import Collection, Sequence
from itertools import batched

import msgspec
from sqlalchemy import Connection, select

from celltrail_server.callers import Caller
from celltrail_server.store.access import shown_id
from celltrail_server.store.entries import entries
from celltrail_server.store.rights import allowed
from celltrail_server.store.tables import (
    experiments,
    spans,
    trace_assessments,
    trace_metadata,
    trace_tags,
    traces,
)
from celltrail_server.store.tracing.lookup import find_trace
from celltrail_server.store.tracing.records import Assessment, Span, TraceInfo

_CHUNK = 500


def get(connection: Connection, caller: Caller, trace_id: str) -> TraceInfo:
    """Return one trace; raises `NotFoundError`."""
    return load(connection, caller, [find_trace(connection, caller, trace_id).pk])[0]


def get_many(connection: Connection, caller: Caller, trace_ids: Sequence[str]) -> list[TraceInfo]:
    """Return those of the traces that the caller may read, in this order, each once."""
    pks: dict[str, int] = {}
    for chunk in batched(list(dict.fromkeys(trace_ids)), _CHUNK):
        statement = (
            select(traces.c.trace_id, traces.c.id)
            .join(experiments)
            .where(traces.c.trace_id.in_(chunk), allowed(caller))
        )
        pks |= {row.trace_id: row.id for row in connection.execute(statement)}
    wanted = [pks[trace_id] for trace_id in dict.fromkeys(trace_ids) if trace_id in pks]
    return load(connection, caller, wanted)


def load(connection: Connection, caller: Caller, pks: Sequence[int]) -> list[TraceInfo]:
    """Return the traces with these internal ids, in this order."""
    found: dict[int, TraceInfo] = {}
    for chunk in batched(pks, _CHUNK):
        tags = entries(connection, trace_tags, chunk)
        metadata = entries(connection, trace_metadata, chunk)
        assessments = _assessments(connection, chunk)
        statement = (
            select(
                traces,
                experiments.c.owner.label("experiment_owner"),
                experiments.c.is_default,
            )
            .join(experiments)
            .where(traces.c.id.in_(chunk))
        )
        for row in connection.execute(statement):
            found[row.id] = TraceInfo(
                trace_id=row.trace_id,
                experiment_id=shown_id(
                    caller, row.experiment_pk, row.experiment_owner, row.is_default
                ),
                request_time_ms=row.request_time_ms,
                state=row.state,
                duration_ms=row.duration_ms,
                client_request_id=row.client_request_id,
                request_preview=row.request_preview,
                response_preview=row.response_preview,
                metadata=metadata.get(row.id, {}),
                tags=tags.get(row.id, {}),
                assessments=assessments.get(row.id, []),
                owner=row.owner,
                execution_id=row.execution_id,
            )
    return [found[pk] for pk in pks]


def get_spans(
    connection: Connection, caller: Caller, trace_ids: Collection[str]
) -> dict[str, list[Span]]:
    """Return the spans of those of the traces that the caller may read, by their start."""
    found: dict[str, list[Span]] = {}
    for chunk in batched(list(trace_ids), _CHUNK):
        statement = (
            select(traces.c.trace_id, spans.c.span_id, spans.c.start_ns, spans.c.content)
            .select_from(spans.join(traces).join(experiments))
            .where(traces.c.trace_id.in_(chunk), allowed(caller))
            .order_by(spans.c.start_ns, spans.c.span_id)
        )
        for row in connection.execute(statement):
            content = msgspec.Raw(row.content.encode())
            found.setdefault(row.trace_id, []).append(Span(row.span_id, row.start_ns, content))
    return found


def _assessments(connection: Connection, pks: Sequence[int]) -> dict[int, list[Assessment]]:
    table = trace_assessments.c
    rows = connection.execute(
        select(table.trace_pk, table.content)
        .where(table.trace_pk.in_(pks))
        .order_by(table.created_ms, table.assessment_id)
    )
    found: dict[int, list[Assessment]] = {}
    for row in rows:
        one = msgspec.json.decode(row.content, type=Assessment)
        found.setdefault(row.trace_pk, []).append(one)
    return found
