"""MLflow's calls about traces, and spans from OpenTelemetry's exporters, over HTTP."""

import gzip
import json
import zlib
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.server.test_mlflow_api import create_run

API = "/api/3.0/mlflow"
TRACE_ID, SPAN_ID = "0123456789abcdef0123456789abcdef", "0123456789abcdef"
START = 1_760_000_000_000_000_000


def started(trace_id: str = "tr-1", **fields: Any) -> dict[str, Any]:
    place = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}}
    trace = {
        "trace_id": trace_id, "trace_location": place, "request_time": "2026-01-02T03:04:05.678Z",
        "execution_duration": "1.250s", "state": "OK",
    }  # fmt: skip
    return {"trace": {"trace_info": trace | fields}}


async def start(client: httpx.AsyncClient, trace_id: str = "tr-1", **fields: Any) -> Any:
    answer = await client.post(f"{API}/traces", json=started(trace_id, **fields))
    assert answer.status_code == 200, answer.text
    return answer.json()["trace"]["trace_info"]


def export() -> ExportTraceServiceRequest:
    """A request with a span of every kind of attribute, an event and an error."""
    request = ExportTraceServiceRequest()
    resource_spans = request.resource_spans.add()
    resource_spans.resource.attributes.add(key="service.name").value.string_value = "web"
    resource_spans.resource.attributes.add(key="mlflow.x").value.string_value = "own"
    span = resource_spans.scope_spans.add().spans.add(
        trace_id=bytes.fromhex(TRACE_ID),
        span_id=bytes.fromhex(SPAN_ID),
        name="root",
        start_time_unix_nano=START,
        end_time_unix_nano=START + 5_000_000,
    )
    span.attributes.add(key="count").value.int_value = 2**60
    span.attributes.add(key="mlflow.traceTag.team").value.string_value = "red"
    values = span.attributes.add(key="mlflow.spanInputs").value.kvlist_value.values
    values.add(key="x").value.array_value.values.add().bool_value = True
    span.events.add(name="seen", time_unix_nano=START + 1)
    span.status.code, span.status.message = 2, "no"
    return request


async def send(
    client: httpx.AsyncClient, body: bytes, media_type: str = "application/x-protobuf", **more: str
) -> httpx.Response:
    headers = {"Content-Type": media_type, "x-mlflow-experiment-id": "0"} | more
    return await client.post("/v1/traces", content=body, headers=headers)


async def test_a_trace_answers_as_mlflow_has_it(ada: httpx.AsyncClient) -> None:
    made = await start(ada, tags={"a": "b"}, trace_metadata={"k": "v"}, request_preview="what?")
    assert made == {
        "trace_id": "tr-1",
        "trace_location": {
            "type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"},
        },
        "request_preview": "what?",
        "request_time": "2026-01-02T03:04:05.678Z",
        "execution_duration": "1.250s",
        "state": "OK",
        "trace_metadata": {"k": "v"},
        "tags": {
            "a": "b", "mlflow.artifactLocation": "mlflow-artifacts:/0/traces/tr-1/artifacts",
        },
    }  # fmt: skip
    whole = {"trace_info": made}
    assert (await ada.get(f"{API}/traces/tr-1")).json() == {"trace": {"trace_info": made}}
    by_id = {"trace_id": "tr-1"}
    assert (await ada.get(f"{API}/traces/get", params=by_id)).json() == {"trace": whole}
    by_ids = {"trace_ids": ["tr-1", "tr-0", "tr-1"]}
    batch = (await ada.get(f"{API}/traces/batchGet", params=by_ids)).json()
    assert batch == {"traces": [whole]}
    infos = (await ada.post(f"{API}/traces/batchGetInfos", json=by_ids)).json()
    assert infos == {"trace_infos": [made]}
    locations = [{"mlflow_experiment": {"experiment_id": "0"}}]
    search = {"locations": locations, "filter": "status = 'OK'", "max_results": 1}
    assert (await ada.post(f"{API}/traces/search", json=search)).json() == {"traces": [made]}


