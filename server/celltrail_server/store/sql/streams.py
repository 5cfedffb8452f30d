"""Event streams and blobs."""
# ruff: noqa: D102  # the methods are documented in the contract

from celltrail.events import BatchAnswer, EventBatch
from celltrail_server.callers import Caller
from celltrail_server.store import artifacts, events
from celltrail_server.store.contract.streams import StreamStore
from celltrail_server.store.sql.base import SqlBase


class SqlStreams(SqlBase, StreamStore):
    """Event streams and blobs."""

    async def append_events(self, caller: Caller, stream: str, batch: EventBatch) -> BatchAnswer:
        return await self._write(caller, events.append, stream, batch)

    async def claim_blob(self, caller: Caller, sha256: str) -> None:
        await self._write(caller, artifacts.claim_blob, sha256)

    async def hold_blob(self, caller: Caller, sha256: str) -> int | None:
        return await self._write(caller, artifacts.hold_blob, sha256)

    async def add_blob(self, caller: Caller, sha256: str, size_bytes: int) -> None:
        await self._write(caller, artifacts.add_blob, sha256, size_bytes)

    async def blob_size(self, caller: Caller, sha256: str) -> int | None:
        return await self._read(caller, artifacts.blob_size, sha256)
