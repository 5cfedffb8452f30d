"""Which files runs, logged models and traces have. The bytes are blobs, elsewhere by their hash."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, delete, or_, select, true

from celltrail.errors import InvalidError, NotFoundError
from celltrail.events import now_ms
from celltrail_server import limits
from celltrail_server.callers import Caller
from celltrail_server.paths import artifact_path
from celltrail_server.store.access import find_run
from celltrail_server.store.logged_models.lookup import find_logged_model
from celltrail_server.store.records import Artifact, Holder, OfModel, OfTrace
from celltrail_server.store.rights import Need
from celltrail_server.store.tables import (
    artifacts,
    blob_claims,
    blobs,
    logged_model_artifacts,
    trace_artifacts,
)
from celltrail_server.store.tracing.lookup import find_trace
from celltrail_server.store.transaction import Transaction, upsert


class Folder(NamedTuple):
    """Where the files of one holder are recorded."""

    table: Table
    holder_pk: int

    @property
    def rows(self) -> ColumnElement[bool]:
        """The condition on `table` that a row is one of these files."""
        return self.table.c[0] == self.holder_pk


def claim_blob(transaction: Transaction, sha256: str) -> None:
    """Keep the bytes with this hash from being collected for a day, whether they are there or not.

    Whoever stores bytes says so first: then either the bytes that are there stay, or it shows that
    they are gone.
    """
    upsert(transaction.connection, blob_claims, [{"sha256": sha256, "claimed_ms": now_ms()}])


def hold_blob(transaction: Transaction, sha256: str) -> int | None:
    """Return the size of a blob that the caller has sent before, and claim it; None: not sent."""
    size_bytes = blob_size(transaction.connection, transaction.caller, sha256)
    if size_bytes is not None:
        claim_blob(transaction, sha256)
    return size_bytes


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


def find(connection: Connection, caller: Caller, holder: Holder, need: Need = "read") -> Folder:
    """Return where the files of a holder are; raises `NotFoundError` or `ForbiddenError`."""
    if isinstance(holder, OfModel):
        ref = find_logged_model(connection, caller, holder.model_id, need)
        return Folder(logged_model_artifacts, ref.pk)
    if isinstance(holder, OfTrace):
        trace = find_trace(connection, caller, holder.trace_id, need)
        return Folder(trace_artifacts, trace.pk)
    return of_run(find_run(connection, caller, holder, need).pk)


def of_run(run_pk: int) -> Folder:
    """Return where the files of a run are."""
    return Folder(artifacts, run_pk)


def log(transaction: Transaction, holder: Holder, artifact: Artifact) -> None:
    """Record a file; one under the same path is replaced.

    Raises `NotFoundError` for an unknown holder, `InvalidError` if the caller has not sent the
    bytes.
    """
    folder = _writable(transaction, holder)
    size_bytes = blob_size(transaction.connection, transaction.caller, artifact.sha256)
    if size_bytes is None:
        raise InvalidError(
            f"no blob {artifact.sha256[:64]}: send its bytes before the artifact {artifact.path!r}"
        )
    limits.check_text("media_type", artifact.media_type, 255)
    limits.check_time("logged_ms", artifact.logged_ms)
    row = {
        folder.table.c[0].name: folder.holder_pk,
        "path": artifact_path(artifact.path),
        "sha256": artifact.sha256,
        "size_bytes": size_bytes,
        "media_type": artifact.media_type,
        "execution_id": artifact.execution_id,
        "logged_ms": artifact.logged_ms,
    }
    upsert(transaction.connection, folder.table, [row])


def remove(transaction: Transaction, holder: Holder, path: str) -> None:
    """Forget the file, or all files of the folder, `path` of a holder; no such file is no error."""
    folder = _writable(transaction, holder)
    transaction.connection.execute(
        delete(folder.table).where(folder.rows, _at_or_below(folder.table, path))
    )


def listed(connection: Connection, caller: Caller, holder: Holder) -> list[Artifact]:
    """Return the files of a holder, by path."""
    folder = find(connection, caller, holder)
    table = folder.table.c
    rows = connection.execute(select(*_fields(folder)).where(folder.rows).order_by(table.path))
    return [Artifact(*row) for row in rows]


def get(connection: Connection, caller: Caller, holder: Holder, path: str) -> Artifact:
    """Return one file of a holder; raises `NotFoundError`."""
    folder = find(connection, caller, holder)
    row = connection.execute(
        select(*_fields(folder)).where(folder.rows, folder.table.c.path == path)
    ).first()
    if row is None:
        raise NotFoundError(f"{_described(holder)} has no artifact {path!r}")
    return Artifact(*row)


def is_there(connection: Connection, folder: Folder, path: str) -> bool:
    """Whether a holder has the file or a file in the folder `path` ("": any)."""
    below = _at_or_below(folder.table, path) if path else true()
    statement = select(folder.table.c.path).where(folder.rows, below).limit(1)
    return connection.scalar(statement) is not None


def _described(holder: Holder) -> str:
    match holder:
        case OfModel(model_id):
            return f"the model {model_id}"
        case OfTrace(trace_id):
            return f"the trace {trace_id}"
    return f"the run {holder}"


def _writable(transaction: Transaction, holder: Holder) -> Folder:
    if isinstance(holder, str):
        ref = transaction.run(holder)
        transaction.touch(holder, "artifacts")
        return of_run(ref.pk)
    return find(transaction.connection, transaction.caller, holder, "write")


def _fields(folder: Folder) -> list[ColumnElement[Any]]:
    return [folder.table.c[name] for name in Artifact.__struct_fields__]


def _at_or_below(table: Table, path: str) -> ColumnElement[bool]:
    column = table.c.path
    return or_(column == path, column.startswith(f"{path}/", autoescape=True))
