"""What processes that record send: events, and the bytes of files."""

from abc import ABC, abstractmethod

from celltrail.events import BatchAnswer, EventBatch
from celltrail_server.callers import Caller


class StreamStore(ABC):
    """What processes that record send: events, and the bytes of files."""

    @abstractmethod
    async def append_events(self, caller: Caller, stream: str, batch: EventBatch) -> BatchAnswer:
        """Apply the events that are new, each exactly once, and say which were rejected.

        Raises `StreamGapError` if events are missing before the batch.
        """

    @abstractmethod
    async def claim_blob(self, caller: Caller, sha256: str) -> None:
        """Keep bytes from being collected for a day; said before they are stored."""

    @abstractmethod
    async def hold_blob(self, caller: Caller, sha256: str) -> int | None:
        """Return the size of a blob that the caller has sent, or None; if so, claim it."""

    @abstractmethod
    async def add_blob(self, caller: Caller, sha256: str, size_bytes: int) -> None:
        """Note that the caller has sent these bytes; doing it again is no error."""

    @abstractmethod
    async def blob_size(self, caller: Caller, sha256: str) -> int | None:
        """Return the size of a blob that the caller has sent, or None."""
