"""Searching the traces of experiments, in MLflow's language.

Of that, spans, feedback, expectations and issues are not there.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, or_, select

from celltrail.errors import InvalidError
from celltrail_server import search as language
from celltrail_server.callers import Caller
from celltrail_server.search import Clause, Fields, Ordering
from celltrail_server.store.access import readable
from celltrail_server.store.conditions import compare, on_entry
from celltrail_server.store.records import Page
from celltrail_server.store.searching import next_token, parse_token
from celltrail_server.store.tables import runs, trace_metadata, trace_runs, trace_tags, traces
from celltrail_server.store.tracing.loading import load
from celltrail_server.store.tracing.records import NAME_TAG, RUN_KEY, TraceInfo, TraceSearch

_TEXT: dict[str, ColumnElement[Any]] = {
    "request_id": traces.c.trace_id,
    "trace_id": traces.c.trace_id,
    "status": traces.c.state,
    "state": traces.c.state,
    "client_request_id": traces.c.client_request_id,
}
_NUMBERS: dict[str, ColumnElement[Any]] = {
    **dict.fromkeys(("timestamp", "timestamp_ms", "request_time"), traces.c.request_time_ms),
    **dict.fromkeys(
        ("execution_time", "execution_time_ms", "execution_duration"), traces.c.duration_ms
    ),
    **dict.fromkeys(("end_time", "end_time_ms"), traces.c.request_time_ms + traces.c.duration_ms),
}
_COLUMNS = _TEXT | _NUMBERS
_ELSEWHERE: dict[str, tuple[Table, str]] = {
    "name": (trace_tags, NAME_TAG),
    "run_id": (trace_metadata, RUN_KEY),
}
_ENTRIES = {"tag": trace_tags, "metadata": trace_metadata}
FIELDS = Fields(
    entities=frozenset({"tag", "metadata", "attribute"}),
    text=frozenset(_TEXT) | frozenset(_ELSEWHERE),
    numbers=frozenset(_NUMBERS),
    lists=frozenset(_TEXT) | frozenset(_ELSEWHERE),
)


def search(connection: Connection, caller: Caller, wanted: TraceSearch) -> Page[TraceInfo]:
    """Return the traces that match, latest first unless ordered otherwise."""
    clauses = language.parse_filter(wanted.filter, FIELDS)
    orderings = language.parse_order(wanted.order_by, FIELDS)
    offset = parse_token(wanted.page_token)
    pks = connection.scalars(
        select(traces.c.id)
        .where(
            traces.c.experiment_pk.in_(readable(caller, wanted.experiment_ids)),
            *(_condition(clause) for clause in clauses),
        )
        .order_by(*(_ordering(one) for one in orderings))
        .order_by(traces.c.request_time_ms.desc(), traces.c.id.desc())
        .offset(offset)
        .limit(wanted.max_results + 1)
    ).all()
    page = pks[: wanted.max_results]
    return Page(load(connection, caller, page), next_token(offset, len(page), len(pks)))


def _condition(clause: Clause) -> ColumnElement[bool]:
    if clause.entity in _ENTRIES:
        return _on_entry(_ENTRIES[clause.entity], clause)
    if clause.key in _COLUMNS:
        return compare(clause, _COLUMNS[clause.key])
    table, key = _ELSEWHERE[clause.key]
    said = _on_entry(table, Clause("tag", key, clause.operator, clause.value))
    return or_(said, _is_linked(clause)) if clause.key == "run_id" else said


def _on_entry(table: Table, clause: Clause) -> ColumnElement[bool]:
    return on_entry(clause, table, table.c.trace_pk == traces.c.id)


def _is_linked(clause: Clause) -> ColumnElement[bool]:
    return (
        select(runs.c.id)
        .select_from(trace_runs.join(runs))
        .where(trace_runs.c.trace_pk == traces.c.id, compare(clause, runs.c.run_id))
        .correlate(traces)
        .exists()
    )


def _ordering(ordering: Ordering) -> ColumnElement[Any]:
    if ordering.entity != "attribute":
        raise InvalidError("traces are ordered by attributes only")
    value: ColumnElement[Any]
    if ordering.key in _COLUMNS:
        value = _COLUMNS[ordering.key]
    else:
        table, key = _ELSEWHERE[ordering.key]
        value = (
            select(table.c.value)
            .where(table.c.trace_pk == traces.c.id, table.c.key == key)
            .correlate(traces)
            .scalar_subquery()
        )
    return (value.asc() if ordering.ascending else value.desc()).nulls_last()
