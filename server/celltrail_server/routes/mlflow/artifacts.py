"""Artifacts as MLflow's client handles them: listed by run, moved through this server.

A run's `artifact_uri` is `mlflow-artifacts:/EXPERIMENT/RUN/artifacts`; the client turns it into
`/api/2.0/mlflow-artifacts/artifacts/EXPERIMENT/RUN/artifacts/PATH`. For a logged model RUN
is `models/MODEL`, for a trace `traces/TRACE`. What has the files decides; the experiment may have
changed since the client learned the address.
"""

import mimetypes
from dataclasses import dataclass
from pathlib import PurePosixPath

from litestar import delete, get, put
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler

from celltrail.errors import NotFoundError
from celltrail.events import now_ms
from celltrail_server.blobs.base import Blob
from celltrail_server.paths import artifact_path
from celltrail_server.routes.downloads import Download, download
from celltrail_server.routes.mlflow import answers
from celltrail_server.routes.mlflow.answers import Json
from celltrail_server.routes.mlflow.requests import OfRun, mlflow_get, read_query
from celltrail_server.routes.receiving import receive
from celltrail_server.routes.services import Call, Parts, Services, execution_of, sent_path
from celltrail_server.store.records import Artifact, Holder, OfModel, OfTrace

PROXY = "/api/2.0/mlflow-artifacts/artifacts"
HOLDERS: dict[str, type[OfModel] | type[OfTrace]] = {"models": OfModel, "traces": OfTrace}


class ListArtifacts(OfRun):
    """Fields of `artifacts/list`."""

    path: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder of a run, a logged model or a trace: `path` from its root."""

    holder: Holder
    path: str


def parse_place(address: str, *, allow_root: bool) -> Place:
    """Return what `EXPERIMENT/RUN/artifacts/PATH` names, RUN perhaps `models/ID` or `traces/ID`.

    Raises `InvalidError` for a path that is none, `NotFoundError` for anything else.
    """
    experiment_id, _, rest = address.partition("/")
    kind = rest.partition("/")[0]
    make = HOLDERS.get(kind)
    rest = rest.removeprefix(f"{kind}/") if make else rest
    holder_id, folder, path = (*rest.split("/", 2), "", "")[:3]
    artifact_path(f"{experiment_id}/{holder_id}/{folder}")
    if folder != "artifacts":
        raise NotFoundError(f"no run, model or trace has its artifacts at {address[:200]!r}")
    return Place(make(holder_id) if make else holder_id, artifact_path(path, allow_root=allow_root))


@mlflow_get("/artifacts/list")
async def list_of_run(request: Call, services: Parts) -> Json:
    """List a folder of a run, with paths from the run's root."""
    query = read_query(request, ListArtifacts)
    folder = artifact_path(query.path.removesuffix("/"), allow_root=True)
    run = await services.store.get_run(request.user, query.run)
    found = await services.store.list_artifacts(request.user, query.run)
    listed = answers.files(found, folder, base="")
    return {"root_uri": answers.artifact_uri(run)} | answers.page("files", listed, None)


@get(PROXY, include_in_schema=False)
async def list_folder(request: Call, services: Parts, path: FromQuery[str] = "") -> Json:
    """List a folder, with paths from that folder."""
    place = parse_place(path.strip("/"), allow_root=True)
    found = await services.store.list_artifacts(request.user, place.holder)
    return answers.page("files", answers.files(found, place.path, base=place.path), None)


@put(f"{PROXY}/{{address:path}}", request_max_body_size=None, include_in_schema=False)
async def upload(request: Call, services: Parts) -> Json:
    """Store a file, booked on the cell execution that the request names."""
    place = parse_place(sent_path(request, f"{PROXY}/"), allow_root=False)
    await services.store.require_holder(request.user, place.holder)
    blob = await receive(services, request.user, request.stream())
    await log_blob(request, services, place, blob)
    return {}


async def log_blob(request: Call, services: Services, place: Place, blob: Blob) -> None:
    """Record a blob that the caller has sent as a file."""
    artifact = Artifact(
        path=place.path,
        sha256=blob.sha256,
        size_bytes=blob.size_bytes,
        media_type=media_type_of(place.path),
        logged_ms=now_ms(),
        execution_id=execution_of(request),
    )
    await services.store.log_artifact(request.user, place.holder, artifact)


@get(f"{PROXY}/{{address:path}}", include_in_schema=False)
async def fetch(request: Call, services: Parts) -> Download:
    """Download a file."""
    return await send_file(request, services, sent_path(request, f"{PROXY}/"))


async def send_file(request: Call, services: Services, address: str) -> Download:
    """Return the file at an address below the proxy."""
    place = parse_place(address, allow_root=False)
    found = await services.store.get_artifact(request.user, place.holder, place.path)
    return await download(request, services, found)


@delete(f"{PROXY}/{{address:path}}", status_code=200, include_in_schema=False)
async def remove(request: Call, services: Parts) -> Json:
    """Remove a file or folder."""
    place = parse_place(sent_path(request, f"{PROXY}/"), allow_root=False)
    await services.store.remove_artifacts(request.user, place.holder, place.path)
    return {}


def media_type_of(path: str) -> str:
    """Return the media type that a file's name suggests; MLflow's own `MLmodel` files are text."""
    name = PurePosixPath(path).name
    if name in ("MLmodel", "MLproject"):
        return "text/plain"
    guessed, encoding = mimetypes.guess_type(name)
    return guessed if guessed and not encoding else "application/octet-stream"


handlers: list[ControllerRouterHandler] = [list_of_run, list_folder, upload, fetch, remove]
