"""A user's server may answer the hub anything: in pieces, without end, or not at all."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from jupyterhub.httpclient import JupyterHubHTTPClient

from celltrail_hub.culling.signals import Notice, Signals, exchange

NOTICE = Notice(None, 0, 5, 30)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
IDLE = b'{"kernel_idle_seconds": 3, "connection_idle_seconds": 4}'


@asynccontextmanager
async def answering(*pieces: bytes, again: bytes = b"") -> AsyncIterator[str]:
    """Serve an answer in pieces, each sent when the one before must have been read."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            for _ in range(20):
                await asyncio.sleep(0)
        while again:
            writer.write(again)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def ask(serving: Callable[[], AbstractAsyncContextManager[str]]) -> Signals | None:
    async with serving() as url:
        try:
            return await exchange(url, "token", NOTICE)
        finally:
            await JupyterHubHTTPClient.loop_instance().close()


@pytest.mark.parametrize("at", [1, len(IDLE) - 1, len(IDLE)])
def test_an_answer_may_come_in_pieces(at: int) -> None:
    pieces = (HEAD % len(IDLE), IDLE[:at], IDLE[at:])
    assert asyncio.run(ask(lambda: answering(*pieces))) == Signals(3, 4)


def test_an_answer_without_end_is_none() -> None:
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    assert asyncio.run(ask(lambda: answering(head, again=b" " * 1000))) is None


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"a":' + b"[" * 4000, b"[" * 100_000, b'{"kernel_idle_seconds": -1}', b"\xff", b""],
)
def test_an_answer_that_says_nothing_is_none(body: bytes) -> None:
    assert asyncio.run(ask(lambda: answering(HEAD % len(body), body))) is None


def test_nobody_is_sent_elsewhere() -> None:
    async def both() -> Signals | None:
        async with answering(HEAD % len(IDLE), IDLE) as elsewhere:
            head = f"HTTP/1.1 307 Moved\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\n\r\n"
            return await ask(lambda: answering(head.encode()))

    assert asyncio.run(both()) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"no HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
        b"",
    ],
)
def test_what_is_no_answer_is_none(raw: bytes) -> None:
    assert asyncio.run(ask(lambda: answering(raw))) is None


def test_a_small_answer_that_swells_is_none() -> None:
    packed = gzip.compress(b" " * 10_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    assert asyncio.run(ask(lambda: answering(head + packed))) is None
