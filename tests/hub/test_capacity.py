"""What is free: watched in a cluster, served to who may know, asked for by a hub in a hurry."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from celltrail.errors import InvalidError, UnavailableError
from celltrail_hub.capacity import client as capacity_client
from celltrail_hub.capacity.client import TOKEN_VARIABLE, CapacityClient
from celltrail_hub.capacity.server import Board, application, serve
from celltrail_hub.capacity.watching import Watched
from celltrail_profiles.nodes import ClusterNode, NodeObject, PodObject, PodShare

TOKEN = "token-of-the-tests"


def node(name: str, version: int, gpus: int = 2) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "uid": f"uid-{name}", "resourceVersion": str(version)},
        "status": {
            "allocatable": {"cpu": "8", "pods": "110", "nvidia.com/gpu": str(gpus)},
            "conditions": [{"type": "Ready", "status": "True"}],
        },
        "spec": {"padding": "x" * 100_000},  # as long as a node with many images
    }


class Cluster:
    """Kubernetes' way of listing and watching nodes; there are no pods."""

    def __init__(self) -> None:
        self.nodes = {name: node(name, 1) for name in ("a", "b", "c")}
        self.asked: list[dict[str, str]] = []
        self.fails_with = 0
        self.watches: list[asyncio.Queue[dict[str, Any] | None]] = []
        self.closed = 0

    def tell(self, event: dict[str, Any] | None) -> None:
        """Send an event to whoever watches nodes; None cuts the watch."""
        self.watches[-1].put_nowait(event)

    async def list_node(self, **query: Any) -> Any:
        """Answer as the client's method does."""
        self.asked.append({name: str(value) for name, value in query.items()})
        if self.fails_with:
            return Answer(b"", self.fails_with)
        if query.get("watch"):
            events: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
            self.watches.append(events)
            return Answer(events=events, cluster=self)
        names = sorted(self.nodes)
        start = int(query["_continue"] or 0)
        rest = {"continue": str(start + 2)} if start + 2 < len(names) else {}
        page = {
            "metadata": {"resourceVersion": "7", **rest},
            "items": [self.nodes[name] for name in names[start : start + 2]],
        }
        return Answer(json.dumps(page).encode())

    async def list_pods(self, **query: Any) -> Any:
        if query.get("watch"):
            return Answer(events=asyncio.Queue())
        return Answer(b'{"metadata": {"resourceVersion": "7"}, "items": []}')


class Answer:
    """What the client returns where it is told not to read the content."""

    reason = "of the tests"

    def __init__(
        self,
        body: bytes = b"",
        status: int = 200,
        events: asyncio.Queue[dict[str, Any] | None] | None = None,
        cluster: Cluster | None = None,
    ) -> None:
        self.body, self.status, self._events, self._cluster = body, status, events, cluster
        self.content = self

    async def read(self) -> bytes:
        return self.body

    def close(self) -> None:
        pass

    async def __aenter__(self) -> "Answer":
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._cluster is not None:
            self._cluster.closed += 1

    async def iter_any(self) -> AsyncIterator[bytes]:
        assert self._events
        while event := await self._events.get():
            line = json.dumps(event).encode() + b"\n"
            for begin in range(0, len(line), 60_000):  # as TCP would cut it
                yield line[begin : begin + 60_000]


async def until(what: Callable[[], Any]) -> None:
    async with asyncio.timeout(5):
        while not what():
            await asyncio.sleep(0.005)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("celltrail_hub.capacity.watching._PAUSE_SECONDS", 0.01)
    monkeypatch.setattr("celltrail_hub.capacity.server._FRESH_SECONDS", 0.0)


@asynccontextmanager
async def watching(cluster: Cluster) -> AsyncIterator[Watched[NodeObject, ClusterNode]]:
    nodes = Watched("nodes", cluster.list_node, NodeObject, NodeObject.read)
    following = asyncio.create_task(nodes.follow())
    await nodes.known.wait()
    await until(lambda: cluster.watches)
    yield nodes
    following.cancel()
    await asyncio.wait([following])
    assert following.cancelled()


def names(nodes: Watched[NodeObject, ClusterNode]) -> str:
    return "".join(sorted(each.name for each in nodes.kept.values()))


