"""What the server says of itself to MLflow's clients, and what it does not have."""

from litestar import HttpMethod, Router, get, route

from celltrail_server.errors import NotBuiltError
from celltrail_server.routes.mlflow.answers import Json
from celltrail_server.routes.mlflow.requests import PREFIX
from celltrail_server.routes.services import Call

# Exact paths, and roots of everything below them.
NOT_BUILT = ("/runs/log-inputs", "/runs/outputs", "/runs/log-model")
NOT_BUILT_BELOW = ("/logged-models", "/registered-models", "/model-versions")

_ANY = [HttpMethod.GET, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE, HttpMethod.PUT]


@get("/server-info")
async def server_info() -> Json:
    """Say which of MLflow's optional features are here: none."""
    return {
        "store_type": "SqlStore",
        "workspaces_enabled": False,
        "trace_archival_enabled": False,
        "multipart_uploads_enabled": False,
        "multipart_downloads_enabled": False,
        "presigned_upload_run_id_supported": False,
        "presigned_upload_model_id_supported": False,
        "features_enabled": {},
    }


@route(
    [
        *NOT_BUILT,
        *NOT_BUILT_BELOW,
        *(f"{root}/{{rest:path}}" for root in NOT_BUILT_BELOW),
    ],
    http_method=_ANY,
)
async def not_built(request: Call) -> Json:
    """Answer 501 at once: clients would repeat a 503 for minutes."""
    raise NotBuiltError(f"{request.url.path} is not supported by this server")


router = Router(
    path=PREFIX,
    route_handlers=[server_info, not_built],
    include_in_schema=False,  # MLflow documents it
)
