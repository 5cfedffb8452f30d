"""Uploads in parts that are under way: who has begun which. The parts lie with the blobs."""

from sqlalchemy import Connection, delete, insert, select

from celltrail.errors import NotFoundError
from celltrail.events import new_id, now_ms
from celltrail_server.callers import Caller
from celltrail_server.store.records import Upload
from celltrail_server.store.retention import UPLOAD_MS
from celltrail_server.store.tables import uploads
from celltrail_server.store.transaction import Transaction

_FIELDS = tuple(uploads.c[name] for name in Upload.__struct_fields__)


def begin(transaction: Transaction, sha256: str | None, size_bytes: int | None) -> Upload:
    """Begin an upload; if the caller has begun one of these bytes, go on with that."""
    if sha256 is not None:
        known = select(*_FIELDS).where(
            uploads.c.owner == transaction.caller.name,
            uploads.c.sha256 == sha256,
            uploads.c.size_bytes == size_bytes,
            uploads.c.started_ms >= now_ms() - UPLOAD_MS,
        )
        if row := transaction.connection.execute(known).first():
            return Upload(*row)
    upload = Upload(new_id(), sha256, size_bytes)
    transaction.connection.execute(
        insert(uploads).values(
            upload_id=upload.upload_id,
            owner=transaction.caller.name,
            sha256=sha256,
            size_bytes=size_bytes,
            started_ms=now_ms(),
        )
    )
    return upload


def get(connection: Connection, caller: Caller, upload_id: str) -> Upload:
    """Return an upload of the caller's; raises `NotFoundError`, also for one that has expired."""
    row = connection.execute(
        select(*_FIELDS).where(
            uploads.c.upload_id == upload_id,
            uploads.c.owner == caller.name,
            uploads.c.started_ms >= now_ms() - UPLOAD_MS,
        )
    ).first()
    if row is None:
        raise NotFoundError(f"no upload {upload_id[:64]!r}: it is complete, expired or unknown")
    return Upload(*row)


def end(transaction: Transaction, upload_id: str) -> None:
    """Forget an upload; one that is not there is no error."""
    transaction.connection.execute(
        delete(uploads).where(
            uploads.c.upload_id == upload_id, uploads.c.owner == transaction.caller.name
        )
    )
