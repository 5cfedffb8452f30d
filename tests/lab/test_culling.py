"""What a Jupyter server says of its use when the hub looks in, and what its user may ask for."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import websocket

from celltrail.errors import InvalidError
from celltrail_lab.culling import Culling, Notice, Warned
from celltrail_lab.runs import PipelineRuns
from celltrail_lab.usage import Usage
from tests.conftest import wait_for
from tests.hub.conftest import execute_request
from tests.lab.conftest import TOKEN, Jupyter


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Kernels:
    """Stands for Jupyter's manager, whose kernels are as old as a test wants."""

    def __init__(self) -> None:
        self.kernels: list[dict[str, Any]] = []

    def add(self, state: str, idle_seconds: float, connections: int = 0) -> None:
        moment = datetime.now(UTC) - timedelta(seconds=idle_seconds)
        self.kernels.append({
            "execution_state": state, "last_activity": moment.isoformat(),
            "connections": connections,
        })  # fmt: skip

    def list_kernels(self) -> list[dict[str, Any]]:
        return self.kernels


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kernels() -> Kernels:
    return Kernels()


@pytest.fixture
def usage(kernels: Kernels, clock: Clock) -> Usage:
    return Usage({"kernel_manager": kernels}, PipelineRuns(), clock)


def look(usage: Usage) -> dict[str, float | None]:
    return {
        name.removesuffix("_idle_seconds"): None if value is None else round(value)
        for name, value in asyncio.run(usage.look()).items()
    }


def test_use_is_that_of_the_kernel_that_was_busy_last(
    usage: Usage, kernels: Kernels, clock: Clock
) -> None:
    clock.now += 500
    assert look(usage) == {"kernel": 500, "connection": 500, "gpu": None}
    kernels.add("idle", 300)
    kernels.add("idle", 200, connections=1)
    assert look(usage) == {"kernel": 200, "connection": 0, "gpu": None}
    kernels.add("busy", 400)
    assert look(usage)["kernel"] == 0
    kernels.kernels.clear()
    clock.now += 60
    assert look(usage) == {"kernel": 60, "connection": 60, "gpu": None}


def test_an_open_page_is_a_connection(usage: Usage, clock: Clock) -> None:
    clock.now += 500
    usage.see_page()
    clock.now += 20
    assert look(usage)["connection"] == 20


def test_requests_and_what_extensions_note_are_connections(kernels: Kernels, clock: Clock) -> None:
    def ago(seconds: float) -> datetime:
        return datetime.now(UTC) - timedelta(seconds=seconds)

    settings: dict[str, Any] = {"kernel_manager": kernels}
    usage = Usage(settings, PipelineRuns(), clock)
    clock.now += 500
    settings["api_last_activity"] = ago(300)
    assert look(usage) == {"kernel": 500, "connection": 300, "gpu": None}
    settings["last_activity_times"] = {"proxy": ago(200)}
    assert look(usage)["connection"] == 200


def test_a_gpu_is_idle_below_what_the_policy_says(usage: Usage, clock: Clock) -> None:
    usage.gpu_idle_below = 20
    for percent, idle in ((3, 0), (19, 100), (20, 0), (0, 100), (0, 200), (None, None)):
        usage.note_gpus(percent)
        assert look(usage)["gpu"] == idle
        clock.now += 100


