"""The embedded server: one for all processes of a user, found again and started when needed."""

import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from celltrail.client import Client
from celltrail.embedded import ensure_server, find_server, known_server
from celltrail.errors import UnavailableError
from celltrail.settings import Settings
from tests.conftest import wait_for
from tests.tracking.conftest import run_script

pytestmark = pytest.mark.integration


@pytest.fixture
def settings(home: Path) -> Iterator[Settings]:
    """The settings of a user without any, whose embedded server is ended afterwards."""
    settings = Settings.from_env()
    yield settings
    if (settings.home / "server.json").exists():
        kill(settings)


def state(settings: Settings) -> dict[str, str | int]:
    content: dict[str, str | int] = json.loads((settings.home / "server.json").read_text())
    return content


def kill(settings: Settings) -> None:
    process = psutil.Process(int(state(settings)["pid"]))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)


def test_two_processes_at_once_get_the_same_server(settings: Settings, tmp_path: Path) -> None:
    source = """
    from celltrail.embedded import ensure_server
    from celltrail.settings import Settings
    server = ensure_server(Settings.from_env())
    print(server.url, server.token)
    """
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(run_script, folders, [source] * 2))
    assert [errors for _, errors in results] == ["", ""]
    assert results[0][0] == results[1][0]
    assert results[0][0].split() == [state(settings)["url"], state(settings)["token"]]


def test_the_server_outlives_who_started_it_and_is_found_again(
    settings: Settings, tmp_path: Path
) -> None:
    _, errors = run_script(
        tmp_path,
        """
        import celltrail as ct
        ct.start_run("mlp")
        ct.log(loss=0.5)
        ct.get_runs()
        """,
    )
    assert errors == ""
    server = find_server(settings)
    assert server is not None
    with Client(server.url, server.token) as client:
        [run] = client.get_json("/api/v1/runs")["runs"]
    assert (run["name"], run["metrics"]) == ("mlp", {"loss": 0.5})


def test_a_killed_server_is_started_again_at_its_address_and_with_its_token(
    settings: Settings,
) -> None:
    first = ensure_server(settings)
    assert ensure_server(settings) == first
    kill(settings)
    assert known_server(settings) is None
    assert ensure_server(settings) == first


def test_a_process_goes_on_when_the_embedded_server_is_killed(
    settings: Settings, tmp_path: Path
) -> None:
    output, _ = run_script(
        tmp_path,
        """
        import json, os, signal
        import celltrail as ct
        from celltrail.session import current_session
        session = current_session()
        ct.log(loss=1)
        session.recorder.flush(30)
        state = json.loads((session.settings.home / "server.json").read_text())
        os.killpg(state["pid"], signal.SIGKILL)
        ct.log(loss=2)
        session.recorder.flush(30)
        while session.recorder.waiting_events:
            session.recorder.flush(30)
        print(ct.get_runs()["metrics.loss"].tolist())
        found = ct.get_runs(filter="metrics.loss > 1", order_by="metrics.loss DESC")
        print(len(found), len(ct.get_runs(filter="metrics.loss > 5")))
        """,
    )
    assert output == "[2.0]\n1 0\n"


def test_a_taken_port_is_replaced_by_another(settings: Settings) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings.home.mkdir(parents=True)
        (settings.home / "server.port").write_text(str(port))
        server = ensure_server(settings)
    assert not server.url.endswith(f":{port}")
    assert find_server(settings) == server


def test_a_server_that_cannot_start_says_why_in_one_line(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    (settings.home / "server").write_text("a file where the data should be")
    with pytest.raises(UnavailableError) as caught:
        ensure_server(settings)
    message = str(caught.value)
    assert message.startswith("the embedded tracking server did not start: ")
    assert len(message.splitlines()) == 1


def test_the_server_stops_and_leaves_no_state_when_it_is_asked_to(settings: Settings) -> None:
    ensure_server(settings)
    process = psutil.Process(int(state(settings)["pid"]))
    process.terminate()
    wait_for("the state file to go", lambda: not (settings.home / "server.json").exists())
    assert find_server(settings) is None
