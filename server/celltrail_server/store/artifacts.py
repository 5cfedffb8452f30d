"""Which files a run has. The bytes are blobs, kept elsewhere by their hash."""

from sqlalchemy import ColumnElement, Connection, delete, or_, select, true

from celltrail.errors import InvalidError, NotFoundError
from celltrail.events import now_ms
from celltrail_server import limits
from celltrail_server.callers import Caller
from celltrail_server.paths import artifact_path
from celltrail_server.store.access import find_run
from celltrail_server.store.records import Artifact
from celltrail_server.store.tables import artifacts, blobs
from celltrail_server.store.transaction import Transaction, upsert

_FIELDS = tuple(artifacts.c[name] for name in Artifact.__struct_fields__)


def add_blob(transaction: Transaction, sha256: str, size_bytes: int) -> None:
    """Note that the caller has sent these bytes."""
    row = {
        "owner": transaction.caller.name,
        "sha256": sha256,
        "size_bytes": size_bytes,
        "created_ms": now_ms(),
    }
    upsert(transaction.connection, blobs, [row])


def blob_size(connection: Connection, caller: Caller, sha256: str) -> int | None:
    """Return the size of a blob that the caller has sent before, or None."""
    return connection.scalar(
        select(blobs.c.size_bytes).where(blobs.c.owner == caller.name, blobs.c.sha256 == sha256)
    )


def log(transaction: Transaction, run_id: str, artifact: Artifact) -> None:
    """Record a file of a run; one under the same path is replaced.

    Raises `NotFoundError` for an unknown run, `InvalidError` if the caller has not sent the bytes.
    """
    ref = transaction.run(run_id)
    size_bytes = blob_size(transaction.connection, transaction.caller, artifact.sha256)
    if size_bytes is None:
        raise InvalidError(
            f"no blob {artifact.sha256[:64]}: send its bytes before the artifact {artifact.path!r}"
        )
    limits.check_text("media_type", artifact.media_type, 255)
    limits.check_time("logged_ms", artifact.logged_ms)
    row = {
        "run_pk": ref.pk,
        "path": artifact_path(artifact.path),
        "sha256": artifact.sha256,
        "size_bytes": size_bytes,
        "media_type": artifact.media_type,
        "execution_id": artifact.execution_id,
        "logged_ms": artifact.logged_ms,
    }
    upsert(transaction.connection, artifacts, [row])
    transaction.touch(run_id, "artifacts")


def remove(transaction: Transaction, run_id: str, path: str) -> None:
    """Forget the file, or all files of the folder, `path` of a run; no such file is no error."""
    ref = transaction.run(run_id)
    transaction.connection.execute(
        delete(artifacts).where(artifacts.c.run_pk == ref.pk, _at_or_below(path))
    )
    transaction.touch(run_id, "artifacts")


def of_run(connection: Connection, caller: Caller, run_id: str) -> list[Artifact]:
    """Return the files of a run, by path."""
    ref = find_run(connection, caller, run_id)
    rows = connection.execute(
        select(*_FIELDS).where(artifacts.c.run_pk == ref.pk).order_by(artifacts.c.path)
    )
    return [Artifact(*row) for row in rows]


def get(connection: Connection, caller: Caller, run_id: str, path: str) -> Artifact:
    """Return one file of a run; raises `NotFoundError`."""
    ref = find_run(connection, caller, run_id)
    row = connection.execute(
        select(*_FIELDS).where(artifacts.c.run_pk == ref.pk, artifacts.c.path == path)
    ).first()
    if row is None:
        raise NotFoundError(f"the run {run_id} has no artifact {path!r}")
    return Artifact(*row)


def is_there(connection: Connection, run_pk: int, path: str) -> bool:
    """Whether a run has the file or a file in the folder `path` ("": any)."""
    below = _at_or_below(path) if path else true()
    statement = select(artifacts.c.path).where(artifacts.c.run_pk == run_pk, below).limit(1)
    return connection.scalar(statement) is not None


def _at_or_below(path: str) -> ColumnElement[bool]:
    return or_(artifacts.c.path == path, artifacts.c.path.startswith(f"{path}/", autoescape=True))
