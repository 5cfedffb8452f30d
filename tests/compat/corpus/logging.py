"""Logging to runs: metrics, params, tags, alone and in batches, and every limit of them."""

from typing import Any

from tests.compat.replay import Step, get, post

MISSING = "0" * 32
KEYS: list[Any] = [
    "a", "a/b", "a b", "a:b", "a.b-c_d", "ä", "", None, 5, "a\tb", "a!b", "a,b", "..", "../a",
    "a/..", "/a", "a/", "a//b", ".", "./a", "☃", "k" * 250, "k" * 251,
]  # fmt: skip
VALUES: list[Any] = [
    0, -1.5, 1e308, 1e-320, "NaN", "Infinity", "-Infinity", "1.5", "1e3", 2**70, "", None,
]  # fmt: skip
ODD_VALUES: list[Any] = ["nan", "inf", "x", True, []]
INTEGERS: list[Any] = [0, -1, 2**63 - 1, -(2**63), "7", "-7", 1.0, "", None]
ODD_INTEGERS: list[Any] = [2**63, -(2**63) - 1, "x", 1.5, True]


def _metric(**fields: Any) -> Step:
    body = {"run_id": "$run", "key": "m", "value": 1.0, "timestamp": 10, "step": 0, **fields}
    return post("runs/log-metric", {k: v for k, v in body.items() if v != "(left out)"})


def _batch(**fields: Any) -> Step:
    return post("runs/log-batch", {"run_id": "$run", **fields})


def _metrics(number: int) -> list[dict[str, Any]]:
    return [{"key": f"m{i}", "value": i, "timestamp": 1, "step": 0} for i in range(number)]


def _pairs(number: int, what: str) -> list[dict[str, Any]]:
    return [{"key": f"{what}{i}", "value": str(i)} for i in range(number)]


def _run(name: str) -> Step:
    body = {"experiment_id": "$home", "run_name": name, "start_time": 1}
    return Step("POST", "runs/create", body, keep={"run": "run.info.run_id"})


SEE = get("runs/get", {"run_id": "$run"})

METRICS = [
    post("experiments/create", {"name": "logging"}, home="experiment_id"),
    _run("metrics"),
    *(_metric(key=key) for key in KEYS),
    SEE,
    *(_metric(key=f"v{i}", value=value) for i, value in enumerate(VALUES)),
    *(_metric(key=f"t{i}", timestamp=time) for i, time in enumerate(INTEGERS)),
    *(_metric(key=f"s{i}", step=step) for i, step in enumerate(INTEGERS)),
    SEE,
    *(_metric(key="odd", value=value) for value in ODD_VALUES),
    *(_metric(key="odd", timestamp=time) for time in ODD_INTEGERS),
    *(_metric(key="odd", step=step) for step in ODD_INTEGERS),
    *(_metric(**{name: "(left out)"}) for name in ("run_id", "key", "value", "timestamp", "step")),
    _metric(run_id="(left out)", run_uuid="$run", key="by uuid"),
    _metric(run_id=MISSING),
    _metric(run_id="abc"),
    _metric(key="twice", value=3),
    _metric(key="twice", value=3),
    _metric(key="twice", value="NaN"),
    _metric(key="twice", value="NaN"),
    _metric(key="twice", value=4, timestamp=5),
    _metric(key="twice", value=4, step=-3),
    get("metrics/get-history", {"run_id": "$run", "metric_key": "twice"}),
    SEE,
]

PARAMS = [
    _run("params"),
    *(post("runs/log-parameter", {"run_id": "$run", "key": key, "value": "v"}) for key in KEYS),
    *(post("runs/log-parameter", {"run_id": "$run", "key": f"v{i}", "value": value})
      for i, value in enumerate(["", "☃", None, 5, True, [], "a\nb", "v" * 6000, "v" * 6001])),
    post("runs/log-parameter", {"run_id": "$run", "key": "no value"}),
    post("runs/log-parameter", {"run_id": "$run", "value": "no key"}),
    post("runs/log-parameter", {"key": "a", "value": "1"}),
    post("runs/log-parameter", {"run_uuid": "$run", "key": "by uuid", "value": "1"}),
    post("runs/log-parameter", {"run_id": MISSING, "key": "a", "value": "1"}),
    post("runs/log-parameter", {"run_id": "$run", "key": "a", "value": "v"}),
    post("runs/log-parameter", {"run_id": "$run", "key": "a", "value": "changed"}),
    post("runs/log-parameter", {"run_id": "$run", "key": "a", "value": ""}),
    SEE,
]  # fmt: skip

