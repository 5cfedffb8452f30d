"""MLflow's nine calls about logged models."""

import msgspec
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from celltrail.errors import InvalidError
from celltrail_server.paths import artifact_path
from celltrail_server.routes.mlflow import answers
from celltrail_server.routes.mlflow.answers import Json
from celltrail_server.routes.mlflow.model_answers import logged_model, model_uri, parse_status
from celltrail_server.routes.mlflow.requests import (
    KeyValue,
    mlflow_delete,
    mlflow_get,
    mlflow_patch,
    mlflow_post,
    read,
    read_query,
)
from celltrail_server.routes.mlflow.runs import random_name
from celltrail_server.routes.services import Call, Parts, execution_of, sent_path
from celltrail_server.store.logged_models.records import (
    ModelOrder,
    ModelSearch,
    NewLoggedModel,
    OfDataset,
)
from celltrail_server.store.records import OfModel

ROOT = "/logged-models"
OF_MODEL = f"{ROOT}/{{model_id:str}}"
DEFAULT_RESULTS = 50
MAX_RESULTS = 1000


class Create(msgspec.Struct):
    """Fields of `POST logged-models`."""

    experiment_id: str
    name: str = ""
    model_type: str = ""
    source_run_id: str = ""
    params: list[KeyValue] = []
    tags: list[KeyValue] = []


class Finalize(msgspec.Struct):
    """Fields of `PATCH logged-models/ID`; the status by its name or number."""

    status: str | int


class Tags(msgspec.Struct):
    """Fields of `PATCH logged-models/ID/tags`."""

    tags: list[KeyValue] = []


class Params(msgspec.Struct):
    """Fields of `POST logged-models/ID/params`."""

    params: list[KeyValue] = []


class Get(msgspec.Struct):
    """Fields of `GET logged-models/ID`."""

    allow_deleted: bool = False


class ListArtifacts(msgspec.Struct):
    """Fields of `GET logged-models/ID/artifacts/directories`."""

    artifact_directory_path: str = ""


class DatasetFilter(msgspec.Struct):
    """MLflow's `SearchLoggedModels.Dataset`."""

    dataset_name: str = ""
    dataset_digest: str = ""


class OrderBy(DatasetFilter, kw_only=True):
    """MLflow's `SearchLoggedModels.OrderBy`."""

    field_name: str
    ascending: bool = True


class SearchModels(msgspec.Struct):
    """Fields of `logged-models/search`."""

    experiment_ids: list[str]
    filter: str = ""
    datasets: list[DatasetFilter] = msgspec.field(default_factory=list)
    max_results: int = 0
    order_by: list[OrderBy] = msgspec.field(default_factory=list)
    page_token: str = ""


@mlflow_post(ROOT)
async def create(request: Call, services: Parts) -> Json:
    """Log a model, booked on the cell execution that the request names."""
    body = await read(request, Create)
    new = NewLoggedModel(
        name=body.name or random_name(),
        model_type=body.model_type,
        source_run_id=body.source_run_id,
        params=_entries(body.params),
        tags=_entries(body.tags),
        execution_id=execution_of(request),
    )
    made = await services.store.create_logged_model(request.user, body.experiment_id, new)
    return {"model": logged_model(made)}


@mlflow_get(OF_MODEL)
async def get_model(request: Call, services: Parts, model_id: FromPath[str]) -> Json:
    """Return a model; a deleted one only on request."""
    query = read_query(request, Get)
    found = await services.store.get_logged_model(
        request.user, model_id, allow_deleted=query.allow_deleted
    )
    return {"model": logged_model(found)}


@mlflow_patch(OF_MODEL)
async def finalize(request: Call, services: Parts, model_id: FromPath[str]) -> Json:
    """Set how the upload of a model's files went."""
    status = parse_status((await read(request, Finalize)).status)
    changed = await services.store.finish_logged_model(request.user, model_id, status)
    return {"model": logged_model(changed)}


@mlflow_delete(OF_MODEL)
async def delete(request: Call, services: Parts, model_id: FromPath[str]) -> Json:
    """Delete a model; nothing is erased."""
    await services.store.delete_logged_model(request.user, model_id)
    return {}


@mlflow_post(f"{ROOT}/search")
async def search(request: Call, services: Parts) -> Json:
    """Search the models of some experiments."""
    body = await read(request, SearchModels)
    page = await services.store.search_logged_models(request.user, parse_search(body))
    return answers.page("models", [logged_model(one) for one in page.items], page.next)


@mlflow_patch(f"{OF_MODEL}/tags")
async def set_tags(request: Call, services: Parts, model_id: FromPath[str]) -> Json:
    """Set tags."""
    tags = _entries((await read(request, Tags)).tags)
    await services.store.set_logged_model_tags(request.user, model_id, tags)
    return {}


@mlflow_delete(f"{OF_MODEL}/tags/{{tag_key:path}}")
async def delete_tag(request: Call, services: Parts, model_id: FromPath[str]) -> Json:
    """Remove one tag, whose key may hold slashes."""
    key = sent_path(request, f"/api/2.0/mlflow{ROOT}/{model_id}/tags/")
    await services.store.delete_logged_model_tag(request.user, model_id, key)
    return {}


@mlflow_post(f"{OF_MODEL}/params")
async def log_params(request: Call, services: Parts, model_id: FromPath[str]) -> Json:
    """Log params."""
    params = _entries((await read(request, Params)).params)
    await services.store.log_logged_model_params(request.user, model_id, params)
    return {}


@mlflow_get(f"{OF_MODEL}/artifacts/directories")
async def list_artifacts(request: Call, services: Parts, model_id: FromPath[str]) -> Json:
    """List a folder of a model, with paths from the model's root."""
    query = read_query(request, ListArtifacts)
    folder = artifact_path(query.artifact_directory_path, allow_root=True)
    model = await services.store.get_logged_model(request.user, model_id)
    found = await services.store.list_artifacts(request.user, OfModel(model_id))
    listed = answers.files(found, folder, base="")
    return {"root_uri": model_uri(model)} | answers.page("files", listed, None)


def parse_search(body: SearchModels) -> ModelSearch:
    """Return the search that a request asks for; raises `InvalidError`."""
    if not all(one.dataset_name for one in body.datasets):
        raise InvalidError("`dataset_name` in the `datasets` clause must be specified.")
    if body.max_results < 0:
        raise InvalidError(f"Invalid value {body.max_results} for parameter 'max_results' supplied")
    return ModelSearch(
        experiment_ids=tuple(body.experiment_ids),
        filter=body.filter,
        datasets=tuple(_of_dataset(one) for one in body.datasets),
        order_by=tuple(
            ModelOrder(one.field_name, one.ascending, _of_dataset(one)) for one in body.order_by
        ),
        max_results=min(body.max_results or DEFAULT_RESULTS, MAX_RESULTS),
        page_token=body.page_token,
    )


def _of_dataset(one: DatasetFilter) -> OfDataset:
    return OfDataset(one.dataset_name, one.dataset_digest)


def _entries(pairs: list[KeyValue]) -> dict[str, str]:
    return {pair.key: pair.value for pair in pairs}


handlers: list[ControllerRouterHandler] = [
    create,
    get_model,
    finalize,
    delete,
    search,
    set_tags,
    delete_tag,
    log_params,
    list_artifacts,
]
