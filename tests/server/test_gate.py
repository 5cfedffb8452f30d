"""Nothing gets in without a token, and nobody sees what is another's: on every route there is."""

import re
from typing import Any

import httpx
import pytest

from celltrail.events import new_id
from celltrail_server.callers import Caller
from celltrail_server.gate import OPEN, READING_POSTS, Activity, route_path
from celltrail_server.store.logged_models.records import NewLoggedModel
from celltrail_server.store.registry.records import NewVersion
from celltrail_server.store.tracing.records import TraceInfo
from celltrail_server.store.webhooks import WebhookFields
from celltrail_server.webhooks.events import Event
from tests.server.conftest import InProcess, all_routes
from tests.server.recording import body, metrics, record, sha256_of

PROXY = "/api/2.0/mlflow-artifacts/artifacts"


def filled(path: str) -> str:
    return re.sub(r"\{\w+:path\}", "a/b", re.sub(r"\{\w+:str\}", "0" * 32, path))


async def test_every_route_but_two_answers_401_without_a_token(inside: InProcess) -> None:
    routes = list(all_routes(inside))
    assert len(routes) > 50
    for token in (None, "mallory"):
        async with inside.client(token) as client:
            for method, path in routes:
                answer = await client.request(method, filled(path))
                expected = 200 if path in OPEN else 401
                assert answer.status_code == expected, (method, path)
                if expected == 401 and method != "HEAD":
                    assert answer.json()["error_code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    "path",
    ["/", "/docs", "/api/v1/schema", "/api/v1/schema/openapi.json", "/services/celltrail/api/v1/me",
     "/health/x", "//health", "/ajax-api/3.0/mlflow/server-info", "/nothing"],
)  # fmt: skip
async def test_what_is_no_route_of_ours_is_closed_too(inside: InProcess, path: str) -> None:
    async with inside.client(None) as client:
        assert (await client.get(path)).status_code == 401


