"""Server-sent events: who hears of what, and that nobody is left behind."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import httpx

from celltrail.events import new_id
from celltrail_server.live import Live
from celltrail_server.routes.live import _events
from celltrail_server.store.records import Change
from tests.server.conftest import InProcess
from tests.server.recording import body, record, run_started


def change(owner: str, run_id: str, *changed: Any) -> Change:
    return Change(owner, run_id, "0", None, frozenset(changed))


async def first(stream: AsyncIterator[bytes]) -> bytes:
    return await asyncio.wait_for(anext(stream), 5)


async def test_a_reader_hears_of_own_runs_only() -> None:
    live = Live()
    stream = _events(live, "ada")
    assert await first(stream) == b"event: hello\ndata: {}\n\n"
    live.publish([change("bob", "1" * 32, "run"), change("ada", "2" * 32, "metrics", "cells")])
    assert await first(stream) == (
        b'event: run\ndata: {"run_id":"22222222222222222222222222222222","experiment_id":"0",'
        b'"parent_id":null,"changed":["cells","metrics"]}\n\n'
    )


async def test_a_slow_reader_gets_changes_merged_by_run() -> None:
    live = Live()
    with live.subscribe("ada") as subscription:
        for _ in range(10_000):
            live.publish([change("ada", "a", "metrics")])
        live.publish([change("ada", "b", "run"), change("ada", "a", "params")])
        changes = await asyncio.wait_for(anext(subscription.batches(60)), 5)
    assert [(one.run_id, sorted(one.changed)) for one in changes] == [
        ("a", ["metrics", "params"]),
        ("b", ["run"]),
    ]


async def test_a_quiet_stream_is_kept_alive_by_comments(monkeypatch: Any) -> None:
    monkeypatch.setattr("celltrail_server.routes.live.KEEPALIVE_SECONDS", 0.01)
    stream = _events(Live(), "ada")
    await first(stream)
    assert (await first(stream)).startswith(b":")


async def test_a_closing_server_ends_its_streams() -> None:
    live = Live()
    stream = _events(live, "ada")
    await first(stream)
    live.close()
    assert await anext(stream, None) is None
    assert live.count == 0
    late = _events(live, "ada")
    assert [line async for line in late] == [b"event: hello\ndata: {}\n\n"]


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
