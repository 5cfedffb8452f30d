"""MLflow's calls about workspaces: here, the caller's own name and the groups that they are in."""

from litestar import delete, patch, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from celltrail_server.callers import DEFAULT_WORKSPACE, Caller, in_workspace
from celltrail_server.errors import NotBuiltError
from celltrail_server.routes.mlflow.answers import Json
from celltrail_server.routes.mlflow.requests import PREFIX, mlflow_get
from celltrail_server.routes.services import Call

_ONE = f"{PREFIX}/workspaces/{{name:str}}"


@mlflow_get("/workspaces")
async def list_workspaces(request: Call) -> Json:
    """List the workspaces that the caller may act in, the own one first."""
    return {"workspaces": [_workspace(request.user, name) for name in request.user.workspaces]}


@mlflow_get("/workspaces/{name:str}")
async def get_workspace(request: Call, name: FromPath[str]) -> Json:
    """Return a workspace that the caller may act in."""
    in_workspace(request.user, name)
    return {"workspace": _workspace(request.user, name)}


@post(f"{PREFIX}/workspaces", include_in_schema=False)
async def create_workspace() -> Json:
    """Refuse: the hub's administrators make groups."""
    raise _of_the_hub()


@patch(_ONE, include_in_schema=False)
async def update_workspace(name: FromPath[str]) -> Json:
    """Refuse, whatever the name."""
    raise _of_the_hub()


@delete(_ONE, status_code=200, include_in_schema=False)
async def delete_workspace(name: FromPath[str]) -> Json:
    """Refuse, whatever the name."""
    raise _of_the_hub()


def _workspace(caller: Caller, name: str) -> Json:
    is_own = name in (caller.name, DEFAULT_WORKSPACE)
    return {"name": name, "description": "Your own" if is_own else "A group that you are in"}


def _of_the_hub() -> NotBuiltError:
    return NotBuiltError(
        "workspaces are the users and groups of the hub: whoever administers it adds, changes and "
        "removes them there"
    )


handlers: list[ControllerRouterHandler] = [
    list_workspaces,
    get_workspace,
    create_workspace,
    update_workspace,
    delete_workspace,
]
