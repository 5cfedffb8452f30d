"""What every place for blobs promises, and how bytes arrive there.

Bytes are written to a file of this machine first, whatever the place: only at their end is it known
what they are called, and whether they are there already, which then costs the place nothing. So a
blob appears under its name only when it is complete and its hash has been checked.
"""

import asyncio
import contextlib
import hashlib
import re
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from celltrail.errors import InvalidError, NotFoundError, UnavailableError
from celltrail_server.errors import TooLargeError

CHUNK_BYTES = 1 << 20

PARTS = "parts"
"""Name of a folder for the parts of uploads that are not complete."""

INCOMING = "incoming"
"""Name of a folder for what arrives."""

STALE_SECONDS = 24 * 3600
"""After this long without a byte, a file that is arriving belongs to a server that died."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes by their hash."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """Bytes that have arrived, in a file of this machine; not stored yet."""

    blob: Blob
    path: Path


def check_sha256(value: str) -> str:
    """Return `value` if it is a sha256 in lower-case hexadecimal, else raise `InvalidError`."""
    if not is_sha256(value):
        raise InvalidError(f"{value[:80]!r} is not a sha256 of 64 lower-case hexadecimal digits")
    return value


def is_sha256(value: str) -> bool:
    """Whether `value` is a sha256 in lower-case hexadecimal."""
    return _SHA256.fullmatch(value) is not None


class Blobs(ABC):
    """A place for blobs. All methods raise `UnavailableError` when it does not answer."""

    def __init__(self, incoming: Path, max_bytes: int) -> None:
        """`incoming`: folder for what arrives. `max_bytes`: the largest blob that is taken."""
        self._incoming = incoming
        self._max_bytes = max_bytes

    @contextlib.asynccontextmanager
    async def incoming(
        self, chunks: AsyncIterator[bytes], sha256: str | None = None
    ) -> AsyncIterator[Incoming]:
        """Give the bytes of a stream, to `keep` inside the block; after it they are gone.

        sha256: what they must hash to, if the sender knows. Raises `InvalidError` if they do not,
        `TooLargeError` beyond the limit, `UnavailableError` if the disk does not take them.
        """
        path = self._incoming / secrets.token_hex(16)
        try:
            try:
                self._incoming.mkdir(parents=True, exist_ok=True)
                blob = await self._write(path, chunks)
            except OSError as error:
                raise _not_stored(error) from error
            if sha256 is not None and blob.sha256 != sha256:
                raise InvalidError(f"the bytes have the sha256 {blob.sha256}, not {sha256}")
            yield Incoming(blob, path)
        finally:
            path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what servers that died have left in the folder for what arrives."""
        for path in self._incoming.glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < time.time() - STALE_SECONDS:
                    path.unlink()

    @property
    def max_bytes(self) -> int:
        """The largest blob that is taken."""
        return self._max_bytes

    @abstractmethod
    async def keep(self, incoming: Incoming) -> None:
        """Store bytes for good under their hash, unless they are there.

        May use up the file. The store must have been told before (`routes.receiving`).
        """

    @abstractmethod
    async def size(self, sha256: str) -> int | None:
        """Return the size of a blob in bytes, or None if it is not there."""

    @abstractmethod
    async def read(
        self, blob: Blob, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Return the bytes of a blob from `start` to before `stop`, in chunks.

        Raises `NotFoundError` before the first if the blob is not there.
        """

    @abstractmethod
    def listed(self) -> AsyncIterator[list[Blob]]:
        """Yield all blobs, some at a time, in no order."""

    @abstractmethod
    async def remove(self, sha256s: Collection[str]) -> None:
        """Remove blobs; one that is not there is no error."""

    @abstractmethod
    async def keep_part(self, upload_id: str, number: int, incoming: Incoming) -> None:
        """Store bytes as one part of an upload, in place of those of the same number."""

    @abstractmethod
    async def parts(self, upload_id: str) -> dict[int, int]:
        """Return the size in bytes of each part of an upload by its number."""

    @abstractmethod
    def read_parts(self, upload_id: str, sizes: dict[int, int]) -> AsyncIterator[bytes]:
        """Yield the bytes of the parts in the order of `sizes`, in chunks."""

    @abstractmethod
    async def remove_parts(self, upload_id: str) -> None:
        """Remove all parts of an upload."""

    async def sign(self, sha256: str, seconds: int) -> str | None:
        """Return an URL that gives the blob to anybody for a while; None: the place has none."""
        return None

    def _gone(self, sha256: str) -> NotFoundError:
        return NotFoundError(f"the blob {sha256} is gone from the artifact store")

    async def _write(self, path: Path, chunks: AsyncIterator[bytes]) -> Blob:
        digest, size_bytes = hashlib.sha256(), 0
        with path.open("xb") as file:
            async for buffer in _buffered(chunks):
                size_bytes += len(buffer)
                if size_bytes > self._max_bytes:
                    raise TooLargeError(f"an artifact has at most {self._max_bytes} bytes")
                await asyncio.to_thread(_append, file, digest, buffer)
        return Blob(digest.hexdigest(), size_bytes)


async def _buffered(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Gather small chunks, which HTTP delivers, into some worth a switch of threads."""
    buffer = bytearray()
    async for chunk in chunks:
        buffer += chunk
        if len(buffer) >= CHUNK_BYTES:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)


def _append(file: BinaryIO, digest: "hashlib._Hash", buffer: bytes) -> None:
    file.write(buffer)
    digest.update(buffer)


def _not_stored(error: OSError) -> UnavailableError:
    return UnavailableError(f"the artifact cannot be stored: {error.strerror}")
