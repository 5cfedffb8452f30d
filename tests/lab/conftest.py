"""A real Jupyter server with the extension, and without Lab's pages."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import nbformat
import pytest

from tests.conftest import TrackingServer, wait_for

TOKEN = "jupyter-token"


class Jupyter:
    """A `jupyter server` process on loopback, whose root folder is `root`."""

    def __init__(self, root: Path, env: dict[str, str]) -> None:
        self.root = root
        self.url = f"http://127.0.0.1:{_free_port()}"
        self.log = root.parent / "jupyter.log"
        root.mkdir()
        (root.parent / "runtime").mkdir(mode=0o700)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root",
                    f"--ServerApp.port={self.url.rpartition(':')[2]}",
                    "--ServerApp.port_retries=0",
                    f"--ServerApp.root_dir={root}",
                    f"--IdentityProvider.token={TOKEN}",
                    "--ServerApp.jpserver_extensions=celltrail_lab=True",
                ],
                env={**os.environ, "JUPYTER_RUNTIME_DIR": str(root.parent / "runtime"), **env},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.client = httpx.Client(
            base_url=self.url, headers={"Authorization": f"token {TOKEN}"}, timeout=90
        )
        wait_for("the Jupyter server", self._is_up)

    def _is_up(self) -> bool:
        if self.process.poll() is not None:
            pytest.fail(f"jupyter server exited: {self.log.read_text()}")
        try:
            return self.client.get("/api").is_success
        except httpx.TransportError:
            return False

    def get(self, route: str, /, **params: str | int) -> httpx.Response:
        return self.client.get(f"/celltrail/{route}", params=params)

    def post(self, route: str, /, **body: Any) -> httpx.Response:
        return self.client.post(f"/celltrail/{route}", json=body)

    def end(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        self.client.close()
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        try:
            return self.process.wait(timeout=20)
        finally:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def write_notebook(self, name: str, *sources: str) -> None:
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        (self.root / name).write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))


@pytest.fixture
def start_jupyter(tmp_path: Path, home: Path) -> Iterator[Callable[..., Jupyter]]:
    """Starts Jupyter servers with more environment variables; ends them after the test."""
    started: list[Jupyter] = []

    def start(**env: str) -> Jupyter:
        folder = tmp_path / f"jupyter{len(started)}"
        folder.mkdir()
        started.append(Jupyter(folder / "root", env))
        return started[-1]

    yield start
    for jupyter in started:
        jupyter.end(signal.SIGKILL)


@pytest.fixture
def jupyter(start_jupyter: Callable[..., Jupyter], server: TrackingServer) -> Jupyter:
    """A Jupyter server that reports to the tracking server `server`."""
    return start_jupyter(CELLTRAIL_URL=server.url, CELLTRAIL_TOKEN=server.token)


@pytest.fixture
def record(server: TrackingServer, home: Path) -> Callable[[str], None]:
    """Runs a script, in the empty home, that records to `server`, to its end."""

    def record(script: str) -> None:
        env = {**os.environ, "CELLTRAIL_URL": server.url, "CELLTRAIL_TOKEN": server.token}
        subprocess.run([sys.executable, "-c", script], env=env, cwd=home, check=True, timeout=60)

    return record


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def embedded_state(home: Path) -> dict[str, Any] | None:
    """What the embedded server says of itself, if it runs."""
    file = home / "celltrail" / "server.json"
    if not file.exists():
        return None
    state: dict[str, Any] = json.loads(file.read_text())
    return state


@pytest.fixture
def embedded(home: Path) -> Iterator[Callable[[], dict[str, Any] | None]]:
    """Returns what the embedded server says of itself; stops it after the test."""
    yield lambda: embedded_state(home)
    if state := embedded_state(home):
        os.kill(state["pid"], signal.SIGKILL)
