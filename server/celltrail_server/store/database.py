"""The one door to the database: which thread runs a statement, and where a transaction ends.

Reads share a few threads, each in a transaction of its own with a consistent view. Writes go
through one thread, one transaction each, and their callers continue only after the commit; that
thread is the place where writes of several requests can come to share one transaction.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError

from celltrail.errors import UnavailableError

READER_THREADS = 4

# Another process (a backup, a look with sqlite3) may hold a lock for a moment.
BUSY_TIMEOUT_SECONDS = 10


def open_engine(path: Path) -> Engine:
    """Return an engine for the SQLite file `path`, which it creates if it is missing."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_TIMEOUT_SECONDS})

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions begin where SQLAlchemy says so
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA case_sensitive_like=ON")  # as PostgreSQL and MLflow have it

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class Database:
    """Runs functions of a connection in transactions, off the event loop.

    Raises `UnavailableError` when the database does not answer (disk full, locked, gone).
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing_engine = engine.execution_options(writes=True)
        self._readers = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="store-reader")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")

    async def read[T](self, work: Callable[..., T], *args: Any) -> T:
        """Return `work(connection, *args)`."""
        return await _run(self._readers, self._engine, work, args)

    async def write[T](self, work: Callable[..., T], *args: Any) -> T:
        """Return `work(connection, *args)` after its commit; an exception rolls it back."""
        return await _run(self._writer, self._writing_engine, work, args)

    def close(self) -> None:
        """Wait for what is running and close every connection."""
        self._readers.shutdown()
        self._writer.shutdown()
        self._engine.dispose()


async def _run[T](
    pool: ThreadPoolExecutor, engine: Engine, work: Callable[..., T], args: tuple[Any, ...]
) -> T:
    def transaction() -> T:
        try:
            with engine.begin() as connection:
                return work(connection, *args)
        except OperationalError as error:
            raise UnavailableError(f"the database does not answer: {error.orig}") from error

    return await asyncio.get_running_loop().run_in_executor(pool, transaction)
