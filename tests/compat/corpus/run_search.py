"""Searching runs: filters, orders, views, pages over a handful of runs, and asking wrongly."""

from typing import Any

from tests.compat.replay import Step, post

RUNS: list[dict[str, Any]] = [
    {"m": 0.5, "p": "1", "t": "vision", "status": "FINISHED", "data": "iris"},
    {"m": 0.25, "p": "10", "t": "Vision", "status": "FAILED"},
    {"m": "NaN", "p": "2", "t": "", "status": "FINISHED", "data": "iris"},
    {"m": -1, "p": "0.5", "status": "KILLED"},
    {"p": "abc", "t": "voice", "status": "RUNNING", "data": "wine"},
    {"m": 0.5, "p": "ABC", "t": "it's", "status": "SCHEDULED"},
    {"m": 1e308, "t": "50%", "status": "FINISHED"},
    {"m": 3, "p": "näme ☃", "t": "a_b", "status": "FINISHED", "data": "IRIS"},
]


def _make(index: int, fields: dict[str, Any]) -> list[Step]:
    run, start = f"r{index}", 1000 + 10 * index
    made = {"experiment_id": "$home", "run_name": f"Run {index}", "start_time": start}
    batch: dict[str, Any] = {"run_id": f"${run}"}
    if "m" in fields:
        batch["metrics"] = [{"key": "m", "value": fields["m"], "timestamp": 1, "step": 0}]
        batch["metrics"] += [{"key": "a/b c", "value": index, "timestamp": 1, "step": 0}]
    if "p" in fields:
        batch["params"] = [{"key": "p", "value": fields["p"]}]
    if "t" in fields:
        batch["tags"] = [{"key": "t", "value": fields["t"]}]
    steps = [
        Step("POST", "runs/create", made, keep={run: "run.info.run_id"}),
        post("runs/log-batch", batch),
        post("runs/update", {"run_id": f"${run}", "status": fields["status"],
                             "end_time": 5000 - start}),
    ]  # fmt: skip
    if "data" in fields:
        dataset = {"name": fields["data"], "digest": f"d{index}", "source_type": "local"}
        tags = [{"key": "mlflow.data.context", "value": "train"}]
        body = {"dataset": dataset | {"source": "/data"}, "tags": tags}
        steps += [post("runs/log-inputs", {"run_id": f"${run}", "datasets": [body]})]
    return steps


def _search(**fields: Any) -> Step:
    body = {"experiment_ids": ["$home"], "order_by": ["start_time"], **fields}
    return Step("POST", "runs/search", body, keep={"page": "next_page_token"})


MAKING = [
    post("experiments/create", {"name": "run search"}, home="experiment_id"),
    *(step for index, fields in enumerate(RUNS) for step in _make(index, fields)),
    post("experiments/create", {"name": "run search, elsewhere"}, other="experiment_id"),
    post("runs/create", {"experiment_id": "$other", "run_name": "elsewhere", "start_time": 1},
         elsewhere="run.info.run_id"),
]  # fmt: skip

_FILTERS = [
    "", "metrics.m > 0.25", "metrics.m >= 0.25", "metrics.m = 0.5", "metrics.m != 0.5",
    "metrics.m < 0", "metrics.m <= -1", "metric.m > 0", "metrics.`a/b c` > 3",
    'metrics."a/b c" = 3', "metrics.none > 0", "metrics.m > -1e2", "metrics.m > .25",
    "metrics.m > 1e400", "params.p = '1'", "params.p != '1'", "param.p LIKE '1%'",
    "parameters.p = 'abc'", "parameter.p ILIKE 'abc'", "params.p LIKE 'abc'",
    "params.p LIKE '%☃'", "params.p LIKE '_'", "params.none = 'x'", "params.none != 'x'",
    "params.p IS NULL", "params.p IS NOT NULL", "tags.t = 'vision'", "tag.t != 'vision'",
    "tags.t ILIKE 'VISION'", "tags.t LIKE 'vi%'", "tags.t = ''", "tags.t LIKE '%'",
    "tags.t IS NULL", "tags.t IS NOT NULL", 'tags.t = "it\'s"', "tags.t LIKE '50%'",
    "tags.t LIKE 'a_b'", "tags.mlflow.runName = 'Run 3'", "tags.`mlflow.runName` = 'Run 3'",
    "attributes.status = 'FINISHED'", "status = 'FINISHED'", "attribute.status != 'FINISHED'",
    "attr.status LIKE 'F%'", "run.status ILIKE 'f%'", "run_name = 'Run 3'", "run_name LIKE 'Run%'",
    "attributes.run_name ILIKE 'run 3'", "`run name` = 'Run 3'", "`Run name` = 'Run 3'",
    "attributes.`Run Name` = 'Run 3'", "attributes.start_time > 1030", "start_time <= 1030",
    "created > 1050", "attributes.Created = 1050", "end_time < 3950", "attributes.end_time = 3990",
    "run_id = '$r1'", "run_id != '$r1'", "attributes.run_id IN ('$r1', '$r2')",
    "run_id NOT IN ('$r1', '$r2')", "run_id LIKE '%'", "attributes.artifact_uri LIKE '%artifacts'",
    "datasets.name = 'iris'", "dataset.name != 'iris'", "datasets.name ILIKE 'IRIS'",
    "datasets.name IN ('iris', 'wine')", "datasets.digest = 'd0'", "datasets.context = 'train'",
    "dataset.digest LIKE 'd%'", "metrics.m > 0 AND params.p = '1'",
    "metrics.m > 0 and tags.t = 'vision' AND status = 'FINISHED'",
    "metrics.m > 0  AND  params.p != 'x'",
]  # fmt: skip

