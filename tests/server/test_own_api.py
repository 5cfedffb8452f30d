"""The own API over HTTP: what `docs/wire.md` promises to kernels, Lab and scripts."""

import math
from typing import Any

import httpx
import pytest

from celltrail import events
from celltrail.events import new_id
from tests.server.conftest import InProcess
from tests.server.recording import T0, body, metrics, record, run_started, sha256_of
from tests.server.test_paths import TRAVERSALS


async def send(client: httpx.AsyncClient, *recorded: events.Event) -> None:
    answer = await client.post(f"/api/v1/streams/{new_id()}/events", content=body(1, recorded))
    assert answer.json()["rejected"] == []


async def test_the_trail_of_a_run_is_shown_as_the_wire_page_says(ada: httpx.AsyncClient) -> None:
    run_id, execution_id = await record(ada)
    notebook = b'{"cells": []}'
    await ada.put(f"/api/v1/blobs/{sha256_of(notebook)}", content=notebook)
    await send(
        ada,
        events.CellTraced(
            execution_id, [events.VariableRead("df")], [events.VariableVersion("acc", "float")]
        ),
        events.NotebookRecorded(run_id, "work/a.ipynb", sha256_of(notebook), T0),
    )
    trail = (await ada.get(f"/api/v1/runs/{run_id}/trail")).json()
    assert trail == {
        "traces": [
            {
                "execution_id": execution_id,
                "reads": [{"name": "df"}],
                "writes": [{"name": "acc", "type_name": "float"}],
            }
        ]
    }
    origin = (await ada.get(f"/api/v1/runs/{run_id}/origin")).json()
    [version] = origin["notebooks"]
    assert (origin["environment"], origin["git"]) == (None, None)
    answer = await ada.get(f"/api/v1/runs/{run_id}/notebooks/{version['sha256']}")
    assert answer.content == notebook
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''a.ipynb"


async def test_a_recorded_run_is_shown_as_the_wire_page_says(ada: httpx.AsyncClient) -> None:
    run_id, execution_id = await record(ada)
    child_id = new_id()
    await send(ada, run_started(child_id, parent_id=run_id, name="step", kind="step"))

    [experiment] = (await ada.get("/api/v1/experiments")).json()["experiments"]
    assert experiment.keys() == {
        "experiment_id", "name", "owner", "created_ms", "last_activity_ms", "run_count",
        "visibility", "level",
    }  # fmt: skip
    assert (experiment["name"], experiment["owner"], experiment["run_count"]) == (
        "digits", "ada", 1,
    )  # fmt: skip

    listed = await ada.get("/api/v1/runs", params={"experiment_id": experiment["experiment_id"]})
    [run] = listed.json()["runs"]
    assert run["run_id"] == run_id
    assert run["metrics"] == {"loss": 0.25}
    assert run["params"] == {"lr": "0.1"}
    assert run["tags"] == {"team": "vision"}

    detail = (await ada.get(f"/api/v1/runs/{run_id}")).json()
    assert detail["metric_summaries"] == [
        {"key": "loss", "first": 0.5, "last": 0.25, "min": 0.25, "max": 0.5, "count": 2,
         "last_step": 2, "execution_id": execution_id},
    ]  # fmt: skip
    assert detail["param_records"] == [{"key": "lr", "value": "0.1", "execution_id": execution_id}]
    assert detail["artifacts"] == [
        {"path": "plots/a.png", "sha256": sha256_of(b"figure"), "size_bytes": 6,
         "media_type": "image/png", "execution_id": execution_id, "logged_ms": T0 + 4},
    ]  # fmt: skip
    assert [child["run_id"] for child in detail["children"]] == [child_id]
    below = (await ada.get("/api/v1/runs", params={"parent_id": run_id})).json()
    assert [child["parent_id"] for child in below["runs"]] == [run_id]

    [cell] = (await ada.get(f"/api/v1/runs/{run_id}/cells")).json()["cells"]
    assert cell == {
        "execution_id": execution_id, "cell_id": "cell-a", "ordinal": 1, "execution_count": 7,
        "source": "acc = 0.9", "started_ms": T0 + 1, "duration_ms": 12.5, "status": "ok",
        "error_name": None, "error_message": None, "has_console": True, "cpu_ms": 11.5,
        "memory_start_bytes": 1 << 20, "memory_peak_bytes": 2 << 20, "gpu_percent": None,
        "gpu_memory_bytes": None, "candidate_params": {"acc": "0.9"},
    }  # fmt: skip
    console = await ada.get(f"/api/v1/runs/{run_id}/cells/{execution_id}/console")
    assert console.json() == {"console": "epoch 1\n", "is_cut": False}


