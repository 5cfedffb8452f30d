"""The socket and the HTTP server on it.

granian's embedded server runs the application on the process's own event loop. It gets a socket
that is bound here: so a port that is taken is an error before anything starts (granian would share
it, by SO_REUSEPORT), and port 0 gives a port that is known.
"""

import errno
import socket
from typing import Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from celltrail.errors import InvalidError, UnavailableError

BACKLOG = 1024

STOP_SECONDS = 5
"""How long requests may go on after the server was told to stop."""


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; raises `UnavailableError` or, for the host, `InvalidError`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
    except socket.gaierror as error:
        raise InvalidError(f"--host {host!r} is no address of this machine: {error}") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise UnavailableError(
                f"port {port} on {host} is taken: choose another with --port, or --port 0 for any "
                "free one"
            ) from error
        raise UnavailableError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the address at which a listening socket is reached from this machine."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class HttpServer(Server):
    """granian on a socket that is bound already."""

    def __init__(self, app: Any, listener: socket.socket) -> None:
        super().__init__(
            app,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            log_enabled=False,
        )
        self._listener = listener
        self.workers_kill_timeout = STOP_SECONDS

    def _init_shared_socket(self) -> None:
        # granian closes the descriptor in the end, so it must own it. Its type stubs are behind.
        holder = SocketHolder(self._listener.detach(), False, BACKLOG)  # type: ignore[call-arg]
        self._shd = holder  # type: ignore[assignment]
        self._ssp = None
