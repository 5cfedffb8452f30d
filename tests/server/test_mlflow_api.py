"""MLflow's API over HTTP: codes, messages and leniency that clients depend on."""

import math
from typing import Any

import httpx
import pytest

from celltrail.events import new_id
from tests.server.recording import record

API = "/api/2.0/mlflow"


async def create_run(client: httpx.AsyncClient, **fields: Any) -> str:
    answer = await client.post(f"{API}/runs/create", json={"experiment_id": "0"} | fields)
    assert answer.status_code == 200, answer.text
    run_id: str = answer.json()["run"]["info"]["run_id"]
    return run_id


async def get_run(client: httpx.AsyncClient, run_id: str) -> Any:
    return (await client.get(f"{API}/runs/get", params={"run_id": run_id})).json()["run"]


@pytest.mark.parametrize(
    ("call", "body", "status", "code", "message"),
    [
        ("experiments/create", {}, 400, "INVALID_PARAMETER_VALUE",
         "Missing value for required parameter 'name'."),
        ("experiments/create", {"name": ""}, 400, "INVALID_PARAMETER_VALUE",
         "Missing value for required parameter 'name'."),
        ("experiments/create", {"name": 5}, 400, "INVALID_PARAMETER_VALUE",
         "Invalid value 5 for parameter 'name' supplied"),
        ("experiments/create", {"name": "Default"}, 400, "RESOURCE_ALREADY_EXISTS",
         "Experiment(name=Default) already exists."),
        ("experiments/create", {"name": "x" * 501}, 400, "INVALID_PARAMETER_VALUE",
         "'name' exceeds the maximum length of 500 characters"),
        ("experiments/create", {"name": "x", "artifact_location": "file:///etc"}, 400,
         "INVALID_PARAMETER_VALUE", "artifact_location"),
        ("experiments/delete", {"experiment_id": "77"}, 404, "RESOURCE_DOES_NOT_EXIST",
         "No Experiment with id=77 exists"),
        ("experiments/delete", {"experiment_id": "x"}, 400, "INVALID_PARAMETER_VALUE",
         "Experiment ID must be a valid integer"),
        ("runs/update", {}, 400, "INVALID_PARAMETER_VALUE",
         "Missing value for required parameter 'run_id'."),
        ("runs/delete", {"run_id": "nope"}, 404, "RESOURCE_DOES_NOT_EXIST",
         "Run with id=nope not found"),
        ("runs/search", {"filter": "metrics.a < 1 metrics.b < 1"}, 400,
         "INVALID_PARAMETER_VALUE", "Invalid clause(s) in filter string"),
        ("runs/search", {"max_results": 50001}, 400, "INVALID_PARAMETER_VALUE", "max_results"),
        ("runs/search", {"run_view_type": "SOME"}, 400, "INVALID_PARAMETER_VALUE",
         "Invalid value \"SOME\" for parameter 'run_view_type' supplied"),
        ("runs/create", {"run_name": "a", "tags": [{"key": "mlflow.runName", "value": "b"}]}, 400,
         "INVALID_PARAMETER_VALUE", "Both 'run_name' argument and 'mlflow.runName' tag"),
        ("runs/create", {"start_time": 2**63}, 400, "INVALID_PARAMETER_VALUE", "64 bits"),
        ("traces/metrics", {}, 501, "NOT_IMPLEMENTED", "not supported"),
        ("nothing/here", {}, 404, "ENDPOINT_NOT_FOUND", "nothing/here"),
    ],
)  # fmt: skip
async def test_refusals_have_mlflows_code_and_message(
    ada: httpx.AsyncClient, call: str, body: Any, status: int, code: str, message: str
) -> None:
    answer = await ada.post(f"{API}/{call}", json=body)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    assert message in answer.json()["message"]


