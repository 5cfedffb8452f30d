"""The servers that are compared: how each is started, spoken to, and filled.

Both get the same requests over one keep-alive connection of the standard library, so that the
client costs both the same.
"""

import contextlib
import http.client
import json
import os
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from benchmarks.server_start import (
    Command,
    celltrail,
    environment,
    free_port,
    mlflow,
    start_once,
    wait_for_answer,
)

from celltrail import events
from celltrail.events import new_id

T0 = 1_760_000_000_000
IDLE_SECONDS = 2
STREAM_EVENTS = 2000
SERIES_POINTS = 10_000


@dataclass
class Peer:
    """A running server."""

    name: str
    command: Command
    database: str
    """Path of a SQLite file, or URL of a PostgreSQL database."""
    connection: http.client.HTTPConnection
    last_call: float = 0.0
    long_metrics: dict[int, str] = field(default_factory=dict)
    """Runs with a long metric, by its number of points."""

    @property
    def is_ours(self) -> bool:
        """Whether it is this project's server."""
        return self.name == "celltrail"

    def call(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Return the answer to a request; raises `SystemExit` if it is an error."""
        kind = "application/msgpack" if path.endswith("/events") else "application/json"
        if time.monotonic() - self.last_call > IDLE_SECONDS:
            self.connection.close()  # the server may have done so already; it opens again by itself
        self.connection.request(method, path, body, {"Content-Type": kind})
        answer = self.connection.getresponse()
        data = answer.read()
        self.last_call = time.monotonic()
        if answer.status != 200:
            raise SystemExit(f"{self.name}: {method} {path[:200]}: {answer.status} {data[:500]!r}")
        return data

    def mlflow(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to one of MLflow's POST calls."""
        answer: dict[str, Any] = json.loads(
            self.call("POST", f"/api/2.0/mlflow/{path}", json.dumps(body).encode())
        )
        return answer

    def new_run(self, experiment_id: str) -> str:
        """Start a run and return its id."""
        created = self.mlflow("runs/create", {"experiment_id": experiment_id, "start_time": T0})
        run_id: str = created["run"]["info"]["run_id"]
        return run_id

    def start(self) -> tuple[float, float, float]:
        """Start another: (seconds to the first answer, CPU seconds, MB), as `start_once`."""
        with tempfile.TemporaryDirectory() as folder:
            return start_once(self.command, Path(folder))

    def size(self) -> int:
        """Return the bytes that the database takes."""
        if self.database.startswith("postgres"):
            with psycopg.connect(self.database, autocommit=True) as connection:
                row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
                assert row
                return int(row[0])
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Path(self.database).stat().st_size


@contextlib.contextmanager
def running(name: str, url: str | None) -> Iterator[Peer]:
    """Start `celltrail` or `mlflow` on a new SQLite file, or on PostgreSQL at `url`."""
    with tempfile.TemporaryDirectory() as base:
        folder, port, command = Path(base), free_port(), _command(name, url)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                command(folder, port),
                env=environment(folder),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            wait_for_answer(f"http://127.0.0.1:{port}/health", time.perf_counter())
            connection = http.client.HTTPConnection("127.0.0.1", port)
            file = "celltrail/celltrail.sqlite" if name == "celltrail" else "mlflow.db"
            yield Peer(name, command, url or str(folder / file), connection)
            connection.close()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _command(name: str, url: str | None) -> Command:
    if name == "celltrail":
        flags = ["--auth", "none", *(["--database", url] if url else [])]
        return lambda folder, port: [*celltrail(folder, port), *flags]
    if url is None:
        return mlflow
    uri = url.replace("postgresql://", "postgresql+psycopg://")
    return lambda folder, port: [*mlflow(folder, port), "--backend-store-uri", uri]


def send_events(peer: Peer, recorded: Iterable[events.Event]) -> None:
    """Send events to this project's server as one stream."""
    stream, seq, part = new_id(), 1, list[events.Event]()

    def send() -> None:
        encoded = [msgspec.Raw(events.encode_event(event)) for event in part]
        body = msgspec.msgpack.encode(events.EventBatch(seq, encoded))
        peer.call("POST", f"/api/v1/streams/{stream}/events", body)

    for event in recorded:
        part.append(event)
        if len(part) == STREAM_EVENTS or isinstance(event, events.SeriesLogged):
            send()
            seq, part = seq + len(part), []
    if part:
        send()


def series(run_id: str, key: str, number: int) -> Iterator[events.SeriesLogged]:
    """Yield events that log `number` points of a metric, values as a training loop has them."""
    for start in range(0, number, SERIES_POINTS):
        steps = range(start, min(start + SERIES_POINTS, number))
        times = (T0 + 37 * step for step in steps)
        yield events.SeriesLogged.of(run_id, key, steps, times, map(value_at, steps))


def value_at(step: int) -> float:
    """Return a loss: it falls, and has noise in all its bits."""
    return 1 / (1 + step / 900) + (step * 2654435761 % 4294967296) / 4e11


def insert_rows(peer: Peer, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows into a table of MLflow's database, the quick way of each database."""
    if peer.database.startswith("postgres"):
        with psycopg.connect(peer.database) as connection, connection.cursor() as cursor:
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(row)
            return
    marks = ", ".join("?" * (columns.count(",") + 1))
    with contextlib.closing(sqlite3.connect(peer.database, timeout=60)) as database:
        database.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
        database.commit()


def analyze(peer: Peer) -> None:
    """Let PostgreSQL count what there is now, as its autovacuum does within a minute."""
    if peer.database.startswith("postgres"):
        with psycopg.connect(peer.database, autocommit=True) as connection:
            connection.execute("ANALYZE")


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
