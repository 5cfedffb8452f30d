"""Reading the trail: what cell runs read and wrote, and where a run came from."""

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from celltrail_server.routes.downloads import Download, download
from celltrail_server.routes.services import Call, Parts
from celltrail_server.store.records import Artifact, CellTrace, Origin


class Trail(msgspec.Struct):
    """What the cell runs of a run read and wrote, by ordinal; those without a trace left out."""

    traces: list[CellTrace]


@get("/api/v1/runs/{run_id:str}/trail")
async def trail(request: Call, services: Parts, run_id: FromPath[str]) -> Trail:
    """Return what each cell run read and wrote."""
    return Trail(await services.store.list_traces(request.user, run_id))


@get("/api/v1/runs/{run_id:str}/origin")
async def origin(request: Call, services: Parts, run_id: FromPath[str]) -> Origin:
    """Return notebooks, environment and git state of a run."""
    return await services.store.get_origin(request.user, run_id)


@get("/api/v1/runs/{run_id:str}/notebooks/{sha256:str}")
async def notebook(
    request: Call, services: Parts, run_id: FromPath[str], sha256: FromPath[str]
) -> Download:
    """Download the notebook of a run as it was."""
    found = await services.store.get_notebook(request.user, run_id, sha256)
    media_type = "application/x-ipynb+json"
    file = Artifact(found.path, found.sha256, found.size_bytes, media_type, found.recorded_ms)
    return await download(request, services, file)


handlers: list[ControllerRouterHandler] = [trail, origin, notebook]