@pytest.mark.usefixtures("quick")
async def test_a_copy_follows_the_cluster() -> None:
    cluster = Cluster()
    async with watching(cluster) as nodes:
        assert names(nodes) == "abc"
        assert [each["_continue"] for each in cluster.asked[:2]] == ["", "2"]
        cluster.tell({"type": "ADDED", "object": node("d", 8)})
        cluster.tell({"type": "DELETED", "object": node("a", 9)})
        cluster.tell({"type": "MODIFIED", "object": node("b", 10, gpus=1)})
        await until(lambda: names(nodes) == "bcd" and nodes.changes == 4)
        assert nodes.kept["uid-b"].allocatable["nvidia.com/gpu"] == 1


@pytest.mark.usefixtures("quick")
async def test_a_watch_that_ends_goes_on_where_it_was() -> None:
    cluster = Cluster()
    async with watching(cluster) as nodes:
        bookmark = {"kind": "Node", "metadata": {"resourceVersion": "42"}}
        cluster.tell({"type": "BOOKMARK", "object": bookmark})
        cluster.tell(None)
        await until(lambda: len(cluster.watches) == 2)
        assert cluster.asked[-1]["resource_version"] == "42"
        assert nodes.age == 0


@pytest.mark.usefixtures("quick")
async def test_a_version_that_is_too_old_is_listed_anew() -> None:
    cluster = Cluster()
    async with watching(cluster) as nodes:
        del cluster.nodes["a"]
        cluster.tell({"type": "ERROR", "object": {"kind": "Status", "code": 410}})
        await until(lambda: names(nodes) == "bc")


@pytest.mark.parametrize(
    "event",
    [
        {"type": "ERROR", "object": {"code": 500, "message": "etcd has a bad day"}},
        {"type": "MODIFIED", "object": {"metadata": {"uid": 1}}},
        {"kind": "no event"},
    ],
)
@pytest.mark.usefixtures("quick")
async def test_after_an_event_that_is_none_all_is_listed_anew(event: dict[str, Any]) -> None:
    cluster = Cluster()
    async with watching(cluster) as nodes:
        del cluster.nodes["a"]
        cluster.tell(event)
        await until(lambda: names(nodes) == "bc")
        assert cluster.closed == 1
        await until(lambda: nodes.age == 0)


@pytest.mark.usefixtures("quick")
async def test_what_is_kept_gets_old_while_the_cluster_does_not_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    cluster = Cluster()
    async with watching(cluster) as nodes:
        cluster.fails_with = 503
        cluster.tell(None)
        await until(lambda: nodes.age > 0)
        assert names(nodes) == "abc"
        assert "nodes: the cluster answers 503 of the tests; next try in" in caplog.text
        cluster.fails_with = 0
        await until(lambda: nodes.age == 0)


@asynccontextmanager
async def serving(app: Application) -> AsyncIterator[str]:
    sockets = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(app)
    server.add_sockets(sockets)
    yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    server.stop()
    await server.close_all_connections()


@asynccontextmanager
async def serving_a_cluster(cluster: Cluster) -> AsyncIterator[str]:
    async with watching(cluster) as nodes:
        pods = Watched("pods", cluster.list_pods, PodObject, PodObject.read)
        following = asyncio.create_task(pods.follow())
        await pods.known.wait()
        async with serving(application(Board(nodes, pods), TOKEN)) as url:
            yield url
        following.cancel()
        await asyncio.wait([following])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.usefixtures("quick")
async def test_the_document_is_for_who_has_the_token() -> None:
    async with serving_a_cluster(Cluster()) as url, httpx.AsyncClient(base_url=url) as client:
        for headers in ({}, bearer("wrong"), bearer(TOKEN + "x"), bearer("\xe9")):
            raw = {name: value.encode("latin-1") for name, value in headers.items()}
            answer = await client.get("/capacity", headers=raw)
            assert answer.status_code == 401
            assert "kinds" not in answer.text
        assert (await client.get("/")).status_code == 404
        assert (await client.post("/capacity", headers=bearer(TOKEN))).status_code == 405
        answer = await client.get("/capacity", headers=bearer(TOKEN))
        assert answer.json()["kinds"][0]["free"][0]["nodes"] == 3
        again = await client.get(
            "/capacity", headers={**bearer(TOKEN), "If-None-Match": answer.headers["ETag"]}
        )
        assert (again.status_code, again.content) == (304, b"")


