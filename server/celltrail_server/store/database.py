"""The one door to the database: which thread runs a statement, and where a transaction ends.

Reads share a few threads, each in a transaction of its own with a consistent view. Writes go
through one thread and share transactions (`groups`).
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Connection, Engine

from celltrail_server.store.groups import Groups
from celltrail_server.store.sessions import Sessions

READER_THREADS = 4


class Database:
    """Runs functions of a connection in transactions, off the event loop.

    closing: called with a connection and the results of the writes that it commits next.
    committed: called on the event loop with the same results, once they are there to stay.

    Raises `UnavailableError` when the database does not answer (disk full, locked, gone).
    """

    def __init__(
        self,
        engine: Engine,
        closing: Callable[[Connection, list[Any]], None],
        committed: Callable[[list[Any]], None],
    ) -> None:
        self._engine = engine
        self._sessions = Sessions(engine)
        self._readers = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="store-reader")
        self._groups = Groups(self._sessions, closing, committed)

    async def read[T](self, work: Callable[..., T], *args: Any) -> T:
        """Return `work(connection, *args)`."""

        def transaction() -> T:
            with self._sessions.begun() as connection:
                return work(connection, *args)

        return await asyncio.get_running_loop().run_in_executor(self._readers, transaction)

    async def write[T](self, work: Callable[[Connection], T]) -> T:
        """Return `work(connection)` after its commit; an exception undoes this work alone."""
        return await self._groups.add(work)

    def counters(self) -> dict[str, int]:
        """Return how many writes were committed, how many failed, and in how many transactions."""
        groups = self._groups
        return {
            "writes": groups.committed_works,
            "failed_writes": groups.failed_works,
            "transactions": groups.transactions,
        }

    def close(self) -> None:
        """Wait for what is running and close every connection."""
        self._readers.shutdown()
        self._groups.close()
        self._engine.dispose()
