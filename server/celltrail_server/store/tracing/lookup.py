"""Finding traces for a caller, who needs a right to their experiment."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from celltrail.errors import NotFoundError
from celltrail_server.callers import Caller
from celltrail_server.store.access import refusal
from celltrail_server.store.rights import Need, allowed
from celltrail_server.store.tables import experiments, traces


@dataclass(frozen=True, slots=True)
class TraceRef:
    """What is needed to know of a trace before touching it."""

    pk: int
    trace_id: str
    owner: str
    experiment_pk: int


def find_trace(
    connection: Connection, caller: Caller, trace_id: str, need: Need = "read"
) -> TraceRef:
    """Return the trace; raises `NotFoundError` or `ForbiddenError`."""
    row = connection.execute(_trace_of(caller, need), {"trace_id": trace_id}).first()
    if row is None or not (row.may or row.may_read):
        raise NotFoundError(f"Trace with ID '{trace_id[:255]}' not found.")
    if not row.may:
        raise refusal(connection, row.experiment_pk, need)
    return TraceRef(row.id, trace_id, row.owner, row.experiment_pk)


def is_taken(connection: Connection, trace_id: str) -> bool:
    """Whether anybody has a trace of that id, seen by the caller or not."""
    return connection.scalar(select(traces.c.id).where(traces.c.trace_id == trace_id)) is not None


@lru_cache(maxsize=1024)  # every span asks, and building it takes longer than running it
def _trace_of(caller: Caller, need: Need) -> Select[Any]:
    return (
        select(
            traces.c.id,
            traces.c.owner,
            traces.c.experiment_pk,
            allowed(caller, need).label("may"),
            allowed(caller).label("may_read"),
        )
        .join(experiments)
        .where(traces.c.trace_id == bindparam("trace_id"))
    )
