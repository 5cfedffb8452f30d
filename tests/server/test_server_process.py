"""The server as a process: how it starts, refuses to start, stops, and dies without loss."""

import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from celltrail.cli import main
from celltrail.events import new_id
from celltrail_server.store.schema import REVISIONS
from celltrail_server.store.sql import open_store
from tests.conftest import TrackingServer, wait_for
from tests.server.recording import body, metrics, run_started, sha256_of

pytestmark = pytest.mark.integration

KILLS = 50


def refused(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """Run a command, in this process, that must be refused in one line; return that line."""
    assert main(args) == 1
    line = capsys.readouterr().err
    assert line.startswith("celltrail: ")
    assert line.count("\n") == 1, line
    return line


def test_the_state_file_tells_the_user_alone_where_the_server_is(server: TrackingServer) -> None:
    assert stat.S_IMODE(server.state_file.stat().st_mode) == 0o600
    assert stat.S_IMODE((server.data_dir / "token").stat().st_mode) == 0o600
    assert stat.S_IMODE(server.data_dir.stat().st_mode) == 0o700
    state = json.loads(server.state_file.read_text())
    assert server.process
    assert state["pid"] == server.process.pid
    assert httpx.get(f"{state['url']}/health").text == "OK"
    assert httpx.get(f"{state['url']}/version").text == state["version"]
    assert server.end() == 0
    assert not server.state_file.exists()


def test_a_port_that_is_taken_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        line = refused(capsys, "server", "--port", port, "--data-dir", str(tmp_path / "d"))
    assert f"port {port}" in line
    assert "--port 0" in line


def test_a_data_folder_has_one_server(
    server: TrackingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused(capsys, "server", "--port", "0", "--data-dir", str(server.data_dir))
    assert server.process
    assert f"{server.data_dir} is in use by process {server.process.pid}" in line
    server.kill()
    server.start()
    assert httpx.get(f"{server.url}/health").text == "OK"


@pytest.mark.parametrize("folder", ["file", "/proc/self/nothing"])
def test_a_data_folder_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], folder: str
) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / folder
    line = refused(capsys, "server", "--port", "0", "--data-dir", str(path))
    assert f"cannot write to the data folder {path}" in line


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--auth", "none", "--host", "0.0.0.0"), ("loopback", "--auth token")),
        (("--auth", "jupyterhub"), ("JUPYTERHUB_API_URL",)),
        (("--port", "70000"), ("70000",)),
        (("--idle-timeout", "-1"), ("idle_timeout",)),
        (("--host", "no.such.host.invalid"), ("no.such.host.invalid",)),
        (("--config", "missing.py"), ("missing.py",)),
        (("--state-file", "/proc/self/nothing/s.json"), ("state file",)),
    ],
)
def test_settings_that_cannot_be_used_are_refused_in_one_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    args: tuple[str, ...],
    words: tuple[str, ...],
) -> None:
    line = refused(capsys, "server", "--port", "0", "--data-dir", str(tmp_path / "d"), *args)
    assert all(word in line for word in words)


def test_a_newer_database_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_store(tmp_path / "celltrail.sqlite").close()
    database = sqlite3.connect(tmp_path / "celltrail.sqlite")
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    for command in (("server", "--port", "0"), ("db", "check"), ("db", "upgrade")):
        line = refused(capsys, *command, "--data-dir", str(tmp_path))
        assert "celltrail.sqlite has the schema 9999" in line
        assert "install a newer celltrail" in line


def test_a_database_is_checked_and_upgraded_by_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "no database" in refused(capsys, "db", "check", "--data-dir", str(tmp_path))
    open_store(tmp_path / "celltrail.sqlite").close()
    for action in ("check", "upgrade"):
        assert main(["db", action, "--json", "--data-dir", str(tmp_path)]) == 0
        assert json.loads(capsys.readouterr().out)["revision"] == REVISIONS[-1]


def test_a_configuration_file_is_read_and_flags_win(tmp_path: Path) -> None:
    config = tmp_path / "config.py"
    config.write_text(
        "c.TrackingServer.auth = 'none'\nc.TrackingServer.max_artifact_bytes = 10\n"
        "c.TrackingServer.idle_timeout = 3600\n"
    )
    server = TrackingServer(tmp_path / "d", "--config", str(config)).start()
    with server.client() as client:
        run = client.post("/api/2.0/mlflow/runs/create", json={}).json()["run"]["info"]["run_id"]
        path = f"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/a"
        assert client.put(path, content=b"x" * 11).status_code == 413
        assert client.put(path, content=b"x" * 10).status_code == 200
    assert httpx.get(f"{server.url}/api/v1/me").status_code == 401
    server.end()


