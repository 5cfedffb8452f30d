"""Engines: how a SQLite file or a PostgreSQL database is opened, and how its transactions begin.

Drivers begin no transaction by themselves here. One that writes is alone in its database: on SQLite
by the file's lock, on PostgreSQL by an advisory lock that all servers of the database share. What
it reads before it writes therefore stays true until it commits. One that reads sees one state of
the database from its first statement to its last.
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from celltrail.errors import InvalidError
from celltrail_server.store import texts

# Another process (a backup, a look with sqlite3) may hold a lock for a moment.
BUSY_TIMEOUT_SECONDS = 10

POOL_SIZE = 8
"""Connections to PostgreSQL that one process keeps; its threads are fewer."""

WRITER_LOCK = 0x43454C4C_545241  # "CELLTRA": any number that no other program is likely to take
"""The advisory lock of a PostgreSQL database that one writing transaction holds."""

_CONNECTING = {
    "autocommit": True,
    "connect_timeout": 5,
    "application_name": "celltrail",
    # A host that is gone is noticed within some ten seconds, not after hours.
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,
}

_SESSION = (
    "SET statement_timeout = '30s'; "
    "SET lock_timeout = '10s'; "
    # A server that stands still inside a transaction must not hold up the others for ever.
    "SET idle_in_transaction_session_timeout = '20s'; "
    "SET timezone = 'UTC'; "
    # Statements here take milliseconds, less than it takes to start helpers or to compile them,
    # and what they read is in memory or on a disk without moving parts.
    "SET max_parallel_workers_per_gather = 0; "
    "SET jit = off; "
    "SET random_page_cost = 1.1"
)


def open_engine(database: Path | str) -> Engine:
    """Return an engine for a SQLite file, made if missing, or for the URL of a PostgreSQL database.

    Nothing is connected yet. Raises `InvalidError` for an URL that cannot be used, or if the driver
    is not installed.
    """
    return _sqlite(database) if isinstance(database, Path) else _postgresql(database)


def is_server(engine: Engine) -> bool:
    """Whether the database is one that several processes may write to."""
    return engine.dialect.name == "postgresql"


def name_of(engine: Engine) -> str:
    """Return what a message calls the database: its file, or its host and name."""
    url = engine.url
    if not is_server(engine):
        return str(url.database)
    host = url.host or url.query.get("host") or "localhost"
    return f"{url.database or url.username} on {host}"


def driver_arguments(engine: Engine) -> dict[str, Any]:
    """Return what `psycopg.connect` takes to reach a PostgreSQL engine's database."""
    arguments = engine.dialect.create_connect_args(engine.url)[1]
    return {**_CONNECTING, **arguments}


def _sqlite(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS},
        hide_parameters=True,  # an error goes to the log, a webhook's secret must not
    )

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA case_sensitive_like=ON")  # as PostgreSQL and MLflow have it
        texts.register(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")

    return engine


def _postgresql(text: str) -> Engine:
    url = _parse(text)
    defaults = {name: value for name, value in _CONNECTING.items() if name not in url.query}
    try:
        engine = create_engine(
            url, pool_size=POOL_SIZE, connect_args=defaults, hide_parameters=True
        )
    except ModuleNotFoundError as error:
        raise InvalidError(
            f"PostgreSQL needs the package {error.name}: pip install 'celltrail[postgres]'"
        ) from error

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(_SESSION)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if _writes(connection):
            connection.exec_driver_sql(f"BEGIN; SELECT pg_advisory_xact_lock({WRITER_LOCK})")
        else:
            connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    return engine


def _parse(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
        # The text may hold a password.
        raise InvalidError(
            "the database must be given as postgresql://USER:PASSWORD@HOST:PORT/NAME, or not at "
            "all for a SQLite file in the data folder"
        ) from None
    return url.set(drivername="postgresql+psycopg")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writes", False))
