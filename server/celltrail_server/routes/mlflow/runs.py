"""MLflow's calls about runs."""

import random

import msgspec
from litestar.types import ControllerRouterHandler

from celltrail.errors import InvalidError
from celltrail.events import new_id, now_ms
from celltrail_server import limits
from celltrail_server.routes.mlflow import answers
from celltrail_server.routes.mlflow.answers import STAGES, Json
from celltrail_server.routes.mlflow.requests import (
    KeyValue,
    OfRun,
    Status,
    ViewType,
    check_max_results,
    mlflow_get,
    mlflow_post,
    read,
    read_query,
)
from celltrail_server.routes.services import Call, Parts, execution_of
from celltrail_server.store.contract import Search
from celltrail_server.store.records import PARENT_TAG, RUN_NAME_TAG, NewRun

_ADJECTIVES = ("able", "bold", "calm", "deft", "eager", "fair", "glad", "keen", "quick", "wise")
_NOUNS = ("ant", "bee", "carp", "crane", "dove", "finch", "fox", "heron", "lynx", "otter", "wren")


class CreateRun(msgspec.Struct):
    """Fields of `runs/create`; the owner is the token's user, whatever `user_id` says."""

    experiment_id: str = "0"
    run_name: str = ""
    start_time: int | None = None
    tags: list[KeyValue] = []


class UpdateRun(OfRun):
    """Fields of `runs/update`."""

    status: Status | None = None
    end_time: int | None = None
    run_name: str = ""


class SearchRuns(msgspec.Struct):
    """Fields of `runs/search`."""

    experiment_ids: list[str] = []
    filter: str = ""
    run_view_type: ViewType = "ACTIVE_ONLY"
    max_results: int = 1000
    order_by: list[str] = []
    page_token: str = ""


@mlflow_post("/runs/create")
async def create(request: Call, services: Parts) -> Json:
    """Start a run, booked on the cell execution that the request names."""
    body = await read(request, CreateRun)
    new = new_run(body, execution_of(request))
    experiment_id = body.experiment_id or "0"
    return {"run": answers.run(await services.store.create_run(request.user, experiment_id, new))}


@mlflow_get("/runs/get")
async def get_run(request: Call, services: Parts) -> Json:
    """Return a run, deleted or not."""
    run_id = read_query(request, OfRun).run
    return {"run": answers.run(await services.store.get_run(request.user, run_id))}


@mlflow_post("/runs/update")
async def update(request: Call, services: Parts) -> Json:
    """Change name, status or end of a run."""
    body = await read(request, UpdateRun)
    run = await services.store.update_run(
        request.user,
        body.run,
        status=body.status,
        ended_ms=body.end_time,
        name=body.run_name or None,
    )
    return {"run_info": answers.run_info(run)}


@mlflow_post("/runs/delete")
async def delete(request: Call, services: Parts) -> Json:
    """Delete a run; it can be restored."""
    body = await read(request, OfRun)
    await services.store.set_run_lifecycle(request.user, body.run, "deleted")
    return {}


@mlflow_post("/runs/restore")
async def restore(request: Call, services: Parts) -> Json:
    """Restore a deleted run."""
    body = await read(request, OfRun)
    await services.store.set_run_lifecycle(request.user, body.run, "active")
    return {}


@mlflow_post("/runs/search")
async def search(request: Call, services: Parts) -> Json:
    """Search the runs of some experiments."""
    body = await read(request, SearchRuns)
    check_max_results(body.max_results)
    page = await services.store.search_runs(
        request.user,
        Search(
            filter=body.filter,
            order_by=tuple(body.order_by),
            stages=STAGES[body.run_view_type],
            max_results=body.max_results,
            page_token=body.page_token,
            experiment_ids=tuple(body.experiment_ids),
        ),
    )
    return answers.page("runs", [answers.run(run) for run in page.items], page.next)


def new_run(body: CreateRun, execution_id: str | None) -> NewRun:
    """Return the run that `runs/create` asks for; raises `InvalidError` for two names."""
    tags = {tag.key: tag.value[: limits.MAX_TAG_VALUE] for tag in body.tags}
    tagged = tags.get(RUN_NAME_TAG, "")
    if body.run_name and tagged and body.run_name != tagged:
        raise InvalidError(
            "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different "
            f"values (run_name='{body.run_name}', mlflow.runName='{tagged}')."
        )
    is_notebook = tags.get("mlflow.source.type") == "NOTEBOOK"
    return NewRun(
        run_id=new_id(),
        name=body.run_name or tagged or random_name(),
        started_ms=now_ms() if body.start_time is None else body.start_time,
        kind="notebook" if is_notebook else "script",
        parent_id=tags.get(PARENT_TAG) or None,
        notebook=tags.get("mlflow.source.name") if is_notebook else None,
        execution_id=execution_id,
        tags=tags,
    )


def random_name() -> str:
    """Return a name for a run that was given none, such as `keen-otter-417`."""
    choose = random.choice
    return f"{choose(_ADJECTIVES)}-{choose(_NOUNS)}-{random.randint(100, 999)}"  # noqa: S311


handlers: list[ControllerRouterHandler] = [
    create,
    get_run,
    update,
    delete,
    restore,
    search,
]
