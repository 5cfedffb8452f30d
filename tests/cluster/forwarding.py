"""From a port of this machine to whichever pod is ready: `kubectl port-forward` in Python."""

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import websocket
from kubernetes import client  # type: ignore[import-untyped]
from kubernetes.stream.ws_client import create_websocket  # type: ignore[import-untyped]

DATA = b"\x00"
"""The channel of data; the other one is of errors."""


class Forward:
    """Connections to `url` go to port `port` of the pod that `find_pod` names for each of them."""

    def __init__(
        self, api: client.ApiClient, namespace: str, find_pod: Callable[[], str], port: int
    ) -> None:
        self._api = api
        self._namespace, self._find_pod, self._port = namespace, find_pod, port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._open: set[socket.socket] = set()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads[0].start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        for each in list(self._open):
            _end(each)
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._threads = [each for each in self._threads if each.is_alive()]
                thread = threading.Thread(target=self._serve, args=[connection], daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        self._open.add(connection)
        with connection, contextlib.suppress(OSError, websocket.WebSocketException):
            pod = self._connect(self._find_pod())
            try:
                _pass_on(connection, pod)
            finally:
                pod.shutdown()
        self._open.discard(connection)

    def _connect(self, pod: str) -> websocket.WebSocket:
        headers: dict[str, str] = {}
        self._api.update_params_for_auth(headers, [], ["BearerToken"])
        where = f"/api/v1/namespaces/{self._namespace}/pods/{pod}/portforward?ports={self._port}"
        configuration = self._api.configuration
        return create_websocket(
            configuration, configuration.host.replace("http", "ws", 1) + where, headers
        )


def _pass_on(connection: socket.socket, pod: websocket.WebSocket) -> None:
    """Pass on what comes from either side until one ends; TLS must not be used by two threads."""
    begun: set[bytes] = set()
    while True:
        ready, _, _ = select.select([connection, pod.sock], [], [])
        if connection in ready:
            data = connection.recv(65536)
            if not data:
                return
            pod.send_binary(DATA + data)
        more = pod.sock in ready
        while more:
            message = pod.recv()
            channel, data = message[:1], message[1:]
            if channel not in begun:  # the first message of a channel only names the port
                begun.add(channel)
            elif channel == DATA:
                connection.sendall(data)
            else:  # the end, or an error
                return
            more = isinstance(pod.sock, ssl.SSLSocket) and pod.sock.pending() > 0


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def forwarded(
    api: client.ApiClient, namespace: str, find_pod: Callable[[], str], port: int
) -> Iterator[str]:
    """The address of a `Forward` that ends with the block."""
    forward = Forward(api, namespace, find_pod, port)
    try:
        yield forward.url
    finally:
        forward.close()
