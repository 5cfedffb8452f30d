"""What the server says of itself to MLflow's clients, and what it does not have."""

from litestar import HttpMethod, route
from litestar.types import ControllerRouterHandler

from celltrail_server.errors import NotBuiltError
from celltrail_server.routes.mlflow.answers import Json
from celltrail_server.routes.mlflow.requests import PREFIX, mlflow_get
from celltrail_server.routes.services import Call

NOT_BUILT = ("/runs/log-model",)

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
    [PREFIX + path for path in NOT_BUILT],
    http_method=_ANY,
    include_in_schema=False,
)
async def not_built(request: Call) -> Json:
    """Answer 501 at once: clients would repeat a 503 for minutes."""
    raise NotBuiltError(f"{request.url.path} is not supported by this server")


handlers: list[ControllerRouterHandler] = [server_info, not_built]
