"""Uploads in parts that are under way."""

from abc import ABC, abstractmethod

from celltrail_server.callers import Caller
from celltrail_server.store.records import Upload


class UploadStore(ABC):
    """Uploads in parts that are under way; they expire after a week."""

    @abstractmethod
    async def begin_upload(
        self, caller: Caller, sha256: str | None, size_bytes: int | None
    ) -> Upload:
        """Begin an upload; if the caller has begun one of these bytes, go on with that."""

    @abstractmethod
    async def get_upload(self, caller: Caller, upload_id: str) -> Upload:
        """Return an upload of the caller's; raises `NotFoundError`."""

    @abstractmethod
    async def end_upload(self, caller: Caller, upload_id: str) -> None:
        """Forget an upload of the caller's, whose parts are gone; no such one is no error."""