def requests_with_ids(run: str, experiment: str, sha256: str) -> dict[tuple[str, str], Any]:
    """A request for each route that takes an id, naming another user's record."""
    of_run, of_experiment = {"run_id": run}, {"experiment_id": experiment}
    logged = {"key": "k", "value": "1", "timestamp": 1}
    mlflow = "/api/2.0/mlflow"
    proxied = f"{PROXY}/{experiment}/{run}/artifacts/plots/a.png"
    return {
        ("GET", "/api/v1/runs"): {"params": {"experiment_id": experiment}},
        ("GET", "/api/v1/runs/{run_id:str}"): {"url": f"/api/v1/runs/{run}"},
        ("GET", "/api/v1/runs/{run_id:str}/cells"): {"url": f"/api/v1/runs/{run}/cells"},
        ("GET", "/api/v1/runs/{run_id:str}/cells/{execution_id:str}/console"): {
            "url": f"/api/v1/runs/{run}/cells/{'c' * 32}/console"
        },
        ("GET", "/api/v1/runs/{run_id:str}/trail"): {"url": f"/api/v1/runs/{run}/trail"},
        ("GET", "/api/v1/runs/{run_id:str}/origin"): {"url": f"/api/v1/runs/{run}/origin"},
        ("GET", "/api/v1/runs/{run_id:str}/notebooks/{sha256:str}"): {
            "url": f"/api/v1/runs/{run}/notebooks/{sha256}"
        },
        ("GET", "/api/v1/runs/{run_id:str}/metrics"): {"url": f"/api/v1/runs/{run}/metrics?key=a"},
        ("GET", "/api/v1/runs/{run_id:str}/metrics/buckets"): {
            "url": f"/api/v1/runs/{run}/metrics/buckets?key=a"
        },
        ("GET", "/api/v1/runs/{run_id:str}/artifacts/{path:path}"): {
            "url": f"/api/v1/runs/{run}/artifacts/plots/a.png"
        },
        ("GET", "/api/v1/experiments/{experiment_id:str}/sharing"): {
            "url": f"/api/v1/experiments/{experiment}/sharing"
        },
        ("PUT", "/api/v1/experiments/{experiment_id:str}/sharing"): {
            "url": f"/api/v1/experiments/{experiment}/sharing",
            "json": {"visibility": "private", "grants": []},
        },
        ("GET", "/api/v1/experiments/{experiment_id:str}/audit"): {
            "url": f"/api/v1/experiments/{experiment}/audit"
        },
        ("HEAD", "/api/v1/blobs/{sha256:str}"): {"url": f"/api/v1/blobs/{sha256}"},
        ("GET", f"{mlflow}/experiments/get"): {"params": of_experiment},
        ("GET", f"{mlflow}/experiments/get-by-name"): {"params": {"experiment_name": "digits"}},
        ("POST", f"{mlflow}/experiments/delete"): {"json": of_experiment},
        ("POST", f"{mlflow}/experiments/restore"): {"json": of_experiment},
        ("POST", f"{mlflow}/experiments/update"): {"json": of_experiment | {"new_name": "x"}},
        ("POST", f"{mlflow}/experiments/set-experiment-tag"): {"json": of_experiment | logged},
        ("POST", f"{mlflow}/experiments/delete-experiment-tag"): {"json": of_experiment | logged},
        ("POST", f"{mlflow}/runs/create"): {"json": of_experiment},
        ("GET", f"{mlflow}/runs/get"): {"params": of_run},
        ("POST", f"{mlflow}/runs/update"): {"json": of_run},
        ("POST", f"{mlflow}/runs/delete"): {"json": of_run},
        ("POST", f"{mlflow}/runs/restore"): {"json": of_run},
        ("POST", f"{mlflow}/runs/log-metric"): {"json": of_run | logged},
        ("POST", f"{mlflow}/runs/log-parameter"): {"json": of_run | logged},
        ("POST", f"{mlflow}/runs/log-batch"): {"json": of_run},
        ("POST", f"{mlflow}/runs/set-tag"): {"json": of_run | logged},
        ("POST", f"{mlflow}/runs/delete-tag"): {"json": of_run | logged},
        ("POST", f"{mlflow}/runs/log-inputs"): {"json": of_run},
        ("POST", f"{mlflow}/runs/log-model"): {
            "json": of_run
            | {"model_json": '{"run_id":"","artifact_path":"","utc_time_created":"","flavors":{}}'},
        },
        ("POST", f"{mlflow}/runs/outputs"): {"json": of_run | {"models": [{"model_id": "m-1"}]}},
        ("GET", f"{mlflow}/metrics/get-history"): {"params": of_run | {"metric_key": "loss"}},
        ("GET", f"{mlflow}/metrics/get-history-bulk"): {
            "params": {"run_id": run, "metric_key": "loss"}
        },
        ("GET", f"{mlflow}/metrics/get-history-bulk-interval"): {
            "params": {"run_ids": run, "metric_key": "loss"}
        },
        ("GET", f"{mlflow}/artifacts/list"): {"params": of_run},
        ("GET", PROXY): {"params": {"path": f"{experiment}/{run}/artifacts"}},
        ("GET", f"{PROXY}/{{address:path}}"): {"url": proxied},
        ("PUT", f"{PROXY}/{{address:path}}"): {"url": proxied, "content": b"x"},
        ("DELETE", f"{PROXY}/{{address:path}}"): {"url": proxied},
    }


