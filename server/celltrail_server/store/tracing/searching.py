"""Searching the traces of experiments, in MLflow's language.

Of that, spans, feedback, expectations and issues are not there.
"""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Connection, select, true, type_coerce, union_all

from celltrail_server import search as language
from celltrail_server.callers import Caller
from celltrail_server.search import TRACE_FIELDS, Operand
from celltrail_server.store.access import readable
from celltrail_server.store.conditions import condition
from celltrail_server.store.paging import Term, page, terms_of
from celltrail_server.store.records import Page
from celltrail_server.store.tables import runs, trace_metadata, trace_runs, trace_tags, traces
from celltrail_server.store.tracing.loading import load
from celltrail_server.store.tracing.records import NAME_TAG, RUN_KEY, TraceInfo, TraceSearch
from celltrail_server.store.values import Rows, Value, entry_value

_COLUMNS: dict[str, ColumnElement[Any]] = {
    "trace_id": traces.c.trace_id,
    "state": traces.c.state,
    "client_request_id": traces.c.client_request_id,
    "timestamp": traces.c.request_time_ms,
    "execution_time": traces.c.duration_ms,
    "end_time": type_coerce(traces.c.request_time_ms + traces.c.duration_ms, BigInteger()),
}


def search(connection: Connection, caller: Caller, wanted: TraceSearch) -> Page[TraceInfo]:
    """Return the traces that match, latest first unless ordered otherwise."""
    parsed = language.parse_filter(wanted.filter, TRACE_FIELDS)
    orderings = language.parse_order(wanted.order_by, TRACE_FIELDS)
    statement = select(traces.c.id).where(
        traces.c.experiment_pk.in_(readable(caller, wanted.experiment_ids)),
        condition(parsed, _compared),
    )
    latest = [Term(traces.c.request_time_ms, ascending=False), Term(traces.c.id, ascending=False)]
    found, token = page(
        connection,
        lambda is_long: statement,
        [*terms_of(orderings, _sorted), *latest],
        token=wanted.page_token,
        limit=wanted.max_results,
        search=(caller.owner, msgspec.structs.replace(wanted, page_token=None, max_results=0)),
    )
    return Page(load(connection, caller, found), token)


def _compared(operand: Operand) -> Value:
    """Return where a value lies; a trace may belong to several runs."""
    if operand != Operand("attribute", "run_id"):
        return _sorted(operand)
    named = select(trace_metadata.c.trace_pk, trace_metadata.c.value.label("run_id")).where(
        trace_metadata.c.key == RUN_KEY
    )
    linked = select(trace_runs.c.trace_pk, runs.c.run_id).select_from(trace_runs.join(runs))
    both = union_all(named, linked).subquery()
    return Value(both.c.run_id, Rows(both, both.c.trace_pk, traces.c.id, true()))


def _sorted(operand: Operand) -> Value:
    key = operand.key
    match operand.group, key:
        case "tag", _:
            return entry_value(trace_tags, traces.c.id, key)
        case "metadata", _:
            return entry_value(trace_metadata, traces.c.id, key)
        case _, "name":
            return entry_value(trace_tags, traces.c.id, NAME_TAG)
        case _, "run_id":
            return entry_value(trace_metadata, traces.c.id, RUN_KEY)
    return Value(_COLUMNS[key])
