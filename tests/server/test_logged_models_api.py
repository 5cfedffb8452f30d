"""MLflow's calls about logged models, over HTTP."""

from typing import Any

import httpx
import pytest

from celltrail.events import new_id
from tests.server.conftest import InProcess
from tests.server.test_mlflow_api import API, create_run

MODELS = f"{API}/logged-models"
PROXY = "/api/2.0/mlflow-artifacts/artifacts"


async def create(client: httpx.AsyncClient, **fields: Any) -> Any:
    answer = await client.post(MODELS, json={"experiment_id": "0"} | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()["model"]


async def test_a_model_answers_as_mlflow_has_it(ada: httpx.AsyncClient) -> None:
    run_id = await create_run(ada)
    body = {
        "name": "digits",
        "model_type": "Agent",
        "source_run_id": run_id,
        "params": [{"key": "lr", "value": "0.1"}],
        "tags": [{"key": "team", "value": "red"}],
    }
    made = await create(ada, **body)
    model_id, created = made["info"]["model_id"], made["info"]["creation_timestamp_ms"]
    assert made["info"] == {
        "model_id": model_id,
        "experiment_id": "0",
        "name": "digits",
        "creation_timestamp_ms": created,
        "last_updated_timestamp_ms": created,
        "artifact_uri": f"mlflow-artifacts:/0/models/{model_id}/artifacts",
        "status": "LOGGED_MODEL_PENDING",
        "model_type": "Agent",
        "source_run_id": run_id,
        "tags": [{"key": "team", "value": "red"}],
    }
    assert made["data"] == {"params": [{"key": "lr", "value": "0.1"}]}
    metric = {
        "key": "acc", "value": 0.5, "timestamp": 17, "step": 2, "model_id": model_id,
        "dataset_name": "iris", "dataset_digest": "d1",
    }  # fmt: skip
    assert (await ada.post(f"{API}/runs/log-metric", json=metric | {"run_id": run_id})).json() == {}
    batch = {"run_id": run_id, "metrics": [metric | {"key": "loss"}, {"key": "x"} | metric]}
    assert (await ada.post(f"{API}/runs/log-batch", json=batch)).json() == {}
    for status in ("LOGGED_MODEL_READY", 2, "2"):
        answer = await ada.patch(f"{MODELS}/{model_id}", json={"status": status})
        assert answer.json()["model"]["info"]["status"] == "LOGGED_MODEL_READY"
    found = (await ada.get(f"{MODELS}/{model_id}")).json()["model"]
    assert found["data"]["metrics"] == [
        metric | {"run_id": run_id}, metric | {"key": "loss", "run_id": run_id},
    ]  # fmt: skip
    search = {"experiment_ids": ["0"], "filter": "metrics.acc = 0.5"}
    assert (await ada.post(f"{MODELS}/search", json=search)).json() == {"models": [found]}


async def test_tags_params_and_deletion(ada: httpx.AsyncClient) -> None:
    made = await create(ada)
    model_id = made["info"]["model_id"]
    assert made["info"]["name"]
    tags = [{"key": "a/b c", "value": "1"}, {"key": "k", "value": "2"}]
    assert (await ada.patch(f"{MODELS}/{model_id}/tags", json={"tags": tags})).json() == {}
    assert (await ada.delete(f"{MODELS}/{model_id}/tags/a%2Fb%20c")).json() == {}
    assert (await ada.delete(f"{MODELS}/{model_id}/tags/a%2Fb%20c")).status_code == 404
    params = {"params": [{"key": "p", "value": "v"}]}
    assert (await ada.post(f"{MODELS}/{model_id}/params", json=params)).json() == {}
    assert (await ada.delete(f"{MODELS}/{model_id}")).json() == {}
    assert (await ada.get(f"{MODELS}/{model_id}")).status_code == 404
    kept = await ada.get(f"{MODELS}/{model_id}", params={"allow_deleted": "true"})
    assert kept.json()["model"]["info"]["tags"] == tags[1:]
    assert kept.json()["model"]["data"] == {"params": [{"key": "p", "value": "v"}]}


async def test_files_of_a_model_go_through_the_proxy(
    inside: InProcess, ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    model_id = (await create(ada))["info"]["model_id"]
    root, execution_id = f"0/models/{model_id}/artifacts", new_id()
    for path in ("MLmodel", "data/weights.bin"):
        headers = {"X-Celltrail-Execution": execution_id}
        answer = await ada.put(f"{PROXY}/{root}/{path}", content=b"12345", headers=headers)
        assert answer.status_code == 200, answer.text
    listed = [
        {"path": "MLmodel", "is_dir": False, "file_size": 5}, {"path": "data", "is_dir": True},
    ]  # fmt: skip
    assert (await ada.get(PROXY, params={"path": root})).json() == {"files": listed}
    answer = await ada.get(f"{MODELS}/{model_id}/artifacts/directories")
    assert answer.json() == {"root_uri": f"mlflow-artifacts:/{root}", "files": listed}
    answer = await ada.get(
        f"{MODELS}/{model_id}/artifacts/directories", params={"artifact_directory_path": "data"}
    )
    assert [one["path"] for one in answer.json()["files"]] == ["data/weights.bin"]
    answer = await ada.get(f"{PROXY}/{root}/MLmodel")
    assert (answer.content, answer.headers["x-content-type-options"]) == (b"12345", "nosniff")
    assert (await bob.get(f"{PROXY}/{root}/MLmodel")).status_code == 404
    assert (await bob.put(f"{PROXY}/{root}/x", content=b"x")).status_code == 404
    assert (await bob.get(PROXY, params={"path": root})).status_code == 404
    assert (await ada.delete(f"{PROXY}/{root}/data")).status_code == 200
    assert (await ada.get(f"{PROXY}/{root}/data/weights.bin")).status_code == 404
    for wrong in (f"0/models/{model_id}/x", "0/models", f"0/models/{model_id}/artifacts/../x"):
        assert (await ada.get(PROXY, params={"path": wrong})).status_code in (400, 404)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("POST", "", {}, 400, "Missing value for required parameter 'experiment_id'."),
        ("POST", "", {"experiment_id": "0", "name": "a/b"}, 400, "Invalid model name ('a/b')"),
        ("POST", "", {"experiment_id": "77"}, 404, "No Experiment with id=77 exists"),
        ("POST", "", {"experiment_id": "0", "params": {}}, 400, "for parameter 'params' supplied"),
        ("GET", "/m-0", None, 404, "Logged model with ID 'm-0' not found."),
        ("PATCH", "/m-0", {}, 400, "Missing value for required parameter 'status'."),
        ("PATCH", "/m-0", {"status": "DONE"}, 400, "Invalid value DONE for parameter 'status'"),
        ("PATCH", "/m-0", {"status": 4}, 400, "Invalid value 4 for parameter 'status'"),
        ("DELETE", "/m-0", None, 404, "Logged model with ID 'm-0' not found."),
        ("POST", "/search", {}, 400, "Missing value for required parameter 'experiment_ids'."),
        ("POST", "/search", {"experiment_ids": ["0"], "datasets": [{}]}, 400,
         "`dataset_name` in the `datasets` clause must be specified."),
        ("POST", "/search", {"experiment_ids": ["0"], "order_by": [{"field_name": "x"}]}, 400,
         "Invalid order by field name: x"),
        ("POST", "/search", {"experiment_ids": ["0"], "filter": "x"}, 400, "Invalid"),
        ("POST", "/search", {"experiment_ids": ["0"], "page_token": "x"}, 400, "page token"),
    ],
)  # fmt: skip
async def test_refusals_say_what_is_wrong(
    ada: httpx.AsyncClient, method: str, path: str, body: Any, status: int, message: str
) -> None:
    answer = await ada.request(method, f"{MODELS}{path}", json=body)
    assert (answer.status_code, message in answer.json()["message"]) == (status, True), answer.text


