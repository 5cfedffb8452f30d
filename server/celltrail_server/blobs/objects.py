"""Blobs in a bucket: S3, Google Cloud Storage, Azure, or what speaks like them.

Names are those of the folder, `ab/abcd…`, below the prefix. Large blobs are sent in parts side by
side, and read in ranges, each a request of its own that is tried again if it fails: what a blob
takes of memory does not depend on its size.
"""

import contextlib
import os
from collections.abc import AsyncIterator, Collection, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import from_url

from celltrail.errors import InvalidError, NotFoundError, UnavailableError
from celltrail_server.blobs.base import PARTS, Blob, Blobs, Incoming, check_sha256, is_sha256

if TYPE_CHECKING:
    from obstore.store import AzureStore, GCSStore, S3Store

READ_BYTES = 4 << 20
PART_BYTES = 8 << 20
MAX_PARTS = 9_000
"""S3 takes 10,000 parts."""

PARTS_AT_ONCE = 4
LIST_AT_ONCE = 1000

ENDPOINTS = {
    "s3": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"),
    "az": ("AZURE_STORAGE_ENDPOINT",),
    "gs": (),
}
"""Where the address of a self-hosted store stands."""


class BlobBucket(Blobs):
    """Blobs below `url`, such as `s3://bucket/prefix`, with the credentials of the environment."""

    def __init__(self, url: str, incoming: Path, max_bytes: int) -> None:
        """Raises `InvalidError` for an URL that cannot be used."""
        super().__init__(incoming, max_bytes)
        self._url = url
        self._store = _open(url)

    async def keep(self, incoming: Incoming) -> None:
        """Send a file, unless the bucket has it."""
        sha256, size_bytes = incoming.blob.sha256, incoming.blob.size_bytes
        if await self.size(sha256) == size_bytes:
            return
        await self._put(_name(sha256), incoming)

    async def size(self, sha256: str) -> int | None:
        """Return the size of an object."""
        try:
            with self._translated():
                return (await self._store.head_async(_name(sha256)))["size"]
        except NotFoundError:
            return None

    async def read(
        self, blob: Blob, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Return bytes of an object, a range at a time."""
        end = blob.size_bytes if stop is None else stop
        if start >= end and await self.size(blob.sha256) is None:
            raise self._gone(blob.sha256)
        name = _name(blob.sha256)
        first = await self._range(name, start, end) if start < end else b""

        async def chunks() -> AsyncIterator[bytes]:
            chunk, position = first, start
            while chunk:
                yield chunk
                position += len(chunk)
                chunk = await self._range(name, position, end) if position < end else b""

        return chunks()

    async def listed(self) -> AsyncIterator[list[Blob]]:
        """Yield the objects, a page at a time."""
        with self._translated():
            async for page in self._store.list(chunk_size=LIST_AT_ONCE):
                named = ((one["path"].rpartition("/")[2], one["size"]) for one in page)
                yield [Blob(name, size) for name, size in named if is_sha256(name)]

    async def remove(self, sha256s: Collection[str]) -> None:
        """Delete objects."""
        if sha256s:
            with contextlib.suppress(NotFoundError), self._translated():
                await self._store.delete_async([_name(sha256) for sha256 in sha256s])

    async def sign(self, sha256: str, seconds: int) -> str | None:
        """Return an URL at which the bucket gives an object to anybody for a while."""
        with self._translated():
            return await obstore.sign_async(
                self._store, "GET", _name(sha256), timedelta(seconds=seconds)
            )

    async def keep_part(self, upload_id: str, number: int, incoming: Incoming) -> None:
        """Send a file to the upload's folder."""
        await self._put(_part(upload_id, number), incoming)

    async def parts(self, upload_id: str) -> dict[int, int]:
        """Return the sizes of the objects in the upload's folder."""
        sizes: dict[int, int] = {}
        with self._translated():
            async for page in self._store.list(f"{PARTS}/{upload_id}", chunk_size=LIST_AT_ONCE):
                sizes |= {int(one["path"].rpartition("/")[2]): one["size"] for one in page}
        return sizes

    async def read_parts(self, upload_id: str, sizes: dict[int, int]) -> AsyncIterator[bytes]:
        """Yield the bytes of objects, one after the other."""
        for number, size in sizes.items():
            for start in range(0, size, READ_BYTES):
                yield await self._range(_part(upload_id, number), start, size)

    async def remove_parts(self, upload_id: str) -> None:
        """Delete the objects in the upload's folder."""
        names = [_part(upload_id, number) for number in await self.parts(upload_id)]
        if names:
            with self._translated():
                await self._store.delete_async(names)

    async def _put(self, name: str, incoming: Incoming) -> None:
        try:
            await self._store.put_async(
                name,
                incoming.path,
                chunk_size=max(PART_BYTES, incoming.blob.size_bytes // MAX_PARTS),
                max_concurrency=PARTS_AT_ONCE,
            )
        except (BaseError, OSError) as error:  # "not found" is the bucket
            raise self._unavailable(error) from error

    async def _range(self, name: str, start: int, end: int) -> bytes:
        stop = min(start + READ_BYTES, end)
        with self._translated():
            found = await self._store.get_range_async(name, start=start, end=stop)
        return bytes(found)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise NotFoundError(f"the blob is gone from the artifact store {self._url}") from error
        except (BaseError, OSError) as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> UnavailableError:
        return UnavailableError(f"the artifact store {self._url} does not answer: {_line(error)}")


def _open(url: str) -> "S3Store | GCSStore | AzureStore":
    scheme = url.partition(":")[0]
    endpoint = next((found for name in ENDPOINTS[scheme] if (found := os.environ.get(name))), "")
    config = {"endpoint": endpoint} if scheme == "s3" and endpoint else {}
    allow_http = "http://" in endpoint
    try:
        return from_url(  # type: ignore[no-any-return,call-overload]
            url,
            config=config,
            client_options={"allow_http": allow_http, "connect_timeout": "5s", "timeout": "60s"},
            retry_config={"max_retries": 4, "retry_timeout": timedelta(seconds=30)},
        )
    except (BaseError, ValueError) as error:
        raise InvalidError(f"--artifacts {url} cannot be used: {_line(error)}") from error


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{check_sha256(sha256)}"


def _part(upload_id: str, number: int) -> str:
    return f"{PARTS}/{upload_id}/{number}"


def _line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