@pytest.mark.parametrize(
    ("call", "fields", "message"),
    [
        ("log-metric", {"key": "a", "value": "x", "timestamp": 1}, "parameter 'value' supplied"),
        ("log-metric", {"key": "a", "value": True, "timestamp": 1}, "parameter 'value' supplied"),
        ("log-metric", {"key": "a", "value": 1}, "required parameter 'timestamp'"),
        ("log-metric", {"key": "a\n", "value": 1, "timestamp": 1}, "Names may only contain"),
        ("log-metric", {"key": "../a", "value": 1, "timestamp": 1}, "would resolve to '../a'"),
        ("log-metric", {"key": "k" * 251, "value": 1, "timestamp": 1}, "maximum length of 250"),
        ("log-metric", {"key": "a", "value": 1, "timestamp": -1}, "nonnegative"),
        ("log-metric", {"key": "a", "value": 1, "timestamp": 2**63}, "64 bits"),
        ("log-metric", {"key": "a", "value": 1, "timestamp": 1, "step": 2**63}, "64 bits"),
        ("log-parameter", {"key": "lr", "value": "2"}, "Changing param values is not allowed. "
         "Param with key='lr' was already logged with value='1' for run ID="),
        ("log-parameter", {"key": "a", "value": "\x00"}, "NUL"),
        ("log-batch", {"metrics": [{"key": "a", "value": 1}]}, "'metrics[0].timestamp'"),
        ("log-batch", {"params": [{"key": "a"}] * 2}, "Duplicate parameter keys"),
        ("log-batch", {"params": [{"key": str(n)} for n in range(101)]}, "at most 100 params"),
        ("log-batch", {"tags": [{"key": str(n)} for n in range(101)]}, "at most 100 tags"),
        ("log-batch", {"metrics": [{"key": "a", "value": 1, "timestamp": 1}] * 1001},
         "at most 1000 metrics"),
        ("delete-tag", {"key": "nope"}, "No tag with name: nope"),
    ],
)  # fmt: skip
async def test_a_bad_value_is_refused_and_changes_nothing(
    ada: httpx.AsyncClient, call: str, fields: dict[str, Any], message: str
) -> None:
    run_id = await create_run(ada)
    await ada.post(f"{API}/runs/log-parameter", json={"run_id": run_id, "key": "lr", "value": "1"})
    before = await get_run(ada, run_id)
    answer = await ada.post(f"{API}/runs/{call}", json={"run_id": run_id} | fields)
    assert answer.status_code in (400, 404)
    assert message in answer.json()["message"]
    assert await get_run(ada, run_id) == before


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff", b'{"name":"\\ud800"}', b"null"])
async def test_a_body_that_is_no_object_is_refused(ada: httpx.AsyncClient, body: bytes) -> None:
    answer = await ada.post(f"{API}/experiments/create", content=body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


@pytest.mark.parametrize("path", [f"{API}/runs/create", "/api/v1/uploads"])
@pytest.mark.parametrize("start", [b'{"experiment_id": 5, "x": ', b'{"x": '])
async def test_a_body_nested_without_end_is_refused(
    ada: httpx.AsyncClient, path: str, start: bytes
) -> None:
    deep = start + b"[" * 100_000 + b"]" * 100_000 + b"}"
    answer = await ada.post(path, content=deep)
    assert answer.status_code == 400
    assert "nested too deeply" in answer.json()["message"]


async def test_fields_that_are_null_are_as_good_as_left_out(ada: httpx.AsyncClient) -> None:
    run_id = await create_run(ada, run_name=None, start_time=None, tags=None)
    assert (await get_run(ada, run_id))["info"]["run_name"]


async def test_requests_are_read_as_leniently_as_mlflow_does(ada: httpx.AsyncClient) -> None:
    run_id = await create_run(ada, unknown_field={"x": 1})
    body = {"run_uuid": run_id, "key": "a", "value": "NaN", "timestamp": "17", "step": "3"}
    assert (await ada.post(f"{API}/runs/log-metric", json=body)).json() == {}
    run = await get_run(ada, run_id)
    assert run["data"]["metrics"] == [{"key": "a", "value": "NaN", "timestamp": 17, "step": 3}]
    long = {"run_id": run_id, "key": "p", "value": "x" * 7000}
    await ada.post(f"{API}/runs/log-parameter", json=long)
    assert len((await get_run(ada, run_id))["data"]["params"][0]["value"]) == 6000


async def test_a_new_experiment_is_looked_up_in_vain_first(ada: httpx.AsyncClient) -> None:
    path = f"{API}/experiments/get-by-name"
    answer = await ada.get(path, params={"experiment_name": "digits"})
    assert (answer.status_code, answer.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    created = await ada.post(f"{API}/experiments/create", json={"name": "digits"})
    found = (await ada.get(path, params={"experiment_name": "digits"})).json()["experiment"]
    assert found["experiment_id"] == created.json()["experiment_id"]
    assert found["lifecycle_stage"] == "active"


async def test_what_is_logged_in_a_cell_knows_the_cell(ada: httpx.AsyncClient) -> None:
    execution_id = new_id()  # which may arrive later than the request
    ada.headers["X-Celltrail-Execution"] = execution_id
    run_id = await create_run(ada, run_name="mine")
    await ada.post(
        f"{API}/runs/log-batch",
        json={
            "run_id": run_id,
            "metrics": [{"key": "acc", "value": 0.9, "timestamp": 1}],
            "params": [{"key": "lr", "value": "1"}],
        },
    )
    proxied = f"/api/2.0/mlflow-artifacts/artifacts/0/{run_id}/artifacts/plots/MLmodel"
    assert (await ada.put(proxied, content=b"figure")).status_code == 200

    detail = (await ada.get(f"/api/v1/runs/{run_id}")).json()
    assert detail["execution_id"] == execution_id
    assert detail["param_records"][0]["execution_id"] == execution_id
    assert detail["metric_summaries"][0]["execution_id"] == execution_id
    assert detail["artifacts"][0]["execution_id"] == execution_id
    assert detail["artifacts"][0]["media_type"] == "text/plain"
    assert (detail["name"], detail["kind"]) == ("mine", "script")


async def test_a_useless_execution_header_does_not_stop_the_users_code(
    ada: httpx.AsyncClient,
) -> None:
    ada.headers["X-Celltrail-Execution"] = "'; DROP TABLE runs"
    run_id = await create_run(ada)
    assert (await ada.get(f"/api/v1/runs/{run_id}")).json()["execution_id"] is None


async def test_a_recorded_run_is_an_mlflow_run_too(ada: httpx.AsyncClient) -> None:
    run_id, _ = await record(ada)
    run = await get_run(ada, run_id)
    experiment_id = run["info"]["experiment_id"]
    assert run["info"]["run_name"] == "first"
    assert run["info"]["artifact_uri"] == f"mlflow-artifacts:/{experiment_id}/{run_id}/artifacts"
    assert {tag["key"]: tag["value"] for tag in run["data"]["tags"]} == {
        "mlflow.runName": "first", "mlflow.user": "ada", "team": "vision",
    }  # fmt: skip
    search = {"experiment_ids": [experiment_id], "filter": "tags.mlflow.runName = 'first'"}
    assert len((await ada.post(f"{API}/runs/search", json=search)).json()["runs"]) == 1
    listed = await ada.get(f"{API}/artifacts/list", params={"run_id": run_id, "path": "plots"})
    assert listed.json()["files"] == [{"path": "plots/a.png", "is_dir": False, "file_size": 6}]


async def test_an_mlflow_run_is_a_run_of_ours_with_its_children(ada: httpx.AsyncClient) -> None:
    parent = await create_run(ada, run_name="outer")
    child = await create_run(
        ada, tags=[{"key": "mlflow.parentRunId", "value": parent}], start_time=5
    )
    renamed = {"run_id": parent, "key": "mlflow.runName", "value": "renamed"}
    await ada.post(f"{API}/runs/set-tag", json=renamed)
    detail = (await ada.get(f"/api/v1/runs/{parent}")).json()
    assert detail["name"] == "renamed"
    assert [one["run_id"] for one in detail["children"]] == [child]
    top = (await ada.get("/api/v1/runs", params={"experiment_id": "0"})).json()["runs"]
    assert [one["run_id"] for one in top] == [parent]


async def test_history_is_complete_without_a_limit_and_paged_with_one(
    ada: httpx.AsyncClient,
) -> None:
    run_id = await create_run(ada)
    points = [{"key": "a", "value": n, "timestamp": n, "step": n} for n in range(1000)]
    points[7]["value"] = math.inf
    for point in points:
        point["value"] = str(point["value"]).replace("inf", "Infinity")
    await ada.post(f"{API}/runs/log-batch", json={"run_id": run_id, "metrics": points})
    query = {"run_id": run_id, "metric_key": "a"}
    whole = (await ada.get(f"{API}/metrics/get-history", params=query)).json()
    assert len(whole["metrics"]) == 1000
    assert whole["metrics"][7]["value"] == "Infinity"
    assert "next_page_token" not in whole
    page = (await ada.get(f"{API}/metrics/get-history", params=query | {"max_results": "3"})).json()
    more = query | {"max_results": "3", "page_token": page["next_page_token"]}
    page = (await ada.get(f"{API}/metrics/get-history", params=more)).json()
    assert [point["step"] for point in page["metrics"]] == [3, 4, 5]
    answer = await ada.get(f"{API}/metrics/get-history", params=query | {"max_results": "0"})
    assert answer.status_code == 400


async def test_artifacts_are_moved_by_the_proxy(ada: httpx.AsyncClient) -> None:
    run_id = await create_run(ada)
    root = "/api/2.0/mlflow-artifacts/artifacts"
    place = f"0/{run_id}/artifacts"
    for path in ("a.txt", "dir/b.html", "dir/sub/c"):
        await ada.put(f"{root}/{place}/{path}", content=path.encode())

    listed = await ada.get(root, params={"path": f"{place}/dir"})
    assert listed.json()["files"] == [
        {"path": "b.html", "is_dir": False, "file_size": 10}, {"path": "sub", "is_dir": True},
    ]  # fmt: skip
    answer = await ada.get(f"{root}/{place}/dir/b.html")
    assert answer.content == b"dir/b.html"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (await ada.delete(f"{root}/{place}/dir")).json() == {}
    assert (await ada.get(f"{root}/{place}/dir/b.html")).status_code == 404
    assert (await ada.get(f"{root}/{place}/nothing")).status_code == 404
    models = await ada.put(f"{root}/0/models/m-1/artifacts/MLmodel", content=b"x")
    assert (models.status_code, models.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    elsewhere = await ada.put(f"{root}/0/{run_id}/secrets/x", content=b"x")
    assert elsewhere.status_code == 404


async def test_the_server_says_what_it_can(ada: httpx.AsyncClient) -> None:
    for path in ("/api/3.0/mlflow/server-info", "/ajax-api/3.0/mlflow/server-info"):
        info = (await ada.get(path)).json()
        assert info["multipart_uploads_enabled"] is False
        assert info["workspaces_enabled"] is True
