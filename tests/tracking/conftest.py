"""A session of the test's own and what it has spooled; scripts and kernels as real processes."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

import celltrail.frames
import celltrail.notices
import celltrail.session
from celltrail.events import Event, decode_event
from celltrail.session import Session, current_session
from celltrail.settings import Settings
from celltrail.spool import list_streams
from celltrail.syncing import sync_orphans
from tests.conftest import TrackingServer

NOBODY = "http://127.0.0.1:9"
"""An address where no server listens."""


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home=home / "celltrail", url=NOBODY)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """The session that `celltrail.log` and the magics use, with no server to reach."""
    monkeypatch.setenv("CELLTRAIL_URL", NOBODY)
    monkeypatch.setattr(celltrail.session, "_current", None)
    # That there is none is said by a thread, sooner or later in a test.
    monkeypatch.setattr(celltrail.notices, "_said", {"shipping UnavailableError"})
    session = current_session()
    yield session
    session.close()


@pytest.fixture
def recorded(session: Session) -> Callable[[], list[Event]]:
    """Close the session and return the events that it has spooled."""

    def read() -> list[Event]:
        session.close()
        [path] = list_streams(session.settings.home / "spool")
        return read_events(path)

    return read


def read_events(path: Path) -> list[Event]:
    log = (path / "events-1.log").read_bytes()
    return [decode_event(payload) for payload in celltrail.frames.read_frames(log)]


class Kernel:
    """A real IPython kernel, and all that it has said: to people and to widgets."""

    def __init__(self) -> None:
        self.manager, self.client = start_new_kernel(env={**os.environ})
        self.output = ""
        self.errors = ""
        self.messages: list[dict[str, Any]] = []

    def start(self, source: str, metadata: dict[str, Any] | None = None) -> str:
        """Send a cell, with what a front end tells of it, without waiting for it."""
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": True}
        message = self.client.session.msg("execute_request", content, metadata=metadata)
        self.client.shell_channel.send(message)
        message_id: str = message["header"]["msg_id"]
        return message_id

    def answer(self, text: str) -> None:
        """Answer the cell that asks for input."""
        self.client.get_stdin_msg(timeout=60)
        self.client.input(text)

    def finish(self, message_id: str) -> str:
        """Wait for a cell and return the status of its reply."""
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            self._note(message)
            if (
                message["msg_type"] == "status"
                and message["content"]["execution_state"] == "idle"
                and message["parent_header"].get("msg_id") == message_id
            ):
                return self._reply(message_id)

    def _reply(self, message_id: str) -> str:
        while True:
            reply = self.client.get_shell_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == message_id:
                status: str = reply["content"]["status"]
                return status

    def run(self, source: str, metadata: dict[str, Any] | None = None) -> str:
        return self.finish(self.start(source, metadata))

    def wait_for_output(self, text: str) -> None:
        while text not in self.output:
            self._note(self.client.get_iopub_msg(timeout=60))

    def _note(self, message: dict[str, Any]) -> None:
        self.messages.append(message)
        if message["msg_type"] == "stream":
            if message["content"]["name"] == "stderr":
                self.errors += message["content"]["text"]
            else:
                self.output += message["content"]["text"]

    def kill(self) -> None:
        self.manager.shutdown_kernel(now=True)
        self.client.stop_channels()

    def shut_down(self) -> None:
        """End the kernel as Lab does."""
        self.manager.shutdown_kernel()
        self.client.stop_channels()


@pytest.fixture
def kernel() -> Iterator[Callable[[], Kernel]]:
    """Start kernels with the environment of this moment."""
    kernels: list[Kernel] = []

    def start() -> Kernel:
        kernels.append(Kernel())
        return kernels[-1]

    yield start
    for each in kernels:
        if each.manager.is_alive():
            each.kill()
        each.client.stop_channels()  # of one that has ended by itself, too


FLUSH = "import celltrail.session as s; s.current_session().recorder.flush(60)"
"""Code that waits until the server has answered, however busy the machine is."""


def start_script(folder: Path, source: str) -> subprocess.Popen[str]:
    """Start a Python script with the environment of this moment."""
    script = folder / "train.py"
    script.write_text(textwrap.dedent(source))
    return subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        env={**os.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_script(folder: Path, source: str) -> tuple[str, str]:
    """Run a Python script to its end and return its output and its errors."""
    output, errors = start_script(folder, source).communicate(timeout=120)
    return output, errors


@pytest.fixture
def tracked(server: TrackingServer, monkeypatch: pytest.MonkeyPatch) -> TrackingServer:
    """A tracking server that processes started from now on report to."""
    monkeypatch.setenv("CELLTRAIL_URL", server.url)
    monkeypatch.setenv("CELLTRAIL_TOKEN", server.token)
    return server


def only_run(server: TrackingServer) -> dict[str, Any]:
    """Return the only run that the server has, in detail, once all that is recorded is there."""
    sync_orphans(Settings.from_env())  # a process in a hurry, on a busy machine, leaves some
    [run] = server.get("/api/v1/runs")["runs"]
    return server.get(f"/api/v1/runs/{run['run_id']}")


def steps_of(server: TrackingServer, run_id: str, key: str) -> list[int]:
    """Return the steps of all points of a metric, in the order of arrival."""
    steps: list[int] = []
    after = "0"
    while True:
        page = server.get(f"/api/v1/runs/{run_id}/metrics", key=key, after=after)
        steps += page["steps"]
        if not page["steps"]:
            return steps
        after = str(page["next"])
