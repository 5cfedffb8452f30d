"""Searching by the own API and by MLflow's, over HTTP."""

from typing import Any

import httpx
import pytest

from tests.server.recording import T0
from tests.server.test_mlflow_api import API, create_run


async def search(client: httpx.AsyncClient, **params: Any) -> Any:
    answer = await client.get("/api/v1/runs/search", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_runs_of_all_experiments_are_found_page_by_page(
    ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    for number in range(5):
        run_id = await create_run(ada, run_name=f"r{number}", start_time=T0 + number)
        param = {"run_id": run_id, "key": "lr", "value": str(number / 10)}
        await ada.post(f"{API}/runs/log-parameter", json=param)
    asked = {"filter": "params.lr > 0.05", "order_by": ["number(params.lr) DESC"], "limit": 3}
    first = await search(ada, **asked)
    rest = await search(ada, **asked, page_token=first["next"])
    names = [run["name"] for run in (*first["runs"], *rest["runs"])]
    assert (names, rest["next"]) == (["r4", "r3", "r2", "r1"], None)
    assert (await search(bob, **asked))["runs"] == []
    only = await search(ada, experiment_id="0", filter="name = 'r1'")
    assert [run["name"] for run in only["runs"]] == ["r1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("metrics.loss < 1 OR", "Invalid clause(s) in filter string: the end stands where"),
        ("metrics.loss < 1 metrics.a > 1", "Invalid clause(s) in filter string: 'metrics.a'"),
        ("metrics.loss < '1'", "Expected numeric value type for metric. Found '1'"),
        ("params.a > 'x'", "Expected numeric value type for param. Found 'x'"),
        ("tags.a = 1", "Expected a quoted string value for tag (e.g. 'my-value'). Got value 1"),
        ("colour = 'red'", "Invalid attribute key 'colour' specified. Valid keys are"),
        ("metrics.loss LIKE 'x'", "Invalid comparator 'LIKE' not one of"),
        ("status > 'x'", "Invalid comparator '>' not one of"),
        ("lists.a = 'x'", "Invalid entity type 'lists'. Valid values are"),
        ("cell.colour = 'x'", "Invalid cell key 'colour' specified"),
        ("avg(metrics.a) > 1", "Invalid function 'avg(metrics.a)': there are first(metrics.KEY)"),
        ("(status = 'x'", "the end stands where AND, OR or )"),
        ("status = 'x", "Invalid clause(s) in filter string: ' is not closed"),
        ("status =~ '(a+)+\\1'", "Invalid regular expression"),
        ("status =~ 'a{1,900}'", "Invalid regular expression"),
        ("(" * 60 + "status = 'x'" + ")" * 60, "nested more than 50 times"),
        (" OR ".join(["status = 'x'"] * 201), "more than 200 comparisons"),
        ("start_time > 'yesterday'", "a time is a number of milliseconds since 1970"),
    ],
)  # fmt: skip
async def test_a_wrong_filter_is_refused_with_its_place(
    ada: httpx.AsyncClient, text: str, message: str
) -> None:
    answer = await ada.post(f"{API}/runs/search", json={"experiment_ids": ["0"], "filter": text})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    said, line, mark = answer.json()["message"].split("\n")
    assert message in said
    column = int(said.rpartition(" at column ")[2])
    assert mark.endswith("^")
    if column <= len(text):
        assert line[len(mark) - 1] == text[column - 1]


async def test_what_the_database_cannot_hold_is_refused(ada: httpx.AsyncClient) -> None:
    for text in ("status = '\x00'", "params.a ILIKE '\x00%'", "metrics.a > 1e999"):
        answer = await ada.get("/api/v1/runs/search", params={"filter": text})
        assert answer.status_code in (200, 400), answer.text
