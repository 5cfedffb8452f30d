"""Passes the panels' requests on to the tracking server, with the user's token.

The target is fixed and only GET passes, so a page can read what its user may read and nothing
else. Answers pass as they come: live events unbuffered, files without being held in memory.
"""

import asyncio
from contextlib import suppress
from urllib.parse import quote

import httpx
from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.iostream import StreamClosedError

from celltrail.embedded import Server
from celltrail.errors import InvalidError, UnavailableError
from celltrail_lab.handlers import CelltrailHandler

REQUEST_HEADERS = ("Accept", "Range", "If-None-Match", "X-Request-Id")
ANSWER_HEADERS = (
    "Content-Type", "Content-Length", "Content-Range", "Content-Disposition", "Accept-Ranges",
    "Cache-Control", "ETag", "Last-Modified", "X-Accel-Buffering",
)  # fmt: skip


class ProxyHandler(CelltrailHandler):
    """`GET /celltrail/api/{path}` is `GET /api/v1/{path}` of the tracking server."""

    _pump: asyncio.Future[None] | None = None

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Answer as the tracking server does; 503 if it does not answer."""
        target = target_path(path)
        self._pump = asyncio.ensure_future(self._pass_on(target))
        # The browser has gone (`on_connection_close`): nobody is left to answer.
        with suppress(asyncio.CancelledError, StreamClosedError):
            await self._pump

    def on_connection_close(self) -> None:
        """Stop to read from the tracking server when the browser stops to listen."""
        if self._pump:
            self._pump.cancel()

    async def _pass_on(self, target: str) -> None:
        tracking = self.shared.tracking
        server = await tracking.server()
        try:
            await self._attempt(server, target)
        except UnavailableError:
            if not tracking.is_embedded or self._headers_written:
                raise
            # Stopped because nobody used it, or killed: it starts again where it was.
            await self._attempt(await tracking.check(), target)

    async def _attempt(self, server: Server, target: str) -> None:
        url = f"{server.url}/api/v1/{target}"
        if self.request.query:
            url = f"{url}?{self.request.query}"
        headers = {
            name: self.request.headers[name]
            for name in REQUEST_HEADERS
            if name in self.request.headers
        }
        headers["Accept-Encoding"] = "identity"
        if server.token:
            headers["Authorization"] = f"Bearer {server.token}"
        try:
            async with self.shared.tracking.http.stream("GET", url, headers=headers) as answer:
                await self._copy(server, answer, target)
        except httpx.HTTPError as error:
            if self._headers_written:
                raise StreamClosedError from error
            reason = str(error) or type(error).__name__
            raise UnavailableError(
                f"the tracking server at {server.url} does not answer ({reason})"
            ) from error

    async def _copy(self, server: Server, answer: httpx.Response, target: str) -> None:
        if answer.status_code == 401:  # to the browser it would mean that *its* login is over
            raise UnavailableError(
                f"the tracking server at {server.url} refuses this Jupyter server's token: "
                "restart your server, or correct CELLTRAIL_TOKEN"
            )
        self.set_status(answer.status_code)
        self.clear_header("Content-Type")
        for name in ANSWER_HEADERS:
            if name in answer.headers:
                self.set_header(name, answer.headers[name])
        if is_artifact(target):
            self._make_download()
        async for chunk in answer.aiter_raw():
            self.write(chunk)
            await self.flush()
        await self.flush()

    def _make_download(self) -> None:
        """A file that a cell logged must not run as a page of Jupyter, whatever it claims to be."""
        disposition = self._headers.get("Content-Disposition", "")
        if not disposition.startswith("attachment"):
            self.set_header("Content-Disposition", "attachment")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Security-Policy", f"{self.content_security_policy}; sandbox")


def target_path(path: str) -> str:
    """Return the path after `/api/v1/`, quoted for a URL.

    path: as tornado gives it, unquoted once. Raises InvalidError for one that could leave the API
    or mean something else to another program.
    """
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts) or any(
        character < " " or character in "\\\x7f" for character in path
    ):
        raise InvalidError(f"{path!r} is not a path of the tracking server")
    return "/".join(quote(part, safe="") for part in parts)


def is_artifact(target: str) -> bool:
    """Return whether `target` is `runs/{run_id}/artifacts/{path}`."""
    parts = target.split("/")
    return len(parts) > 3 and parts[0] == "runs" and parts[2] == "artifacts"
