"""Spans: taken from OpenTelemetry's exporters, and given to MLflow's pages as one document."""

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from celltrail.errors import InvalidError, NotFoundError
from celltrail_server import otlp
from celltrail_server.paths import artifact_path
from celltrail_server.routes.downloads import Download, download
from celltrail_server.routes.mlflow.requests import PREFIX, read_query
from celltrail_server.routes.services import Call, Parts, execution_of
from celltrail_server.store.records import OfTrace

EXPERIMENT_HEADER = "x-mlflow-experiment-id"
RUN_HEADER = "x-mlflow-run-id"

SPANS_FILE = "traces.json"
"""Where clients that cannot send spans put them, among the files of a trace."""


class GetArtifact(msgspec.Struct):
    """Fields of `get-trace-artifact`."""

    request_id: str
    path: str = ""


@post("/v1/traces", status_code=200, include_in_schema=False)
async def export(request: Call, services: Parts) -> Response[bytes]:
    """Take spans by OTLP, booked on the cell execution that the request names; all or none."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if media_type not in (otlp.PROTOBUF, otlp.JSON):
        raise InvalidError(
            f"Invalid Content-Type: {media_type[:100]}. Expected: {otlp.PROTOBUF} or {otlp.JSON}"
        )
    experiment_id = request.headers.get(EXPERIMENT_HEADER, "")
    if not experiment_id:
        raise InvalidError(f"Missing value for required header '{EXPERIMENT_HEADER}'.")
    encoding = request.headers.get("content-encoding", "").lower()
    body = otlp.decompressed(await request.body(), encoding)
    await services.store.log_spans(
        request.user,
        experiment_id,
        otlp.decode(body, media_type),
        execution_of(request),
        request.headers.get(RUN_HEADER) or None,
    )
    # An empty answer in either encoding: nothing was rejected.
    return Response(b"{}" if media_type == otlp.JSON else b"", media_type=media_type)


@get(f"{PREFIX}/get-trace-artifact", include_in_schema=False)
async def get_artifact(request: Call, services: Parts) -> Download:
    """Return the spans of a trace as one document, or a file that is attached to it."""
    query = read_query(request, GetArtifact)
    store, caller, holder = services.store, request.user, OfTrace(query.request_id)
    if query.path:
        path = artifact_path(f"attachments/{query.path}")
        return await download(request, services, await store.get_artifact(caller, holder, path))
    await store.get_trace(caller, query.request_id)
    spans = (await store.get_spans(caller, [query.request_id])).get(query.request_id, [])
    if spans:
        documents = [otlp.document(query.request_id, span) for span in spans]
        return Response(msgspec.json.encode({"spans": documents}), media_type=otlp.JSON)
    try:
        return await download(
            request, services, await store.get_artifact(caller, holder, SPANS_FILE)
        )
    except NotFoundError as error:
        raise NotFoundError(f"Trace data not found for trace '{query.request_id}'") from error


handlers: list[ControllerRouterHandler] = [export, get_artifact]
