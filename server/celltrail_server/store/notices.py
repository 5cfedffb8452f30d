"""How several servers on one PostgreSQL hear of each other's commits: LISTEN and NOTIFY.

A writer's transaction carries its notices, so they are sent if and when it commits. Each server
has one connection that listens and leaves out what it has sent itself.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, text

from celltrail_server.store.engines import driver_arguments
from celltrail_server.store.records import Change

CHANNEL = "celltrail_changes"

MAX_BYTES = 7900
"""Length of a notice; PostgreSQL takes less than 8000 bytes."""

RETRY_SECONDS = 1.0

_SEND = text(f"SELECT pg_notify('{CHANNEL}', :payload)")
_decoder = msgspec.json.Decoder(tuple[str, list[Change]])


class Notices:
    """What one server tells the others, and hears from them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sender = secrets.token_hex(8)

    def send(self, connection: Connection, changes: list[Change]) -> None:
        """Tell the others of changes, once the transaction of `connection` has committed."""
        for payload in pack(self._sender, changes):
            connection.execute(_SEND, {"payload": payload})

    async def listen(
        self, heard: Callable[[list[Change]], None], missed: Callable[[], None]
    ) -> None:
        """Call `heard` with what others have changed, until cancelled.

        missed: called whenever listening begins, for until then anything may have happened.
        """
        import psycopg

        arguments: dict[str, Any] = driver_arguments(self._engine)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**arguments) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}".encode())
                    missed()
                    async for notice in connection.notifies():
                        sender, changes = _decoder.decode(notice.payload)
                        if sender != self._sender:
                            heard(changes)
            except psycopg.Error:
                pass  # writes and reads say so to those who ask for something
            await asyncio.sleep(RETRY_SECONDS)


def pack(sender: str, changes: list[Change]) -> Iterator[str]:
    """Yield the payloads of notices that carry `changes` in their order."""
    head = len(msgspec.json.encode((sender, [])))
    part: list[bytes] = []
    size = head
    for change in changes:
        encoded = msgspec.json.encode(change)
        if part and size + len(encoded) + 1 > MAX_BYTES:
            yield _payload(sender, part)
            part, size = [], head
        part.append(encoded)
        size += len(encoded) + 1
    if part:
        yield _payload(sender, part)


def _payload(sender: str, encoded: list[bytes]) -> str:
    return msgspec.json.encode((sender, [msgspec.Raw(one) for one in encoded])).decode()