# Routes that name no record, or whose lists hold the caller's own only (tested below).
WITHOUT_ID = {
    "/api/v1/uploads",
    "/metrics",
    "/api/v1/runs/search",
    "/api/v1/me", "/api/v1/experiments", "/api/v1/live", "/api/v1/models", "/api/v1/audit",
    "/api/2.0/mlflow/server-info",
    "/api/2.0/mlflow/experiments/create", "/api/2.0/mlflow/experiments/search",
    "/api/2.0/mlflow/experiments/search-datasets", "/api/2.0/mlflow/traces/batchGet",
    "/api/2.0/mlflow/traces/batchGetInfos", "/api/2.0/mlflow/traces/search",
    "/api/2.0/mlflow/runs/search", "/api/2.0/mlflow/logged-models/search",
    "/api/2.0/mlflow/registered-models/create", "/api/2.0/mlflow/registered-models/search",
    "/api/2.0/mlflow/model-versions/search", "/api/2.0/mlflow/webhooks",
    "/api/v1/streams/{stream:str}/events", "/api/v1/blobs/{sha256:str}",
}  # fmt: skip
NOT_BUILT = re.compile(
    r"/api/2.0/mlflow/(workspaces|datasets|issues|label-schemas|scorers|gateway"
    r"|prompt-optimization|review-queues"
    r"|traces/(metrics|link-prompts|calculate-filter-correlation))"
)


def model_requests(experiment: str, model: str) -> dict[tuple[str, str], Any]:
    """A request for each route of logged models, naming another user's."""
    root = "/api/2.0/mlflow/logged-models"
    route, address = f"{root}/{{model_id:str}}", f"{root}/{model}"
    return {
        ("GET", "/api/v1/logged-models"): {"params": {"experiment_id": experiment}},
        ("GET", "/api/v1/logged-models/{model_id:str}"): {"url": f"/api/v1/logged-models/{model}"},
        ("POST", root): {"json": {"experiment_id": experiment}},
        ("GET", route): {"url": address},
        ("PATCH", route): {"url": address, "json": {"status": "LOGGED_MODEL_READY"}},
        ("DELETE", route): {"url": address},
        ("PATCH", f"{route}/tags"): {"url": f"{address}/tags"},
        ("DELETE", f"{route}/tags/{{tag_key:path}}"): {"url": f"{address}/tags/a"},
        ("POST", f"{route}/params"): {"url": f"{address}/params"},
        ("GET", f"{route}/artifacts/directories"): {"url": f"{address}/artifacts/directories"},
    }


def trace_requests(run: str, experiment: str, trace: str) -> dict[tuple[str, str], Any]:
    """A request for each route of traces, naming another user's."""
    root = "/api/2.0/mlflow/traces"
    route, address = f"{root}/{{trace_id:str}}", f"{root}/{trace}"
    one, assessment = f"{route}/assessments/{{assessment_id:str}}", f"{address}/assessments/a"
    tag = {"key": "k", "value": "v"}
    fields = {"assessment_name": "a", "feedback": {"value": 1}}
    place = {"mlflow_experiment": {"experiment_id": experiment}}
    info = {"trace_id": "tr-new", "trace_location": place}
    span = {"traceId": "ab", "spanId": "ab"}
    return {
        ("POST", root): {"json": {"trace": {"trace_info": info}}},
        ("GET", root): {},
        ("GET", route): {"url": address},
        ("PATCH", route): {"url": address},
        ("GET", f"{root}/get"): {"params": {"trace_id": trace}},
        ("PATCH", f"{route}/tags"): {"url": f"{address}/tags", "json": tag},
        ("DELETE", f"{route}/tags"): {"url": f"{address}/tags", "json": tag},
        ("POST", f"{root}/delete-traces"): {
            "json": {"experiment_id": experiment, "request_ids": [trace]}
        },
        ("POST", f"{root}/link-to-run"): {"json": {"run_id": run, "trace_ids": [trace]}},
        ("POST", f"{route}/assessments"): {
            "url": f"{address}/assessments", "json": {"assessment": fields},
        },
        ("GET", one): {"url": assessment},
        ("PATCH", one): {
            "url": assessment, "json": {"assessment": fields, "update_mask": "feedback"},
        },
        ("DELETE", one): {"url": assessment},
        ("GET", "/api/2.0/mlflow/get-trace-artifact"): {"params": {"request_id": trace}},
        ("POST", "/v1/traces"): {
            "json": {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]},
            "headers": {"x-mlflow-experiment-id": experiment},
        },
    }  # fmt: skip


