"""What tests of every component share: an isolated home, and a real tracking server."""

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx
import pytest

ISOLATED = ("CELLTRAIL_", "MLFLOW_", "JUPYTER", "JPY_", "XDG_", "IPYTHON")


def pytest_collection_finish() -> None:
    """Spare each full garbage collection, of which IPython does many, all that is imported."""
    gc.freeze()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home of this test's own; returns it. `CELLTRAIL_HOME` lies inside."""
    for name in list(os.environ):
        if name.startswith(ISOLATED):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("CELLTRAIL_HOME", str(home / "celltrail"))
    monkeypatch.setenv("IPYTHONDIR", str(home / "ipython"))
    return home


def wait_for[T](what: str, probe: Callable[[], T | None], timeout_seconds: float = 30) -> T:
    """Return the first true answer of `probe`; fail with `what` after the timeout."""
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        if answer := probe():
            return answer
        time.sleep(0.02)
    pytest.fail(f"waited {timeout_seconds:.0f} s in vain for {what}")


class TrackingServer:
    """A `celltrail server` process on loopback that can be stopped, killed and started again.

    `url` and `token` stay the same over restarts, once it has been started.
    """

    def __init__(self, data_dir: Path, *args: str, env: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.state_file = data_dir.parent / f"{data_dir.name}.json"
        self.args = args
        self.env = {**os.environ, **(env or {})}
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""
        self.token = ""

    def start(self) -> "TrackingServer":
        self.state_file.unlink(missing_ok=True)
        port = self.url.rpartition(":")[2] if self.url else "0"
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "celltrail", "server", "--auth", "token", "--port", port,
                "--data-dir", str(self.data_dir), "--state-file", str(self.state_file), *self.args,
            ],
            env=self.env,
            start_new_session=True,
        )  # fmt: skip
        state = wait_for("the tracking server", self._read_state)
        self.url, self.token = state["url"], state["token"]
        return self

    def _read_state(self) -> dict[str, str] | None:
        assert self.process is not None
        if self.process.poll() is not None:
            pytest.fail(f"celltrail server exited with {self.process.returncode}")
        if not self.state_file.exists():
            return None
        state: dict[str, str] = json.loads(self.state_file.read_text())
        return state

    def end(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            os.killpg(self.process.pid, with_signal)
        return self.process.wait(timeout=20)

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {self.token}", **headers}
        )

    def get(self, path: str, **params: str) -> object:
        with self.client() as client:
            answer = client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def server(tmp_path: Path, home: Path) -> Iterator[TrackingServer]:
    """A running tracking server with an empty store of its own."""
    server = TrackingServer(tmp_path / "server").start()
    yield server
    server.end(signal.SIGKILL)