async def test_points_come_after_a_cursor(ada: httpx.AsyncClient) -> None:
    run_id = new_id()
    await send(ada, run_started(run_id), metrics(run_id, 1, loss=0.5), metrics(run_id, 2, loss=0.4))
    path = f"/api/v1/runs/{run_id}/metrics"
    first = (await ada.get(path, params={"key": "loss"})).json()
    assert (first["steps"], first["values"]) == ([1, 2], [0.5, 0.4])
    await send(ada, metrics(run_id, 3, loss=math.nan), metrics(run_id, 4, loss=-math.inf))
    later = (await ada.get(path, params={"key": "loss", "after": str(first["next"])})).json()
    assert (later["steps"], later["values"]) == ([3, 4], ["NaN", "-Infinity"])
    assert later["execution_ids"] == [None, None]
    nothing = (await ada.get(path, params={"key": "loss", "after": str(later["next"])})).json()
    assert (nothing["steps"], nothing["next"]) == ([], later["next"])


async def test_a_gap_is_409_and_says_where_to_go_on(ada: httpx.AsyncClient) -> None:
    path = f"/api/v1/streams/{new_id()}/events"
    answer = await ada.post(path, content=body(4, [run_started(new_id())]))
    assert answer.status_code == 409
    assert answer.json()["error_code"] == "STREAM_GAP"
    assert answer.json()["next_seq"] == 1


@pytest.mark.parametrize("content", [b"", b"{}", b"\x82", body(0, []), b"\xc1" * 100])
async def test_what_is_no_batch_is_refused(ada: httpx.AsyncClient, content: bytes) -> None:
    answer = await ada.post(f"/api/v1/streams/{new_id()}/events", content=content)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


async def test_a_stream_needs_a_proper_name(ada: httpx.AsyncClient) -> None:
    answer = await ada.post("/api/v1/streams/XYZ/events", content=body(1, []))
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("query", "fault"),
    [("limit=0", "limit"), ("limit=x", "limit"), ("before=x", "before"), ("experiment_id=x", "x")],
)
async def test_a_wrong_parameter_is_named(ada: httpx.AsyncClient, query: str, fault: str) -> None:
    answer = await ada.get(f"/api/v1/runs?{query}")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert fault in answer.json()["message"]


async def test_a_blob_is_stored_once_and_only_if_its_hash_is_right(
    inside: InProcess, ada: httpx.AsyncClient
) -> None:
    data = b"x" * 3_000
    path = f"/api/v1/blobs/{sha256_of(data)}"
    assert (await ada.head(path)).status_code == 404
    assert (await ada.put(path, content=data[:-1])).status_code == 400
    assert (await ada.head(path)).status_code == 404
    assert (await ada.put(path, content=data)).status_code == 201
    assert (await ada.put(path, content=data)).status_code == 200
    assert (await ada.head(path)).status_code == 200
    assert (await ada.put("/api/v1/blobs/../x", content=data)).status_code in (400, 404)
    assert (await ada.put(f"/api/v1/blobs/{'A' * 64}", content=data)).status_code == 400


async def test_too_large_a_body_is_413(inside: InProcess, ada: httpx.AsyncClient) -> None:
    data = b"x" * (inside.blobs._max_bytes + 1)
    answer = await ada.put(f"/api/v1/blobs/{sha256_of(data)}", content=data)
    assert answer.status_code == 413
    answer = await ada.post("/api/2.0/mlflow/runs/log-batch", content=b" " * (17 << 20))
    assert (answer.status_code, answer.json()["error_code"]) == (413, "INVALID_PARAMETER_VALUE")


