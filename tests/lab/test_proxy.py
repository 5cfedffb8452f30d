import os
import signal
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.conftest import TrackingServer, wait_for
from tests.lab.conftest import Jupyter

pytestmark = pytest.mark.integration

SCRIPT = """
import celltrail as ct
from pathlib import Path
with ct.start_run("mlp", experiment="digits"):
    ct.log(loss=0.5, step=1)
    page = Path("page.html")
    page.write_text("<script>alert(1)</script>")
    ct.log_artifact(page)
"""


def test_a_page_reads_what_its_user_recorded_and_never_sees_the_token(
    jupyter: Jupyter, server: TrackingServer, record: Callable[[str], None]
) -> None:
    record(SCRIPT)
    answer = jupyter.get("api/experiments")
    experiment = answer.json()["experiments"][0]
    assert experiment["name"] == "digits"
    run = jupyter.get("api/runs", experiment_id=experiment["experiment_id"]).json()["runs"][0]
    assert run["metrics"] == {"loss": 0.5}
    points = jupyter.get(f"api/runs/{run['run_id']}/metrics", key="loss", after=0).json()
    assert points["values"] == [0.5]
    assert server.token not in answer.text + repr(answer.headers)

    page = jupyter.get(f"api/runs/{run['run_id']}/artifacts/page.html")
    assert page.text == "<script>alert(1)</script>"
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in page.headers["Content-Security-Policy"]


def test_only_reading_passes_and_only_for_who_is_logged_in(jupyter: Jupyter) -> None:
    assert httpx.get(f"{jupyter.url}/celltrail/api/me").status_code == 403
    assert jupyter.get("api/me").status_code == 200
    assert jupyter.client.delete("/celltrail/api/runs/0").status_code == 405
    assert jupyter.post("api/streams/00000000000000000000000000000000/events").status_code == 405
    for path in ("api/..%2f..%2fversion", "api/runs/%2e%2e/x", "api/runs%5cx"):
        assert jupyter.client.get(f"/celltrail/{path}").status_code == 400, path
    missing = jupyter.get("api/runs/00000000000000000000000000000000")
    assert (missing.status_code, missing.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")


def test_changes_arrive_while_the_answer_is_still_open(
    jupyter: Jupyter, record: Callable[[str], None]
) -> None:
    with jupyter.client.stream("GET", "/celltrail/api/live") as live:
        assert live.headers["Content-Type"].startswith("text/event-stream")
        lines = live.iter_lines()
        assert next(line for line in lines if line) == "event: hello"
        record(SCRIPT)
        change = next(line for line in lines if line.startswith('data: {"run_id"'))
        assert "experiment_id" in change


def test_a_server_that_is_away_is_one_line_and_its_return_is_noticed(
    jupyter: Jupyter, server: TrackingServer
) -> None:
    server.kill()
    answer = jupyter.get("api/me")
    assert answer.status_code == 503
    assert answer.json()["error_code"] == "TEMPORARILY_UNAVAILABLE"
    assert server.url in answer.json()["message"]
    assert "Traceback" not in jupyter.log.read_text()
    server.start()
    assert jupyter.get("api/me").status_code == 200


def test_a_refused_token_is_no_reason_to_log_in_to_jupyter_again(
    start_jupyter: Callable[..., Jupyter], server: TrackingServer
) -> None:
    answer = start_jupyter(CELLTRAIL_URL=server.url, CELLTRAIL_TOKEN="wrong").get("api/me")
    assert answer.status_code == 503
    assert "refuses" in answer.json()["message"]
    assert "wrong" not in answer.text


def test_without_an_address_the_users_own_server_starts_and_starts_again(
    start_jupyter: Callable[..., Jupyter], embedded: Callable[[], dict[str, Any] | None]
) -> None:
    jupyter = start_jupyter()
    state = wait_for("the embedded server", embedded)
    assert jupyter.get("api/me").status_code == 200
    os.kill(state["pid"], signal.SIGKILL)

    def successor() -> dict[str, Any] | None:
        assert jupyter.get("api/me").status_code == 200
        now = embedded()
        return now if now and now["pid"] != state["pid"] else None

    assert wait_for("another embedded server", successor)["url"] == state["url"]


def test_jupyter_stops_while_a_panel_listens(jupyter: Jupyter) -> None:
    url = f"{jupyter.url}/celltrail/api/live"
    with httpx.stream("GET", url, headers=jupyter.client.headers) as live:
        assert next(live.iter_lines()) == "event: hello"
        assert jupyter.end() == 0
    assert "Task was destroyed" not in jupyter.log.read_text()
