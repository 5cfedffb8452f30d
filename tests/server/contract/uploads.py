"""Uploads in parts that are under way."""

import pytest

from celltrail.errors import NotFoundError
from celltrail_server.store.contract import Store
from tests.server.contract.base import ADA, BOB
from tests.server.recording import sha256_of


class UploadContract:
    async def test_an_upload_goes_on_where_its_sender_left_it(self, store: Store) -> None:
        begun = await store.begin_upload(ADA, sha256_of(b"x"), 100)
        assert await store.begin_upload(ADA, sha256_of(b"x"), 100) == begun
        others = [
            await store.begin_upload(BOB, sha256_of(b"x"), 100),
            await store.begin_upload(ADA, sha256_of(b"x"), 101),
            await store.begin_upload(ADA, None, None),
            await store.begin_upload(ADA, None, None),
        ]
        assert len({begun.upload_id, *(one.upload_id for one in others)}) == 5
        assert await store.get_upload(ADA, begun.upload_id) == begun

    async def test_an_upload_of_another_does_not_exist(self, store: Store) -> None:
        begun = await store.begin_upload(ADA, sha256_of(b"x"), 100)
        await store.end_upload(BOB, begun.upload_id)
        with pytest.raises(NotFoundError, match=begun.upload_id):
            await store.get_upload(BOB, begun.upload_id)
        await store.get_upload(ADA, begun.upload_id)
        await store.end_upload(ADA, begun.upload_id)
        with pytest.raises(NotFoundError, match="complete, expired or unknown"):
            await store.get_upload(ADA, begun.upload_id)
