"""MLflow's calls about registered models, their tags and aliases."""

import msgspec
from litestar.types import ControllerRouterHandler

from celltrail.errors import InvalidError
from celltrail_server.registry.names import parse_version
from celltrail_server.routes.mlflow import answers, registry_answers
from celltrail_server.routes.mlflow.answers import Json
from celltrail_server.routes.mlflow.requests import (
    KeyValue,
    mlflow_delete,
    mlflow_get,
    mlflow_patch,
    mlflow_post,
    read,
    read_query,
)
from celltrail_server.routes.services import Call, Parts, Services
from celltrail_server.store.contract import Search

MAX_MODELS = 1000


class OfModel(msgspec.Struct):
    """A registered model by its name."""

    name: str


class CreateModel(OfModel):
    """Fields of `registered-models/create`."""

    tags: list[KeyValue] = []
    description: str = ""


class DescribeModel(OfModel):
    """Fields of `registered-models/update`."""

    description: str = ""


class RenameModel(OfModel):
    """Fields of `registered-models/rename`."""

    new_name: str


class SearchModels(msgspec.Struct):
    """Fields of `registered-models/search`."""

    filter: str = ""
    max_results: int = 100
    order_by: list[str] = []
    page_token: str = ""


class LatestVersions(OfModel):
    """Fields of `registered-models/get-latest-versions`."""

    stages: list[str] = []


class DeleteModelTag(OfModel):
    """Fields of `registered-models/delete-tag`."""

    key: str


class SetModelTag(DeleteModelTag):
    """Fields of `registered-models/set-tag`."""

    value: str = ""


class OfAlias(OfModel):
    """An alias of a model."""

    alias: str


class SetAlias(OfAlias):
    """Fields of setting an alias."""

    version: str


@mlflow_post("/registered-models/create")
async def create(request: Call, services: Parts) -> Json:
    """Create a registered model, or a prompt by its tag."""
    body = await read(request, CreateModel)
    tags = {tag.key: tag.value for tag in body.tags}
    made = await services.store.create_model(request.user, body.name, body.description, tags)
    return {"registered_model": registry_answers.registered_model(made)}


@mlflow_get("/registered-models/get")
async def get(request: Call, services: Parts) -> Json:
    """Return a registered model."""
    found = await services.store.get_model(request.user, read_query(request, OfModel).name)
    return {"registered_model": registry_answers.registered_model(found)}


@mlflow_patch("/registered-models/update")
async def describe(request: Call, services: Parts) -> Json:
    """Replace the description."""
    body = await read(request, DescribeModel)
    model = await services.store.describe_model(request.user, body.name, body.description)
    return {"registered_model": registry_answers.registered_model(model)}


@mlflow_post("/registered-models/rename")
async def rename(request: Call, services: Parts) -> Json:
    """Rename a registered model."""
    body = await read(request, RenameModel)
    model = await services.store.rename_model(request.user, body.name, body.new_name)
    return {"registered_model": registry_answers.registered_model(model)}


@mlflow_delete("/registered-models/delete")
async def delete(request: Call, services: Parts) -> Json:
    """Delete a registered model and its versions."""
    await services.store.delete_model(request.user, (await read(request, OfModel)).name)
    return {}


@mlflow_get("/registered-models/search")
async def search(request: Call, services: Parts) -> Json:
    """Search registered models."""
    query = read_query(request, SearchModels)
    check_at_most(query.max_results, MAX_MODELS)
    page = await services.store.search_models(
        request.user,
        Search(
            filter=query.filter,
            order_by=tuple(query.order_by),
            max_results=query.max_results,
            page_token=query.page_token,
        ),
    )
    found = [registry_answers.registered_model(model) for model in page.items]
    return answers.page("registered_models", found, page.next)


@mlflow_post("/registered-models/get-latest-versions")
async def latest(request: Call, services: Parts) -> Json:
    """Return the latest version of each stage."""
    return await _latest(request, services, await read(request, LatestVersions))


@mlflow_get("/registered-models/get-latest-versions")
async def latest_by_query(request: Call, services: Parts) -> Json:
    """Return the latest version of each stage, with the request in the query."""
    return await _latest(request, services, read_query(request, LatestVersions))


@mlflow_post("/registered-models/set-tag")
async def set_tag(request: Call, services: Parts) -> Json:
    """Set one tag."""
    body = await read(request, SetModelTag)
    await services.store.set_model_tag(request.user, body.name, body.key, body.value)
    return {}


@mlflow_delete("/registered-models/delete-tag")
async def delete_tag(request: Call, services: Parts) -> Json:
    """Remove one tag."""
    body = await read(request, DeleteModelTag)
    await services.store.delete_model_tag(request.user, body.name, body.key)
    return {}


@mlflow_post("/registered-models/alias")
async def set_alias(request: Call, services: Parts) -> Json:
    """Let an alias mean a version."""
    body = await read(request, SetAlias)
    version = parse_version(body.version)
    await services.store.set_alias(request.user, body.name, body.alias, version)
    return {}


@mlflow_delete("/registered-models/alias")
async def delete_alias(request: Call, services: Parts) -> Json:
    """Remove an alias."""
    body = await read(request, OfAlias)
    await services.store.delete_alias(request.user, body.name, body.alias)
    return {}


@mlflow_get("/registered-models/alias")
async def get_by_alias(request: Call, services: Parts) -> Json:
    """Return the version that an alias means."""
    query = read_query(request, OfAlias)
    found = await services.store.get_by_alias(request.user, query.name, query.alias)
    return {"model_version": registry_answers.model_version(found)}


def check_at_most(wanted: int, limit: int) -> None:
    """Raise MLflow's `InvalidError` for a search that wants no results or too many."""
    if wanted < 1:
        raise InvalidError(
            f"Invalid value for max_results. It must be a positive integer, but got {wanted}"
        )
    if wanted > limit:
        raise InvalidError(
            f"Invalid value {wanted} for parameter 'max_results' supplied: it must be at most "
            f"{limit}"
        )


async def _latest(request: Call, services: Services, body: LatestVersions) -> Json:
    found = await services.store.latest_versions(request.user, body.name, body.stages)
    versions = [registry_answers.model_version(version) for version in found]
    return answers.page("model_versions", versions, None)


handlers: list[ControllerRouterHandler] = [
    create,
    get,
    describe,
    rename,
    delete,
    search,
    latest,
    latest_by_query,
    set_tag,
    delete_tag,
    set_alias,
    delete_alias,
    get_by_alias,
]