def upload_requests(run: str, experiment: str, upload: str) -> dict[tuple[str, str], Any]:
    """A request for each route of uploads and transfers, naming another user's."""
    route, address = "/api/v1/uploads/{upload_id:str}", f"/api/v1/uploads/{upload}"
    proxy, folder = "/api/2.0/mlflow-artifacts", f"{experiment}/{run}/artifacts"
    body = {"json": {"path": "a.txt", "upload_id": upload, "parts": [{"part_number": 1}]}}
    return {
        ("GET", route): {"url": address},
        ("DELETE", route): {"url": address},
        ("PUT", f"{route}/parts/{{number:int}}"): {"url": f"{address}/parts/1", "content": b"x"},
        ("POST", f"{route}/complete"): {"url": f"{address}/complete"},
        ("GET", f"{proxy}/presigned/{{address:path}}"): {
            "url": f"{proxy}/presigned/{folder}/plots/a.png"
        },
        **{
            ("POST", f"{proxy}/mpu/{call}/{{address:path}}"): {
                "url": f"{proxy}/mpu/{call}/{folder}", **body
            }
            for call in ("create", "complete", "abort")
        },
    }  # fmt: skip


def registry_requests(webhook: str) -> dict[tuple[str, str], Any]:
    """A request for each route of the registry, naming another user's model or webhook."""
    mlflow = "/api/2.0/mlflow"
    model: dict[str, Any] = {"name": "his"}
    version = model | {"version": "1"}
    tag, alias = {"key": "k", "value": "v"}, {"alias": "champ"}
    of_webhook = f"{mlflow}/webhooks/{{webhook_id:str}}"
    address = f"{mlflow}/webhooks/{webhook}"
    models, versions = f"{mlflow}/registered-models", f"{mlflow}/model-versions"
    return {
        ("GET", "/api/v1/models/{name:str}/versions"): {"url": "/api/v1/models/his/versions"},
        ("GET", f"{models}/get"): {"params": model},
        ("PATCH", f"{models}/update"): {"json": model},
        ("POST", f"{models}/rename"): {"json": model | {"new_name": "mine"}},
        ("DELETE", f"{models}/delete"): {"json": model},
        ("GET", f"{models}/get-latest-versions"): {"params": model},
        ("POST", f"{models}/get-latest-versions"): {"json": model},
        ("POST", f"{models}/set-tag"): {"json": model | tag},
        ("DELETE", f"{models}/delete-tag"): {"json": model | tag},
        ("GET", f"{models}/alias"): {"params": model | alias},
        ("POST", f"{models}/alias"): {"json": version | alias},
        ("DELETE", f"{models}/alias"): {"json": model | alias},
        ("POST", f"{versions}/create"): {"json": model | {"source": "s3://b/x"}},
        ("GET", f"{versions}/get"): {"params": version},
        ("PATCH", f"{versions}/update"): {"json": version},
        ("POST", f"{versions}/transition-stage"): {"json": version | {"stage": "Staging"}},
        ("DELETE", f"{versions}/delete"): {"json": version},
        ("GET", f"{versions}/get-download-uri"): {"params": version},
        ("POST", f"{versions}/set-tag"): {"json": version | tag},
        ("DELETE", f"{versions}/delete-tag"): {"json": version | tag},
        ("GET", "/model-versions/get-artifact"): {"params": version | {"path": "MLmodel"}},
        ("GET", of_webhook): {"url": address},
        ("PATCH", of_webhook): {"url": address, "json": {"name": "mine"}},
        ("DELETE", of_webhook): {"url": address},
        ("POST", f"{of_webhook}/test"): {"url": f"{address}/test"},
    }