async def test_tags_links_and_deletion(ada: httpx.AsyncClient) -> None:
    await start(ada)
    run_id, url = await create_run(ada), f"{API}/traces/tr-1/tags"
    assert (await ada.patch(url, json={"key": "k", "value": "v"})).json() == {}
    assert (await ada.request("DELETE", url, json={"key": "k"})).json() == {}
    gone = await ada.delete(url, params={"key": "k"})
    assert (gone.status_code, gone.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    link = {"run_id": run_id, "trace_ids": ["tr-1"]}
    assert (await ada.post("/api/2.0/mlflow/traces/link-to-run", json=link)).json() == {}
    delete = {"experiment_id": "0", "request_ids": ["tr-1", "tr-0"]}
    answer = await ada.post(f"{API}/traces/delete-traces", json=delete)
    assert answer.json() == {"traces_deleted": 1}


async def test_assessments_of_a_trace(ada: httpx.AsyncClient) -> None:
    await start(ada)
    url = f"{API}/traces/tr-1/assessments"
    sent = {
        "assessment_name": "good", "source": {"source_type": "HUMAN", "source_id": "ada"},
        "create_time": "2026-01-02T03:04:05Z", "feedback": {"value": {"deep": [1, None]}},
    }  # fmt: skip
    made = (await ada.post(url, json={"assessment": sent})).json()["assessment"]
    one = f"{url}/{made['assessment_id']}"
    assert made == sent | {
        "assessment_id": made["assessment_id"],
        "trace_id": "tr-1",
        "create_time": "2026-01-02T03:04:05Z",
        "last_update_time": "2026-01-02T03:04:05Z",
        "valid": True,
    }
    assert (await ada.get(one)).json() == {"assessment": made}
    change = {"feedback": {"value": 0.5}, "rationale": "unasked", "assessment_name": "better"}
    body = {"assessment": change, "update_mask": "assessmentName,feedback"}
    changed = (await ada.patch(one, json=body)).json()["assessment"]
    assert (changed["feedback"], changed["assessment_name"]) == ({"value": 0.5}, "better")
    assert "rationale" not in changed
    assert (await ada.delete(one)).json() == {}
    assert (await ada.get(one)).status_code == 404


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate", "raw"])
async def test_spans_arrive_as_protobuf(ada: httpx.AsyncClient, encoding: str) -> None:
    body = export().SerializeToString()
    packed = {"": body, "gzip": gzip.compress(body), "deflate": zlib.compress(body)}
    raw = zlib.compressobj(wbits=-15)
    packed["raw"] = raw.compress(body) + raw.flush()
    header = {"raw": "deflate"}.get(encoding, encoding)
    answer = await send(ada, packed[encoding], **({"Content-Encoding": header} if header else {}))
    assert (answer.status_code, answer.content) == (200, b"")
    trace_id = f"tr-{TRACE_ID}"
    [trace] = (await ada.get(f"{API}/traces/batchGet", params={"trace_ids": trace_id})).json()[
        "traces"
    ]
    info = trace["trace_info"]
    assert (info["state"], info["execution_duration"]) == ("ERROR", "0.005s")
    assert info["request_preview"] == '{"x":[true]}'
    assert info["tags"] == {
        "mlflow.artifactLocation": f"mlflow-artifacts:/0/traces/{trace_id}/artifacts",
        "mlflow.trace.spansLocation": "TRACKING_STORE", "mlflow.traceName": "root",
        "service.name": "web", "team": "red",
    }  # fmt: skip
    [span] = trace["spans"]
    assert span["attributes"][0] == {"key": "count", "value": {"int_value": str(2**60)}}
    document = await ada.get(f"{API}/get-trace-artifact", params={"request_id": trace_id})
    [shown] = document.json()["spans"]
    assert shown["trace_id"] == span["trace_id"]
    assert shown["status"] == {"code": "STATUS_CODE_ERROR", "message": "no"}
    assert shown["events"] == [{"name": "seen", "time_unix_nano": START + 1, "attributes": {}}]
    assert {key: json.loads(value) for key, value in shown["attributes"].items()} == {
        "count": 2**60, "mlflow.traceTag.team": "red", "mlflow.spanInputs": {"x": [True]},
        "mlflow.traceRequestId": trace_id,
    }  # fmt: skip


async def test_spans_arrive_as_json_with_hexadecimal_ids(ada: httpx.AsyncClient) -> None:
    span = {
        "traceId": TRACE_ID, "spanId": SPAN_ID, "name": "root", "startTimeUnixNano": str(START),
        "kind": 1, "newField": {}, "attributes": [{"key": "a", "value": {"intValue": "7"}}],
    }  # fmt: skip
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}
    answer = await send(ada, json.dumps(body).encode(), "application/json; charset=utf-8")
    assert (answer.status_code, answer.json()) == (200, {})
    found = await ada.get(f"{API}/traces/get", params={"trace_id": f"tr-{TRACE_ID}"})
    assert found.json()["trace"]["spans"][0]["name"] == "root"
    assert "execution_duration" not in found.json()["trace"]["trace_info"]


