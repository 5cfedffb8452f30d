"""Searching registered models, their versions and logged models, and asking wrongly."""

from typing import Any

from tests.compat.replay import Step, get, post

MODELS: dict[str, dict[str, Any]] = {
    "Oak": {"team": "vision"}, "oak 2": {"team": "voice", "x": "1"}, "elm": {}, "ash ☃": {"x": "2"},
}  # fmt: skip
NETS: list[dict[str, Any]] = [
    {"name": "net", "lr": "0.1", "acc": 0.5, "tag": "a"},
    {"name": "Net", "lr": "1", "acc": 0.75},
    {"name": "forest", "tag": "b", "acc": -1, "data": "iris"},
    {"name": "forest", "lr": "abc"},
]


def _tags(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def _register(name: str, tags: dict[str, str]) -> list[Step]:
    return [
        post("registered-models/create", {"name": name, "tags": _tags(tags)}),
        post("model-versions/create", {"name": name, "source": f"s3://b/{name[0]}", "tags": [
            {"key": "of", "value": name}]}),
        post("model-versions/create", {"name": name, "source": "s3://b/second",
                                       "run_id": "$run"}),
    ]  # fmt: skip


def _log(index: int, fields: dict[str, Any]) -> list[Step]:
    model = f"net{index}"
    made: dict[str, Any] = {"experiment_id": "$home", "name": fields["name"]}
    if "lr" in fields:
        made["params"] = _tags({"lr": fields["lr"]})
    if "tag" in fields:
        made["tags"] = _tags({"t": fields["tag"]})
    steps = [Step("POST", "logged-models", made, keep={model: "model.info.model_id"})]
    if "acc" in fields:
        point = {"run_id": "$run", "key": "acc", "value": fields["acc"], "timestamp": 1}
        data = {"dataset_name": fields["data"], "dataset_digest": "d"} if "data" in fields else {}
        steps += [post("runs/log-metric", {**point, **data, "model_id": f"${model}"})]
    return steps


MAKING = [
    post("experiments/create", {"name": "model search"}, home="experiment_id"),
    post("runs/create", {"experiment_id": "$home", "run_name": "r", "start_time": 1},
         run="run.info.run_id"),
    *(step for name, tags in MODELS.items() for step in _register(name, tags)),
    *(step for index, fields in enumerate(NETS) for step in _log(index, fields)),
]  # fmt: skip


def _versions(**query: Any) -> Step:
    return Step("GET", "model-versions/search", query=query, keep={"page": "next_page_token"})


def _nets(**fields: Any) -> Step:
    body = {"experiment_ids": ["$home"], "order_by": [{"field_name": "creation_time"}], **fields}
    return Step("POST", "logged-models/search", body, keep={"page": "next_page_token"})


REGISTERED = [
    *(get("registered-models/search", {"filter": one}) for one in (
        "name = 'Oak'", "name != 'Oak'", "name LIKE 'oak%'", "name ILIKE 'oak%'",
        "tags.team = 'vision'", "tags.team != 'vision'", "tag.x LIKE '%'", "tags.`x` = '1'",
        "name ILIKE 'oak%' AND tags.x = '1'", "name = 'none'", "name", "name > 'a'", "name = 5",
        "nothing = 'x'", "tags.team > 'x'", "name = 'a' OR name = 'b'", "name = 'Oak",
        "name IN ('Oak')")),
    *(get("registered-models/search", {"filter": "name ILIKE 'oak%'", "order_by": one}) for one in (
        "name", "name DESC", "name ASC", ["last_updated_timestamp", "name"], "nothing",
        "name sideways", "creation_timestamp", "")),
    *(get("registered-models/search", {"filter": "name ILIKE 'oak%'", "max_results": one})
      for one in (0, -1, 1000, 1001, "x", "")),
    Step("GET", "registered-models/search", query={"filter": "name ILIKE 'oak%'", "max_results": 1},
         keep={"page": "next_page_token"}),
    get("registered-models/search", {"filter": "name ILIKE 'oak%'", "max_results": 1,
                                     "page_token": "$page"}),
    get("registered-models/search", {"filter": "name ILIKE 'oak%'", "page_token": "rubbish"}),
]  # fmt: skip

VERSIONED = [
    *(_versions(filter=one) for one in (
        "name = 'Oak'", "name LIKE 'oak%'", "name ILIKE 'oak%'", "name IN ('Oak', 'elm')",
        "name = 'Oak' AND version_number = 1", "version_number > 1 AND name ILIKE 'oak%'",
        "run_id = '$run'", "run_id IN ('$run')", "source_path = 's3://b/O'",
        "source_path LIKE 's3://b/%' AND name = 'elm'", "tags.of = 'Oak'", "tags.of != 'Oak'",
        "name = 'none'", "name", "name > 'a'", "version_number = 'x'", "nothing = 'x'",
        "run_id IN ()", "name = 'Oak' OR name = 'elm'", "name = 'Oak")),
    *(_versions(filter="name ILIKE 'oak%'", order_by=one) for one in (
        ["name", "version_number"], ["name", "version_number DESC"], "nothing", "name sideways")),
    *(_versions(filter="name = 'Oak'", max_results=one) for one in (0, -1, 200_001, "x")),
    _versions(filter="name = 'Oak'", max_results=1, order_by="version_number"),
    _versions(filter="name = 'Oak'", max_results=1, order_by="version_number", page_token="$page"),
    _versions(filter="name = 'Oak'", page_token="rubbish"),
]  # fmt: skip

LOGGED = [
    *(_nets(filter=one) for one in (
        "", "name = 'net'", "name != 'net'", "name LIKE 'f%'", "name ILIKE 'NET'",
        "attributes.name = 'forest'", "name IN ('net', 'forest')", "name NOT IN ('net')",
        "metrics.acc > 0", "metrics.acc >= 0.75", "metrics.acc = 0.5", "metrics.acc != 0.5",
        "params.lr = '0.1'", "params.lr LIKE '1%'", "tags.t = 'a'", "tags.t != 'a'",
        "model_id = '$net1'", "status = 'PENDING'", "creation_timestamp > 0",
        "creation_time > 0", "source_run_id = 'x'", "metrics.acc > 0 AND params.lr = '1'",
        "name", "name > 'a'", "metrics.acc = 'x'", "nothing = 'x'", "what.x = 'x'", "params.lr = 1",
        "name = 'net' OR name = 'Net'", "name = 'net")),
    _nets(filter="metrics.acc > -5", datasets=[{"dataset_name": "iris"}]),
    _nets(filter="metrics.acc > -5", datasets=[{"dataset_name": "iris", "dataset_digest": "d"}]),
    _nets(filter="metrics.acc > -5", datasets=[{"dataset_name": "none"}]),
    _nets(datasets=[{}]),
    *(_nets(order_by=[one]) for one in (
        {"field_name": "creation_time", "ascending": False}, {"field_name": "metrics.acc"},
        {"field_name": "metrics.acc", "ascending": False}, {"field_name": "name"},
        {"field_name": "creation_timestamp"}, {"field_name": "nothing"}, {},
        {"field_name": "metrics.acc", "dataset_name": "iris"},
        {"field_name": "metrics.acc", "dataset_digest": "d"}, {"field_name": "params.lr"}, "name")),
    *(_nets(max_results=one) for one in (0, -1, 50, "x")),
    _nets(max_results=3), _nets(max_results=3, page_token="$page"), _nets(page_token="rubbish"),
    _nets(experiment_ids=["999"]), _nets(experiment_ids=[]), _nets(experiment_ids="no"),
    post("logged-models/search", {}),
]  # fmt: skip

STEPS = [*MAKING, *REGISTERED, *VERSIONED, *LOGGED]
