"""MLflow's calls about traces, in version 3 of its API."""

import msgspec
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from celltrail.errors import InvalidError
from celltrail_server.errors import NotBuiltError
from celltrail_server.routes.mlflow import answers
from celltrail_server.routes.mlflow.answers import Json
from celltrail_server.routes.mlflow.requests import (
    missing,
    mlflow_delete,
    mlflow_get,
    mlflow_patch,
    mlflow_post,
    read,
    read_query,
)
from celltrail_server.routes.mlflow.trace_shapes import (
    Location,
    TraceFields,
    parse_trace,
    trace,
    trace_info,
)
from celltrail_server.routes.services import Call, Parts, execution_of
from celltrail_server.store.tracing.records import TraceDeletion, TraceSearch

OF_TRACE = "/traces/{trace_id:str}"
MAX_RESULTS = 500


class SentTrace(msgspec.Struct):
    """MLflow's `Trace`, as it is started."""

    trace_info: TraceFields


class StartTrace(msgspec.Struct):
    """Fields of `POST traces`; version 2 has no `trace`."""

    trace: SentTrace | None = None


class ByIds(msgspec.Struct):
    """Fields of `traces/batchGet` and `traces/batchGetInfos`."""

    trace_ids: list[str]


class GetTrace(msgspec.Struct):
    """Fields of `traces/get`."""

    trace_id: str


class SearchTraces(msgspec.Struct):
    """Fields of `traces/search`."""

    locations: list[Location]
    filter: str = ""
    max_results: int = 100
    order_by: list[str] = []
    page_token: str = ""


class SetTag(msgspec.Struct):
    """Fields of `PATCH traces/ID/tags`."""

    key: str
    value: str = ""


class DeleteTag(msgspec.Struct):
    """Fields of `DELETE traces/ID/tags`."""

    key: str = ""


class DeleteTraces(msgspec.Struct):
    """Fields of `traces/delete-traces`."""

    experiment_id: str
    max_timestamp_millis: int | None = None
    max_traces: int | None = None
    request_ids: list[str] = []


class LinkToRun(msgspec.Struct):
    """Fields of `traces/link-to-run`."""

    run_id: str
    trace_ids: list[str]


@mlflow_post("/traces")
async def start(request: Call, services: Parts) -> Json:
    """Record a trace, booked on the cell execution that the request names."""
    body = await read(request, StartTrace)
    if body.trace is None:
        raise NotBuiltError("this server has traces of version 3 only: send a 'trace'")
    info = parse_trace(body.trace.trace_info, execution_of(request))
    made = await services.store.start_trace(request.user, info)
    return {"trace": {"trace_info": trace_info(made)}}


@mlflow_get(OF_TRACE)
async def get_info(request: Call, services: Parts, trace_id: FromPath[str]) -> Json:
    """Return a trace without its spans."""
    found = await services.store.get_trace(request.user, trace_id)
    return {"trace": {"trace_info": trace_info(found)}}


@mlflow_get("/traces/get")
async def get_whole(request: Call, services: Parts) -> Json:
    """Return a trace with the spans that the store has."""
    trace_id = read_query(request, GetTrace).trace_id
    found = await services.store.get_trace(request.user, trace_id)
    spans = await services.store.get_spans(request.user, [trace_id])
    return {"trace": trace(found, spans.get(trace_id, []))}


@mlflow_get("/traces/batchGet")
async def get_batch(request: Call, services: Parts) -> Json:
    """Return traces with the spans that the store has; those that are not there are left out."""
    trace_ids = read_query(request, ByIds).trace_ids
    found = await services.store.get_traces(request.user, trace_ids)
    spans = await services.store.get_spans(request.user, trace_ids)
    return answers.listed("traces", [trace(one, spans.get(one.trace_id, [])) for one in found])


@mlflow_post("/traces/batchGetInfos")
async def get_infos(request: Call, services: Parts) -> Json:
    """Return traces without their spans; those that are not there are left out."""
    body = await read(request, ByIds)
    found = await services.store.get_traces(request.user, body.trace_ids)
    return answers.listed("trace_infos", [trace_info(one) for one in found])


@mlflow_post("/traces/search")
async def search(request: Call, services: Parts) -> Json:
    """Search the traces of some experiments."""
    body = await read(request, SearchTraces)
    if not 1 <= body.max_results <= MAX_RESULTS:
        raise InvalidError(
            f"Invalid value {body.max_results} for parameter 'max_results' supplied: it must be "
            f"at least 1 and at most {MAX_RESULTS}"
        )
    ids = [one.mlflow_experiment.experiment_id for one in body.locations]
    wanted = TraceSearch(
        experiment_ids=tuple(one for one in ids if one),
        filter=body.filter,
        order_by=tuple(body.order_by),
        max_results=body.max_results,
        page_token=body.page_token,
    )
    page = await services.store.search_traces(request.user, wanted)
    return answers.page("traces", [trace_info(one) for one in page.items], page.next)


@mlflow_patch(f"{OF_TRACE}/tags")
async def set_tag(request: Call, services: Parts, trace_id: FromPath[str]) -> Json:
    """Set one tag."""
    body = await read(request, SetTag)
    await services.store.set_trace_tag(request.user, trace_id, body.key, body.value)
    return {}


@mlflow_delete(f"{OF_TRACE}/tags")
async def delete_tag(request: Call, services: Parts, trace_id: FromPath[str]) -> Json:
    """Remove one tag; its key is in the body or the query."""
    body = await read(request, DeleteTag)
    key = body.key or read_query(request, DeleteTag).key
    if not key:
        raise missing("key")
    await services.store.delete_trace_tag(request.user, trace_id, key)
    return {}


@mlflow_post("/traces/delete-traces")
async def delete(request: Call, services: Parts) -> Json:
    """Delete traces of an experiment for good."""
    wanted = parse_deletion(await read(request, DeleteTraces))
    return {"traces_deleted": await services.store.delete_traces(request.user, wanted)}


@mlflow_post("/traces/link-to-run")
async def link_to_run(request: Call, services: Parts) -> Json:
    """Note that traces belong to a run, too."""
    body = await read(request, LinkToRun)
    await services.store.link_traces(request.user, body.trace_ids, body.run_id)
    return {}


def parse_deletion(body: DeleteTraces) -> TraceDeletion:
    """Return which traces to delete; raises `InvalidError` unless that is one thing."""
    until_ms, ids = body.max_timestamp_millis, body.request_ids
    if until_ms is None and not ids:
        raise InvalidError("Either `max_timestamp_millis` or `trace_ids` must be specified.")
    if until_ms is not None and ids:
        raise InvalidError("Only one of `max_timestamp_millis` and `trace_ids` can be specified.")
    if ids and body.max_traces is not None:
        raise InvalidError("`max_traces` can't be specified if `trace_ids` is specified.")
    if body.max_traces is not None and body.max_traces <= 0:
        raise InvalidError(f"`max_traces` must be a positive integer, received {body.max_traces}.")
    return TraceDeletion(body.experiment_id, tuple(ids), until_ms, body.max_traces)


handlers: list[ControllerRouterHandler] = [
    start,
    get_info,
    get_whole,
    get_batch,
    get_infos,
    search,
    set_tag,
    delete_tag,
    delete,
    link_to_run,
]
