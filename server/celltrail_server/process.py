"""The life of a server process: lock, socket, ready, told to stop or idle, gone.

One process serves one data folder: it holds a lock on it as long as it lives, which the system
lets go of even when the process is killed.
"""

import asyncio
import contextlib
import fcntl
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from celltrail import __version__
from celltrail.errors import InvalidError, UnavailableError
from celltrail_server.app import create_app
from celltrail_server.artifacts import BlobFolder
from celltrail_server.auth.base import Authenticator
from celltrail_server.auth.none import LOOPBACK, NoAuth
from celltrail_server.auth.token import TokenAuth, load_token
from celltrail_server.gate import Activity, Gate
from celltrail_server.listening import HttpServer, bind, url_of
from celltrail_server.live import Live
from celltrail_server.routes.services import Services
from celltrail_server.settings import TrackingServer
from celltrail_server.store.sql import SqlStore, open_store

DATABASE = "celltrail.sqlite"

logger = logging.getLogger("celltrail.server")


def serve(settings: TrackingServer, data_dir: Path) -> None:
    """Serve until the process is told to stop or has been idle for long enough.

    Raises `InvalidError` for settings that do not fit together, and `UnavailableError` if the
    port or the data folder cannot be had.
    """
    if settings.auth == "none" and settings.host not in LOOPBACK:
        raise InvalidError(
            f"--auth none serves loopback only, not {settings.host}: use --auth token"
        )
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s"
    )
    with locked(data_dir), contextlib.closing(bind(settings.host, settings.port)) as listener:
        store = open_store(data_dir / DATABASE)
        try:
            asyncio.run(_serve(settings, data_dir, store, listener))
        finally:
            store.close()


@contextlib.contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Hold the data folder, which is made if it is missing, for this process alone."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (data_dir / "lock").open("a+")
    except OSError as error:
        raise UnavailableError(
            f"cannot write to the data folder {data_dir}: {error.strerror}; choose another with "
            "--data-dir"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UnavailableError(
                f"the data folder {data_dir} is in use by process {_read_pid(lock)}: stop that "
                "server, or choose another folder with --data-dir"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


async def _serve(
    settings: TrackingServer, data_dir: Path, store: SqlStore, listener: socket.socket
) -> None:
    authenticator, token = make_authenticator(settings, data_dir)
    live, activity = Live(), Activity()
    store.on_commit = live.publish
    blobs = BlobFolder(data_dir / "blobs", settings.max_artifact_bytes)
    app = create_app(Services(store, blobs, live))
    prefix = os.environ.get("JUPYTERHUB_SERVICE_PREFIX", "")
    server = HttpServer(Gate(app, authenticator, prefix, activity), listener)

    def stop() -> None:
        live.close()  # open streams would hold the server up
        server.stop()  # type: ignore[no-untyped-call]

    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop)
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(_watch(settings, activity, stop))
        with (
            _announced(settings.state_file, url_of(listener), token),
            contextlib.suppress(TimeoutError),  # a request outlived its time
        ):
            await server.serve()
        watch.cancel()
    await authenticator.close()


def make_authenticator(
    settings: TrackingServer, data_dir: Path
) -> tuple[Authenticator, str | None]:
    """Return the authenticator that the settings ask for, and the one token if there is one."""
    if settings.auth == "none":
        return NoAuth(), None
    if settings.auth == "token":
        token = os.environ.get("CELLTRAIL_TOKEN") or load_token(data_dir / "token")
        return TokenAuth(token), token
    from celltrail_server.auth.jupyterhub import HubAuth, HubSettings  # httpx: 0.3 s

    return HubAuth(
        HubSettings.from_env(os.environ, settings.hub_cache_seconds, settings.hub_stale_seconds)
    ), None


async def _watch(settings: TrackingServer, activity: Activity, stop: Callable[[], None]) -> None:
    timeout = settings.idle_timeout
    while timeout:
        if activity.idle_seconds >= timeout:
            stop()
            return
        await asyncio.sleep(max(timeout - activity.idle_seconds, 0.05))


@contextlib.contextmanager
def _announced(state_file: str, url: str, token: str | None) -> Iterator[None]:
    """Say where the server listens, in a file that only the user can read and on stderr."""
    path = Path(state_file).expanduser() if state_file else None
    print(f"celltrail server {__version__} listens at {url}", file=sys.stderr, flush=True)
    if path is not None:
        state = {"url": url, "pid": os.getpid(), "token": token, "version": __version__}
        _write_private(path, json.dumps(state))
    try:
        yield
    finally:
        if path is not None:
            path.unlink(missing_ok=True)


def _write_private(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        draft.replace(path)
    except OSError as error:
        raise UnavailableError(f"cannot write the state file {path}: {error.strerror}") from error


def _read_pid(lock: TextIO) -> str:
    lock.seek(0)
    return lock.read(20).strip() or "(unknown)"
