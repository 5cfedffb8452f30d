"""Logged models: making, finishing, reading, tagging, deleting them, and asking wrongly."""

from typing import Any

from tests.compat.replay import Step, get, post, send

MISSING = "m-" + "0" * 32
MODEL = "logged-models/$model"


def _create(**fields: Any) -> Step:
    body = {"experiment_id": "$home", "name": "net", **fields}
    return post("logged-models", {k: v for k, v in body.items() if v != "(left out)"})


def _pairs(*keys: str) -> list[dict[str, str]]:
    return [{"key": key, "value": f"value of {key}"} for key in keys]


SEE = get(MODEL)

MAKING = [
    post("experiments/create", {"name": "logged models"}, home="experiment_id"),
    post("runs/create", {"experiment_id": "$home", "run_name": "r", "start_time": 1},
         run="run.info.run_id"),
    post("logged-models", {"experiment_id": "$home", "name": "net", "model_type": "agent",
                           "source_run_id": "$run", "params": _pairs("lr", "depth"),
                           "tags": _pairs("team", "a/b")}, model="model.info.model_id"),
    SEE,
    post("logged-models", {"experiment_id": "$home"}, random="model.info.model_id"),
    *(_create(name=name) for name in (
        "", None, 5, "a/b", "a:b", "a.b", "a%b", "a'b", 'a"b', "näme ☃", " ", "n" * 250)),
    *(_create(experiment_id=one) for one in ("(left out)", "", None, 5, "999", "abc")),
    _create(source_run_id="none"),
    _create(model_type=5),
    _create(params="no"), _create(params=[5]), _create(params=[{"key": "a"}]),
    _create(params=[{"value": "a"}]),
    _create(params=[{"key": "k" * 251, "value": "v"}]),
    _create(params=[{"key": "a", "value": "v" * 6001}]),
    _create(tags="no"), _create(tags=[{"key": "a"}]), _create(tags=[{"value": "a"}]),
    _create(tags=[{"key": "k" * 251, "value": "v"}]),
]  # fmt: skip

FINISHING = [
    *(
        send("PATCH", MODEL, {"model_id": "$model", "status": one})
        for one in (
            "LOGGED_MODEL_READY",
            "LOGGED_MODEL_UPLOAD_FAILED",
            "LOGGED_MODEL_PENDING",
            2,
            1,
            "READY",
            "",
            None,
            9,
            "LOGGED_MODEL_READY",
        )
    ),
    send("PATCH", MODEL, {"model_id": "$model"}),
    SEE,
    send("PATCH", MODEL, {"status": "LOGGED_MODEL_READY"}),
    send("PATCH", f"logged-models/{MISSING}",
         {"model_id": MISSING, "status": "LOGGED_MODEL_READY"}),
    SEE,
    get(f"logged-models/{MISSING}"),
    get("logged-models/abc"),
    get("logged-models/$random"),
]  # fmt: skip

CHANGING = [
    send("PATCH", f"{MODEL}/tags", {"tags": _pairs("team", "new")}),
    send("PATCH", f"{MODEL}/tags", {"tags": [{"key": "team", "value": "changed"}]}),
    send("PATCH", f"{MODEL}/tags", {"tags": []}),
    send("PATCH", f"{MODEL}/tags", {}),
    send("PATCH", f"{MODEL}/tags", {"tags": "no"}),
    send("PATCH", f"{MODEL}/tags", {"tags": [{"key": "k" * 251, "value": "v"}]}),
    send("PATCH", f"{MODEL}/tags", {"tags": [{"key": "a!", "value": "v"}]}),
    send("PATCH", f"{MODEL}/tags", {"tags": [{"key": "empty"}]}),
    send("PATCH", f"logged-models/{MISSING}/tags", {"tags": _pairs("a")}),
    SEE,
    Step("DELETE", f"{MODEL}/tags/new"),
    Step("DELETE", f"{MODEL}/tags/new"),
    Step("DELETE", f"{MODEL}/tags/none"),
    Step("DELETE", f"logged-models/{MISSING}/tags/team"),
    post(f"{MODEL}/params", {"model_id": "$model", "params": _pairs("more")}),
    post(f"{MODEL}/params", {"model_id": "$model", "params": _pairs("more")}),
    post(f"{MODEL}/params", {"model_id": "$model", "params": [{"key": "lr", "value": "changed"}]}),
    post(f"{MODEL}/params", {"model_id": "$model", "params": []}),
    post(f"{MODEL}/params", {"model_id": "$model"}),
    post(f"{MODEL}/params", {"model_id": "$model", "params": [{"key": "k" * 251, "value": "v"}]}),
    post(f"logged-models/{MISSING}/params", {"model_id": MISSING, "params": _pairs("a")}),
    SEE,
]

MEASURED = [
    post("runs/log-metric", {"run_id": "$run", "key": "acc", "value": 0.5, "timestamp": 1,
                             "step": 1, "model_id": "$model"}),
    post("runs/log-metric", {"run_id": "$run", "key": "acc", "value": 0.75, "timestamp": 2,
                             "step": 2, "model_id": "$model", "dataset_name": "iris",
                             "dataset_digest": "abc"}),
    post("runs/log-batch", {"run_id": "$run", "metrics": [
        {"key": "loss", "value": 0.1, "timestamp": 3, "step": 3, "model_id": "$model"}]}),
    post("runs/log-metric", {"run_id": "$run", "key": "a", "value": 1, "timestamp": 1,
                             "model_id": MISSING}),
    get("runs/get", {"run_id": "$run"}),
    SEE,
]  # fmt: skip

LISTING = [
    get(f"{MODEL}/artifacts/directories"),
    Step("PUT", "/api/2.0/mlflow-artifacts/artifacts/$home/models/$model/artifacts/MLmodel",
         content=b"flavors: {}"),
    Step("PUT", "/api/2.0/mlflow-artifacts/artifacts/$home/models/$model/artifacts/data/w.bin",
         content=b"weights"),
    *(get(f"{MODEL}/artifacts/directories", query) for query in (
        {}, {"artifact_directory_path": "data"}, {"artifact_directory_path": "none"},
        {"artifact_directory_path": ".."})),
    get(f"logged-models/{MISSING}/artifacts/directories"),
]  # fmt: skip

DELETED = [
    Step("DELETE", MODEL),
    SEE,
    Step("DELETE", MODEL),
    send("PATCH", MODEL, {"model_id": "$model", "status": "LOGGED_MODEL_READY"}),
    send("PATCH", f"{MODEL}/tags", {"tags": _pairs("a")}),
    Step("DELETE", f"logged-models/{MISSING}"),
]

STEPS = [*MAKING, *FINISHING, *CHANGING, *MEASURED, *LISTING, *DELETED]
