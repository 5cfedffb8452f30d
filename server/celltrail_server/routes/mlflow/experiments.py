"""MLflow's nine calls about experiments."""

import msgspec
from litestar.types import ControllerRouterHandler

from celltrail.errors import InvalidError
from celltrail_server.routes.mlflow import answers
from celltrail_server.routes.mlflow.answers import STAGES, Json
from celltrail_server.routes.mlflow.requests import (
    KeyValue,
    ViewType,
    check_max_results,
    mlflow_get,
    mlflow_post,
    read,
    read_query,
)
from celltrail_server.routes.services import Call, Parts, Services
from celltrail_server.store.contract import Search


class Create(msgspec.Struct):
    """Fields of `experiments/create`."""

    name: str
    artifact_location: str = ""
    tags: list[KeyValue] = []


class ById(msgspec.Struct):
    """An experiment by its id."""

    experiment_id: str


class ByName(msgspec.Struct):
    """An experiment by its name."""

    experiment_name: str


class Rename(ById):
    """Fields of `experiments/update`."""

    new_name: str


class SetTag(ById):
    """Fields of `experiments/set-experiment-tag`."""

    key: str
    value: str = ""


class DeleteTag(ById):
    """Fields of `experiments/delete-experiment-tag`."""

    key: str


class SearchExperiments(msgspec.Struct):
    """Fields of `experiments/search`."""

    max_results: int = 1000
    page_token: str = ""
    filter: str = ""
    order_by: list[str] = []
    view_type: ViewType = "ACTIVE_ONLY"


@mlflow_post("/experiments/create")
async def create(request: Call, services: Parts) -> Json:
    """Create an experiment."""
    body = await read(request, Create)
    if body.artifact_location:
        # A location of the client's choice would make this server read and write there.
        raise InvalidError(
            f"artifact_location {body.artifact_location[:200]!r}: this server keeps the artifacts "
            "itself; leave the location out"
        )
    tags = {tag.key: tag.value for tag in body.tags}
    new_id = await services.store.create_experiment(request.user, body.name, tags)
    return {"experiment_id": new_id}


@mlflow_get("/experiments/get")
async def get_by_id(request: Call, services: Parts) -> Json:
    """Return an experiment, deleted or not."""
    query = read_query(request, ById)
    found = await services.store.get_experiment(request.user, query.experiment_id)
    return {"experiment": answers.experiment(found)}


@mlflow_get("/experiments/get-by-name")
async def get_by_name(request: Call, services: Parts) -> Json:
    """Return the experiment of that name, deleted or not."""
    query = read_query(request, ByName)
    found = await services.store.get_experiment_by_name(request.user, query.experiment_name)
    return {"experiment": answers.experiment(found)}


@mlflow_post("/experiments/search")
async def search(request: Call, services: Parts) -> Json:
    """Search experiments."""
    return await _search(request, services, await read(request, SearchExperiments))


@mlflow_get("/experiments/search")
async def search_by_query(request: Call, services: Parts) -> Json:
    """Search experiments, with the request in the query."""
    return await _search(request, services, read_query(request, SearchExperiments))


@mlflow_post("/experiments/delete")
async def delete(request: Call, services: Parts) -> Json:
    """Delete an experiment with its runs; it can be restored."""
    body = await read(request, ById)
    caller = request.user
    await services.store.set_experiment_lifecycle(caller, body.experiment_id, "deleted")
    return {}


@mlflow_post("/experiments/restore")
async def restore(request: Call, services: Parts) -> Json:
    """Restore a deleted experiment with its runs."""
    body = await read(request, ById)
    caller = request.user
    await services.store.set_experiment_lifecycle(caller, body.experiment_id, "active")
    return {}


@mlflow_post("/experiments/update")
async def update(request: Call, services: Parts) -> Json:
    """Rename an experiment."""
    body = await read(request, Rename)
    await services.store.rename_experiment(request.user, body.experiment_id, body.new_name)
    return {}


@mlflow_post("/experiments/set-experiment-tag")
async def set_tag(request: Call, services: Parts) -> Json:
    """Set one tag."""
    body = await read(request, SetTag)
    caller = request.user
    await services.store.set_experiment_tag(caller, body.experiment_id, body.key, body.value)
    return {}


@mlflow_post("/experiments/delete-experiment-tag")
async def delete_tag(request: Call, services: Parts) -> Json:
    """Remove one tag."""
    body = await read(request, DeleteTag)
    await services.store.delete_experiment_tag(request.user, body.experiment_id, body.key)
    return {}


async def _search(request: Call, services: Services, body: SearchExperiments) -> Json:
    check_max_results(body.max_results)
    page = await services.store.search_experiments(
        request.user,
        Search(
            filter=body.filter,
            order_by=tuple(body.order_by),
            stages=STAGES[body.view_type],
            max_results=body.max_results,
            page_token=body.page_token,
        ),
    )
    return answers.page("experiments", [answers.experiment(one) for one in page.items], page.next)


handlers: list[ControllerRouterHandler] = [
    create,
    get_by_id,
    get_by_name,
    search,
    search_by_query,
    delete,
    restore,
    update,
    set_tag,
    delete_tag,
]
