"""The life of a server process: lock, socket, ready, told to stop or idle, gone."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from celltrail.errors import InvalidError
from celltrail_server import logs
from celltrail_server.app import create_app
from celltrail_server.auth.base import Authenticator
from celltrail_server.auth.none import LOOPBACK, NoAuth
from celltrail_server.auth.token import TokenAuth, load_token
from celltrail_server.blobs.opening import open_blobs
from celltrail_server.gate import Activity, Gate
from celltrail_server.listening import HttpServer, bind, url_of
from celltrail_server.live import Live
from celltrail_server.observing import Observer
from celltrail_server.presence import announced, locked
from celltrail_server.routes.services import Services
from celltrail_server.settings import TrackingServer
from celltrail_server.store.sql import SqlStore, database_of, open_store
from celltrail_server.webhooks.addresses import Allowed
from celltrail_server.webhooks.delivery import Deliverer
from celltrail_server.webhooks.sending import Sender


def serve(settings: TrackingServer, data_dir: Path) -> None:
    """Serve until the process is told to stop or has been idle for long enough.

    Raises `InvalidError` for settings that do not fit together, and `UnavailableError` if the
    port or the data folder cannot be had.
    """
    if settings.auth == "none" and settings.host not in LOOPBACK:
        raise InvalidError(
            f"--auth none serves loopback only, not {settings.host}: use --auth token"
        )
    logs.configure(settings.log_format, settings.log_level)
    with locked(data_dir), contextlib.closing(bind(settings.host, settings.port)) as listener:
        store = open_store(database_of(settings.database, data_dir))
        try:
            asyncio.run(_serve(settings, data_dir, store, listener))
        finally:
            store.close()


async def _serve(
    settings: TrackingServer, data_dir: Path, store: SqlStore, listener: socket.socket
) -> None:
    authenticator, token = make_authenticator(settings, data_dir)
    live, activity = Live(), Activity()
    store.on_commit = live.publish
    blobs = open_blobs(settings.artifacts, data_dir, settings.max_artifact_bytes)
    blobs.sweep()
    sender = Sender(Allowed(settings.webhook_allowed_hosts))
    deliverer = Deliverer(store, sender)
    store.on_delivery = deliverer.wake
    services = Services(store, blobs, live, sender)
    app = create_app(services)
    prefix = os.environ.get("JUPYTERHUB_SERVICE_PREFIX", "")
    gate = Gate(app, authenticator, prefix, activity)
    server = HttpServer(Observer(gate, services.observations), listener)

    def stop() -> None:
        live.close()  # open streams would hold the server up
        server.stop()  # type: ignore[no-untyped-call]

    gc.freeze()
    gc.enable()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop)
    tasks = [
        asyncio.create_task(_watch(settings, activity, stop)),
        asyncio.create_task(deliverer.run()),
        asyncio.create_task(store.listen(live.interrupt)),
    ]
    try:
        with (
            announced(settings.state_file, url_of(listener), token),
            contextlib.suppress(TimeoutError),  # a request outlived its time
        ):
            await server.serve()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
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