async def test_a_point_of_an_unknown_model_changes_nothing(ada: httpx.AsyncClient) -> None:
    run_id = await create_run(ada)
    metric = {"key": "acc", "value": 1, "timestamp": 1}
    body = {"run_id": run_id, "metrics": [metric, metric | {"model_id": "m-0", "key": "b"}]}
    answer = await ada.post(f"{API}/runs/log-batch", json=body)
    assert (answer.status_code, answer.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    run = (await ada.get(f"{API}/runs/get", params={"run_id": run_id})).json()["run"]
    assert "metrics" not in run["data"]


async def test_the_own_api_tells_the_cell_that_logged_a_model_and_what_runs_used(
    ada: httpx.AsyncClient,
) -> None:
    run_id, cell = await create_run(ada), new_id()
    ada.headers["X-Celltrail-Execution"] = cell
    model_id = (await create(ada, name="digits", source_run_id=run_id))["info"]["model_id"]
    metric = {"key": "acc", "value": "NaN", "timestamp": 17, "model_id": model_id}
    await ada.post(f"{API}/runs/log-metric", json=metric | {"run_id": run_id})
    made = {"run_id": run_id, "models": [{"model_id": model_id, "step": 3}]}
    await ada.post(f"{API}/runs/outputs", json=made)
    data = {"name": "iris", "digest": "d1", "source_type": "local", "source": "{}"}
    tags = [{"key": "mlflow.data.context", "value": "training"}]
    used = {
        "run_id": run_id, "datasets": [{"dataset": data, "tags": tags}],
        "models": [{"model_id": "m-1"}],
    }  # fmt: skip
    await ada.post(f"{API}/runs/log-inputs", json=used)

    model = (await ada.get(f"/api/v1/logged-models/{model_id}")).json()
    assert (model["name"], model["status"], model["execution_id"]) == ("digits", "PENDING", cell)
    assert model["metrics"] == [
        {"key": "acc", "value": "NaN", "step": 0, "time_ms": 17, "run_id": run_id,
         "dataset_name": "", "dataset_digest": ""},
    ]  # fmt: skip
    other = await create(ada, name="other")
    listing = "/api/v1/logged-models?experiment_id=0&limit=1"
    first = (await ada.get(listing)).json()
    assert [one["model_id"] for one in first["models"]] == [other["info"]["model_id"]]
    rest = (await ada.get(listing, params={"experiment_id": 0, "after": first["next"]})).json()
    assert rest == {"models": [model], "next": None}
    run = (await ada.get(f"/api/v1/runs/{run_id}")).json()
    context = {"mlflow.data.context": "training"}
    assert run["datasets"] == [data | {"tags": context, "execution_id": cell}]
    assert run["models_used"] == [{"model_id": "m-1", "step": 0, "execution_id": cell}]
    assert run["models_made"] == [{"model_id": model_id, "step": 3, "execution_id": cell}]
