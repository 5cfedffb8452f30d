"""MLflow's own server, started once, as the measure of what this one answers."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.conftest import TrackingServer, wait_for

FOREIGN = ("MLFLOW_", "PYTHONDONTWRITEBYTECODE")


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def mlflow_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a fresh `mlflow server` on SQLite."""
    folder = tmp_path_factory.mktemp("mlflow")
    url = f"http://127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [
            sys.executable, "-m", "mlflow", "server", "--workers", "1",
            "--port", url.rpartition(":")[2],
            "--backend-store-uri", f"sqlite:///{folder}/mlflow.db",
            "--artifacts-destination", str(folder / "artifacts"),
        ],
        env={
            # Its search tries in vain to import a module each time: slow unless that is compiled.
            **{k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)},
            "HOME": str(folder),
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        },
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip

    def answers(client: httpx.Client) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return client.get("/health").status_code == 200
        return process.poll() is not None

    try:
        with httpx.Client(base_url=url) as client:
            wait_for("MLflow's server", partial(answers, client), timeout_seconds=120)
        assert process.poll() is None, "mlflow server did not start"
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


@pytest.fixture(scope="session")
def our_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrackingServer]:
    """A tracking server of this session, with a fresh store."""
    folder: Path = tmp_path_factory.mktemp("celltrail")
    server = TrackingServer(folder / "server", env={"CELLTRAIL_HOME": str(folder)}).start()
    yield server
    server.kill()
