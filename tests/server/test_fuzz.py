"""Whatever is sent, the server answers, says what is wrong, and keeps nothing of half a request."""

import asyncio
import inspect
import re
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance

from celltrail import events
from celltrail.events import new_id
from celltrail_server.gate import Gate
from tests.server.conftest import InProcess, all_routes
from tests.server.recording import T0
from tests.server.test_traces_api import export

EXAMPLES = 40
RUN = "a" * 32


def anything(integers: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.none() | st.booleans() | integers | st.floats() | st.text(max_size=20),
        lambda children: (
            st.lists(children, max_size=3)
            | st.dictionaries(st.text(max_size=8), children, max_size=3)
        ),
        max_leaves=6,
    )


JSON = anything(st.integers())
MSGPACK = anything(st.integers(-(2**63), 2**64 - 1))


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop for tests that hypothesis calls, which are not asynchronous."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def send(
    loop: asyncio.AbstractEventLoop, inside: InProcess, method: str, path: str, **request: Any
) -> httpx.Response:
    async def call() -> httpx.Response:
        async with inside.client("ada") as client:
            return await client.request(method, path, **request)

    return loop.run_until_complete(asyncio.wait_for(call(), 20))


def check(answer: httpx.Response) -> None:
    assert answer.status_code < 500 or answer.status_code == 501, answer.text
    if answer.status_code >= 400:
        assert {"error_code", "message"} <= answer.json().keys()


