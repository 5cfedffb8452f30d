"""What the server says of itself to MLflow's clients, and what it does not have."""

from litestar import HttpMethod, route
from litestar.types import ControllerRouterHandler

from celltrail_server.errors import NoEndpointError, NotBuiltError
from celltrail_server.routes.mlflow.answers import Json
from celltrail_server.routes.mlflow.requests import PREFIX, mlflow_get, mlflow_patch
from celltrail_server.routes.services import Call

# Exact paths, and roots of everything below them.
NOT_BUILT = (
    "/traces/calculate-filter-correlation",
    "/traces/metrics",
    "/traces/link-prompts",
)
NOT_BUILT_BELOW = (
    "/datasets",
    "/issues",
    "/label-schemas",
    "/scorers",
    "/gateway",
    "/prompt-optimization",
    "/review-queues",
)

_ANY = [HttpMethod.GET, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE, HttpMethod.PUT]


@mlflow_get("/server-info")
async def server_info() -> Json:
    """Say which of MLflow's optional features are here: workspaces."""
    return {
        "store_type": "SqlStore",
        "workspaces_enabled": True,
        "trace_archival_enabled": False,
        "multipart_uploads_enabled": False,
        "multipart_downloads_enabled": False,
        "presigned_upload_run_id_supported": False,
        "presigned_upload_model_id_supported": False,
        "features_enabled": {},
    }


@route(
    [
        *(PREFIX + path for path in (*NOT_BUILT, *NOT_BUILT_BELOW)),
        *(f"{PREFIX}{root}/{{rest:path}}" for root in NOT_BUILT_BELOW),
    ],
    http_method=_ANY,
    include_in_schema=False,
)
async def not_built(request: Call) -> Json:
    """Answer 501 at once: clients would repeat a 503 for minutes."""
    raise NotBuiltError(f"{request.url.path} is not supported by this server")


@mlflow_get("/traces")
async def search_old_traces(request: Call) -> Json:
    """Answer as if there were no route: this is of version 2 of traces."""
    raise NoEndpointError(f"there is no {request.method} {request.url.path}")


@mlflow_patch("/traces/{trace_id:str}")
async def end_old_trace(request: Call) -> Json:
    """Answer as if there were no route: this is of version 2 of traces."""
    raise NoEndpointError(f"there is no {request.method} {request.url.path}")


handlers: list[ControllerRouterHandler] = [
    server_info,
    not_built,
    search_old_traces,
    end_old_trace,
]
