"""Uploads in parts, which go on where they broke off: after a lost connection or a restart."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from celltrail.errors import InvalidError
from celltrail_server.blobs.base import Blob, check_sha256
from celltrail_server.errors import TooLargeError
from celltrail_server.routes.receiving import receive
from celltrail_server.routes.services import Call, Parts, Services
from celltrail_server.store.records import Upload

PART_BYTES = 16 << 20
"""Size of each part but the last that the server asks for."""

MAX_PARTS = 10_000


class BeginUpload(msgspec.Struct):
    """What is going to be sent."""

    sha256: str
    size_bytes: int


@post("/api/v1/uploads", status_code=200)
async def begin(request: Call, services: Parts) -> dict[str, Any]:
    """Begin to send a blob in parts, or go on: says which parts are there."""
    try:
        wanted = msgspec.json.decode(await request.body(), type=BeginUpload)
    except msgspec.DecodeError as error:
        raise InvalidError(f"the body does not say what is to be sent: {error}") from error
    most = min(services.blobs.max_bytes, PART_BYTES * MAX_PARTS)
    if not 0 < wanted.size_bytes <= most:
        raise TooLargeError(f"an upload in parts has 1 to {most} bytes, not {wanted.size_bytes}")
    upload = await services.store.begin_upload(
        request.user, check_sha256(wanted.sha256), wanted.size_bytes
    )
    return await _describe(services, upload)


@get("/api/v1/uploads/{upload_id:str}")
async def describe(request: Call, services: Parts, upload_id: FromPath[str]) -> dict[str, Any]:
    """Say which parts of an upload are there."""
    return await _describe(services, await services.store.get_upload(request.user, upload_id))


@put("/api/v1/uploads/{upload_id:str}/parts/{number:int}", request_max_body_size=None)
async def put_part(
    request: Call, services: Parts, upload_id: FromPath[str], number: FromPath[int]
) -> Response[dict[str, Any]]:
    """Store one part, numbered from 1; the same number again replaces it."""
    if not 1 <= number <= MAX_PARTS:
        raise InvalidError(f"parts are numbered from 1 to {MAX_PARTS}, not {number}")
    upload = await services.store.get_upload(request.user, upload_id)
    async with services.blobs.incoming(request.stream()) as incoming:
        await services.blobs.keep_part(upload.upload_id, number, incoming)
    part = incoming.blob
    return Response(
        {"number": number, "size_bytes": part.size_bytes, "sha256": part.sha256},
        headers={"ETag": f'"{part.sha256}"'},
    )


@post("/api/v1/uploads/{upload_id:str}/complete", status_code=201)
async def complete(request: Call, services: Parts, upload_id: FromPath[str]) -> dict[str, Any]:
    """Make the blob of its parts. If they are not what was announced, they are thrown away."""
    upload = await services.store.get_upload(request.user, upload_id)
    sizes = await services.blobs.parts(upload_id)
    if upload.size_bytes is not None and sum(sizes.values()) != upload.size_bytes:
        raise InvalidError(
            f"the upload {upload_id} has {sum(sizes.values())} of {upload.size_bytes} bytes in "
            f"{len(sizes)} parts: send those that are missing"
        )
    blob = await finish(request, services, upload, range(1, len(sizes) + 1))
    return {"sha256": blob.sha256, "size_bytes": blob.size_bytes}


@delete("/api/v1/uploads/{upload_id:str}")
async def abort(request: Call, services: Parts, upload_id: FromPath[str]) -> None:
    """Throw the parts of an upload away."""
    upload = await services.store.get_upload(request.user, upload_id)
    await forget(request, services, upload)


async def finish(request: Call, services: Services, upload: Upload, numbers: Sequence[int]) -> Blob:
    """Store the bytes of the parts, in this order, as a blob of the caller's.

    Raises `InvalidError` if a part is missing, or if they hash to something else than announced.
    """
    sizes = await services.blobs.parts(upload.upload_id)
    if missing := sorted(set(numbers) - set(sizes)):
        raise InvalidError(f"the upload {upload.upload_id} has no part {missing[0]}: send it first")
    chunks = services.blobs.read_parts(upload.upload_id, {one: sizes[one] for one in numbers})
    try:
        blob = await receive(services, request.user, chunks, upload.sha256)
    except InvalidError:
        await forget(request, services, upload)
        raise
    await forget(request, services, upload)
    return blob


async def forget(request: Call, services: Services, upload: Upload) -> None:
    """Remove an upload and its parts."""
    await services.blobs.remove_parts(upload.upload_id)
    await services.store.end_upload(request.user, upload.upload_id)


async def _describe(services: Services, upload: Upload) -> dict[str, Any]:
    sizes = await services.blobs.parts(upload.upload_id)
    parts = [{"number": number, "size_bytes": size} for number, size in sorted(sizes.items())]
    return {"upload_id": upload.upload_id, "part_bytes": PART_BYTES, "parts": parts}


handlers: list[ControllerRouterHandler] = [begin, describe, put_part, complete, abort]