async def test_before_the_cluster_was_read_nothing_is_said() -> None:
    cluster = Cluster()
    nodes = Watched("nodes", cluster.list_node, NodeObject, NodeObject.read)
    pods: Watched[PodObject, PodShare] = Watched(
        "pods", cluster.list_pods, PodObject, PodObject.read
    )
    app = application(Board(nodes, pods), TOKEN)
    async with serving(app) as url, httpx.AsyncClient(base_url=url) as client:
        assert (await client.get("/health")).status_code == 503
        assert (await client.get("/capacity", headers=bearer(TOKEN))).status_code == 503


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({}, "CELLTRAIL_CAPACITY_TOKEN is not set"),
        ({TOKEN_VARIABLE: ""}, "CELLTRAIL_CAPACITY_TOKEN is not set"),
        ({TOKEN_VARIABLE: TOKEN}, "there is no cluster to read: set KUBECONFIG"),
    ],
)
def test_without_a_token_or_a_cluster_nothing_is_served(
    env: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InvalidError, match=said):
        serve("127.0.0.1", 0, env)


def test_a_port_that_is_taken_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UnavailableError, match=f"127.0.0.1:{port} cannot be served on"):
            serve("127.0.0.1", port, {TOKEN_VARIABLE: TOKEN})


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client asks each time."""
    monkeypatch.setattr(capacity_client, "_FRESH_SECONDS", -1.0)
    monkeypatch.setattr(capacity_client, "_RETRY_SECONDS", -1.0)


@pytest.mark.usefixtures("quick", "at_once")
async def test_a_hub_sees_what_changes() -> None:
    cluster = Cluster()
    async with serving_a_cluster(cluster) as url:
        client = CapacityClient(f"{url}/capacity", TOKEN)
        seen = await client.latest()
        assert seen is not None
        assert seen.age == 0
        assert sum(free.nodes for free in seen.capacity.kinds[0].free) == 3
        again = await client.latest()
        assert again is not None
        assert again.capacity is seen.capacity  # nothing has changed: nothing was sent
        cluster.tell({"type": "DELETED", "object": node("a", 9)})
        async with asyncio.timeout(5):
            while (seen := await client.latest()) and seen.capacity.kinds[0].free[0].nodes == 3:
                await asyncio.sleep(0.005)
        assert seen is not None


class Slow(RequestHandler):
    """Answers when it is let, and counts who asks."""

    let = asyncio.Event()
    asked = 0

    async def get(self) -> None:
        Slow.asked += 1
        await Slow.let.wait()
        self.finish({"kinds": []})


@pytest.mark.usefixtures("at_once")
async def test_a_page_waits_for_a_moment_and_the_next_one_gets_the_answer() -> None:
    Slow.let, Slow.asked = asyncio.Event(), 0
    async with serving(Application([("/capacity", Slow)])) as url:
        client = CapacityClient(f"{url}/capacity", TOKEN)
        begin = time.monotonic()
        assert await asyncio.gather(*(client.latest() for _ in range(20))) == [None] * 20
        assert time.monotonic() - begin < 2
        assert Slow.asked == 1
        Slow.let.set()
        assert await client.latest() is not None


@pytest.mark.parametrize("answer", [b"{}", b"not JSON", b'{"kinds": [{}]}'])
@pytest.mark.usefixtures("at_once")
async def test_a_wrong_answer_is_none_and_said_once(
    answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    class Wrong(RequestHandler):
        def get(self) -> None:
            self.finish(answer)

    async with serving(Application([("/capacity", Wrong)])) as url:
        client = CapacityClient(f"{url}/capacity", TOKEN)
        assert [await client.latest() for _ in range(3)] == [None] * 3
    assert caplog.text.count("What is free is not known") == 1
    assert TOKEN not in caplog.text


async def test_nobody_there_is_none() -> None:
    client = CapacityClient("http://127.0.0.1:1/capacity", TOKEN)
    assert await client.latest() is None


@pytest.mark.usefixtures("at_once")
async def test_what_is_old_comes_with_its_age_and_what_is_too_old_not_at_all() -> None:
    class Old(RequestHandler):
        age = 0

        def get(self) -> None:
            self.set_header("Age", str(self.age))
            self.finish({"kinds": []})

    async with serving(Application([("/capacity", Old)])) as url:
        client = CapacityClient(f"{url}/capacity", TOKEN)
        fresh = await client.latest()
        Old.age = 90
        old = await client.latest()
        Old.age = 3600
        assert fresh is not None
        assert old is not None
        assert (fresh.age, round(old.age, -1)) == (0, 90)
        assert await client.latest() is None
