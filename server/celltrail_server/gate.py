"""The one way in: every request passes here first, and none goes on without a user.

The gate wraps the whole application, so a route that is added later, or one of Litestar's own,
is closed unless it is named in `OPEN`.
"""

import contextlib
import functools
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from celltrail.errors import CelltrailError
from celltrail_server.auth.base import Authenticator, Headers
from celltrail_server.callers import Caller, in_workspace
from celltrail_server.errors import ForbiddenError
from celltrail_server.problems import body_of, report

OPEN = ("/health", "/ready", "/version")
READING = ("GET", "HEAD", "OPTIONS")
READING_POSTS = frozenset(
    f"/api/2.0/mlflow/{call}"
    for call in (
        "experiments/search", "experiments/search-datasets", "runs/search", "logged-models/search",
        "registered-models/get-latest-versions", "traces/search", "traces/batchGetInfos",
    )
)  # fmt: skip
"""MLflow's calls that only read, but carry what they ask for in a body."""
WORKSPACE_HEADER = b"x-mlflow-workspace"
# MLflow's clients ask these whether there are workspaces, and which.
WITHOUT_WORKSPACE = ("/api/2.0/mlflow/server-info", "/api/2.0/mlflow/workspaces")


class Activity:
    """Which requests run, and since when none has."""

    def __init__(self) -> None:
        self._running = 0
        self._idle_since = time.monotonic()

    @property
    def idle_seconds(self) -> float:
        """Seconds since the last request ended; 0 while one runs (a live stream is one)."""
        return 0.0 if self._running else time.monotonic() - self._idle_since

    @contextlib.contextmanager
    def request(self) -> Iterator[None]:
        """Count what happens inside the block as a request."""
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            self._idle_since = time.monotonic()


class Gate:
    """ASGI middleware: takes the service's prefix off, asks who calls, counts requests."""

    def __init__(
        self, app: ASGIApp, authenticator: Authenticator, prefix: str, activity: Activity
    ) -> None:
        self._app = app
        self._authenticator = authenticator
        self._prefix = prefix.rstrip("/")
        self._activity = activity

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        with self._activity.request():
            scope["path"] = route_path(scope["path"], self._prefix)
            # Litestar tidies the path up; what names artifacts needs it as it was sent.
            scope["sent_path"] = scope["path"]  # type: ignore[typeddict-unknown-key]
            try:
                if scope["path"] not in OPEN:
                    scope["user"] = await self._admit(scope)
                    # A stream that lives for hours asks again whether it still may.
                    scope["admit"] = functools.partial(self._admit, scope)  # type: ignore[typeddict-unknown-key]
            except CelltrailError as error:
                await _refuse(error, send)
            except Exception as error:
                await _refuse(report(error), send)
            else:
                await self._app(scope, receive, send)

    async def _admit(self, scope: Any) -> Caller:
        headers = dict(scope["headers"])
        user = await self._authenticator.identify(headers)
        is_reading = scope["method"] in READING or scope["path"] in READING_POSTS
        allowed = user.can_read if is_reading else user.can_write
        if not allowed:
            raise ForbiddenError(f"the token's scopes do not allow {scope['method']} requests")
        user = replace(user, address=address_of(scope, headers))
        workspace = headers.get(WORKSPACE_HEADER, b"").decode("latin-1").strip()
        if not workspace or scope["path"].startswith(WITHOUT_WORKSPACE):
            return user
        return in_workspace(user, workspace)


def address_of(scope: Mapping[str, Any], headers: Headers) -> str:
    """Return where a request came from: the other end of the socket, and whom that speaks for."""
    peer = scope["client"][0] if scope.get("client") else ""
    forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1")[:100]
    return f"{forwarded} by way of {peer}" if forwarded else peer


def route_path(path: str, prefix: str) -> str:
    """Return the path that the routes know.

    prefix: the path of this service on a hub; requests come with it (through the hub's proxy) and
    without (direct). MLflow serves each endpoint under `/api/2.0` or `/api/3.0`, and all of them
    under `/ajax-api` too; here each has one route.
    """
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        path = path[len(prefix) :] or "/"
    if path.startswith("/ajax-api/"):
        path = path.replace("/ajax-api/", "/api/", 1)
    if path.startswith("/api/3.0/mlflow"):
        path = path.replace("/api/3.0/", "/api/2.0/", 1)
    return path


async def _refuse(error: CelltrailError, send: Send) -> None:
    headers = [(b"content-type", b"application/json")]
    if error.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="celltrail"'))
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body_of(error), "more_body": False})
