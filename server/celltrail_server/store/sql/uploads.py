"""Uploads in parts that are under way."""
# ruff: noqa: D102  # the methods are documented in the contract

from celltrail_server.callers import Caller
from celltrail_server.store import uploads
from celltrail_server.store.contract.uploads import UploadStore
from celltrail_server.store.records import Upload
from celltrail_server.store.sql.base import SqlBase


class SqlUploads(SqlBase, UploadStore):
    """Uploads in parts that are under way."""

    async def begin_upload(
        self, caller: Caller, sha256: str | None, size_bytes: int | None
    ) -> Upload:
        return await self._write(caller, uploads.begin, sha256, size_bytes)

    async def get_upload(self, caller: Caller, upload_id: str) -> Upload:
        return await self._read(caller, uploads.get, upload_id)

    async def end_upload(self, caller: Caller, upload_id: str) -> None:
        await self._write(caller, uploads.end, upload_id)
