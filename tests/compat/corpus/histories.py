"""The history of a metric: whole, paged, of several runs, sampled, and asked for wrongly.

No sample asks for fewer points than there are: which ones a server leaves out is its own choice.
"""

from typing import Any

from tests.compat.replay import Step, get, post

MISSING = "0" * 32
BULK_PATH = "/ajax-api/2.0/mlflow/metrics/get-history-bulk"


def _run(name: str) -> Step:
    body = {"experiment_id": "$home", "run_name": name, "start_time": 1}
    return Step("POST", "runs/create", body, keep={name: "run.info.run_id"})


def _log(run: str, key: str, points: list[tuple[Any, int, int]]) -> Step:
    metrics = [{"key": key, "value": v, "timestamp": t, "step": s} for v, t, s in points]
    return post("runs/log-batch", {"run_id": run, "metrics": metrics})


def _history(**query: Any) -> Step:
    keep = {"page": "next_page_token"} if "max_results" in query else {}
    query = {"run_id": "$long", "metric_key": "loss", **query}
    return Step("GET", "metrics/get-history", query=query, keep=keep)


def _bulk(**query: Any) -> Step:
    return get(BULK_PATH, {"metric_key": "loss", **query})


def _sample(**query: Any) -> Step:
    return get("metrics/get-history-bulk-interval", {"metric_key": "loss", **query})


MAKING = [
    post("experiments/create", {"name": "histories"}, home="experiment_id"),
    _run("long"),
    _run("short"),
    _log("$long", "loss", [(1 / (i + 1), 1000 + 7 * i, i) for i in range(23)]),
    _log("$long", "loss", [("NaN", 400, 50), (2.5, 300, 49), (2.5, 300, 48), (2.0, 300, 48)]),
    _log("$long", "acc/val 1", [(0.5, 1, -3), (0.25, 2, -2), (0.125, 3, 2**62)]),
    _log("$short", "acc/val 1", [(1, 1, 1), (3, 1, 1), (2, 1, 1), (2, 1, 0), (2, 0, 1)]),
]

WHOLE = [
    _history(),
    _history(metric_key="acc/val 1"),
    _history(run_id="$short", metric_key="acc/val 1"),
    _history(metric_key="none"),
    _history(metric_key=""),
    _history(run_id=MISSING),
    _history(run_id="abc"),
    _history(run_id=""),
    get("metrics/get-history", {"run_uuid": "$long", "metric_key": "loss"}),
    get("metrics/get-history", {"metric_key": "loss"}),
    get("metrics/get-history", {"run_id": "$long"}),
    get("metrics/get-history"),
    post("metrics/get-history", {"run_id": "$long", "metric_key": "loss"}),
]

PAGED = [
    _history(max_results=10),
    _history(max_results=10, page_token="$page"),
    _history(max_results=10, page_token="$page"),
    _history(max_results=10, page_token="$page"),
    _history(max_results=27),
    _history(max_results=26),
    _history(max_results=26, page_token="$page"),
    *(_history(max_results=one) for one in (0, -1, "x", "", 1.5, 25_000, 25_001, 10**12)),
    _history(max_results=3, page_token="rubbish"),
    _history(max_results=3, page_token=""),
]

BULK = [
    _bulk(run_id="$long"),
    _bulk(run_id=["$long", "$short"]),
    _bulk(run_id=["$short", "$short"], metric_key="acc/val 1"),
    _bulk(run_id="$short", metric_key="none"),
    _bulk(run_id="$long", max_results=5),
    *(_bulk(run_id="$short", max_results=one) for one in (0, -1, "x", "", 25_000, 25_001)),
    _bulk(run_id=["$long"] * 101),
    _bulk(),
    _bulk(run_id=MISSING),
    get(BULK_PATH, {"run_id": "$long"}),
]

SAMPLED = [
    _sample(run_ids="$long"),
    _sample(run_ids="$long", max_results=100),
    _sample(run_ids="$long", max_results=2500),
    _sample(run_ids="$short", metric_key="acc/val 1", max_results=320),
    _sample(run_ids="$long", metric_key="none"),
    _sample(run_ids="$long", start_step=3, end_step=9),
    _sample(run_ids="$long", start_step=9, end_step=9),
    _sample(run_ids="$long", start_step=9, end_step=3),
    _sample(run_ids="$long", start_step=9),
    _sample(run_ids="$long", end_step=9),
    _sample(run_ids="$long", start_step="x", end_step=9),
    _sample(run_ids="$long", start_step=100, end_step=200),
    _sample(run_ids="$long", start_step=-5, end_step=0),
    *(_sample(run_ids="$long", max_results=one) for one in (0, -1, 2501, "x", "")),
    _sample(run_ids=["$long"] * 101),
    _sample(),
    _sample(run_ids=MISSING),
    get("metrics/get-history-bulk-interval", {"run_ids": "$long"}),
]

STEPS = [*MAKING, *WHOLE, *PAGED, *BULK, *SAMPLED]
