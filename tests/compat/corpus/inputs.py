"""What runs used and made: datasets and models, their limits, and the search for datasets."""

from typing import Any

from tests.compat.replay import Step, get, post

MISSING = "0" * 32
DATASET = {"name": "iris", "digest": "abc12", "source_type": "local", "source": "/data/iris.csv"}


def _run(name: str) -> Step:
    body = {"experiment_id": "$home", "run_name": name, "start_time": 1}
    return Step("POST", "runs/create", body, keep={name: "run.info.run_id"})


def _dataset(tags: Any = None, **fields: Any) -> dict[str, Any]:
    dataset = {key: value for key, value in (DATASET | fields).items() if value != "(left out)"}
    return {"dataset": dataset} | ({} if tags is None else {"tags": tags})


def _inputs(*datasets: Any, run: str = "$used") -> Step:
    return post("runs/log-inputs", {"run_id": run, "datasets": list(datasets)})


def _context(value: str) -> list[dict[str, str]]:
    return [{"key": "mlflow.data.context", "value": value}]


SEE = get("runs/get", {"run_id": "$used"})

MAKING = [
    post("experiments/create", {"name": "inputs"}, home="experiment_id"),
    _run("used"),
    _run("odd"),
    post("logged-models", {"experiment_id": "$home", "name": "m", "source_run_id": "$used"},
         model="model.info.model_id"),
]  # fmt: skip

USED = [
    _inputs(_dataset(_context("train"))),
    SEE,
    _inputs(_dataset(_context("train"))),
    _inputs(_dataset(_context("test"))),
    _inputs(_dataset(name="other", schema='{"a": 1}', profile='{"rows": 2}')),
    SEE,
    _inputs(_dataset(name="first", tags=_context("eval")), _dataset(name="second")),
    _inputs(_dataset(digest="0" * 36)),
    _inputs(),
    post("runs/log-inputs", {"run_id": "$used"}),
    post("runs/log-inputs", {"run_id": "$used", "models": [{"model_id": "$model"}]}),
    SEE,
    post("runs/outputs", {"run_id": "$used", "models": [{"model_id": "$model", "step": 3}]}),
    post("runs/outputs", {"run_id": "$used", "models": [{"model_id": "$model", "step": 3}]}),
    SEE,
]

_WRONG: list[dict[str, Any]] = [
    {"name": "(left out)"}, {"digest": "(left out)"}, {"source_type": "(left out)"},
    {"source": "(left out)"}, {"name": ""}, {"digest": ""}, {"source_type": ""}, {"source": ""},
    {"name": "n" * 500}, {"name": "n" * 501}, {"digest": "d" * 37}, {"source": "s" * 65_536},
    {"schema": "s" * 1_048_576}, {"name": 5}, {"tags": [{"key": "k" * 256, "value": "v"}]},
    {"tags": [{"key": "k", "value": "v" * 501}]}, {"tags": [{"value": "v"}]},
    {"tags": [{"key": "k"}]}, {"tags": "no"}, {"tags": [{"key": "a", "value": "1"}] * 2},
]  # fmt: skip

WRONG = [
    *(_inputs(_dataset(**fields), run="$odd") for fields in _WRONG),
    _inputs({}, run="$odd"),
    _inputs(5, run="$odd"),
    _inputs({"dataset": 5}, run="$odd"),
    _inputs(_dataset(), run=MISSING),
    _inputs(_dataset(), run="abc"),
    _inputs(_dataset(), run=""),
    _inputs(*[_dataset(digest=str(i)) for i in range(1001)], run="$odd"),
    post("runs/log-inputs", {"datasets": [_dataset()]}),
    post("runs/log-inputs", {"run_id": "$odd", "datasets": "no"}),
    post("runs/log-inputs", {"run_id": "$odd", "datasets": {"a": 1}}),
    post("runs/log-inputs", {"run_id": "$odd", "models": "no"}),
    post("runs/log-inputs", {"run_id": "$odd", "models": [{}]}),
    post("runs/log-inputs", {"run_id": "$odd", "models": [{"model_id": "m-" + MISSING}]}),
    post("runs/outputs", {"run_id": "$odd", "models": [{"model_id": "m-" + MISSING}]}),
    post("runs/outputs", {"run_id": "$odd"}),
    post("runs/outputs", {"run_id": "$odd", "models": []}),
    post("runs/outputs", {"run_id": "$odd", "models": "no"}),
    post("runs/outputs", {"run_id": "$odd", "models": [{"step": 1}]}),
    post("runs/outputs", {"run_id": MISSING, "models": [{"model_id": "$model"}]}),
    post("runs/outputs", {"models": [{"model_id": "$model"}]}),
]

DELETED = [
    post("runs/delete", {"run_id": "$odd"}),
    _inputs(_dataset(), run="$odd"),
    post("runs/outputs", {"run_id": "$odd", "models": [{"model_id": "$model", "step": 3}]}),
]

SEARCHED = [
    post("/ajax-api/2.0/mlflow/experiments/search-datasets", {"experiment_ids": ["999"]}),
    post("/ajax-api/2.0/mlflow/experiments/search-datasets", {"experiment_ids": []}),
    post("/ajax-api/2.0/mlflow/experiments/search-datasets", {}),
    post("/ajax-api/2.0/mlflow/experiments/search-datasets",
         {"experiment_ids": [str(i) for i in range(1000, 1021)]}),
]  # fmt: skip

STEPS = [*MAKING, *USED, *WRONG, *DELETED, *SEARCHED]