class Admitted:
    """Puts a token on the requests that a schema test makes."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope = {**scope, "headers": [*scope["headers"], (b"authorization", b"Bearer ada")]}
        await self._gate(scope, receive, send)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_own_api_keeps_to_its_schema(inside: InProcess) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/schema/openapi.json", Admitted(inside.gate))
    schema = schema.exclude(path="/api/v1/live")  # a stream has no end
    # Schemathesis finds no value for a path in a path; `test_paths` has many.
    schema = schema.exclude(path="/api/v1/runs/{run_id}/artifacts/{path}")
    seen = set()
    for result in schema.get_all_operations():
        operation = result.ok()
        seen.add((operation.method, operation.path))

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        def answers(case: Any) -> None:
            case.call_and_validate(checks=[not_a_server_error, response_schema_conformance])

        answers()
    assert ("post", "/api/v1/streams/{stream}/events") in seen


FIELDS = (
    *("run_id", "run_uuid", "experiment_id", "experiment_ids", "name", "new_name", "key", "value"),
    *("timestamp", "step", "metrics", "params", "tags", "filter", "order_by", "max_results"),
    *("page_token", "run_view_type", "view_type", "version", "alias", "stage", "path", "url"),
    *("metric_key", "run_ids", "events", "status", "model_id", "model_ids", "datasets", "models"),
    *("inputs", "start_time", "end_time", "description", "source", "lifecycle_stage"),
    *("archive_existing_versions", "artifact_uri", "metric", "param", "tag", "model"),
    *("trace", "trace_id", "trace_ids", "request_ids", "request_id", "assessment", "update_mask"),
    *("locations", "model_json", "max_timestamp_millis", "max_traces", "allow_deleted"),
)
PLACED: dict[str, Any] = {"trace_location": {"mlflow_experiment": {"experiment_id": "0"}}}
KNOWN = st.sampled_from(
    [
        RUN,
        "0",
        "1",
        "m",
        "a",
        1,
        0,
        -1,
        2**63,
        "ACTIVE_ONLY",
        "params.a = '1'",
        "NaN",
        [],
        {},
        ["0"],
        "tr-1",
        ["tr-1"],
        {"trace_info": PLACED | {"trace_id": "tr-1"}},
        PLACED | {"assessment_name": "a", "feedback": {"value": 1}},
        [PLACED["trace_location"]],
        [{"dataset": {"name": "n", "digest": "d"}}],
        [{"model_id": "m"}],
    ]
)
BODIES = st.dictionaries(
    st.sampled_from(FIELDS),
    KNOWN | JSON | st.lists(st.fixed_dictionaries({"key": KNOWN, "value": KNOWN}), max_size=2),
    max_size=6,
)


def test_mlflows_calls_survive_any_body(inside: InProcess, loop: asyncio.AbstractEventLoop) -> None:
    run = {"experiment_id": "0", "run_name": "fuzzed", "start_time": T0}
    created = send(loop, inside, "POST", "/api/2.0/mlflow/runs/create", json=run)
    run_id = created.json()["run"]["info"]["run_id"]
    send(loop, inside, "POST", "/api/2.0/mlflow/registered-models/create", json={"name": "m"})
    logged = send(loop, inside, "POST", "/api/2.0/mlflow/logged-models", json=run)
    model_id = logged.json()["model"]["info"]["model_id"]
    trace = {"trace": {"trace_info": PLACED | {"trace_id": "tr-1"}}}
    assert send(loop, inside, "POST", "/api/2.0/mlflow/traces", json=trace).status_code == 200
    routes = [one for one in all_routes(inside) if one[1].startswith("/api/2.0/mlflow")]
    assert len(routes) > 50

    @settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
    @given(route=st.sampled_from(routes), body=BODIES, raw=st.none() | st.binary(max_size=20))
    def answers(route: tuple[str, str], body: dict[str, Any], raw: bytes | None) -> None:
        method, path = route
        body = {key: run_id if value == RUN else value for key, value in body.items()}
        path = path.replace("{model_id:str}", model_id).replace("{trace_id:str}", "tr-1")
        path = re.sub(r"\{\w+:\w+\}", "m", path)
        if method == "GET":
            params = {key: str(value) for key, value in body.items()}
            check(send(loop, inside, method, path, params=params))
            return
        encoded = raw if raw is not None else msgspec.json.encode(body)
        check(send(loop, inside, method, path, content=encoded))

    answers()


def event_like() -> st.SearchStrategy[Any]:
    """Events of every kind whose fields may hold anything."""
    kinds = [kind for kind in events.Event.__args__ if inspect.isclass(kind)]
    fields = sorted({field.name for kind in kinds for field in msgspec.structs.fields(kind)})
    tags = [msgspec.inspect.type_info(kind).tag for kind in kinds]  # type: ignore[attr-defined]
    values = (
        st.sampled_from([RUN, "b" * 32, "", 0, 1, T0, 2**63 - 1, -1, 0.5, {}, [], None])
        | st.binary(max_size=24)
        | st.dictionaries(st.text(max_size=5), st.floats() | st.text(max_size=5), max_size=3)
        | MSGPACK
    )
    return st.dictionaries(st.sampled_from(fields), values, max_size=9).flatmap(
        lambda body: st.sampled_from(tags).map(lambda tag: {"type": tag, **body})
    )


def test_no_event_breaks_a_stream(inside: InProcess, loop: asyncio.AbstractEventLoop) -> None:
    path = f"/api/v1/streams/{new_id()}/events"
    seq = 1

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(recorded=st.lists(event_like(), min_size=1, max_size=4))
    def settles(recorded: list[Any]) -> None:
        nonlocal seq
        body = msgspec.msgpack.encode({"first_seq": seq, "events": recorded})
        answer = send(loop, inside, "POST", path, content=body)
        check(answer)
        assert answer.status_code == 200, answer.text
        # Each event is settled, taken or refused, and the stream goes on behind them.
        assert answer.json()["next_seq"] == seq + len(recorded)
        seq += len(recorded)

    settles()


def test_no_bytes_break_a_stream(inside: InProcess, loop: asyncio.AbstractEventLoop) -> None:
    path = f"/api/v1/streams/{new_id()}/events"

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(content=st.binary(max_size=60) | MSGPACK.map(msgspec.msgpack.encode))
    def refuses(content: bytes) -> None:
        answer = send(loop, inside, "POST", path, content=content)
        check(answer)
        assert answer.status_code == 400

    refuses()
    started = events.encode_event(events.RunStarted(RUN, "run", "", "script", T0))
    body = msgspec.msgpack.encode(events.EventBatch(1, [msgspec.Raw(started)]))
    assert send(loop, inside, "POST", path, content=body).json()["next_seq"] == 2


def test_no_bytes_break_the_intake_of_spans(
    inside: InProcess, loop: asyncio.AbstractEventLoop
) -> None:
    good = export().SerializeToString()
    headers = {"x-mlflow-experiment-id": "0", "Content-Type": "application/x-protobuf"}

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(at=st.integers(0, len(good)), instead=st.binary(max_size=6), cut=st.integers(0, 6))
    def answers(at: int, instead: bytes, cut: int) -> None:
        body = good[:at] + instead + good[at + cut :]
        answer = send(loop, inside, "POST", "/v1/traces", content=body, headers=headers)
        check(answer)

    answers()
    found = send(loop, inside, "POST", "/v1/traces", content=good, headers=headers)
    assert found.status_code == 200

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        span=st.dictionaries(
            st.sampled_from(
                ["traceId", "spanId", "parentSpanId", "name", "startTimeUnixNano", "attributes",
                 "endTimeUnixNano", "events", "links", "status", "kind"]
            ),
            st.sampled_from(["ab", "ab" * 16, "-1", str(2**64), 1.5, {"code": 2}, []]) | JSON,
        )
    )  # fmt: skip
    def answers_json(span: dict[str, Any]) -> None:
        body = {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}
        sent = {**headers, "Content-Type": "application/json"}
        content = msgspec.json.encode(body)
        check(send(loop, inside, "POST", "/v1/traces", content=content, headers=sent))

    answers_json()