TAGS = [
    _run("tags"),
    *(post("runs/set-tag", {"run_id": "$run", "key": key, "value": "v"}) for key in KEYS),
    *(post("runs/set-tag", {"run_id": "$run", "key": f"v{i}", "value": value})
      for i, value in enumerate(["", "☃", None, 5, True, [], "a\nb", "v" * 8000, "v" * 8001])),
    post("runs/set-tag", {"run_id": "$run", "key": "a", "value": "changed"}),
    post("runs/set-tag", {"run_id": "$run", "key": "mlflow.runName", "value": "by tag"}),
    post("runs/set-tag", {"run_id": "$run", "key": "mlflow.runName", "value": ""}),
    post("runs/set-tag", {"run_id": "$run", "key": "no value"}),
    post("runs/set-tag", {"run_id": "$run", "value": "no key"}),
    post("runs/set-tag", {"key": "a", "value": "1"}),
    post("runs/set-tag", {"run_id": MISSING, "key": "a", "value": "1"}),
    SEE,
    post("runs/delete-tag", {"run_id": "$run", "key": "a"}),
    post("runs/delete-tag", {"run_id": "$run", "key": "a"}),
    post("runs/delete-tag", {"run_id": "$run", "key": "../a"}),
    post("runs/delete-tag", {"run_id": "$run", "key": ""}),
    post("runs/delete-tag", {"run_id": "$run"}),
    post("runs/delete-tag", {"key": "a"}),
    post("runs/delete-tag", {"run_id": MISSING, "key": "a"}),
    SEE,
]  # fmt: skip

BATCHES = [
    _run("batches"),
    _batch(metrics=_metrics(2), params=_pairs(2, "p"), tags=_pairs(2, "t")),
    _batch(),
    _batch(metrics=[], params=[], tags=[]),
    SEE,
    _batch(metrics=_metrics(1000)),
    _batch(metrics=_metrics(1001)),
    _batch(params=_pairs(101, "q")),
    _batch(tags=_pairs(101, "q")),
    _batch(metrics=_metrics(901), params=_pairs(50, "q"), tags=_pairs(50, "q")),
    _run("wrong batches"),
    *(_batch(metrics=[{"key": key, "value": 1, "timestamp": 1}]) for key in KEYS),
    *(_batch(params=[{"key": key, "value": "1"}]) for key in KEYS),
    *(_batch(tags=[{"key": key, "value": "1"}]) for key in KEYS),
    *(_batch(metrics=[{"key": f"v{i}", "value": value, "timestamp": 1}])
      for i, value in enumerate(VALUES)),
    *(_batch(metrics=[{"key": f"t{i}", "value": 1, "timestamp": time}])
      for i, time in enumerate(INTEGERS)),
    SEE,
    *(_batch(metrics=[{"key": "odd", "value": value, "timestamp": 1}]) for value in ODD_VALUES),
    *(_batch(metrics=[{"key": "odd", "value": 1, "timestamp": time}]) for time in ODD_INTEGERS),
    _batch(metrics=[*_metrics(2), {"key": "a"}]),
    _batch(metrics=[{"key": "a", "value": 1}]),
    _batch(metrics=[{"value": 1, "timestamp": 1}]),
    _batch(metrics="no"), _batch(metrics={"a": 1}), _batch(metrics=["no"]), _batch(metrics=None),
    _batch(params="no"), _batch(params=[5]), _batch(tags=5), _batch(tags=[[]]),
    _batch(params=[{"key": "a"}]), _batch(tags=[{"key": "a"}]), _batch(params=[{"value": "a"}]),
    _run("rules of batches"),
    _batch(params=[{"key": "a", "value": "1"}, {"key": "a", "value": "1"}]),
    _batch(params=[{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]),
    _batch(tags=[{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]),
    _batch(params=[{"key": "p", "value": "1"}]),
    _batch(params=[{"key": "p", "value": "1"}, {"key": "q", "value": "1"}]),
    _batch(params=[{"key": "p", "value": "2"}, {"key": "r", "value": "1"}], metrics=_metrics(1)),
    _batch(params=[{"key": "p", "value": "2"}, {"key": "q", "value": "3"}]),
    _batch(params=[{"key": "long", "value": "v" * 6001}], tags=[{"key": "l", "value": "v" * 8001}]),
    _batch(metrics=[{"key": "d", "value": 1, "timestamp": 1, "step": 1}] * 2),
    _batch(metrics=[{"key": "d", "value": i, "timestamp": 5 - i, "step": i % 3} for i in range(5)]),
    _batch(metrics=[{"key": "a/b", "value": 1, "timestamp": 1}], tags=_pairs(1, "../")),
    get("metrics/get-history", {"run_id": "$run", "metric_key": "d"}),
    SEE,
    post("runs/log-batch", {"run_id": MISSING, "metrics": _metrics(1)}),
    post("runs/log-batch", {"run_id": MISSING}),
    post("runs/log-batch", {"metrics": _metrics(1)}),
    post("runs/log-batch", {"run_uuid": "$run", "metrics": _metrics(1)}),
    Step("POST", "runs/log-batch", content=b"[]"),
    Step("POST", "runs/log-batch", content=b"{"),
]  # fmt: skip

STEPS = [*METRICS, *PARAMS, *TAGS, *BATCHES]
