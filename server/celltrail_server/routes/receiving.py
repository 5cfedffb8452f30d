"""Taking in the bytes of an artifact, so that neither a crash nor gc can part them from the store.

Both orders matter: the claim comes before the bytes, so that gc leaves them; the bytes come before
the note of who sent them, so that no artifact refers to what is not there.
"""

from collections.abc import AsyncIterator

from celltrail_server.blobs.base import Blob
from celltrail_server.callers import Caller
from celltrail_server.routes.services import Services


async def receive(
    services: Services, caller: Caller, chunks: AsyncIterator[bytes], sha256: str | None = None
) -> Blob:
    """Store a stream of bytes as the caller's; `sha256` is what they must hash to, if known."""
    async with services.blobs.incoming(chunks, sha256) as incoming:
        blob = incoming.blob
        await services.store.claim_blob(caller, blob.sha256)
        await services.blobs.keep(incoming)
    await services.store.add_blob(caller, blob.sha256, blob.size_bytes)
    return blob
