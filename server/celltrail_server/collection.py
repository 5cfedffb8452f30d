"""gc: erase what was deleted long ago, and the blobs that nobody needs any more.

Servers may go on meanwhile. All writing is in short transactions, each of which decides anew and
alone: servers wait for them, they wait for servers.
"""

from collections.abc import Sequence
from itertools import batched
from typing import Any

import msgspec

from celltrail_server.blobs.base import Blob, Blobs
from celltrail_server.store import retention
from celltrail_server.store.sessions import Sessions

RUNS_AT_ONCE = 20
BLOBS_AT_ONCE = 200


class Collected(msgspec.Struct):
    """What gc has erased, or would erase. `contents`: sources of cells and other shared rows."""

    runs: int = 0
    experiments: int = 0
    models: int = 0
    contents: int = 0
    uploads: int = 0
    blobs: int = 0
    blob_bytes: int = 0

    def add(self, blobs: Sequence[Blob]) -> None:
        """Count blobs."""
        self.blobs += len(blobs)
        self.blob_bytes += sum(blob.size_bytes for blob in blobs)


async def collect(sessions: Sessions, blobs: Blobs, now_ms: int, before_ms: int) -> Collected:
    """Erase what was deleted before a time, and every blob that is unused then."""
    collected = Collected()
    with sessions.begun() as connection:
        pks = retention.deleted_runs(connection, before_ms)
    for some in batched(pks, RUNS_AT_ONCE):
        with sessions.begun(writes=True) as connection:
            collected.runs += retention.erase_runs(connection, some, before_ms)
    with sessions.begun(writes=True) as connection:
        collected.models = retention.erase_models(connection, before_ms)
        collected.experiments = retention.erase_experiments(connection, before_ms)
        collected.contents = retention.erase_contents(connection)
        retention.erase_claims(connection, now_ms)
        late = retention.expired_uploads(connection, now_ms)
    for upload_id in late:
        await blobs.remove_parts(upload_id)
    with sessions.begun(writes=True) as connection:
        retention.erase_uploads(connection, late)
    collected.uploads = len(late)
    async for listed in blobs.listed():
        for batch in batched(listed, BLOBS_AT_ONCE):
            collected.add(await _remove_unused(sessions, blobs, batch, now_ms))
    return collected


async def preview(sessions: Sessions, blobs: Blobs, now_ms: int, before_ms: int) -> Collected:
    """Return what `collect` would erase, at a cost to nobody."""
    with sessions.begun() as connection:
        collected = Collected(*retention.count_deleted(connection, before_ms))
        collected.uploads = len(retention.expired_uploads(connection, now_ms))
    async for listed in blobs.listed():
        with sessions.begun() as connection:
            sizes = {blob.sha256: blob for blob in listed}
            unused = retention.unused_blobs(connection, sizes, now_ms, before_ms)
        collected.add([sizes[sha256] for sha256 in unused])
    return collected


async def _remove_unused(
    sessions: Sessions, blobs: Blobs, batch: Sequence[Blob], now_ms: int
) -> list[Blob]:
    """Remove those of the blobs that are unused, while nobody can begin to use one."""
    by_name: dict[str, Any] = {blob.sha256: blob for blob in batch}
    with sessions.begun(writes=True) as connection:
        unused = retention.unused_blobs(connection, by_name, now_ms)
        retention.disown(connection, unused)
        await blobs.remove(unused)
    return [by_name[sha256] for sha256 in unused]
