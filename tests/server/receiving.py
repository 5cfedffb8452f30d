"""A program that receives webhooks: a real HTTP server on loopback."""

import contextlib
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from tests.conftest import wait_for


class Received(NamedTuple):
    """One request."""

    path: str
    headers: dict[str, str]
    body: str


class Receiver:
    """Keeps the requests that arrive, and answers each with the next of `answers`, then 200.

    While `gate` is closed no request is answered.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Received] = []
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}
        self.text = "thanks"
        self.gate = threading.Event()
        self.gate.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/hook"

    def wait(self, count: int) -> list[Received]:
        """Return the first `count` requests, once they are there."""
        wait_for(f"{count} requests", lambda: len(self.requests) >= count)
        return self.requests[:count]

    @contextlib.contextmanager
    def running(self) -> Iterator["Receiver"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self.gate.set()
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = {key.lower(): value for key, value in self.headers.items()}
                receiver.requests.append(Received(self.path, headers, body))
                receiver.gate.wait(20)
                text = receiver.text.encode()
                with contextlib.suppress(OSError):  # the sender may have gone
                    self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                    for key, value in receiver.headers.items():
                        self.send_header(key, value)
                    self.send_header("Content-Length", str(len(text)))
                    self.end_headers()
                    self.wfile.write(text)

            def log_message(self, *_: Any) -> None: ...

        return Handler
