"""Reading what was recorded."""

from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from celltrail_server.paths import artifact_path
from celltrail_server.routes.downloads import SIGNED_SECONDS, Download, download
from celltrail_server.routes.services import Call, Parts, sent_path
from celltrail_server.routes.shapes import (
    Cells,
    Experiments,
    ExperimentShape,
    Me,
    MetricBuckets,
    Points,
    RunDetail,
    Runs,
    buckets_shape,
    points_shape,
    run_detail,
    run_shape,
)
from celltrail_server.store.records import Console

MAX_CHILDREN = 1000
MAX_POINTS = 100_000
MAX_BUCKETS = 10_000


@get("/api/v1/me")
async def me(request: Call) -> Me:
    """Say who the caller is."""
    return Me(request.user.name, request.user.workspaces)


@get("/api/v1/experiments")
async def experiments(request: Call, services: Parts) -> Experiments:
    """List what the caller may read, the own first, then by latest activity."""
    found = await services.store.list_experiments(request.user)
    return Experiments([ExperimentShape.of(one) for one in found])


@get("/api/v1/runs")
async def runs(
    request: Call,
    services: Parts,
    experiment_id: FromQuery[str | None] = None,
    parent_id: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 50,
    before: FromQuery[str | None] = None,
) -> Runs:
    """List runs, newest first; without `parent_id` only top-level ones."""
    page = await services.store.list_runs(request.user, experiment_id, parent_id, limit, before)
    return Runs([run_shape(run) for run in page.items], page.next)


@get("/api/v1/runs/{run_id:str}")
async def run(request: Call, services: Parts, run_id: FromPath[str]) -> RunDetail:
    """Return one run with everything that it logged but the points of its metrics."""
    caller, store = request.user, services.store
    found = await store.get_run(caller, run_id)
    files = await store.list_artifacts(caller, run_id)
    children = await store.list_runs(caller, None, run_id, MAX_CHILDREN, None)
    return run_detail(found, files, children.items)


@get("/api/v1/runs/{run_id:str}/cells")
async def cells(request: Call, services: Parts, run_id: FromPath[str]) -> Cells:
    """List the cell runs of a run, in their order."""
    return Cells(await services.store.list_cells(request.user, run_id))


@get("/api/v1/runs/{run_id:str}/cells/{execution_id:str}/console")
async def console(
    request: Call, services: Parts, run_id: FromPath[str], execution_id: FromPath[str]
) -> Console:
    """Return the end of what a cell run printed."""
    return await services.store.get_console(request.user, run_id, execution_id)


@get("/api/v1/runs/{run_id:str}/metrics")
async def metrics(
    request: Call,
    services: Parts,
    run_id: FromPath[str],
    key: FromQuery[str],
    after: Annotated[int, QueryParameter(ge=0, le=2**62)] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_POINTS)] = MAX_POINTS,
) -> Points:
    """Return points of a metric after a cursor, in the order of arrival."""
    points = await services.store.points_after(request.user, run_id, key, after, limit)
    return points_shape(key, points, after)


@get("/api/v1/runs/{run_id:str}/metrics/buckets")
async def metric_buckets(
    request: Call,
    services: Parts,
    run_id: FromPath[str],
    key: FromQuery[str],
    buckets: Annotated[int, QueryParameter(ge=1, le=MAX_BUCKETS)] = 1000,
) -> MetricBuckets:
    """Return a whole metric as at most so many buckets with exact extremes, for a chart."""
    found = await services.store.metric_buckets(request.user, run_id, key, buckets)
    return buckets_shape(key, found)


@get("/api/v1/runs/{run_id:str}/artifacts/{path:path}")
async def artifact(request: Call, services: Parts, run_id: FromPath[str]) -> Download:
    """Download an artifact; with `presigned=1`, say where in a bucket it lies for a while."""
    path = artifact_path(sent_path(request, f"/api/v1/runs/{run_id}/artifacts/"))
    found = await services.store.get_artifact(request.user, run_id, path)
    if request.query_params.get("presigned") == "1":
        url = await services.blobs.sign(found.sha256, SIGNED_SECONDS)
        return Response({"url": url, "sha256": found.sha256, "size_bytes": found.size_bytes})
    return await download(request, services, found)
