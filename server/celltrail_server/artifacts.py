"""The bytes of artifacts: a folder of blobs, each under its sha256.

A blob appears under its name only when it is complete and its hash has been checked, so a server
that dies leaves nothing half-written behind but files in `incoming/`, which the next start
removes. Who may read a blob is not known here: the store knows.
"""

import asyncio
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from celltrail.errors import InvalidError, NotFoundError, UnavailableError
from celltrail_server.errors import TooLargeError

CHUNK_BYTES = 1 << 20

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that are stored for good."""

    sha256: str
    size_bytes: int


def check_sha256(value: str) -> str:
    """Return `value` if it is a sha256 in lower-case hexadecimal, else raise `InvalidError`."""
    if _SHA256.fullmatch(value) is None:
        raise InvalidError(f"{value[:80]!r} is not a sha256 of 64 lower-case hexadecimal digits")
    return value


class BlobFolder:
    """Blobs below `root`; writes go to disk in threads, a chunk at a time."""

    def __init__(self, root: Path, max_bytes: int) -> None:
        self._root = root
        self._max_bytes = max_bytes
        self._incoming = root / "incoming"
        shutil.rmtree(self._incoming, ignore_errors=True)
        self._incoming.mkdir(parents=True)

    async def receive(self, chunks: AsyncIterator[bytes], sha256: str | None = None) -> Blob:
        """Store a stream of bytes.

        sha256: what they must hash to, if the sender knows. Raises `InvalidError` if they do not,
        `TooLargeError` beyond the limit, `UnavailableError` if the disk does not take them.
        """
        path = self._incoming / secrets.token_hex(16)
        digest, size_bytes = hashlib.sha256(), 0
        try:
            with path.open("xb") as file:
                async for buffer in _buffered(chunks):
                    size_bytes += len(buffer)
                    if size_bytes > self._max_bytes:
                        raise TooLargeError(f"an artifact has at most {self._max_bytes} bytes")
                    await asyncio.to_thread(_append, file, digest, buffer)
                await asyncio.to_thread(os.fsync, file.fileno())
            found = digest.hexdigest()
            if sha256 is not None and found != sha256:
                raise InvalidError(f"the bytes have the sha256 {found}, not {sha256}")
            target = self._path(found)
            target.parent.mkdir(exist_ok=True)
            path.replace(target)
        except OSError as error:
            raise UnavailableError(f"the artifact cannot be stored: {error.strerror}") from error
        finally:
            path.unlink(missing_ok=True)
        return Blob(found, size_bytes)

    def has(self, sha256: str) -> bool:
        """Whether the blob is there."""
        return self._path(sha256).is_file()

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        """Return the bytes of a blob, in chunks; raises `NotFoundError` before the first."""
        try:
            file = await asyncio.to_thread(self._path(sha256).open, "rb")
        except FileNotFoundError as error:
            raise NotFoundError(f"the blob {sha256} is gone from the artifact store") from error

        async def chunks() -> AsyncIterator[bytes]:
            with file:
                while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                    yield chunk

        return chunks()

    def _path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / check_sha256(sha256)


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
