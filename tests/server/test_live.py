"""Server-sent events: who hears of what, and that nobody is left behind."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import httpx
import pytest

from celltrail.events import new_id
from celltrail_server.callers import Caller
from celltrail_server.live import Live, Subscription
from celltrail_server.routes.live import _events
from celltrail_server.store.records import Change, NewRun
from celltrail_server.store.sharing import Grant, NewSharing
from tests.server.conftest import InProcess
from tests.server.recording import T0, body, record, run_started


def change(experiment_id: str, run_id: str, *changed: Any) -> Change:
    return Change("ada", run_id, experiment_id, None, frozenset(changed))


ACCESS = Change("", "", "1", None, frozenset({"access"}))


class Rights:
    """What a reader may read, and how often it was asked."""

    def __init__(self, *experiment_ids: str) -> None:
        self.readable = set(experiment_ids)
        self.asked: list[set[str]] = []

    async def __call__(self, experiment_ids: set[str]) -> set[str]:
        self.asked.append(experiment_ids)
        return self.readable & experiment_ids


async def taken(subscription: Subscription) -> list[str]:
    changes = await asyncio.wait_for(anext(subscription.batches(60)), 5)
    return [one.run_id for one in await subscription.only_readable(changes)]


async def first(stream: AsyncIterator[bytes]) -> bytes:
    return await asyncio.wait_for(anext(stream), 5)


def events_of(inside: InProcess, token: str = "ada") -> AsyncIterator[bytes]:
    async def admit() -> Caller:
        return await inside.users.identify({b"authorization": f"Bearer {token}".encode()})

    return _events(inside.live, inside.store, Caller(token, frozenset({"vision"})), admit)


async def test_a_reader_hears_of_what_they_may_read_only() -> None:
    live, rights = Live(), Rights("1")
    with live.subscribe(rights) as subscription:
        live.publish([change("1", "a", "run"), change("2", "b", "run")])
        assert await taken(subscription) == ["a"]
        live.publish([change("1", "c", "run"), change("2", "d", "run")])
        assert await taken(subscription) == ["c"]
        assert rights.asked == [{"1", "2"}]
        live.publish([change("2", "e", "run")])
        assert not subscription._wake.is_set()


async def test_rights_that_change_are_asked_for_anew_even_while_they_are_asked_for() -> None:
    live, rights = Live(), Rights("1")
    with live.subscribe(rights) as subscription:
        live.publish([change("1", "a", "run")])
        assert await taken(subscription) == ["a"]
        live.publish([change("1", "b", "run")])
        rights.readable.clear()
        live.publish([ACCESS])
        assert await taken(subscription) == []

        class Slow(Rights):
            async def __call__(self, experiment_ids: set[str]) -> set[str]:
                answer = await super().__call__(experiment_ids)
                if len(self.asked) == 1:
                    self.readable.clear()
                    live.publish([ACCESS])
                return answer

    with live.subscribe(Slow("1")) as subscription:
        live.publish([change("1", "a", "run")])
        assert await taken(subscription) == []


async def test_a_slow_reader_gets_changes_merged_by_run() -> None:
    live = Live()
    with live.subscribe(Rights("1")) as subscription:
        for _ in range(10_000):
            live.publish([change("1", "a", "metrics")])
        live.publish([change("1", "b", "run"), change("1", "a", "params")])
        changes = await asyncio.wait_for(anext(subscription.batches(60)), 5)
    assert [(one.run_id, sorted(one.changed)) for one in changes] == [
        ("a", ["metrics", "params"]),
        ("b", ["run"]),
    ]


async def test_a_quiet_stream_is_kept_alive_by_comments(
    inside: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("celltrail_server.routes.live.KEEPALIVE_SECONDS", 0.01)
    stream = events_of(inside)
    await first(stream)
    assert (await first(stream)).startswith(b":")


async def test_a_closing_server_ends_its_streams(inside: InProcess) -> None:
    stream = events_of(inside)
    await first(stream)
    inside.live.close()
    assert await anext(stream, None) is None
    assert inside.live.count == 0
    assert [line async for line in events_of(inside)] == [b"event: hello\ndata: {}\n\n"]


async def test_others_hear_of_a_run_while_it_is_shared_with_them(inside: InProcess) -> None:
    ada, store = Caller("ada"), inside.store
    run_id = new_id()
    await store.create_run(ada, "0", NewRun(run_id, "run", T0))
    streams = {name: events_of(inside, name) for name in ("ada", "bob", "carl")}
    for stream in streams.values():
        await first(stream)

    async def heard_of(tag: str, *names: str) -> None:
        await store.log(ada, run_id, tags={tag: "v"})
        for name in names:
            assert run_id.encode() in await first(streams[name])

    await store.share(ada, "0", NewSharing("private", [Grant("group:vision", "read")]))
    await heard_of("a", "ada", "carl")
    await store.share(ada, "0", NewSharing("private", [Grant("bob", "read")]))
    await heard_of("b", "ada", "bob")
    await store.share(ada, "0", NewSharing("public", []))
    await heard_of("c", "ada", "bob", "carl")
    # Carl has missed `b` for good: the first that he hears of is `c`, not both.
    waiting = asyncio.ensure_future(anext(streams["carl"]))
    await asyncio.wait({waiting}, timeout=0.05)
    assert not waiting.done()
    waiting.cancel()


async def test_each_reader_knows_an_experiment_by_the_id_that_they_use(inside: InProcess) -> None:
    ada, store = Caller("ada"), inside.store
    await store.share(ada, "0", NewSharing("public", []))
    streams = [events_of(inside, name) for name in ("ada", "bob")]
    for stream in streams:
        await first(stream)
    await store.create_run(ada, "0", NewRun(new_id(), "run", T0))
    of_ada, of_bob = [await first(stream) for stream in streams]
    assert b'"experiment_id":"0"' in of_ada
    assert b'"experiment_id":"0"' not in of_bob


@pytest.mark.parametrize("how", ["token", "group"])
async def test_a_stream_ends_or_narrows_when_the_hub_takes_something_away(
    inside: InProcess, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr("celltrail_server.routes.live.ADMIT_SECONDS", 0)
    monkeypatch.setattr("celltrail_server.routes.live.KEEPALIVE_SECONDS", 0.01)
    here = Caller("dora", frozenset({"vision"}), workspace="group:vision")
    stream = events_of(inside, "carl")
    await first(stream)
    await inside.store.create_run(here, "0", NewRun(new_id(), "run", T0))
    while not (said := await first(stream)).startswith(b"event: run"):
        assert said.startswith(b":")
    if how == "token":
        inside.users.gone.add("carl")
        assert [said async for said in stream if not said.startswith(b":")] == []
    else:
        inside.users.members["carl"] = set()
        await first(stream)
        await inside.store.create_run(here, "0", NewRun(new_id(), "run", T0))
        assert {(await first(stream))[:1] for _ in range(3)} == {b":"}


async def test_a_commit_reaches_the_stream_and_a_reader_who_leaves_is_forgotten(
    inside: InProcess, ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    sent: asyncio.Queue[bytes] = asyncio.Queue()
    gone = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message.get("body"):
            sent.put_nowait(message["body"])

    scope: Any = {
        "type": "http", "method": "GET", "path": "/api/v1/live", "raw_path": b"/api/v1/live",
        "query_string": b"", "headers": [(b"authorization", b"Bearer ada")], "client": None,
        "server": None, "scheme": "http", "http_version": "1.1", "root_path": "", "state": {},
    }  # fmt: skip
    stream = asyncio.create_task(inside.gate(scope, receive, send))
    assert (await asyncio.wait_for(sent.get(), 5)).startswith(b"event: hello")
    await record(bob)
    run_id = new_id()
    await ada.post(f"/api/v1/streams/{new_id()}/events", content=body(1, [run_started(run_id)]))
    told = await asyncio.wait_for(sent.get(), 5)
    assert run_id.encode() in told
    assert inside.activity.idle_seconds == 0
    gone.set()
    await asyncio.wait_for(stream, 5)
    assert inside.live.count == 0
