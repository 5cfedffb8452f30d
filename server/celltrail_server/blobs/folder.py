"""Blobs in a folder: `ab/abcd…`, the first two digits of the hash being a folder of their own."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Collection
from pathlib import Path

from celltrail.errors import UnavailableError
from celltrail_server.blobs.base import (
    CHUNK_BYTES,
    INCOMING,
    PARTS,
    Blob,
    Blobs,
    Incoming,
    check_sha256,
    is_sha256,
)


class BlobFolder(Blobs):
    """Blobs below `root`; all of the disk's work is done in threads, a chunk at a time."""

    def __init__(self, root: Path, max_bytes: int) -> None:
        super().__init__(root / INCOMING, max_bytes)
        self._root = root

    async def keep(self, incoming: Incoming) -> None:
        """Move the file to its name, once its bytes are on the disk."""
        try:
            await asyncio.to_thread(_move, incoming.path, self._path(incoming.blob.sha256))
        except OSError as error:
            raise UnavailableError(f"the artifact cannot be stored: {error.strerror}") from error

    async def size(self, sha256: str) -> int | None:
        """Return the size of a file."""
        try:
            return (await asyncio.to_thread(self._path(sha256).stat)).st_size
        except FileNotFoundError:
            return None

    async def read(
        self, blob: Blob, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Return bytes of a file."""
        try:
            file = await asyncio.to_thread(self._path(blob.sha256).open, "rb")
        except FileNotFoundError as error:
            raise self._gone(blob.sha256) from error

        async def chunks() -> AsyncIterator[bytes]:
            left = (blob.size_bytes if stop is None else stop) - start
            with file:
                file.seek(start)
                while left > 0 and (
                    chunk := await asyncio.to_thread(file.read, min(left, CHUNK_BYTES))
                ):
                    left -= len(chunk)
                    yield chunk

        return chunks()

    async def listed(self) -> AsyncIterator[list[Blob]]:
        """Yield the files, those of one folder at a time."""
        for folder in sorted(self._root.glob("[0-9a-f][0-9a-f]")):
            yield await asyncio.to_thread(_list, folder)

    async def remove(self, sha256s: Collection[str]) -> None:
        """Unlink files."""
        for sha256 in sha256s:
            await asyncio.to_thread(self._path(sha256).unlink, missing_ok=True)

    async def keep_part(self, upload_id: str, number: int, incoming: Incoming) -> None:
        """Move the file to the upload's folder."""
        try:
            await asyncio.to_thread(_move, incoming.path, self._parts(upload_id) / str(number))
        except OSError as error:
            raise UnavailableError(f"the part cannot be stored: {error.strerror}") from error

    async def parts(self, upload_id: str) -> dict[int, int]:
        """Return the sizes of the files in the upload's folder."""
        found = await asyncio.to_thread(lambda: list(self._parts(upload_id).glob("*")))
        return {int(path.name): path.stat().st_size for path in found}

    async def read_parts(self, upload_id: str, sizes: dict[int, int]) -> AsyncIterator[bytes]:
        """Yield the bytes of files, one after the other."""
        for number in sizes:
            file = await asyncio.to_thread((self._parts(upload_id) / str(number)).open, "rb")
            with file:
                while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                    yield chunk

    async def remove_parts(self, upload_id: str) -> None:
        """Remove the upload's folder."""
        await asyncio.to_thread(shutil.rmtree, self._parts(upload_id), ignore_errors=True)

    def _parts(self, upload_id: str) -> Path:
        return self._root / PARTS / upload_id

    def _path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / check_sha256(sha256)


def _move(source: Path, target: Path) -> None:
    descriptor = os.open(source, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def _list(folder: Path) -> list[Blob]:
    with os.scandir(folder) as entries:
        return [Blob(one.name, one.stat().st_size) for one in entries if is_sha256(one.name)]