async def make_registry(inside: InProcess, owner: Caller) -> str:
    """Make a model `his` with a version and an alias, and a webhook; return its id."""
    await inside.store.create_model(owner, "his", "", {})
    await inside.store.create_version(owner, "his", NewVersion("s3://b/x"))
    await inside.store.set_alias(owner, "his", "champ", 1)
    event = Event("registered_model", "created")
    fields = WebhookFields(name="h", url="https://example.org", events=[event])
    return (await inside.store.create_webhook(owner, fields)).webhook_id


async def test_anothers_record_is_404_on_every_route_that_takes_an_id(
    inside: InProcess, ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    run_id, _ = await record(bob)
    experiment_id = (await bob.get("/api/v1/experiments")).json()["experiments"][0]["experiment_id"]
    requests = requests_with_ids(run_id, experiment_id, sha256_of(b"figure"))
    requests |= registry_requests(await make_registry(inside, Caller("bob")))
    new = NewLoggedModel("model")
    model = await inside.store.create_logged_model(Caller("bob"), experiment_id, new)
    requests |= model_requests(experiment_id, model.model_id)
    trace = TraceInfo("tr-his", experiment_id, 0, "OK")
    await inside.store.start_trace(Caller("bob"), trace)
    requests |= trace_requests(run_id, experiment_id, "tr-his")
    upload = await inside.store.begin_upload(Caller("bob"), None, None)
    requests |= upload_requests(run_id, experiment_id, upload.upload_id)
    of_workspace = {"url": "/api/2.0/mlflow/workspaces/bob"}
    requests["GET", "/api/2.0/mlflow/workspaces/{name:str}"] = of_workspace
    for method, path in all_routes(inside):
        open_or_schema = path in OPEN or path.startswith("/api/v1/schema")
        if (method, path) in requests or open_or_schema or NOT_BUILT.match(path):
            continue
        assert path in WITHOUT_ID, f"{method} {path} is tested by nobody"
    for (method, path), request in requests.items():
        answer = await ada.request(method, **({"url": path} | request))
        assert answer.status_code == 404, (method, path, answer.text)
    own = await bob.get(f"/api/v1/runs/{run_id}")
    assert (own.status_code, own.json()["status"]) == (200, "FINISHED")


async def test_lists_and_streams_hold_the_callers_own_only(
    inside: InProcess, ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    run_id, _ = await record(bob)
    await make_registry(inside, Caller("bob"))
    for path in ("registered-models/search", "model-versions/search", "webhooks"):
        assert (await ada.get(f"/api/2.0/mlflow/{path}")).json() == {}
    experiments = "/api/2.0/mlflow/experiments/search"
    runs = "/api/2.0/mlflow/runs/search"
    everything = {"experiment_ids": [str(number) for number in range(10)], "run_view_type": "ALL"}
    dataset = {"name": "n", "digest": "d", "source_type": "local", "source": "s"}
    used = {"run_id": run_id, "datasets": [{"dataset": dataset}]}
    assert (await bob.post("/api/2.0/mlflow/runs/log-inputs", json=used)).json() == {}
    await inside.store.create_logged_model(Caller("bob"), "0", NewLoggedModel("model"))
    models = "/api/2.0/mlflow/logged-models/search"
    assert (await ada.post(models, json=everything)).json() == {}
    assert (await bob.post(models, json=everything)).json() != {}
    await inside.store.start_trace(Caller("bob"), TraceInfo("tr-his", "0", 0, "OK"))
    traces, by_ids = "/api/2.0/mlflow/traces", {"trace_ids": ["tr-his"]}
    places = [{"mlflow_experiment": {"experiment_id": one}} for one in everything["experiment_ids"]]
    for client, is_theirs in ((ada, False), (bob, True)):
        for answer in (
            await client.get(f"{traces}/batchGet", params=by_ids),
            await client.post(f"{traces}/batchGetInfos", json=by_ids),
            await client.post(f"{traces}/search", json={"locations": places}),
        ):
            assert bool(answer.json()) == is_theirs
    datasets = "/api/2.0/mlflow/experiments/search-datasets"
    assert (await ada.post(datasets, json=everything)).json() == {}
    assert (await bob.post(datasets, json=everything)).json() != {}
    assert (await ada.get("/api/v1/experiments")).json() == {"experiments": []}
    assert (await ada.get("/api/v1/runs")).json() == {"runs": [], "next": None}
    found = (await ada.post(experiments, json={"view_type": "ALL"})).json()["experiments"]
    assert [one["name"] for one in found] == ["Default"]
    assert (await ada.post(runs, json=everything)).json() == {}
    answer = await ada.post(
        f"/api/v1/streams/{new_id()}/events", content=body(1, [metrics(run_id, 1, loss=0)])
    )
    assert [one["seq"] for one in answer.json()["rejected"]] == [1]


async def test_a_token_that_may_only_read_cannot_write(inside: InProcess) -> None:
    async with inside.client("ada-ro") as client:
        assert (await client.get("/api/v1/experiments")).status_code == 200
        for method, path in all_routes(inside):
            if method not in ("GET", "HEAD") and path not in READING_POSTS:
                answer = await client.request(method, filled(path))
                assert answer.status_code == 403, (method, path)
                assert answer.json()["error_code"] == "PERMISSION_DENIED"


async def test_a_token_that_may_only_read_can_search(inside: InProcess) -> None:
    async with inside.client("ada-ro") as client:
        for call in ("experiments/search", "runs/search", "logged-models/search", "traces/search"):
            body = {"experiment_ids": ["0"], "max_results": 5, "locations": []}
            answer = await client.post(f"/ajax-api/2.0/mlflow/{call}", json=body)
            assert answer.status_code == 200, (call, answer.text)
        for path in READING_POSTS:
            assert (await client.post(path, json={})).status_code in (200, 400), path


async def test_routes_answer_with_and_without_the_services_prefix(ada: httpx.AsyncClient) -> None:
    for path in ("/api/v1/me", "/services/celltrail/api/v1/me"):
        assert (await ada.get(path)).json() == {"name": "ada", "workspaces": ["ada"]}
    for path in ("/health", "/services/celltrail/health"):
        assert (await ada.get(path)).text == "OK"


def test_a_path_that_only_begins_like_the_prefix_keeps_it() -> None:
    assert route_path("/services/celltrail-evil/health", "/services/celltrail") == (
        "/services/celltrail-evil/health"
    )
    assert route_path("/services/celltrail", "/services/celltrail") == "/"
    assert route_path("/ajax-api/3.0/mlflow/runs/get", "") == "/api/2.0/mlflow/runs/get"


async def test_an_unknown_endpoint_is_404_json_at_once(ada: httpx.AsyncClient) -> None:
    for path in ("/api/3.0/mlflow/nothing", "/api/2.0/mlflow/nothing", "/api/v1/nothing"):
        answer = await ada.post(path, json={})
        assert (answer.status_code, answer.json()["error_code"]) == (404, "ENDPOINT_NOT_FOUND")


async def test_a_failure_inside_shows_its_number_and_nothing_else(
    inside: InProcess,
    ada: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def explode(*_: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(inside.store, "list_experiments", explode)
    answer = await ada.get("/api/v1/experiments")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    number = re.search(r"under (\w+)", answer.json()["message"])
    assert number
    assert number[1] in caplog.text
    assert "hunter2" in caplog.text


def test_activity_is_idle_only_between_requests() -> None:
    activity = Activity()
    with activity.request():
        assert activity.idle_seconds == 0
        with activity.request():
            pass
        assert activity.idle_seconds == 0
    assert activity.idle_seconds > 0
