"""What people and programs think of traces: feedback and expectations."""

import msgspec
from sqlalchemy import Connection, delete, select

from celltrail.errors import InvalidError, NotFoundError
from celltrail.events import now_ms
from celltrail_server import limits
from celltrail_server.callers import Caller
from celltrail_server.store.tables import trace_assessments
from celltrail_server.store.tracing.lookup import find_trace
from celltrail_server.store.tracing.records import Assessment, AssessmentChange
from celltrail_server.store.transaction import Transaction, upsert

MAX_CONTENT = 1_000_000
MAX_ID = 64
MAX_NAME = 250


def create(transaction: Transaction, trace_id: str, new: Assessment) -> Assessment:
    """Add an assessment; the one that it overrides is valid no more.

    Raises `NotFoundError` if that is not there.
    """
    ref = find_trace(transaction.connection, transaction.caller, trace_id, "write")
    if new.overrides:
        _set_valid(transaction, ref.pk, trace_id, new.overrides, is_valid=False)
    _write(transaction, ref.pk, new)
    return new


def get(connection: Connection, caller: Caller, trace_id: str, assessment_id: str) -> Assessment:
    """Return one assessment; raises `NotFoundError`."""
    ref = find_trace(connection, caller, trace_id)
    return _read(connection, ref.pk, trace_id, assessment_id)


def change(
    transaction: Transaction, trace_id: str, assessment_id: str, wanted: AssessmentChange
) -> Assessment:
    """Change what is given of an assessment; a feedback stays one, and so does an expectation."""
    ref = find_trace(transaction.connection, transaction.caller, trace_id, "write")
    before = _read(transaction.connection, ref.pk, trace_id, assessment_id)
    if wanted.kind not in (None, before.kind):
        raise InvalidError(
            f"Cannot update {wanted.kind} value on a {before.kind.capitalize()} assessment."
        )
    changed = {
        name: value
        for name, value in msgspec.structs.asdict(wanted).items()
        if value is not None and name != "kind"
    }
    if wanted.metadata is not None:
        changed["metadata"] = before.metadata | wanted.metadata
    after = msgspec.structs.replace(before, updated_ms=now_ms(), **changed)
    _write(transaction, ref.pk, after)
    return after


def remove(transaction: Transaction, trace_id: str, assessment_id: str) -> None:
    """Delete an assessment, and make the one that it overrode valid again; none is no error."""
    ref = find_trace(transaction.connection, transaction.caller, trace_id, "write")
    try:
        gone = _read(transaction.connection, ref.pk, trace_id, assessment_id)
    except NotFoundError:
        return
    table = trace_assessments.c
    transaction.connection.execute(
        delete(trace_assessments).where(
            table.trace_pk == ref.pk, table.assessment_id == assessment_id
        )
    )
    if gone.overrides:
        _set_valid(transaction, ref.pk, trace_id, gone.overrides, is_valid=True)


def _set_valid(
    transaction: Transaction, trace_pk: int, trace_id: str, assessment_id: str, *, is_valid: bool
) -> None:
    before = _read(transaction.connection, trace_pk, trace_id, assessment_id)
    _write(transaction, trace_pk, msgspec.structs.replace(before, is_valid=is_valid))


def _read(connection: Connection, trace_pk: int, trace_id: str, assessment_id: str) -> Assessment:
    table = trace_assessments.c
    content = connection.scalar(
        select(table.content).where(
            table.trace_pk == trace_pk, table.assessment_id == assessment_id
        )
    )
    if content is None:
        raise NotFoundError(
            f"Assessment with ID '{assessment_id[:MAX_ID]}' not found for trace '{trace_id}'"
        )
    return msgspec.json.decode(content, type=Assessment)


def _write(transaction: Transaction, trace_pk: int, one: Assessment) -> None:
    limits.check_text("assessment_name", one.name, MAX_NAME)
    limits.check_text("assessment_id", one.assessment_id, MAX_ID)
    limits.check_time("create_time", one.created_ms)
    content = msgspec.json.encode(one).decode()
    limits.check_text("assessment", content, MAX_CONTENT)
    row = {
        "trace_pk": trace_pk,
        "assessment_id": one.assessment_id,
        "created_ms": one.created_ms,
        "content": content,
    }
    upsert(transaction.connection, trace_assessments, [row])
