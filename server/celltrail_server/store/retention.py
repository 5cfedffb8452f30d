"""Erasing for good: what was deleted long ago, and which blobs nobody needs any more.

All functions take a connection that is alone in writing. What they choose they choose in the same
transaction, so a run that was restored meanwhile, or a blob that somebody has referred to, stays.
"""

from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, select, update

from celltrail_server.store.references import blob_columns, children, contents
from celltrail_server.store.tables import blob_claims, blobs, experiments, runs, uploads

CLAIM_MS = 24 * 3_600_000
"""How long a claim keeps a blob that nothing refers to."""

UPLOAD_MS = 7 * 24 * 3_600_000
"""How long an upload in parts may take."""

_CHUNK = 500


def deleted_runs(connection: Connection, before_ms: int) -> list[int]:
    """Return the internal ids of runs that were deleted before a time, alone or with all others."""
    statement = select(runs.c.id).join(experiments).where(_run_is_gone(before_ms))
    return list(connection.scalars(statement.order_by(runs.c.id)))


def erase_runs(connection: Connection, pks: Collection[int], before_ms: int) -> int:
    """Erase those of the runs that are still deleted, with all that depends on them; count them."""
    statement = select(runs.c.id).join(experiments).where(_run_is_gone(before_ms))
    still = connection.scalars(statement.where(runs.c.id.in_(pks))).all()
    return _erase(connection, runs, runs.c.id.in_(still))


def erase_experiments(connection: Connection, before_ms: int) -> int:
    """Erase the experiments that were deleted before a time and have no run left; count them."""
    has_runs = exists().where(runs.c.experiment_pk == experiments.c.id)
    statement = select(experiments.c.id).where(_experiment_is_gone(before_ms), ~has_runs)
    pks = connection.scalars(statement).all()
    return _erase(connection, experiments, experiments.c.id.in_(pks))


def erase_contents(connection: Connection) -> int:
    """Erase shared content, such as sources of cells, that no row uses any more; count it."""
    count = 0
    for table in contents():
        used = [exists().where(column == key) for _, column, key in children(table)]
        count += connection.execute(delete(table).where(*(~one for one in used))).rowcount
    return count


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


def unused_blobs(connection: Connection, sha256s: Collection[str], now_ms: int) -> list[str]:
    """Return those of the blobs that no row refers to and nobody has claimed lately."""
    used: set[str] = set()
    for chunk in _chunks(sorted(sha256s)):
        for column in blob_columns():
            used.update(connection.scalars(select(column).where(column.in_(chunk)).distinct()))
        claimed = select(blob_claims.c.sha256).where(
            blob_claims.c.sha256.in_(chunk), blob_claims.c.claimed_ms >= now_ms - CLAIM_MS
        )
        used.update(connection.scalars(claimed))
    return [sha256 for sha256 in sha256s if sha256 not in used]


def disown(connection: Connection, sha256s: Collection[str]) -> None:
    """Forget that anybody has sent these blobs, which are unused."""
    for chunk in _chunks(list(sha256s)):
        connection.execute(delete(blobs).where(blobs.c.sha256.in_(chunk)))


def _run_is_gone(before_ms: int) -> ColumnElement[bool]:
    """Whether a run, joined with its experiment, was deleted before a time."""
    is_gone = and_(runs.c.lifecycle_stage == "deleted", runs.c.deleted_ms < before_ms)
    return is_gone | _experiment_is_gone(before_ms)


def _experiment_is_gone(before_ms: int) -> ColumnElement[bool]:
    return and_(experiments.c.lifecycle_stage == "deleted", experiments.c.updated_ms < before_ms)


def _erase(connection: Connection, table: Table, chosen: ColumnElement[bool]) -> int:
    """Erase the rows of `table` and what cannot be without them; what can forgets them."""
    for child, column, key in children(table):
        below = column.in_(select(key).where(chosen))
        if column.nullable:
            connection.execute(update(child).where(below).values({column: None}))
        else:
            _erase(connection, child, below)
    return connection.execute(delete(table).where(chosen)).rowcount


def _chunks[T](items: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
