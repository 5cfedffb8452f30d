"""Reading the model registry by the own API: what MLflow's answers have no field for, too."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from celltrail_server.routes.services import Call, Parts
from celltrail_server.store.contract import Search
from celltrail_server.store.registry.records import ModelVersion, RegisteredModel

Limit = Annotated[int, QueryParameter(ge=1, le=1000)]


class Models(msgspec.Struct):
    """A page of registered models by name."""

    models: list[RegisteredModel]
    next: str | None


class Versions(msgspec.Struct):
    """A page of a model's versions, newest first."""

    versions: list[ModelVersion]
    next: str | None


@get("/api/v1/models")
async def models(
    request: Call, services: Parts, limit: Limit = 100, after: FromQuery[str | None] = None
) -> Models:
    """List the caller's registered models; prompts are none."""
    search = Search(max_results=limit, page_token=after)
    page = await services.store.search_models(request.user, search)
    return Models(page.items, page.next)


@get("/api/v1/models/{name:str}/versions")
async def versions(
    request: Call,
    services: Parts,
    name: FromPath[str],
    limit: Limit = 100,
    after: FromQuery[str | None] = None,
) -> Versions:
    """List the versions of a model, each with the cell run that registered it."""
    page = await services.store.list_versions(request.user, name, limit, after)
    return Versions(page.items, page.next)


handlers: list[ControllerRouterHandler] = [models, versions]
