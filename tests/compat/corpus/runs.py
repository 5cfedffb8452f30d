"""Runs: starting, reading, changing, deleting them, and every way to ask wrongly."""

from tests.compat.replay import Step, get, post, send

MISSING = "0" * 32


def _create(name: str, **fields: object) -> dict[str, object]:
    return {"experiment_id": "$home", "run_name": name, "start_time": 1000, **fields}


CREATING = [
    post("experiments/create", {"name": "runs"}, home="experiment_id"),
    post("runs/create", _create("first"), first="run.info.run_id"),
    post("runs/create", _create("child", tags=[
        {"key": "mlflow.parentRunId", "value": "$first"},
        {"key": "mlflow.source.type", "value": "NOTEBOOK"},
        {"key": "mlflow.source.name", "value": "trees.ipynb"},
        {"key": "team", "value": "vision ☃"},
    ]), child="run.info.run_id"),
    post("runs/create", {"experiment_id": "$home"}, random="run.info.run_id"),
    post("runs/create", {"experiment_id": "$home", "start_time": 0, "run_name": "epoch"},
         epoch="run.info.run_id"),
    post("runs/create", {"experiment_id": "$home", "start_time": -5, "run_name": "before"}),
    post("runs/create", {"experiment_id": "$home", "start_time": "77", "run_name": "text"},
         text="run.info.run_id"),
    post("runs/create", {"experiment_id": "$home", "start_time": 2**63}),
    post("runs/create", {"experiment_id": "$home", "start_time": 1.5}),
    post("runs/create", {"experiment_id": "$home", "start_time": "soon"}),
    post("runs/create", {"experiment_id": "$home", "start_time": None, "run_name": None},
         nameless="run.info.run_id"),
    post("runs/create", {"run_name": "default", "start_time": 3}, default="run.info.run_id"),
    post("runs/create", {"experiment_id": "", "run_name": "empty", "start_time": 3},
         empty="run.info.run_id"),
    post("runs/create", {"experiment_id": "999", "start_time": 3}),
    post("runs/create", {"experiment_id": "abc", "start_time": 3}),
    post("runs/create", {"experiment_id": 7, "start_time": 3}),
    post("runs/create", _create("same", tags=[{"key": "mlflow.runName", "value": "same"}]),
         same="run.info.run_id"),
    post("runs/create", _create("one", tags=[{"key": "mlflow.runName", "value": "other"}])),
    post("runs/create", _create("", tags=[{"key": "mlflow.runName", "value": "tagged"}]),
         tagged="run.info.run_id"),
    post("runs/create", _create("twice", tags=[{"key": "a", "value": "1"},
                                               {"key": "a", "value": "2"}])),
    post("runs/create", _create("odd", tags=[{"key": "", "value": "1"}])),
    post("runs/create", _create("odd", tags=[{"value": "1"}])),
    post("runs/create", _create("odd", tags=[{"key": "a/../b", "value": "1"}])),
    post("runs/create", _create("odd", tags=[{"key": "a!b", "value": "1"}])),
    post("runs/create", _create("odd", tags=[{"key": "k" * 251, "value": "1"}])),
    post("runs/create", _create("odd", tags=[{"key": "none"}]), bare="run.info.run_id"),
    post("runs/create", _create("odd", tags=[{"key": "n", "value": 5}])),
    post("runs/create", _create("odd", tags="no")),
    post("runs/create", _create("odd", tags=[{"key": "long", "value": "v" * 8001}])),
    post("runs/create", _create("n" * 251), long="run.info.run_id"),
    post("runs/create", {"experiment_id": "$home", "run_name": 5, "start_time": 3}),
    post("runs/create", {"experiment_id": "$home", "run_name": ["a"], "start_time": 3}),
    post("runs/create", _create("user", user_id="somebody"), user="run.info.run_id"),
    Step("POST", "runs/create", content=b"[1]"),
]  # fmt: skip