async def test_files_of_a_trace_go_through_the_proxy(
    ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    await start(ada)
    document = {"request_id": "tr-1"}
    assert (await ada.get(f"{API}/get-trace-artifact", params=document)).status_code == 404
    root = "/api/2.0/mlflow-artifacts/artifacts/0/traces/tr-1/artifacts"
    for path, content in (("traces.json", b'{"spans": []}'), ("attachments/a.bin", b"x")):
        assert (await ada.put(f"{root}/{path}", content=content)).status_code == 200
    assert (await ada.get(f"{root}/traces.json")).content == b'{"spans": []}'
    assert (await ada.get(f"{API}/get-trace-artifact", params=document)).json() == {"spans": []}
    attached = document | {"path": "a.bin"}
    assert (await ada.get(f"{API}/get-trace-artifact", params=attached)).content == b"x"
    for answer in (
        await bob.get(f"{root}/traces.json"),
        await bob.put(f"{root}/x", content=b"x"),
        await bob.get(f"{API}/get-trace-artifact", params=attached),
    ):
        assert answer.status_code == 404
    climbing = document | {"path": "../traces.json"}
    assert (await ada.get(f"{API}/get-trace-artifact", params=climbing)).status_code == 400


BOMB = gzip.compress(b"\x00" * (65 << 20))


@pytest.mark.parametrize(
    ("body", "headers", "status", "message"),
    [
        (b"", {}, 400, "no spans found"),
        (b"\xff\xff", {}, 400, "Invalid OpenTelemetry format"),
        (b"{", {"Content-Type": "application/json"}, 400, "Invalid OpenTelemetry format"),
        (b"[]", {"Content-Type": "application/json"}, 400, "Invalid OpenTelemetry format"),
        (b'{"resourceSpans": 5}', {"Content-Type": "application/json"}, 400, "Invalid OpenT"),
        (b"[" * 100_000, {"Content-Type": "application/json"}, 400, "Invalid OpenTelemetry"),
        (b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xyz"}]}]}]}',
         {"Content-Type": "application/json"}, 400, "Invalid OpenTelemetry format"),
        (b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"ab"}]}]}]}',
         {"Content-Type": "application/json"}, 400, "its span_id is ''"),
        (b"x", {"Content-Type": "text/plain"}, 400, "Invalid Content-Type: text/plain"),
        (b"x", {"Content-Encoding": "gzip"}, 400, "Failed to decompress gzip payload"),
        (gzip.compress(b"x" * 99)[:-9], {"Content-Encoding": "gzip"}, 400, "Failed to decompress"),
        (b"x", {"Content-Encoding": "br"}, 400, "takes gzip or deflate"),
        (BOMB, {"Content-Encoding": "gzip"}, 413, "when decompressed"),
        (b"", {"x-mlflow-experiment-id": ""}, 400, "'x-mlflow-experiment-id'"),
    ],
)  # fmt: skip
async def test_what_are_no_spans_is_refused(
    ada: httpx.AsyncClient, body: bytes, headers: dict[str, str], status: int, message: str
) -> None:
    answer = await send(ada, body, **headers)
    assert (answer.status_code, message in answer.json()["message"]) == (status, True), answer.text


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("POST", "traces", {"experiment_id": "0"}, 501, "version 3"),
        ("GET", "traces", None, 404, "there is no GET"),
        ("PATCH", "traces/tr-1", {}, 404, "there is no PATCH"),
        ("GET", "traces/tr-1/info", None, 404, "there is no GET"),
        ("POST", "traces", {"trace": {}}, 400, "required parameter 'trace.trace_info'"),
        ("POST", "traces", started(state="DONE"), 400, "for parameter 'trace.trace_info.state'"),
        ("POST", "traces", started(request_time="today"), 400, "Invalid time 'today'"),
        ("POST", "traces", started(request_time="2026-01-02T03:04:05"), 400, "no time zone"),
        ("POST", "traces", started(execution_duration="1"), 400, "Invalid duration '1'"),
        ("POST", "traces", started(trace_location={}), 400, "experiment_id'"),
        ("GET", "traces/tr-0", None, 404, "Trace with ID 'tr-0' not found."),
        ("POST", "traces/search", {}, 400, "required parameter 'locations'"),
        ("POST", "traces/search", {"locations": [{}], "max_results": 501}, 400, "at most 500"),
        ("POST", "traces/search", {"locations": [{}], "filter": "span.name = 'x'"}, 400,
         "Invalid entity type 'span'"),
        ("POST", "traces/delete-traces", {"experiment_id": "0"}, 400,
         "Either `max_timestamp_millis` or `trace_ids` must be specified."),
        ("POST", "traces/delete-traces",
         {"experiment_id": "0", "request_ids": ["a"], "max_timestamp_millis": 1}, 400,
         "Only one of `max_timestamp_millis` and `trace_ids` can be specified."),
        ("POST", "traces/delete-traces",
         {"experiment_id": "0", "max_timestamp_millis": 1, "max_traces": 0}, 400,
         "`max_traces` must be a positive integer, received 0."),
        ("POST", "traces/tr-0/assessments", {"assessment": {"assessment_name": "x"}}, 400,
         "Unknown assessment type"),
        ("POST", "traces/tr-0/assessments",
         {"assessment": {"assessment_name": "x", "feedback": {}}}, 404, "'tr-0' not found"),
        ("POST", "traces/metrics", {}, 501, "not supported"),
        ("POST", "traces/link-prompts", {}, 501, "not supported"),
        ("POST", "datasets/create", {}, 501, "not supported"),
        ("GET", "scorers/list", None, 501, "not supported"),
        ("POST", "gateway/secrets/create", {}, 501, "not supported"),
    ],
)  # fmt: skip
async def test_refusals_say_what_is_wrong(
    ada: httpx.AsyncClient, method: str, path: str, body: Any, status: int, message: str
) -> None:
    answer = await ada.request(method, f"{API}/{path}", json=body)
    assert (answer.status_code, message in answer.json()["message"]) == (status, True), answer.text


async def test_mlflows_clients_hear_a_version_that_takes_spans(ada: httpx.AsyncClient) -> None:
    ours = (await ada.get("/version")).text
    client = {"User-Agent": "mlflow-python-client/3.17.2"}
    theirs = (await ada.get("/version", headers=client)).text
    assert (theirs, ours != theirs) == ("3.17.0", True)
