"""Transactions of an engine: begun, ended, and what becomes of a database that is away."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError

from celltrail.errors import InvalidError, NotFoundError, UnavailableError
from celltrail_server.store.engines import open_engine

AWAY_SECONDS = 1.0
"""After a vain attempt to reach the database, nobody tries again for this long."""


class Sessions:
    """Begins transactions on an engine.

    A connection that the database has closed since its last use is replaced by a new one. While
    the database cannot be reached, only one attempt a second is made and all others fail at once:
    else each request would wait for its own, one after the other.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writes=True)
        self._away: tuple[float, DBAPIError] | None = None

    @contextlib.contextmanager
    def begun(self, *, writes: bool = False) -> Iterator[Connection]:
        """A transaction that is committed after the block, or rolled back by an exception.

        Raises `UnavailableError` if the database does not answer, and `InvalidError` for a value
        that it cannot hold.
        """
        with translated():
            transaction = self._begin(self._writing if writes else self._engine)
            connection = transaction.connection
            try:
                with transaction:
                    yield connection
            finally:
                connection.close()

    def _begin(self, engine: Engine) -> RootTransaction:
        if self._away and time.monotonic() < self._away[0]:
            raise self._away[1]
        try:
            try:
                return _begin(engine)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                return _begin(engine)
        except OperationalError as error:
            if error.connection_invalidated or error.statement is None:
                self._away = (time.monotonic() + AWAY_SECONDS, error)
            raise


@contextlib.contextmanager
def opened(database: Path | str, *, create: bool = False) -> Iterator[Engine]:
    """An engine for a database: a SQLite file, or a PostgreSQL one by its URL.

    Raises `NotFoundError` for a file that is missing, unless it may be made.
    """
    if isinstance(database, Path) and not create and not database.is_file():
        raise NotFoundError(
            f"there is no database in {database.parent}: name its folder with --data-dir"
        )
    engine = open_engine(database)
    try:
        with translated():
            yield engine
    finally:
        engine.dispose()


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Raise what the database says inside the block as an error for the user."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise UnavailableError(f"the database does not answer: {_line(error)}") from error
    except (DataError, OverflowError, UnicodeEncodeError) as error:
        raise InvalidError(f"the database cannot hold a value: {_line(error)}") from error


def _begin(engine: Engine) -> RootTransaction:
    connection = engine.connect()
    try:
        return connection.begin()
    except BaseException:
        connection.close()
        raise


def _line(error: Exception) -> str:
    return str(getattr(error, "orig", error)).partition("\n")[0]