FINDING = [
    *(get("runs/get", {"run_id": f"${name}"}) for name in (
        "first", "child", "random", "epoch", "text", "nameless", "default", "empty", "same",
        "tagged", "bare", "long", "user")),
    get("runs/get", {"run_uuid": "$first"}),
    get("runs/get", {"run_id": "$first", "run_uuid": "$child"}),
    get("runs/get", {"run_id": "", "run_uuid": "$first"}),
    get("runs/get", {"run_id": MISSING}),
    get("runs/get", {"run_id": "abc"}),
    get("runs/get", {"run_id": "../../etc"}),
    get("runs/get", {"run_id": "r" * 300}),
    get("runs/get", {"run_id": ""}),
    get("runs/get"),
    post("runs/get", {"run_id": "$first"}),
    send("PUT", "runs/create", {}),
    get("runs/create"),
    get("runs/nothing"),
]  # fmt: skip

CHANGING = [
    post("runs/update", {"run_id": "$first", "status": "FINISHED", "end_time": 2000}),
    get("runs/get", {"run_id": "$first"}),
    post("runs/update", {"run_id": "$first", "run_name": "renamed"}),
    get("runs/get", {"run_id": "$first"}),
    *(post("runs/update", {"run_id": "$first", "status": one})
      for one in (3, 9, "DONE", "finished", "", "RUNNING", "SCHEDULED", "FAILED", "KILLED", None)),
    get("runs/get", {"run_id": "$first"}),
    post("runs/update", {"run_uuid": "$first", "status": "FINISHED"}),
    post("runs/update", {"run_id": "$first", "run_uuid": "$child", "status": "FAILED"}),
    *(post("runs/update", {"run_id": "$first", "status": "FINISHED", "end_time": one})
      for one in (0, -1, "5000", "later", 1.5, 2**63, None, True)),
    get("runs/get", {"run_id": "$first"}),
    post("runs/update", {"run_id": "$first", "run_name": ""}),
    post("runs/update", {"run_id": "$first", "run_name": 5}),
    post("runs/update", {"run_id": "$first", "status": "FINISHED", "run_name": "n" * 250}),
    post("runs/update", {"run_id": "$first"}),
    get("runs/get", {"run_id": "$first"}),
    post("runs/update", {"run_id": MISSING, "status": "FINISHED"}),
    post("runs/update", {"run_id": "abc", "status": "FINISHED"}),
    post("runs/update", {"status": "FINISHED"}),
    post("runs/update", {}),
    post("runs/update", {"run_id": 5, "status": "FINISHED"}),
]  # fmt: skip

DELETING = [
    post("runs/delete", {"run_id": "$child"}),
    get("runs/get", {"run_id": "$child"}),
    post("runs/delete", {"run_id": "$child"}),
    post("runs/update", {"run_id": "$child", "status": "FINISHED"}),
    post("runs/update", {"run_id": "$child", "run_name": "x"}),
    post("runs/log-metric", {"run_id": "$child", "key": "a", "value": 1, "timestamp": 1}),
    post("runs/log-parameter", {"run_id": "$child", "key": "a", "value": "1"}),
    post("runs/set-tag", {"run_id": "$child", "key": "a", "value": "1"}),
    post("runs/delete-tag", {"run_id": "$child", "key": "team"}),
    post("runs/log-batch", {"run_id": "$child", "tags": [{"key": "a", "value": "1"}]}),
    get("metrics/get-history", {"run_id": "$child", "metric_key": "a"}),
    get("artifacts/list", {"run_id": "$child"}),
    post("runs/restore", {"run_id": "$child"}),
    post("runs/restore", {"run_id": "$child"}),
    get("runs/get", {"run_id": "$child"}),
    *(post(f"runs/{call}", body) for call in ("delete", "restore")
      for body in ({"run_id": MISSING}, {"run_id": "abc"}, {"run_id": ""}, {},
                   {"run_uuid": "$child"}, {"run_id": 7})),
]  # fmt: skip

STEPS = [*CREATING, *FINDING, *CHANGING, *DELETING]
