"""A service in place of `celltrail capacity`, which tells of nodes and pods that a test names."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from celltrail_profiles.capacity import capacity_of, to_json
from celltrail_profiles.nodes import ClusterNode, PodShare

TOKEN = "token-of-the-capacity-service"


class CapacityService:
    """Says that nothing is there, until told otherwise; answers only while `answering` is set."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/capacity"
        self.answering = Event()
        self.answering.set()
        self.tell([])

    def tell(
        self, nodes: Iterable[ClusterNode], pods: Iterable[PodShare] = (), age: int = 0
    ) -> None:
        self.document = to_json(capacity_of(nodes, pods))
        self.age = age

    def config(self) -> str:
        """Return what a hub's configuration needs to ask it at each page."""
        return (
            f"import os\nos.environ['CELLTRAIL_CAPACITY_TOKEN'] = '{TOKEN}'\n"
            f"c.ProfiledSpawner.capacity_url = '{self.url}'\n"
            "from celltrail_hub.capacity import client as capacity_client\n"
            "capacity_client._FRESH_SECONDS = 0\n"
        )


@contextmanager
def running_capacity_service() -> Iterator[CapacityService]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                self.send_error(401)
                return
            service.answering.wait(10)
            self.send_response(200)
            self.send_header("Content-Length", str(len(service.document)))
            self.send_header("Age", str(service.age))
            self.end_headers()
            self.wfile.write(service.document)

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service = CapacityService(server.server_port)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield service
        finally:
            service.answering.set()
            server.shutdown()
            thread.join()
