"""Which tracking server this Jupyter server talks to, found when it is first needed."""

import asyncio
from urllib.parse import urlsplit

import httpx

from celltrail.embedded import Server, ensure_server
from celltrail.settings import Settings

_LOOPBACK = ("localhost", "127.0.0.1", "::1")

# The live stream says something every 15 s; so a minute of silence means that nobody is there.
_TIMEOUT = httpx.Timeout(60, connect=5)
# Every open panel holds one live connection.
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=10)


class Tracking:
    """The user's tracking server and an HTTP client for it; for one event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = asyncio.Lock()
        self._server: Server | None = None
        self._http: httpx.AsyncClient | None = None

    @property
    def is_embedded(self) -> bool:
        """Whether the server is this user's own, which can be started again."""
        return self._settings.url is None

    async def server(self) -> Server:
        """Return the server; the embedded one is started first if it does not run.

        Raises UnavailableError if it cannot be started.
        """
        return self._server or await self.check()

    async def check(self) -> Server:
        """Return the server as it is now: the embedded one may have been stopped and moved.

        Raises UnavailableError if it cannot be started.
        """
        async with self._lock:
            self._server = await asyncio.to_thread(ensure_server, self._settings)
            return self._server

    @property
    def http(self) -> httpx.AsyncClient:
        """The client for all requests to the server."""
        if self._http is None:
            host = urlsplit(self._settings.url or "").hostname or "127.0.0.1"
            self._http = httpx.AsyncClient(
                timeout=_TIMEOUT,
                limits=_LIMITS,
                # A proxy of the environment cannot reach a server on this machine.
                trust_env=host not in _LOOPBACK,
            )
        return self._http
