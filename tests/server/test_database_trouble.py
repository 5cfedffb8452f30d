"""Servers that share a PostgreSQL, or lose it, or have a full disk: nothing acknowledged is lost.

Each record is there once, whatever the client had to send again.
"""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from celltrail.events import new_id
from tests.conftest import TrackingServer, wait_for
from tests.server.postgres import Postgres, running
from tests.server.recording import T0, body, metrics, run_started

pytestmark = pytest.mark.integration

POINTS = 400
BATCH = 20


@contextmanager
def started(data_dir: Path, env: Mapping[str, str] | None = None) -> Iterator[TrackingServer]:
    server = TrackingServer(data_dir, env=env)
    try:
        yield server.start()
    finally:
        server.end(signal.SIGKILL)


class Writer:
    """Sends the points of one run as a stream, and sends again what was not acknowledged."""

    def __init__(self, run_id: str) -> None:
        self.stream, self.run_id = new_id(), run_id
        self.events = [run_started(run_id)]
        self.events += [metrics(run_id, step, loss=step) for step in range(POINTS)]
        self.settled = 1
        self.refusals = 0

    @property
    def is_done(self) -> bool:
        return self.settled > len(self.events)

    def send_next(self, client: httpx.Client) -> None:
        part = self.events[self.settled - 1 : self.settled - 1 + BATCH]
        answer = client.post(
            f"/api/v1/streams/{self.stream}/events", content=body(self.settled, part), timeout=30
        )
        if answer.status_code == 503:
            self.refusals += 1
            return
        assert answer.status_code == 200, answer.text
        assert answer.json()["rejected"] == []
        self.settled = answer.json()["next_seq"]

    def send_all(self, client: httpx.Client) -> None:
        while not self.is_done:
            self.send_next(client)


def check_points(client: httpx.Client, run_id: str) -> None:
    points = client.get(f"/api/v1/runs/{run_id}/metrics", params={"key": "loss"}).json()
    assert points["steps"] == list(range(POINTS))
    [summary] = client.get(f"/api/v1/runs/{run_id}").json()["metric_summaries"]
    assert (summary["count"], summary["max"]) == (POINTS, POINTS - 1)


@pytest.fixture
def two_servers(
    tmp_path: Path, postgres: Postgres, new_postgresql: str
) -> Iterator[list[TrackingServer]]:
    """Two servers on one database, with one token."""
    env = {
        "CELLTRAIL_DATABASE": postgres.url(postgres.create(new_postgresql)),
        "CELLTRAIL_TOKEN": "t" * 32,
    }
    with started(tmp_path / "one", env) as one, started(tmp_path / "two", env) as two:
        yield [one, two]


def test_writers_on_two_servers_share_one_run(two_servers: list[TrackingServer]) -> None:
    runs = [new_id(), new_id()]
    with ExitStack() as stack:
        clients = [stack.enter_context(server.client()) for server in two_servers]
        # Each server takes a stream of its own, and both log to the other's run as MLflow does.
        writers = [Writer(run_id) for run_id in runs]
        for writer, client in zip(writers, clients, strict=True):
            writer.send_next(client)

        def log(client: httpx.Client, run_id: str, name: str) -> None:
            for step in range(100):
                metric = {"key": name, "value": step, "timestamp": T0 + step, "step": step}
                answer = client.post(
                    "/api/2.0/mlflow/runs/log-batch", json={"run_id": run_id, "metrics": [metric]}
                )
                assert answer.status_code == 200, answer.text

        jobs = [
            *(
                (writer.send_all, (client,))
                for writer, client in zip(writers, clients, strict=True)
            ),
            *((log, (client, runs[0], "shared")) for client in clients),
        ]
        threads = [threading.Thread(target=job, args=args) for job, args in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        for client in clients:
            for run_id in runs:
                points = client.get(f"/api/v1/runs/{run_id}/metrics", params={"key": "loss"})
                assert points.json()["steps"] == list(range(POINTS))
            shared = client.get(f"/api/v1/runs/{runs[0]}/metrics", params={"key": "shared"}).json()
            assert sorted(shared["steps"]) == list(range(100))  # both sent the same points


def test_a_reader_of_one_server_hears_what_another_commits(
    two_servers: list[TrackingServer],
) -> None:
    one, two = two_servers
    run_id = new_id()
    heard = threading.Event()

    def listen() -> None:
        while not heard.is_set():  # a stream may be cut: the reader comes back
            with one.client() as client, client.stream("GET", "/api/v1/live", timeout=30) as answer:
                for line in answer.iter_lines():
                    if run_id in line:
                        heard.set()
                        return

    reader = threading.Thread(target=listen)
    reader.start()
    with two.client() as client:
        Writer(run_id).send_next(client)

        def touch() -> bool:
            tag = {"run_id": run_id, "key": "a", "value": "b"}
            assert client.post("/api/2.0/mlflow/runs/set-tag", json=tag).status_code == 200
            return heard.wait(0.2)

        wait_for("the change on the other server", touch)
    reader.join(30)


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A PostgreSQL that the test may stop."""
    with running() as server:
        yield server


def test_a_database_that_is_away_is_unavailable_and_loses_nothing(
    tmp_path: Path, own_postgres: Postgres
) -> None:
    env = {"CELLTRAIL_DATABASE": own_postgres.url("postgres")}
    writer = Writer(new_id())
    with started(tmp_path / "server", env) as server, server.client() as client:
        for _ in range(3):
            stop_at = writer.settled + 60
            while writer.settled < stop_at:
                writer.send_next(client)
            own_postgres.stop()
            before = writer.refusals
            for _ in range(3):
                writer.send_next(client)
            assert writer.refusals == before + 3
            assert client.get("/ready").status_code == 503
            assert client.get("/health").status_code == 200
            answer = client.get("/api/v1/runs")
            assert answer.status_code == 503
            assert "the database does not answer" in answer.text
            own_postgres.start()
            wait_for("readiness", lambda: client.get("/ready").status_code == 200)
        writer.send_all(client)
        check_points(client, writer.run_id)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder with room for a few hundred kilobytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a small disk needs the right to mount one: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_unavailable_and_loses_nothing(small_disk: Path) -> None:
    writer = Writer(new_id())
    with started(small_disk / "server") as server, server.client() as client:
        writer.send_next(client)
        fill(small_disk / "filling")
        while not writer.refusals:
            assert not writer.is_done, "the disk never was full"
            writer.send_next(client)
        assert client.get(f"/api/v1/runs/{writer.run_id}").status_code == 200
        (small_disk / "filling").unlink()
        writer.send_all(client)
        check_points(client, writer.run_id)
        server.kill()
        server.start()
        with server.client() as again:
            check_points(again, writer.run_id)


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(os.urandom(4096))
        except OSError:
            pass