def test_the_token_of_the_environment_is_the_token(tmp_path: Path) -> None:
    server = TrackingServer(tmp_path / "d", env={"CELLTRAIL_TOKEN": "given"}).start()
    assert server.token == "given"
    assert server.get("/api/v1/me")
    assert not (tmp_path / "d" / "token").exists()
    server.end()


@pytest.fixture
def stream(server: TrackingServer) -> Iterator[Iterator[str]]:
    """The lines of an open live stream."""
    with server.client() as client, client.stream("GET", "/api/v1/live", timeout=30) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert next(lines) == "event: hello"
        yield lines


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_a_server_with_open_streams_and_connections_stops_soon(
    server: TrackingServer, stream: Iterator[str], with_signal: signal.Signals
) -> None:
    with server.client() as keeps_its_connection:
        keeps_its_connection.get("/api/v1/me")
        began = time.monotonic()
        assert server.end(with_signal) == 0
        assert time.monotonic() - began < 5
    assert not any(line.startswith("event:") for line in stream)


def test_a_stuck_upload_does_not_hold_the_server_up_for_ever(server: TrackingServer) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            f"PUT /api/v1/blobs/{'0' * 64} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000\r\n"
            f"Authorization: Bearer {server.token}\r\n\r\nx".encode()
        )
        wait_for("the upload", lambda: list(server.data_dir.glob("blobs/incoming/*")))
        assert server.end() == 0
    server.start()
    assert list(server.data_dir.glob("blobs/incoming/*")) == []


def test_a_commit_is_told_to_an_open_stream(server: TrackingServer, stream: Iterator[str]) -> None:
    run_id = new_id()
    with server.client() as client:
        client.post(f"/api/v1/streams/{new_id()}/events", content=body(1, [run_started(run_id)]))
    data = next(line for line in stream if line.startswith("data: ") and "run_id" in line)
    assert json.loads(data.removeprefix("data: "))["run_id"] == run_id


def test_an_idle_server_stops_but_not_under_a_live_stream(tmp_path: Path) -> None:
    server = TrackingServer(tmp_path / "d", "--idle-timeout", "3").start()
    process = server.process
    assert process
    with server.client() as client, client.stream("GET", "/api/v1/live", timeout=30) as answer:
        lines = answer.iter_lines()
        next(lines)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(4)
    assert process.wait(20) == 0
    assert not server.state_file.exists()


def test_an_upload_of_many_megabytes_passes(server: TrackingServer) -> None:
    data = os.urandom(1 << 20) * 24
    sha256 = sha256_of(data)
    with server.client() as client:
        assert client.put(f"/api/v1/blobs/{sha256}", content=data, timeout=60).status_code == 201
    assert (server.data_dir / "blobs" / sha256[:2] / sha256).stat().st_size == len(data)


def test_a_traversal_is_refused_by_the_real_server(server: TrackingServer) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            f"GET /api/v1/runs/x/artifacts/../../../etc/passwd HTTP/1.1\r\nHost: {host}\r\n"
            f"Connection: close\r\nAuthorization: Bearer {server.token}\r\n\r\n".encode()
        )
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"Invalid path" in answer


def test_what_was_acknowledged_survives_kill_9_and_arrives_once(server: TrackingServer) -> None:
    run_id, stream_id, size, total = new_id(), new_id(), 10, 40 * KILLS + 100
    recorded = [run_started(run_id), *(metrics(run_id, step, loss=step) for step in range(total))]
    settled = 1
    kills = 0

    def kill_soon() -> None:
        wait_for("some acknowledged batches", lambda: settled > 40 * (kills + 1))
        server.kill()

    with_deadline = time.monotonic() + 240
    while settled <= len(recorded) and time.monotonic() < with_deadline:
        killer = threading.Thread(target=kill_soon) if kills < KILLS else None
        if killer:
            killer.start()
        try:
            with server.client() as client:
                while settled <= len(recorded):
                    batch = recorded[settled - 1 : settled - 1 + size]
                    answer = client.post(
                        f"/api/v1/streams/{stream_id}/events", content=body(settled, batch)
                    )
                    assert answer.status_code == 200, answer.text
                    assert answer.json()["rejected"] == []
                    settled = answer.json()["next_seq"]
        except httpx.TransportError:
            kills += 1
            assert killer
            killer.join()
            server.start()
    assert kills == KILLS
    with server.client() as client:
        path = f"/api/v1/runs/{run_id}/metrics"
        points = client.get(path, params={"key": "loss"}).json()
        assert points["steps"] == list(range(total))
        summary = client.get(f"/api/v1/runs/{run_id}").json()["metric_summaries"][0]
        assert (summary["count"], summary["max"]) == (total, total - 1)
