"""What every place for blobs must do."""

import hashlib
import os
import time
from collections.abc import AsyncIterator

import pytest

from celltrail.errors import InvalidError, NotFoundError
from celltrail_server.blobs import base
from celltrail_server.blobs.base import Blob, Blobs
from celltrail_server.errors import TooLargeError
from tests.server.recording import sha256_of

MAX_BYTES = 40 << 20


async def stream(data: bytes, chunk_bytes: int = 1 << 18) -> AsyncIterator[bytes]:
    for start in range(0, len(data), chunk_bytes):
        yield data[start : start + chunk_bytes]


async def put(blobs: Blobs, data: bytes) -> Blob:
    async with blobs.incoming(stream(data)) as incoming:
        await blobs.keep(incoming)
    return incoming.blob


async def read(blobs: Blobs, blob: Blob, *part: int) -> bytes:
    return b"".join([chunk async for chunk in await blobs.read(blob, *part)])


async def names(blobs: Blobs) -> set[Blob]:
    return {blob async for some in blobs.listed() for blob in some}


class BlobContract:
    @pytest.mark.parametrize("size_bytes", [0, 1, (1 << 20) + 1, (20 << 20) + 3])
    async def test_bytes_come_back_as_they_were(self, blobs: Blobs, size_bytes: int) -> None:
        data = os.urandom(size_bytes)
        blob = await put(blobs, data)
        assert blob == Blob(sha256_of(data), size_bytes)
        assert await blobs.size(blob.sha256) == size_bytes
        found = hashlib.sha256()
        async for chunk in await blobs.read(blob):
            assert 0 < len(chunk) <= 8 << 20
            found.update(chunk)
        assert found.hexdigest() == blob.sha256

    @pytest.mark.parametrize("part", [(0, 1), (5, 9), (4 << 20, 9 << 20), (10 << 20, 10_485_761)])
    async def test_a_range_is_what_it_says(self, blobs: Blobs, part: tuple[int, int]) -> None:
        data = bytes(range(256)) * 40_961
        blob = await put(blobs, data)
        assert await read(blobs, blob, *part) == data[slice(*part)]

    async def test_the_same_bytes_are_kept_once(self, blobs: Blobs) -> None:
        first = await put(blobs, b"twice")
        assert await put(blobs, b"twice") == first
        assert await names(blobs) == {first}

    async def test_bytes_with_another_hash_do_not_appear(self, blobs: Blobs) -> None:
        with pytest.raises(InvalidError, match="the bytes have the sha256"):
            async with blobs.incoming(stream(b"x"), sha256_of(b"y")) as incoming:
                await blobs.keep(incoming)
        assert await names(blobs) == set()
        assert await blobs.size(sha256_of(b"y")) is None

    async def test_a_sender_that_breaks_off_leaves_nothing(self, blobs: Blobs) -> None:
        async def broken() -> AsyncIterator[bytes]:
            yield b"x" * (2 << 20)
            raise LookupError

        with pytest.raises(LookupError):
            async with blobs.incoming(broken()):
                pass
        assert await names(blobs) == set()
        assert list(blobs._incoming.iterdir()) == []

    async def test_what_is_too_large_is_refused(self, blobs: Blobs) -> None:
        blobs._max_bytes = 10
        with pytest.raises(TooLargeError, match="at most 10 bytes"):
            await put(blobs, b"x" * 11)
        assert (await put(blobs, b"x" * 10)).size_bytes == 10

    async def test_a_blob_that_is_not_there_is_not_found(self, blobs: Blobs) -> None:
        for size_bytes in (0, 1):
            with pytest.raises(NotFoundError, match="gone from the artifact store"):
                await blobs.read(Blob(sha256_of(b"x"), size_bytes))
        assert await blobs.size(sha256_of(b"x")) is None

    async def test_parts_are_kept_until_they_are_removed(self, blobs: Blobs) -> None:
        sent = {2: b"b" * (5 << 20), 1: b"a", 10: b"c"}
        for number, data in [(1, b"replaced"), *sent.items()]:
            async with blobs.incoming(stream(data)) as incoming:
                await blobs.keep_part("f" * 32, number, incoming)
        sizes = await blobs.parts("f" * 32)
        assert sizes == {number: len(data) for number, data in sent.items()}
        ordered = {number: sizes[number] for number in sorted(sizes)}
        chunks = [chunk async for chunk in blobs.read_parts("f" * 32, ordered)]
        assert b"".join(chunks) == b"a" + sent[2] + b"c"
        assert await blobs.parts("e" * 32) == {}
        assert await names(blobs) == set()
        for _ in range(2):
            await blobs.remove_parts("f" * 32)
            assert await blobs.parts("f" * 32) == {}

    async def test_removed_blobs_are_gone_and_others_stay(self, blobs: Blobs) -> None:
        made = [await put(blobs, str(number).encode()) for number in range(5)]
        await blobs.remove([blob.sha256 for blob in made[:4]])
        await blobs.remove([made[0].sha256])
        await blobs.remove([])
        assert await names(blobs) == {made[4]}

    async def test_what_a_dead_server_left_is_swept_and_what_arrives_stays(
        self, blobs: Blobs
    ) -> None:
        async with blobs.incoming(stream(b"arriving")) as incoming:
            stale = incoming.path.with_name("stale")
            stale.write_bytes(b"half")
            then = time.time() - base.STALE_SECONDS - 1
            os.utime(stale, (then, then))
            blobs.sweep()
            assert not stale.exists()
            await blobs.keep(incoming)
        assert await names(blobs) == {incoming.blob}
