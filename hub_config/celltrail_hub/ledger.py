"""Who holds and has held what: the servers that count for quotas, in a SQLite file.

A row is written before a server starts and ended when it has stopped, so that a hub that was killed
finds what was running. What the hub no longer knows as active is ended at the next look.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from celltrail.errors import UnavailableError
from celltrail_profiles.quotas import Holding, Level, check_quotas, levels
from celltrail_profiles.resolving import Usage
from celltrail_profiles.schema import ProfileFile

type Server = tuple[str, str]
"""A server by its user's name and its own."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS servers (
    id INTEGER PRIMARY KEY,
    user TEXT NOT NULL, server TEXT NOT NULL, groups TEXT NOT NULL, profile TEXT NOT NULL,
    gpu TEXT NOT NULL, cpu TEXT NOT NULL, memory TEXT NOT NULL, cost_per_hour TEXT NOT NULL,
    started REAL NOT NULL, ended REAL
);
CREATE UNIQUE INDEX IF NOT EXISTS servers_running ON servers (user, server) WHERE ended IS NULL;
CREATE INDEX IF NOT EXISTS servers_ended ON servers (ended);
"""
_RUNNING = """
SELECT user, groups, profile, gpu, cpu, memory, cost_per_hour,
    CAST(ROUND(MAX(0, :now - MAX(started, :month))) AS INTEGER)
FROM servers WHERE ended IS NULL
"""
# Added up here, since a month holds thousands.
_ENDED = """
SELECT user, groups, profile, '0', '0', '0', cost_per_hour,
    SUM(CAST(ROUND(MAX(0, ended - MAX(started, :month))) AS INTEGER))
FROM servers WHERE ended > :month GROUP BY user, groups, profile, cost_per_hour
"""
_PATIENCE_SECONDS = 1.0  # the hub stands still while another process holds the file
_AMOUNTS = ("gpu", "cpu", "memory", "cost_per_hour")


class Ledger:
    """The servers of one hub. Times are seconds since 1970; months begin in UTC.

    Used from the hub's one thread; each method is one transaction, so nothing comes between a look
    at what is held and the entry of what is started. All of it raises UnavailableError if the file
    cannot be used.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._path = path
        with self._telling():
            self._connection = sqlite3.connect(
                path, timeout=_PATIENCE_SECONDS, isolation_level=None
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def reserve(
        self, file: ProfileFile, asking: Holding, server: str, active: Collection[Server]
    ) -> None:
        """Enter a server that is about to start, if the quotas allow it.

        Args:
            file: the profiles and quotas in force.
            asking: what the server would hold.
            server: the name of the server.
            active: all servers that the hub knows as running or starting.

        Raises:
            QuotaError: it would be too much; nothing is entered.
        """
        with self._transaction():
            self._end((asking.user, server))
            self._end_others(active)
            check_quotas(file, asking, self._holdings(file))
            groups = json.dumps(sorted(asking.groups))
            amounts = [str(getattr(asking.usage, name)) for name in _AMOUNTS]
            self._connection.execute(
                "INSERT INTO servers (user, server, groups, profile, gpu, cpu, memory, "
                "cost_per_hour, started) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (asking.user, server, groups, asking.profile, *amounts, self._clock()),
            )

    def end(self, user: str, server: str) -> None:
        """Note that a server has stopped; nothing happens if it was not entered."""
        with self._transaction():
            self._end((user, server))

    def levels(
        self, file: ProfileFile, asking: Holding, active: Collection[Server]
    ) -> tuple[Level, ...]:
        """Return how full the quotas are for a server that might be started."""
        with self._transaction():
            self._end_others(active)
            return levels(file, asking, self._holdings(file))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._telling():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise UnavailableError(f"the ledger {self._path} cannot be used: {error}") from error

    def _end(self, server: Server) -> None:
        self._connection.execute(
            "UPDATE servers SET ended = ? WHERE user = ? AND server = ? AND ended IS NULL",
            (self._clock(), *server),
        )

    def _end_others(self, active: Collection[Server]) -> None:
        rows = self._connection.execute("SELECT user, server FROM servers WHERE ended IS NULL")
        for server in set(rows.fetchall()).difference(active):
            self._end(server)

    def _holdings(self, file: ProfileFile) -> list[Holding]:
        """Return what is held now and, where a quota is of cost, what this month has cost."""
        now = self._clock()
        month = month_start(now)
        running = self._connection.execute(_RUNNING, {"month": month, "now": now})
        holdings = [_holding(row, running=True) for row in running]
        if any(quota.cost_per_month is not None for quota in file.quotas):
            ended = self._connection.execute(_ENDED, {"month": month})
            holdings += [_holding(row, running=False) for row in ended]
        return holdings


def _holding(row: tuple[Any, ...], running: bool) -> Holding:
    user, groups, profile, *amounts, seconds = row
    usage = Usage(*map(Fraction, amounts))
    return Holding(
        user=user,
        groups=frozenset(msgspec.json.decode(groups, type=list[str])),
        profile=profile,
        usage=usage,
        cost=usage.cost_per_hour * Fraction(seconds, 3600),
        running=running,
    )


def month_start(now: float) -> float:
    """Return when the month of a time began, in UTC."""
    day = datetime.fromtimestamp(now, UTC)
    return datetime(day.year, day.month, 1, tzinfo=UTC).timestamp()
