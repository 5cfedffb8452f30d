"""`celltrail capacity`: what a cluster has free, for a hub that may not read nodes and other pods.

One process watches nodes and pods and serves one document (`celltrail_profiles.capacity`) to who
has the token. It keeps of each object a few numbers, and makes the document at most once a second.
"""

import asyncio
import hmac
import logging
import signal
import socket
import time
from collections.abc import Mapping

from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler

from celltrail.errors import InvalidError, UnavailableError
from celltrail_hub.capacity.client import TOKEN_VARIABLE
from celltrail_hub.capacity.watching import Watched
from celltrail_profiles.capacity import capacity_of, to_json
from celltrail_profiles.cluster import connected, is_named
from celltrail_profiles.nodes import ClusterNode, NodeObject, PodObject, PodShare

log = logging.getLogger(__name__)

_FRESH_SECONDS = 1.0
_NOT_OVER = "status.phase!=Succeeded,status.phase!=Failed"

type Nodes = Watched[NodeObject, ClusterNode]
type Pods = Watched[PodObject, PodShare]


class Board:
    """The document, made anew when something has changed."""

    def __init__(self, nodes: Nodes, pods: Pods) -> None:
        self._nodes, self._pods = nodes, pods
        self._document = b""
        self._made_of = (0, 0)
        self._made_at = 0.0

    @property
    def known(self) -> bool:
        """Whether nodes and pods have been read once."""
        return self._nodes.known.is_set() and self._pods.known.is_set()

    @property
    def age(self) -> float:
        """How many seconds ago the document was true for certain."""
        return max(self._nodes.age, self._pods.age)

    def document(self) -> bytes:
        """Return the document as JSON."""
        now = time.monotonic()
        changes = (self._nodes.changes, self._pods.changes)
        if changes != self._made_of and now - self._made_at >= _FRESH_SECONDS:
            capacity = capacity_of(self._nodes.kept.values(), self._pods.kept.values())
            self._document = to_json(capacity)
            self._made_of, self._made_at = changes, now
        return self._document


class _Handler(RequestHandler):
    def initialize(self, board: Board) -> None:
        self.board = board

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Cache-Control", "no-store")

    def write_error(self, status_code: int, **kwargs: object) -> None:
        self.finish({"message": self._reason})


class _Capacity(_Handler):
    """The document, with `ETag`, and with `Age` if the cluster does not answer any more."""

    def initialize(self, board: Board, token: str) -> None:  # type: ignore[override]
        super().initialize(board)
        self.token = token

    def prepare(self) -> None:
        given = self.request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.token}".encode()):
            raise HTTPError(401, reason="a token is needed")

    def get(self) -> None:
        if not self.board.known:
            raise HTTPError(503, reason="the cluster is not read yet")
        self.set_header("Content-Type", "application/json")
        self.set_header("Age", str(int(self.board.age)))
        self.finish(self.board.document())


class _Health(_Handler):
    """204 once the cluster has been read, for probes; tells nothing else."""

    def get(self) -> None:
        self.set_status(204 if self.board.known else 503)


def application(board: Board, token: str) -> Application:
    """Return what answers requests."""
    return Application(
        [
            ("/capacity", _Capacity, {"board": board, "token": token}),
            ("/health", _Health, {"board": board}),
        ],
        log_function=_log_refusals,
    )


def _log_refusals(handler: RequestHandler) -> None:
    """Log what was refused, but not that the cluster is not read yet: probes ask each second."""
    if handler.get_status() not in (200, 204, 304, 503):
        log.warning("%d %s", handler.get_status(), handler.request.remote_ip)


def serve(host: str, port: int, env: Mapping[str, str]) -> int:
    """Serve until SIGTERM or SIGINT. Raises InvalidError and UnavailableError."""
    token = env.get(TOKEN_VARIABLE, "")
    if not token:
        raise InvalidError(f"{TOKEN_VARIABLE} is not set: who asks must know a token")
    if not is_named():
        raise InvalidError("there is no cluster to read: set KUBECONFIG, or run inside of one")
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    asyncio.run(_serve(host, port, token))
    return 0


async def _serve(host: str, port: int, token: str) -> None:
    listener = _listener(host, port)
    async with connected() as core, asyncio.TaskGroup() as tasks:
        nodes = Watched("nodes", core.list_node, NodeObject, NodeObject.read)
        pods = Watched(
            "pods",
            core.list_pod_for_all_namespaces,
            PodObject,
            PodObject.read,
            field_selector=_NOT_OVER,
        )
        following = [tasks.create_task(each.follow()) for each in (nodes, pods)]
        server = HTTPServer(application(Board(nodes, pods), token))
        server.add_socket(listener)
        print(f"serving http://{host}:{listener.getsockname()[1]}/capacity", flush=True)
        await _told_to_stop()
        server.stop()
        for task in following:
            task.cancel()


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise UnavailableError(f"{host}:{port} cannot be served on: {error.strerror}") from error
    listener.setblocking(False)
    return listener


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
