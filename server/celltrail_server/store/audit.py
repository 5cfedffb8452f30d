"""Who changed what others rely on: entries come with the change, and are never touched again."""

from typing import Any

import msgspec
from sqlalchemy import Connection, Select, insert, select

from celltrail.errors import InvalidError
from celltrail.events import now_ms
from celltrail_server.callers import Caller
from celltrail_server.errors import ForbiddenError
from celltrail_server.store.access import find_experiment
from celltrail_server.store.records import Page
from celltrail_server.store.tables import audit_entries, experiments
from celltrail_server.store.transaction import Transaction


class AuditEntry(msgspec.Struct, frozen=True):
    """One change. `owner` is whose the entity was then; `detail` is the action's own."""

    at_ms: int
    who: str
    address: str
    action: str
    entity: str
    entity_id: str
    owner: str
    detail: dict[str, Any]


def record(
    transaction: Transaction,
    action: str,
    entity: str,
    entity_id: str,
    *,
    experiment_pk: int | None = None,
    **detail: Any,
) -> None:
    """Note that the caller does this, as a part of the transaction that does it.

    entity: its kind, such as `experiment`, `run`, `registered_model`.
    experiment_pk: the experiment that it is or belongs to, whose managers may read the entry; what
        belongs to none belongs to the owner in whose name the caller acts.
    detail: what JSON can hold.
    """
    caller = transaction.caller
    owner = select(experiments.c.owner).where(experiments.c.id == experiment_pk)
    transaction.connection.execute(
        insert(audit_entries).values(
            at_ms=now_ms(),
            who=caller.name,
            address=caller.address[:255],
            action=action,
            entity=entity,
            entity_id=entity_id[:255],
            owner=caller.owner if experiment_pk is None else owner.scalar_subquery(),
            experiment_pk=experiment_pk,
            detail=msgspec.json.encode(detail).decode(),
        )
    )


def of_experiment(
    connection: Connection, caller: Caller, experiment_id: str, limit: int, before: str | None
) -> Page[AuditEntry]:
    """Return what was done to an experiment and its runs, latest first."""
    pk, _ = find_experiment(connection, caller, experiment_id, "share")
    # A database may give the number of an erased experiment to a new one.
    since = select(experiments.c.created_ms).where(experiments.c.id == pk).scalar_subquery()
    table = audit_entries.c
    statement = select(audit_entries).where(table.experiment_pk == pk, table.at_ms >= since)
    return _page(connection, statement, limit, before)


def of_all(
    connection: Connection, caller: Caller, limit: int, before: str | None
) -> Page[AuditEntry]:
    """Return everything, latest first; raises `ForbiddenError` for all but administrators."""
    if not caller.is_admin:
        raise ForbiddenError(
            "Permission denied: only administrators read the audit of the whole server; those who "
            "manage an experiment read GET /api/v1/experiments/ID/audit"
        )
    return _page(connection, select(audit_entries), limit, before)


def _page(
    connection: Connection, statement: Select[Any], limit: int, before: str | None
) -> Page[AuditEntry]:
    if before is not None:
        if not (before.isascii() and before.isdigit() and len(before) < 19):
            raise InvalidError(f"before={before[:64]!r} is no token of this list")
        statement = statement.where(audit_entries.c.id < int(before))
    rows = connection.execute(statement.order_by(audit_entries.c.id.desc()).limit(limit + 1)).all()
    page = rows[:limit]
    entries = [
        AuditEntry(
            row.at_ms,
            row.who,
            row.address,
            row.action,
            row.entity,
            row.entity_id,
            row.owner,
            msgspec.json.decode(row.detail),
        )
        for row in page
    ]
    return Page(entries, str(page[-1].id) if len(rows) > limit else None)
