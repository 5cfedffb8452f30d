"""Large files as MLflow's client moves them: up in parts, down from a signed address.

What a "credential" or a signed address leads to is this server, with the caller's own token in the
headers; only downloads from a bucket lead to the bucket.
"""

import re
from dataclasses import replace
from typing import Any

import msgspec
from litestar import get, post
from litestar.types import ControllerRouterHandler

from celltrail.errors import InvalidError
from celltrail_server.paths import artifact_path
from celltrail_server.routes.downloads import SIGNED_SECONDS
from celltrail_server.routes.mlflow.answers import Json
from celltrail_server.routes.mlflow.artifacts import PROXY, Place, log_blob, parse_place
from celltrail_server.routes.mlflow.requests import read
from celltrail_server.routes.services import Call, Parts, Services, sent_path
from celltrail_server.routes.uploads import MAX_PARTS, finish, forget

MULTIPART = "/api/2.0/mlflow-artifacts/mpu"
PRESIGNED = "/api/2.0/mlflow-artifacts/presigned"


class CreateMultipartUpload(msgspec.Struct):
    """Fields of `mpu/create`; `path` is the file's where the client has it."""

    path: str
    num_parts: int = 1


class Part(msgspec.Struct):
    """A part that the client says it has sent."""

    part_number: int


class CompleteMultipartUpload(msgspec.Struct):
    """Fields of `mpu/complete`."""

    path: str
    upload_id: str
    parts: list[Part] = []


class AbortMultipartUpload(msgspec.Struct):
    """Fields of `mpu/abort`."""

    path: str
    upload_id: str


@post(f"{MULTIPART}/create/{{address:path}}", status_code=200, include_in_schema=False)
async def create(request: Call, services: Parts) -> Json:
    """Begin an upload, and say where each part goes."""
    wanted = await read(request, CreateMultipartUpload)
    await _place(request, services, "create", wanted.path)
    if not 1 <= wanted.num_parts <= MAX_PARTS:
        raise InvalidError(f"num_parts must be 1 to {MAX_PARTS}, not {wanted.num_parts}")
    upload = await services.store.begin_upload(request.user, None, None)
    base, headers = f"{_own_url(request)}/api/v1/uploads/{upload.upload_id}/parts", _own(request)
    return {
        "upload_id": upload.upload_id,
        "credentials": [
            {"url": f"{base}/{number}", "part_number": number, "headers": headers}
            for number in range(1, wanted.num_parts + 1)
        ],
    }


@post(f"{MULTIPART}/complete/{{address:path}}", status_code=200, include_in_schema=False)
async def complete(request: Call, services: Parts) -> Json:
    """Make a file of the parts."""
    wanted = await read(request, CompleteMultipartUpload)
    place = await _place(request, services, "complete", wanted.path)
    upload = await services.store.get_upload(request.user, wanted.upload_id)
    numbers = [part.part_number for part in wanted.parts]
    if not numbers or numbers != sorted(set(numbers)):
        raise InvalidError("parts must be the numbers of the parts, each once and in order")
    await log_blob(request, services, place, await finish(request, services, upload, numbers))
    return {}


@post(f"{MULTIPART}/abort/{{address:path}}", status_code=200, include_in_schema=False)
async def abort(request: Call, services: Parts) -> Json:
    """Throw the parts away."""
    wanted = await read(request, AbortMultipartUpload)
    await _place(request, services, "abort", wanted.path)
    await forget(request, services, await services.store.get_upload(request.user, wanted.upload_id))
    return {}


@get(f"{PRESIGNED}/{{address:path}}", include_in_schema=False)
async def presigned(request: Call, services: Parts) -> Json:
    """Say where a file can be had in ranges: from the bucket, or from here."""
    address = sent_path(request, f"{PRESIGNED}/")
    place = parse_place(address, allow_root=False)
    found = await services.store.get_artifact(request.user, place.holder, place.path)
    url, headers = await services.blobs.sign(found.sha256, SIGNED_SECONDS), dict[str, str]()
    if url is None:
        url, headers = f"{_own_url(request)}{PROXY}/{address}", _own(request)
    return {"url": url, "headers": headers, "file_size": found.size_bytes}


async def _place(request: Call, services: Services, call: str, file: str) -> Place:
    """Return which file is meant: the address names its folder, the body its name.

    Raises `NotFoundError` or `ForbiddenError` if the caller may not write there.
    """
    folder = parse_place(sent_path(request, f"{MULTIPART}/{call}/").rstrip("/"), allow_root=True)
    await services.store.require_holder(request.user, folder.holder)
    name = re.split(r"[/\\\\]", file)[-1]
    path = f"{folder.path}/{name}" if folder.path else name
    return replace(folder, path=artifact_path(path))


def _own(request: Call) -> dict[str, str]:
    return {"Authorization": request.headers["authorization"]}


def _own_url(request: Call) -> str:
    """Return the address at which the client has reached this server, with the hub's prefix."""
    raw: Any = request.scope["raw_path"]
    prefix = raw.decode("latin-1").partition("/api/")[0].partition("/ajax-api/")[0]
    scheme = request.headers.get("x-forwarded-proto", request.scope["scheme"]).split(",")[0]
    return f"{scheme}://{request.headers['host']}{prefix}"


handlers: list[ControllerRouterHandler] = [create, complete, abort, presigned]
