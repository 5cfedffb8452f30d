"""Reading logged and registered models by the own API: what MLflow has no field for, too."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from celltrail_server.routes.services import Call, Parts
from celltrail_server.routes.shapes import number
from celltrail_server.store.contract import Search
from celltrail_server.store.logged_models.records import (
    LoggedModel,
    ModelSearch,
    ModelStatus,
    Registration,
)
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


class ModelMetricShape(msgspec.Struct):
    """One point of a metric of a logged model; names of datasets may be ""."""

    key: str
    value: float | str
    step: int
    time_ms: int
    run_id: str
    dataset_name: str
    dataset_digest: str


class LoggedModelShape(msgspec.Struct):
    """A logged model; `owner` has logged it, from the cell run `execution_id`."""

    model_id: str
    experiment_id: str
    name: str
    owner: str
    model_type: str
    status: ModelStatus
    source_run_id: str
    execution_id: str | None
    created_ms: int
    updated_ms: int
    params: dict[str, str]
    tags: dict[str, str]
    metrics: list[ModelMetricShape]
    registrations: list[Registration]

    @classmethod
    def of(cls, one: LoggedModel) -> "LoggedModelShape":
        """Make it from a record."""
        fields = msgspec.structs.asdict(one)
        del fields["lifecycle_stage"]
        metrics = [
            ModelMetricShape(
                metric.key,
                number(metric.point.value),
                metric.point.step,
                metric.point.time_ms,
                metric.run_id,
                metric.dataset_name,
                metric.dataset_digest,
            )
            for metric in one.metrics
        ]
        return cls(**fields | {"metrics": metrics})


class LoggedModels(msgspec.Struct):
    """A page of logged models, latest first."""

    models: list[LoggedModelShape]
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


@get("/api/v1/logged-models")
async def logged_models(
    request: Call,
    services: Parts,
    experiment_id: FromQuery[str],
    limit: Limit = 100,
    after: FromQuery[str | None] = None,
) -> LoggedModels:
    """List the models of an experiment, latest first."""
    await services.store.get_experiment(request.user, experiment_id)
    search = ModelSearch((experiment_id,), max_results=limit, page_token=after)
    page = await services.store.search_logged_models(request.user, search)
    return LoggedModels([LoggedModelShape.of(one) for one in page.items], page.next)


@get("/api/v1/logged-models/{model_id:str}")
async def logged_model(request: Call, services: Parts, model_id: FromPath[str]) -> LoggedModelShape:
    """Return a model, the cell run that logged it, and of its metrics what may be seen."""
    found = await services.store.get_logged_model(request.user, model_id)
    return LoggedModelShape.of(found)


handlers: list[ControllerRouterHandler] = [models, versions, logged_models, logged_model]
