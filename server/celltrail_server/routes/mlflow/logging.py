"""MLflow's calls that log to a run: metrics, params, tags, alone or in a batch.

All is booked on the cell execution that the request names.
"""

from collections.abc import Iterable, Sequence

import msgspec
from litestar.types import ControllerRouterHandler

from celltrail.errors import InvalidError
from celltrail_server import limits
from celltrail_server.routes.mlflow.answers import Json
from celltrail_server.routes.mlflow.requests import (
    KeyValue,
    MetricValue,
    OfRun,
    missing,
    mlflow_post,
    read,
)
from celltrail_server.routes.services import Call, Parts, Services, execution_of
from celltrail_server.store.logged_models.records import ModelPoint
from celltrail_server.store.records import Param, Point

MAX_METRICS = 1000
MAX_PARAMS_TAGS = 100
MAX_ENTITIES = 1000


class LogMetric(OfRun, kw_only=True):
    """Fields of `runs/log-metric`: those of a `MetricValue`."""

    key: str
    value: float
    timestamp: int
    step: int = 0
    model_id: str = ""
    dataset_name: str = ""
    dataset_digest: str = ""


class LogKeyValue(OfRun, kw_only=True):
    """Fields of `runs/log-parameter` and `runs/set-tag`."""

    key: str
    value: str = ""


class DeleteTag(OfRun, kw_only=True):
    """Fields of `runs/delete-tag`."""

    key: str


class LogBatch(OfRun, kw_only=True):
    """Fields of `runs/log-batch`."""

    metrics: list[MetricValue] = msgspec.field(default_factory=list)
    params: list[KeyValue] = msgspec.field(default_factory=list)
    tags: list[KeyValue] = msgspec.field(default_factory=list)


@mlflow_post("/runs/log-metric")
async def log_metric(request: Call, services: Parts) -> Json:
    """Log one point of a metric."""
    body = await read(request, LogMetric)
    metric = msgspec.convert(body, MetricValue, from_attributes=True)
    await _log(request, services, body.run, metrics=[metric])
    return {}


@mlflow_post("/runs/log-parameter")
async def log_param(request: Call, services: Parts) -> Json:
    """Log one param."""
    body = await read(request, LogKeyValue)
    await _log(request, services, body.run, params=[(KeyValue(body.key, body.value), "")])
    return {}


@mlflow_post("/runs/set-tag")
async def set_tag(request: Call, services: Parts) -> Json:
    """Set one tag."""
    body = await read(request, LogKeyValue)
    await _log(request, services, body.run, tags=[(KeyValue(body.key, body.value), "")])
    return {}


@mlflow_post("/runs/delete-tag")
async def delete_tag(request: Call, services: Parts) -> Json:
    """Remove one tag."""
    body = await read(request, DeleteTag)
    await services.store.delete_tag(request.user, body.run, body.key)
    return {}


@mlflow_post("/runs/log-batch")
async def log_batch(request: Call, services: Parts) -> Json:
    """Log metrics, params and tags, all or none of them."""
    body = await read(request, LogBatch)
    _check_batch(body)
    await _log(
        request,
        services,
        body.run,
        metrics=body.metrics,
        places="metrics[{}].",
        params=_placed("params", body.params),
        tags=_placed("tags", body.tags),
    )
    return {}


async def _log(
    request: Call,
    services: Services,
    run_id: str,
    *,
    metrics: Sequence[MetricValue] = (),
    params: Iterable[tuple[KeyValue, str]] = (),
    tags: Iterable[tuple[KeyValue, str]] = (),
    places: str = "",
) -> None:
    execution_id = execution_of(request)
    await services.store.log(
        request.user,
        run_id,
        metrics=_points(metrics, execution_id, places),
        model_metrics=[_of_model(metric) for metric in metrics if metric.model_id],
        params=[
            Param(param.key, _text(param, place, limits.MAX_PARAM_VALUE, "Param key"), execution_id)
            for param, place in params
        ],
        tags={tag.key: _text(tag, place, limits.MAX_TAG_VALUE) for tag, place in tags},
    )


def _placed[T](name: str, items: Sequence[T]) -> list[tuple[T, str]]:
    return [(item, f"{name}[{index}].") for index, item in enumerate(items)]


def _points(
    metrics: Sequence[MetricValue], execution_id: str | None, places: str
) -> list[tuple[str, Point]]:
    """Return the points with their names; `places`: how an error calls them, with their index."""
    for index, metric in enumerate(metrics):
        if not limits.is_mlflow_name(metric.key):
            place = places.format(index)
            _check_key(metric.key, f"{place}key", f"{place}name", "Metric name")
        if not (0 <= metric.timestamp < 2**63 and -(2**63) <= metric.step < 2**63):
            raise _refused(metric, places.format(index))
    return [
        (metric.key, Point(metric.step, metric.timestamp, metric.value, execution_id))
        for metric in metrics
    ]


def _of_model(metric: MetricValue) -> ModelPoint:
    point = Point(metric.step, metric.timestamp, metric.value)
    return ModelPoint(
        metric.model_id, metric.key, point, metric.dataset_name, metric.dataset_digest
    )


def _refused(metric: MetricValue, place: str) -> InvalidError:
    if metric.timestamp < 0:
        return InvalidError(
            f"Invalid value {metric.timestamp} for parameter '{place}timestamp' supplied: metric "
            f"'{metric.key}' (value={metric.value}). Timestamp must be a nonnegative long "
            "(64-bit integer) "
        )
    wrong = "step" if metric.timestamp < 2**63 else "timestamp"
    return InvalidError(f"{wrong} {getattr(metric, wrong)} does not fit into 64 bits")


def _text(entry: KeyValue, place: str, limit: int, what: str = "") -> str:
    """Return the value, cut to MLflow's limit, as MLflow's server does."""
    _check_key(entry.key, f"{place}key", f"{place}key", what)
    value = entry.value[:limit]
    limits.check_text(f"{place}value", value, limit)
    return value


def _check_key(key: str, field: str, path: str, what: str) -> None:
    if not key:
        raise missing(field)
    limits.check_mlflow_name(path, key, what)


def _check_batch(body: LogBatch) -> None:
    for name, count, limit in (
        ("metrics", len(body.metrics), MAX_METRICS),
        ("params", len(body.params), MAX_PARAMS_TAGS),
        ("tags", len(body.tags), MAX_PARAMS_TAGS),
        (
            "metrics, params, and tags",
            len(body.metrics) + len(body.params) + len(body.tags),
            MAX_ENTITIES,
        ),
    ):
        if count > limit:
            raise InvalidError(
                f"A batch logging request can contain at most {limit} {name}. Got {count} {name}. "
                f"Please split up {name} across multiple requests and try again."
            )
    keys = [param.key for param in body.params]
    repeated = [key for index, key in enumerate(keys) if key in keys[:index]]
    if repeated:
        raise InvalidError(
            f"Duplicate parameter keys have been submitted: {repeated}. Please ensure the request "
            "contains only one param value per param key."
        )


handlers: list[ControllerRouterHandler] = [log_metric, log_param, set_tag, delete_tag, log_batch]
