"""The one door to the database: which thread runs a statement, and where a transaction ends.

Reads share a few threads, each in a transaction of its own with a consistent view. Writes go
through one thread, one transaction each, and their callers continue only after the commit; that
thread is the place where writes of several requests can come to share one transaction.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, InterfaceError, OperationalError

from celltrail.errors import InvalidError, UnavailableError

READER_THREADS = 4


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


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Raise what the database says inside the block as an error for the user.

    Raises `UnavailableError` if it does not answer, `InvalidError` for a value that it cannot hold.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        reason = str(error.orig).partition("\n")[0]
        raise UnavailableError(f"the database does not answer: {reason}") from error
    except (DataError, OverflowError, UnicodeEncodeError) as error:
        reason = str(getattr(error, "orig", error)).partition("\n")[0]
        raise InvalidError(f"the database cannot hold a value: {reason}") from error


async def _run[T](
    pool: ThreadPoolExecutor, engine: Engine, work: Callable[..., T], args: tuple[Any, ...]
) -> T:
    def transaction() -> T:
        with translated(), engine.begin() as connection:
            return work(connection, *args)

    return await asyncio.get_running_loop().run_in_executor(pool, transaction)
