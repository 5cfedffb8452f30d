"""MLflow's calls that read the history of metrics."""

from typing import Annotated

import msgspec
from litestar.types import ControllerRouterHandler

from celltrail.errors import InvalidError
from celltrail_server.routes.mlflow import answers
from celltrail_server.routes.mlflow.answers import Json
from celltrail_server.routes.mlflow.requests import HINT, OfRun, missing, mlflow_get, read_query
from celltrail_server.routes.services import Call, Parts
from celltrail_server.store.records import Point

MAX_PAGE = 25_000
MAX_BULK_RUNS = 100
MAX_SAMPLE = 2500


class History(OfRun, kw_only=True):
    """Fields of `metrics/get-history`."""

    metric_key: str
    page_token: str = ""
    max_results: int | None = None


class BulkHistory(msgspec.Struct):
    """Fields of `metrics/get-history-bulk`."""

    metric_key: str = ""
    run_id: list[str] = []
    max_results: Annotated[int, msgspec.Meta(ge=1)] = MAX_PAGE


class Sample(msgspec.Struct):
    """Fields of `metrics/get-history-bulk-interval`."""

    metric_key: str
    run_ids: list[str] = []
    start_step: int | None = None
    end_step: int | None = None
    max_results: int = MAX_SAMPLE


@mlflow_get("/metrics/get-history")
async def get_history(request: Call, services: Parts) -> Json:
    """Return the points of one metric; all of them unless `max_results` is given."""
    query = read_query(request, History)
    if query.max_results is not None and query.max_results <= 0:
        raise InvalidError(
            f"Invalid value {query.max_results} for parameter 'max_results' supplied. "
            "It must be a positive integer."
        )
    limit = query.max_results and min(query.max_results, MAX_PAGE)
    page = await services.store.metric_history(
        request.user, query.run, query.metric_key, query.page_token, limit
    )
    points = [answers.point(query.metric_key, point) for point in page.items]
    return answers.page("metrics", points, page.next)


@mlflow_get("/metrics/get-history-bulk")
async def get_history_bulk(request: Call, services: Parts) -> Json:
    """Return the first points of one metric of several runs, run by run."""
    query = read_query(request, BulkHistory)
    if not query.run_id:
        raise InvalidError("GetMetricHistoryBulk request must specify at least one run_id.")
    if len(query.run_id) > MAX_BULK_RUNS:
        raise InvalidError(
            f"GetMetricHistoryBulk request cannot specify more than {MAX_BULK_RUNS} run_ids. "
            f"Received {len(query.run_id)} run_ids."
        )
    if not query.metric_key:
        raise InvalidError("GetMetricHistoryBulk request must specify a metric_key.")
    limit = min(query.max_results, MAX_PAGE)
    points: list[Json] = []
    for run_id in sorted(set(query.run_id)):
        page = await services.store.metric_history(
            request.user, run_id, query.metric_key, None, limit - len(points)
        )
        points += [_of_run(query.metric_key, point, run_id) for point in page.items]
        if len(points) >= limit:
            break
    return {"metrics": points}


@mlflow_get("/metrics/get-history-bulk-interval")
async def get_history_bulk_interval(request: Call, services: Parts) -> Json:
    """Return points of one metric of several runs as a chart needs them, extremes among them."""
    query = read_query(request, Sample)
    if not query.run_ids:
        raise missing("run_ids")
    if len(query.run_ids) > MAX_BULK_RUNS:
        raise InvalidError(
            f"GetMetricHistoryBulkInterval request must specify at most {MAX_BULK_RUNS} run_ids. "
            f"Received {len(query.run_ids)} run_ids.{HINT}"
        )
    if not 1 <= query.max_results <= MAX_SAMPLE:
        raise InvalidError(f"max_results must be between 1 and {MAX_SAMPLE}.{HINT}")
    steps = _steps(query)
    points: list[Json] = []
    for run_id in query.run_ids:
        sample = await services.store.metric_sample(
            request.user, run_id, query.metric_key, query.max_results, steps
        )
        points += [_of_run(query.metric_key, point, run_id) for point in sample.points()]
    return answers.listed("metrics", points)


def _steps(query: Sample) -> tuple[int, int] | None:
    start, end = query.start_step, query.end_step
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise InvalidError(
            "If either start step or end step are specified, both must be specified."
        )
    if start > end:
        raise InvalidError(
            "end_step must be greater than start_step. "
            f"Found start_step={start} and end_step={end}."
        )
    return start, end


def _of_run(key: str, point: Point, run_id: str) -> Json:
    return answers.point(key, point) | {"run_id": run_id}


handlers: list[ControllerRouterHandler] = [get_history, get_history_bulk, get_history_bulk_interval]
