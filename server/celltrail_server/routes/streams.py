"""Receiving what was recorded: event streams and blobs."""

import msgspec
from litestar import Response, head, post, put
from litestar.params import FromPath

from celltrail.errors import InvalidError, NotFoundError
from celltrail.events import BatchAnswer, EventBatch
from celltrail_server.blobs.base import check_sha256
from celltrail_server.routes.receiving import receive
from celltrail_server.routes.services import Call, Parts

MAX_BATCH_BYTES = 64 << 20

_decoder = msgspec.msgpack.Decoder(EventBatch)


@post("/api/v1/streams/{stream:str}/events", request_max_body_size=MAX_BATCH_BYTES, status_code=200)
async def append_events(request: Call, services: Parts, stream: FromPath[str]) -> BatchAnswer:
    """Apply a batch of events (MessagePack, `EventBatch`) exactly once."""
    try:
        batch = _decoder.decode(await request.body())
    except msgspec.DecodeError as error:
        raise InvalidError(f"the body is no batch of events in MessagePack: {error}") from error
    return await services.store.append_events(request.user, stream, batch)


@put("/api/v1/blobs/{sha256:str}", request_max_body_size=None)
async def put_blob(request: Call, services: Parts, sha256: FromPath[str]) -> Response[None]:
    """Store the bytes of an artifact under their hash."""
    known = await services.store.blob_size(request.user, check_sha256(sha256)) is not None
    await receive(services, request.user, request.stream(), sha256)
    return Response(None, status_code=200 if known else 201)


@head("/api/v1/blobs/{sha256:str}")
async def has_blob(request: Call, services: Parts, sha256: FromPath[str]) -> Response[None]:
    """Say whether the caller has sent this blob; if so, it stays for a day at least."""
    ask = services.store.hold_blob if request.user.can_write else services.store.blob_size
    size = await ask(request.user, check_sha256(sha256))
    if size is None or await services.blobs.size(sha256) is None:
        raise NotFoundError(f"no blob {sha256}")
    return Response(None, status_code=200)
