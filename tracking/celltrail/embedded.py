"""The tracking server that a process reports to: a given one, or the user's embedded one.

Without `CELLTRAIL_URL` every process of a user shares one server on loopback, which the first
that needs it starts. It is found by `$CELLTRAIL_HOME/server.json`, which the server itself writes
and removes; `server.lock` makes sure that two processes do not start two. It outlives who started
it and stops by itself when nobody has used it for a while.
"""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from celltrail.client import Client
from celltrail.errors import CelltrailError, UnavailableError
from celltrail.settings import Settings

IDLE_SECONDS = 30 * 60
START_SECONDS = 30

# Kept so that a server that has stopped is reaped instead of staying as a zombie.
_started: list[subprocess.Popen[bytes]] = []


class Server(msgspec.Struct, frozen=True):
    """Where a tracking server listens and the token to show it."""

    url: str
    token: str | None


class _State(msgspec.Struct):
    url: str
    token: str
    pid: int


def ensure_server(settings: Settings) -> Server:
    """Return the server to report to, starting the embedded one if there is none.

    With `CELLTRAIL_URL` that server is returned unasked. Raises UnavailableError if an embedded
    server is needed and cannot be started; may take seconds.
    """
    if server := find_server(settings):
        return server
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(settings.home / "server.lock"):
            return find_server(settings) or _start(settings)
    except OSError as error:
        raise UnavailableError(f"cannot start the embedded tracking server: {error}") from error


def find_server(settings: Settings) -> Server | None:
    """Return the server to report to, or None if that is an embedded one that does not answer."""
    server = known_server(settings)
    return server if server and (settings.url or _answers(server)) else None


def known_server(settings: Settings) -> Server | None:
    """Return the server to report to without asking it anything; None if none was started."""
    if settings.url:
        return Server(settings.url, settings.token)
    try:
        state = msgspec.json.decode((settings.home / "server.json").read_bytes(), type=_State)
        # A dead server's port may belong to a stranger now, who must not be shown the token.
        os.kill(state.pid, 0)
    except (OSError, msgspec.DecodeError):
        return None
    return Server(state.url, state.token)


def _answers(server: Server) -> bool:
    try:
        with Client(server.url, server.token, timeout_seconds=5) as client:
            client.get_json("/api/v1/me")
    except CelltrailError:
        return False
    return True


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _start(settings: Settings) -> Server:
    home = settings.home
    (home / "server.json").unlink(missing_ok=True)
    # The same port as last time, so that pages and environments that name it stay right.
    port_file = home / "server.port"
    port = port_file.read_text().strip() if port_file.exists() else "0"
    server = _launch(settings, port)
    if server is None and port != "0":
        server = _launch(settings, "0")
    if server is None:
        raise UnavailableError(f"the embedded tracking server did not start: {_last_line(home)}")
    port_file.write_text(str(urlsplit(server.url).port))
    return server


def _launch(settings: Settings, port: str) -> Server | None:
    _started[:] = [process for process in _started if process.poll() is None]
    home = settings.home
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "celltrail", "server", "--auth", "token", "--port", port,
                "--data-dir", str(home / "server"), "--state-file", str(home / "server.json"),
                "--idle-timeout", str(IDLE_SECONDS),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=home,  # a notebook's folder may hold a random.py, which Python would import
        )  # fmt: skip
    _started.append(process)
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if server := find_server(settings):
            return server
        time.sleep(0.02)
    process.kill()
    return None


def _last_line(home: Path) -> str:
    lines = (home / "server.log").read_text(errors="replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    return said[-1] if said else f"it said nothing; see {home / 'server.log'}"