_WRONG_FILTERS = [
    "metrics.m", "metrics.m >", "> 3", "metrics.m = 'x'", "metrics.m LIKE 'x'", "params.p > '1'",
    "params.p = 1", "params.p = abc", "tags.t > 'a'", "tags.t = 5", "metrics.m IS NULL",
    "status > 'a'", "status = 5", "start_time = 'x'", "start_time LIKE '1'", "nothing = 'x'",
    "attributes.nothing = 'x'", "what.p = 'x'", "p = 'x'", "datasets.nothing = 'x'",
    "datasets.name > 'x'", "run_id IN '$r1'", "run_id IN ()", "run_id IN (1, 2)",
    "status IN ('FINISHED')", "metrics.m > 0 OR metrics.m < 0", "NOT metrics.m > 0",
    "(metrics.m > 0)", "metrics.m > 0 AND", "metrics.m > 0 metrics.m > 0", "params.p = 'abc",
    "metrics.m === 1", ";", "metrics.m > 1; metrics.m > 1", "   ", "metrics. > 1",
]  # fmt: skip

_ORDERS: list[list[str]] = [
    [], ["metrics.m"], ["metrics.m DESC"], ["metrics.m ASC", "start_time DESC"], ["params.p"],
    ["params.p DESC"], ["tags.t"], ["tags.t DESC", "start_time"], ["status", "start_time"],
    ["attributes.status DESC"], ["run_name DESC"], ["end_time"], ["attributes.start_time DESC"],
    ["created"], ["metrics.none", "start_time"], ["metrics.`a/b c` DESC"], ["start_time asc"],
    ["datasets.name"], ["metrics.m", "metrics.m"], ["metrics.m", "metrics.m DESC"],
    ["start_time", "attributes.start_time"], ["metrics.m sideways"], ["nothing"], ["what.m"],
    ["attributes.nothing"], [""], ["metrics.m ASC DESC"], ["metrics"],
]  # fmt: skip

FILTERED = [_search(filter=one) for one in (*_FILTERS, *_WRONG_FILTERS)]

ORDERED = [_search(order_by=one) for one in _ORDERS]

PAGED = [
    _search(max_results=3),
    _search(max_results=3, page_token="$page"),
    _search(max_results=3, page_token="$page"),
    _search(max_results=8),
    _search(max_results=2, order_by=["metrics.m DESC"]),
    *[_search(max_results=2, order_by=["metrics.m DESC"], page_token="$page")] * 3,
    *(_search(max_results=one) for one in (0, -1, 50_000, 50_001, "2", "x", 1.5)),
    _search(page_token="rubbish"),
]

VIEWED = [
    post("runs/delete", {"run_id": "$r3"}),
    *(_search(run_view_type=one) for one in ("ACTIVE_ONLY", "DELETED_ONLY", "ALL", "SOME", "")),
    _search(experiment_ids=["$home", "$other"]),
    _search(experiment_ids=["$other"]),
    _search(experiment_ids=["999"]),
    _search(experiment_ids=["abc"]),
    _search(experiment_ids=[]),
    _search(experiment_ids="home"),
    _search(experiment_ids=[5]),
    _search(filter=5),
    _search(order_by="start_time"),
    post("runs/search", {}),
]

STEPS = [*MAKING, *FILTERED, *ORDERED, *PAGED, *VIEWED]
