"""Erasing for good: what was deleted long ago, and which blobs nobody needs any more.

Every function that erases takes a connection that is alone in writing, and chooses what it erases
in that same transaction: a run that was restored meanwhile, or a blob that somebody has referred
to, stays. `before_ms` is the time before which a run, experiment or logged model must have
been deleted.
"""

from collections.abc import Collection
from itertools import batched

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    update,
)

from celltrail_server.store.references import blob_columns, children, contents, dependents
from celltrail_server.store.tables import (
    blob_claims,
    blobs,
    experiments,
    logged_models,
    runs,
    uploads,
)

CLAIM_MS = 24 * 3_600_000
"""How long a claim keeps a blob that nothing refers to."""

UPLOAD_MS = 7 * 24 * 3_600_000
"""How long an upload in parts may take."""

NOTHING = -1
"""A `before_ms` for which nothing was deleted long enough ago."""

_CHUNK = 500


def count_deleted(connection: Connection, before_ms: int) -> tuple[int, int, int, int]:
    """Return how many runs, experiments, logged models and shared rows can be erased."""
    unused = sum(_count(connection, table, _unused(table, before_ms)) for table in contents())
    return (
        _count(connection, runs, _gone(runs, before_ms)),
        _count(connection, experiments, _gone(experiments, before_ms)),
        _count(connection, logged_models, _gone(logged_models, before_ms)),
        unused,
    )


def deleted_runs(connection: Connection, before_ms: int) -> list[int]:
    """Return the internal ids of the runs that can be erased."""
    return list(connection.scalars(select(runs.c.id).where(_gone(runs, before_ms))))


def erase_runs(connection: Connection, pks: Collection[int], before_ms: int) -> int:
    """Erase those of the runs that are still deleted, with all that depends on them; count them."""
    still = select(runs.c.id).where(runs.c.id.in_(pks), _gone(runs, before_ms))
    return _erase(connection, runs, runs.c.id.in_(connection.scalars(still).all()))


def erase_experiments(connection: Connection, before_ms: int) -> int:
    """Erase the deleted experiments that have no run left; count them."""
    has_runs = exists().where(runs.c.experiment_pk == experiments.c.id)
    empty = select(experiments.c.id).where(_gone(experiments, before_ms), ~has_runs)
    return _erase(connection, experiments, experiments.c.id.in_(connection.scalars(empty).all()))


def erase_models(connection: Connection, before_ms: int) -> int:
    """Erase the logged models that are deleted, or whose experiment is; count them."""
    gone = select(logged_models.c.id).where(_gone(logged_models, before_ms))
    chosen = logged_models.c.id.in_(connection.scalars(gone).all())
    return _erase(connection, logged_models, chosen)


def erase_contents(connection: Connection) -> int:
    """Erase shared content, such as sources of cells, that no row uses any more; count it."""
    statements = [delete(table).where(_unused(table, NOTHING)) for table in contents()]
    return sum(connection.execute(statement).rowcount for statement in statements)


def expired_uploads(connection: Connection, now_ms: int) -> list[str]:
    """Return the uploads that have taken too long."""
    late = uploads.c.started_ms < now_ms - UPLOAD_MS
    return list(connection.scalars(select(uploads.c.upload_id).where(late)))


def erase_uploads(connection: Connection, upload_ids: Collection[str]) -> None:
    """Erase uploads, whose parts are gone."""
    connection.execute(delete(uploads).where(uploads.c.upload_id.in_(upload_ids)))


def erase_claims(connection: Connection, now_ms: int) -> None:
    """Erase the claims that no longer count."""
    connection.execute(delete(blob_claims).where(blob_claims.c.claimed_ms < now_ms - CLAIM_MS))


def unused_blobs(
    connection: Connection, sha256s: Collection[str], now_ms: int, before_ms: int = NOTHING
) -> set[str]:
    """Return those of the blobs that no row refers to and nobody has claimed lately.

    Rows count only if they are not to be erased for `before_ms`.
    """
    used: set[str] = set()
    for chunk in batched(sha256s, _CHUNK):
        for column in blob_columns():
            stays = ~_gone(column.table, before_ms)
            used.update(connection.scalars(select(column).where(column.in_(chunk), stays)))
        claimed = select(blob_claims.c.sha256).where(
            blob_claims.c.sha256.in_(chunk), blob_claims.c.claimed_ms >= now_ms - CLAIM_MS
        )
        used.update(connection.scalars(claimed))
    return set(sha256s) - used


def disown(connection: Connection, sha256s: Collection[str]) -> None:
    """Forget that anybody has sent these blobs, which are unused."""
    for chunk in batched(sha256s, _CHUNK):
        connection.execute(delete(blobs).where(blobs.c.sha256.in_(chunk)))


def _gone(table: Table, before_ms: int) -> ColumnElement[bool]:
    """Whether a row of any table is one to erase: by itself, or as a part of one."""
    reasons: list[ColumnElement[bool]] = []
    if before_ms == NOTHING:
        return false()
    if table is experiments:
        deleted = experiments.c.lifecycle_stage == "deleted"
        reasons.append(and_(deleted, experiments.c.updated_ms < before_ms))
    if table is runs:
        reasons.append(and_(runs.c.lifecycle_stage == "deleted", runs.c.deleted_ms < before_ms))
    if table is logged_models:
        deleted = logged_models.c.lifecycle_stage == "deleted"
        reasons.append(and_(deleted, logged_models.c.updated_ms < before_ms))
    reasons += [
        key.parent.in_(select(key.column).where(_gone(key.column.table, before_ms)))
        for key in table.foreign_keys
        if not key.parent.nullable and key.column.table in (experiments, *dependents(experiments))
    ]
    return or_(false(), *reasons)


def _unused(table: Table, before_ms: int) -> ColumnElement[bool]:
    """Whether a row of shared content is used by no row that stays."""
    return and_(
        *(
            ~exists().where(column == key, ~_gone(child, before_ms))
            for child, column, key in children(table)
        )
    )


def _erase(connection: Connection, table: Table, chosen: ColumnElement[bool]) -> int:
    """Erase the rows of `table` and what cannot be without them; what can forgets them."""
    for child, column, key in children(table):
        below = column.in_(select(key).where(chosen))
        if column.nullable:
            connection.execute(update(child).where(below).values({column: None}))
        else:
            _erase(connection, child, below)
    return connection.execute(delete(table).where(chosen)).rowcount


def _count(connection: Connection, table: Table, chosen: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(chosen)) or 0
