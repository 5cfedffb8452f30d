"""MLflow's calls about what runs used and made, over HTTP."""

import json
from typing import Any

import httpx
import pytest

from celltrail.events import new_id
from tests.server.test_mlflow_api import API, create_run, get_run

DATASET = {"name": "iris", "digest": "d1", "source_type": "local", "source": "{}"}


async def test_a_run_answers_with_its_inputs_and_outputs(ada: httpx.AsyncClient) -> None:
    run_id = await create_run(ada)
    tags = [{"key": "mlflow.data.context", "value": "training"}]
    body = {
        "run_id": run_id,
        "datasets": [{"dataset": DATASET | {"profile": "{}"}, "tags": tags}],
        "models": [{"model_id": "m-1"}],
    }
    headers = {"X-Celltrail-Execution": new_id()}
    answer = await ada.post(f"{API}/runs/log-inputs", json=body, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {})
    body = {"run_id": run_id, "models": [{"model_id": "m-2", "step": "3"}]}
    answer = await ada.post(f"{API}/runs/outputs", json=body)
    assert (answer.status_code, answer.json()) == (200, {})
    run = await get_run(ada, run_id)
    assert run["inputs"] == {
        "dataset_inputs": [{"tags": tags, "dataset": DATASET | {"profile": "{}"}}],
        "model_inputs": [{"model_id": "m-1"}],
    }
    assert run["outputs"] == {"model_outputs": [{"model_id": "m-2", "step": 3}]}
    answer = await ada.post(f"{API}/runs/search", json={"experiment_ids": ["0"]})
    assert answer.json()["runs"] == [run]
    answer = await ada.post(
        "/ajax-api/2.0/mlflow/experiments/search-datasets", json={"experiment_ids": ["0"]}
    )
    summary = {"experiment_id": "0", "name": "iris", "digest": "d1", "context": "training"}
    assert answer.json() == {"dataset_summaries": [summary]}


async def test_models_of_mlflow_2_are_noted_in_a_tag_of_their_run(ada: httpx.AsyncClient) -> None:
    run_id = await create_run(ada)
    noted = {"run_id": run_id, "artifact_path": "", "utc_time_created": "now", "model_uuid": "x"}
    flavors = {"python_function": {"loader": "l", "config": {"secret": 1}}, "odd": 1}

    async def note(path: str) -> None:
        model = noted | {"artifact_path": path, "flavors": flavors, "signature": {}}
        body = {"run_id": run_id, "model_json": json.dumps(model)}
        assert (await ada.post(f"{API}/runs/log-model", json=body)).json() == {}

    async def history() -> Any:
        tags = {tag["key"]: tag["value"] for tag in (await get_run(ada, run_id))["data"]["tags"]}
        return json.loads(tags["mlflow.log-model.history"])

    await note("a")
    await note("b")
    kept = {"python_function": {"loader": "l"}, "odd": 1}
    assert await history() == [noted | {"artifact_path": p, "flavors": kept} for p in ("a", "b")]
    for number in range(3):
        await note(str(number) * 3000)
    assert [len(one["artifact_path"]) for one in await history()] == [3000, 3000]


@pytest.mark.parametrize(
    ("call", "body", "message"),
    [
        ("runs/log-inputs", {}, "Missing value for required parameter 'run_id'."),
        ("runs/log-inputs", {"datasets": {}}, "Invalid value {} for parameter 'datasets' supplied"),
        ("runs/log-inputs", {"datasets": [{}]}, "required parameter 'datasets[0].dataset'."),
        ("runs/log-inputs", {"datasets": [{"dataset": {"name": "n"}}]},
         "required parameter 'datasets[0].dataset.digest'."),
        ("runs/outputs", {"run_id": "x"}, "Missing value for required parameter 'models'."),
        ("runs/log-model", {"run_id": "x"}, "Missing value for required parameter 'model_json'."),
        ("runs/log-model", {"run_id": "x", "model_json": "x"}, "is not a valid JSON."),
        ("runs/log-model", {"run_id": "x", "model_json": "{}"},
         "missing mandatory fields: ['artifact_path', 'flavors', 'run_id', 'utc_time_created']"),
        ("experiments/search-datasets", {}, "must specify at least one experiment_id."),
        ("experiments/search-datasets", {"experiment_ids": ["0"] * 21},
         "cannot specify more than 20 experiment_ids. Received 21 experiment_ids."),
        ("experiments/search-datasets", {"experiment_ids": ["x"]}, "must be a valid integer"),
    ],
)  # fmt: skip
async def test_refusals_say_what_is_wrong(
    ada: httpx.AsyncClient, call: str, body: Any, message: str
) -> None:
    answer = await ada.post(f"{API}/{call}", json=body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert message in answer.json()["message"]