@pytest.mark.parametrize(
    ("name", "media_type", "placement"),
    [
        ("a.png", "image/png", "inline"),
        ("a.txt", "text/plain", "inline"),
        ("a.json", "application/json", "inline"),
        ("a.html", "text/html", "attachment"),
        ("a.svg", "image/svg+xml", "attachment"),
        ("a.xml", "application/xml", "attachment"),
        ("a.js", "text/javascript", "attachment"),
        ("a.pdf", "application/pdf", "attachment"),
        ("a", "text/html; charset=utf-8", "attachment"),
        ("a", "text/html\r\nX-Evil: 1", "attachment"),
        ("a", "<script>", "attachment"),
    ],
)
async def test_no_browser_runs_an_artifact(
    ada: httpx.AsyncClient, name: str, media_type: str, placement: str
) -> None:
    run_id, data = new_id(), b"<script>alert(1)</script>"
    await ada.put(f"/api/v1/blobs/{sha256_of(data)}", content=data)
    logged = events.ArtifactLogged(run_id, name, sha256_of(data), len(data), T0, media_type)
    await send(ada, run_started(run_id), logged)
    answer = await ada.get(f"/api/v1/runs/{run_id}/artifacts/{name}")
    assert answer.content == data
    assert answer.headers["content-disposition"] == f"{placement}; filename*=UTF-8''{name}"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert "x-evil" not in answer.headers


async def test_a_name_with_odd_characters_comes_back(ada: httpx.AsyncClient) -> None:
    run_id, name = new_id(), "plots/loss #1? 100%;ü🦉.txt"
    await ada.put(f"/api/v1/blobs/{sha256_of(b'')}", content=b"")
    logged = events.ArtifactLogged(run_id, name, sha256_of(b""), 0, T0)
    await send(ada, run_started(run_id), logged)
    quoted = "".join(f"%{byte:02x}" for byte in name.encode())
    assert (await ada.get(f"/api/v1/runs/{run_id}/artifacts/{quoted}")).status_code == 200


async def test_a_traversal_is_refused_on_reading_writing_listing_and_deleting(
    ada: httpx.AsyncClient,
) -> None:
    run_id, _ = await record(ada)
    for path in TRAVERSALS:
        quoted = "".join(f"%{byte:02x}" for byte in path.encode())
        proxied = f"/api/2.0/mlflow-artifacts/artifacts/1/{run_id}/artifacts/{quoted}"
        answers = [
            await ada.get(f"/api/v1/runs/{run_id}/artifacts/{quoted}"),
            await ada.get(proxied),
            await ada.put(proxied, content=b"x"),
            await ada.delete(proxied),
        ]
        if path not in ("", "a/"):  # a folder may be listed with a slash behind, as in MLflow
            params = {"run_id": run_id, "path": path}
            answers.append(await ada.get("/api/2.0/mlflow/artifacts/list", params=params))
        assert {answer.status_code for answer in answers} <= {400, 404, 405}, path
        assert all("application/json" in answer.headers["content-type"] for answer in answers)
    [artifact] = (await ada.get(f"/api/v1/runs/{run_id}")).json()["artifacts"]
    assert artifact["path"] == "plots/a.png"


async def test_the_server_describes_itself(ada: httpx.AsyncClient) -> None:
    schema = (await ada.get("/api/v1/schema/openapi.json")).json()
    assert schema["openapi"].startswith("3.")
    assert "/api/v1/runs/{run_id}" in schema["paths"]


async def test_a_client_that_leaves_amid_an_upload_is_no_internal_error(
    inside: InProcess, caplog: pytest.LogCaptureFixture
) -> None:
    messages = iter(
        [
            {"type": "http.request", "body": b"half of i", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {
        "type": "http",
        "method": "PUT",
        "path": f"/api/v1/blobs/{sha256_of(b'half of it')}",
        "headers": [(b"authorization", b"Bearer ada")],
        "query_string": b"",
    }
    await inside.gate(scope, receive, send)
    assert sent[0]["status"] == 400
    assert caplog.records == []
