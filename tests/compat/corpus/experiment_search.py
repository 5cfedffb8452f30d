"""Searching experiments: filters, orders, views, pages, and every way to ask wrongly."""

from tests.compat.replay import get, post

MAKING = [
    post("experiments/create", {"name": "oaks"}, trees="experiment_id"),
    post("experiments/create", {"name": "Elms", "tags": [{"key": "team", "value": "vision"}]},
         tagged="experiment_id"),
    post("experiments/create", {"name": "snow ☃", "tags": [{"key": "team", "value": "voice"}]},
         snow="experiment_id"),
    post("experiments/create", {"name": "oaks 2"}, second="experiment_id"),
    post("experiments/set-experiment-tag", {"experiment_id": "$trees", "key": "a", "value": "1"}),
]  # fmt: skip

_FILTERS = [
    "name = 'oaks'", "name != 'oaks'", "name LIKE 'o%'", "name LIKE 'O%'", "name ILIKE 'O%'",
    "attribute.name = 'oaks'", "attributes.name = 'oaks'", "attr.name = 'oaks'",
    "`name` = 'oaks'", '"name" = "oaks"', "tags.team = 'vision'", "tag.team = 'vision'",
    "tags.team != 'vision'", "tags.team LIKE 'vis%'", "tags.team ILIKE 'VIS%'",
    "tags.`team` = 'vision'", 'tags."team" = "vision"', "tags.team IS NULL",
    "tags.team IS NOT NULL", "creation_time > 0", "creation_time < 0", "creation_time >= 1",
    "creation_time <= 99999999999999", "creation_time != 3", "creation_time = 3",
    "last_update_time > 0", "last_update_time < 10", "name = 'oaks' AND tags.team = 'vision'",
    "name LIKE '%' and creation_time > 0", "experiment_id = '$trees'", "experiment_id != '$trees'",
    "experiment_id IN ('$trees', '$tagged')", "experiment_id NOT IN ('$trees', '$tagged')",
    "experiment_id LIKE '1%'", "name IN ('oaks')",
    "name", "name =", "= 'oaks'", "name > 'oaks'", "name = oaks", "name = 5", "owner",
    "nothing = 'x'", "metrics.a > 1", "params.a = 'x'", "creation_time = 'x'",
    "creation_time LIKE 'x'", "tags.team > 'x'", "tags.team = 5", "name = 'oaks' OR name = 'x'",
    "NOT name = 'oaks'", "(name = 'oaks')", "name = 'oaks' AND", "AND name = 'oaks'",
    "name = 'oaks' name = 'oaks'", "name = 'oaks", "name === 'oaks'", ";", "name = 'a';name = 'b'",
    "tags.team IS", "tags.team IS NOT", "name IS NULL", "name = ''", "   ",
]  # fmt: skip

_ORDERS: list[list[str]] = [
    [], ["name"], ["name ASC"], ["name DESC"], ["name asc"], ["name desc"], ["creation_time"],
    ["last_update_time DESC", "name"], ["experiment_id"], ["experiment_id DESC"],
    ["attribute.name DESC"], ["name", "name"], ["name sideways"], ["nothing"], ["tags.team"],
    ["metrics.a"], [""], ["name ASC DESC"], ["`name`"],
]  # fmt: skip

SEARCHING = [
    *(post("experiments/search", {"filter": one, "order_by": ["name"], "max_results": 100})
      for one in _FILTERS),
    *(post("experiments/search", {"order_by": one, "max_results": 100}) for one in _ORDERS),
    post("experiments/create", {"name": "gone"}, gone="experiment_id"),
    post("experiments/delete", {"experiment_id": "$gone"}),
    *(post("experiments/search", {"view_type": one, "order_by": ["name"], "max_results": 100})
      for one in ("ACTIVE_ONLY", "DELETED_ONLY", "ALL", "SOME", 2, "")),
    *(post("experiments/search", {"max_results": one, "order_by": ["name"]})
      for one in (0, -1, 50_001, 50_000, "7", "x", 1.5, True, 2**40)),
    post("experiments/search", {"max_results": 2, "order_by": ["name"]}, page="next_page_token"),
    post("experiments/search", {"max_results": 2, "order_by": ["name"], "page_token": "$page"},
         page="next_page_token"),
    post("experiments/search", {"max_results": 2, "order_by": ["name"], "page_token": "$page"}),
    post("experiments/search", {"max_results": 2, "page_token": "rubbish"}),
    post("experiments/search", {"max_results": 2, "page_token": 5}),
    post("experiments/search", {"filter": 5, "max_results": 5}),
    post("experiments/search", {"order_by": "name", "max_results": 5}),
    post("experiments/search", {"order_by": [5], "max_results": 5}),
    post("experiments/search", {}),
    get("experiments/search", {"max_results": "3", "order_by": "name", "filter": "name LIKE '%'"}),
    get("experiments/search", {"max_results": "3", "order_by": ["name", "experiment_id"]}),
    get("experiments/search", {"view_type": "DELETED_ONLY", "max_results": "10"}),
    get("experiments/search"),
]  # fmt: skip

STEPS = [*MAKING, *SEARCHING]