def test_a_terminal_is_in_use_while_something_runs_in_it(
    kernels: Kernels, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreground = {7: 100}
    monkeypatch.setattr("os.tcgetpgrp", foreground.__getitem__)
    terminal = SimpleNamespace(
        ptyproc=SimpleNamespace(fd=7, pid=100),
        last_activity=datetime.now(UTC) - timedelta(seconds=300),
        clients=[],
    )
    manager = SimpleNamespace(terminals={"1": terminal})
    usage = Usage({"kernel_manager": kernels, "terminal_manager": manager}, PipelineRuns(), clock)
    clock.now += 500
    assert look(usage)["kernel"] == 300
    foreground[7] = 101
    assert look(usage)["kernel"] == 0


@pytest.fixture
def culling(usage: Usage, clock: Clock) -> Culling:
    return Culling(usage, clock)


def tell(culling: Culling, **notice: Any) -> dict[str, float | None]:
    return asyncio.run(culling.take(Notice(**notice)))


def test_keeping_takes_the_warning_away_and_is_told_to_the_hub(
    culling: Culling, clock: Clock
) -> None:
    warning = Warned(stop_in_seconds=600, cause="idle", reason="after 1h without a connection")
    tell(culling, warning=warning, keep_at_most_seconds=3600)
    clock.now += 60
    assert culling.state()["warning"]["stop_in_seconds"] == 540
    culling.keep(300)
    assert culling.state()["warning"], "five minutes do not reach to the stop"
    culling.keep(3600)
    assert culling.state()["warning"] is None
    clock.now += 60
    assert tell(culling, keep_at_most_seconds=3600)["keep_seconds"] == 3540
    culling.keep(0)
    assert tell(culling, keep_at_most_seconds=3600)["keep_seconds"] == 0


def test_nothing_keeps_a_server_from_the_end_of_its_life(culling: Culling) -> None:
    warning = Warned(stop_in_seconds=600, cause="lifetime", reason="after 7d")
    tell(culling, warning=warning, keep_at_most_seconds=3600)
    culling.keep(3600)
    assert culling.state()["warning"]["cause"] == "lifetime"


def test_more_than_the_bound_is_refused_with_the_bound(culling: Culling) -> None:
    with pytest.raises(InvalidError, match="profile does not allow it"):
        culling.keep(1)
    tell(culling, keep_at_most_seconds=3600)
    for seconds in (3601, -1, float("nan"), float("inf")):
        with pytest.raises(InvalidError, match="for 3600 seconds at most"):
            culling.keep(seconds)


@pytest.fixture
def hub_server(start_jupyter: Callable[..., Jupyter]) -> Jupyter:
    """A server that takes its own token for the one that a hub gave it."""
    return start_jupyter(JUPYTERHUB_API_TOKEN=TOKEN)


@pytest.mark.integration
def test_the_hub_hears_of_kernels_terminals_and_pages(hub_server: Jupyter) -> None:
    def looked(**notice: Any) -> dict[str, Any]:
        answer = hub_server.post("culling/look", **notice)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    first = looked(keep_at_most_seconds=60)
    assert 0 < first["kernel_idle_seconds"] < 60
    assert 0 < first["connection_idle_seconds"] < 60
    state = hub_server.get("culling").json()
    assert (state["warning"], state["keep_at_most_seconds"]) == (None, 60)
    assert looked()["connection_idle_seconds"] < first["connection_idle_seconds"]

    terminal = hub_server.client.post("/api/terminals").json()["name"]
    address = hub_server.url.replace("http", "ws") + f"/terminals/websocket/{terminal}"
    headers = [f"Authorization: token {TOKEN}"]
    shell = websocket.create_connection(address, header=headers, timeout=30)
    assert looked()["connection_idle_seconds"] == 0
    shell.send(json.dumps(["stdin", "cat\n"]))
    wait_for("cat to run", lambda: looked()["kernel_idle_seconds"] == 0)
    shell.send(json.dumps(["stdin", "\x04"]))
    wait_for("cat to end", lambda: looked()["kernel_idle_seconds"] > 0)
    shell.close()
    wait_for("the end of the connection", lambda: looked()["connection_idle_seconds"] > 0)

    kernel = hub_server.client.post("/api/kernels", json={"name": "python3"}).json()["id"]
    address = hub_server.url.replace("http", "ws") + f"/api/kernels/{kernel}/channels"
    cell = websocket.create_connection(address, header=headers, timeout=30)
    cell.send(json.dumps(execute_request("input()")))
    wait_for("the cell to run", lambda: looked()["kernel_idle_seconds"] == 0)
    cell.close()


@pytest.mark.integration
def test_looks_are_for_the_hub_alone(
    hub_server: Jupyter, start_jupyter: Callable[..., Jupyter]
) -> None:
    activity = hub_server.client.get("/api/status").json()["last_activity"]
    assert hub_server.post("culling/look", warning="no").status_code == 400
    answer = hub_server.post("culling/keep", seconds=5)
    assert (answer.status_code, answer.json()["message"]) == (
        400, "this server cannot be kept: its profile does not allow it",
    )  # fmt: skip
    assert hub_server.post("culling/keep", seconds="5").status_code == 400
    assert hub_server.get("culling").status_code == 200
    assert hub_server.client.get("/api/status").json()["last_activity"] == activity
    without_hub = start_jupyter()
    assert without_hub.post("culling/look").status_code == 401
    assert httpx.post(f"{without_hub.url}/celltrail/culling/keep", json={}).status_code == 403
