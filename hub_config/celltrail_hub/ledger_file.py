"""The ledger's SQLite file: its tables, and the statements that read and change them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from celltrail.errors import UnavailableError
from celltrail_hub.culling.decision import Cause, End
from celltrail_hub.spending import Rate, group_names, groups_text
from celltrail_profiles.quotas import Holding
from celltrail_profiles.resolving import Usage

REVISIONS = (
    """
CREATE TABLE IF NOT EXISTS servers (
    id INTEGER PRIMARY KEY,
    user TEXT NOT NULL, server TEXT NOT NULL, groups TEXT NOT NULL, profile TEXT NOT NULL,
    gpu TEXT NOT NULL, cpu TEXT NOT NULL, memory TEXT NOT NULL, cost_per_hour TEXT NOT NULL,
    started REAL NOT NULL, ended REAL
);
CREATE UNIQUE INDEX IF NOT EXISTS servers_running ON servers (user, server) WHERE ended IS NULL;
CREATE TABLE IF NOT EXISTS spent (
    month REAL NOT NULL, user TEXT NOT NULL, groups TEXT NOT NULL, profile TEXT NOT NULL,
    cost_per_hour TEXT NOT NULL, seconds INTEGER NOT NULL,
    PRIMARY KEY (month, user, groups, profile, cost_per_hour)
) WITHOUT ROWID;
""",
    """
ALTER TABLE servers ADD COLUMN currency TEXT NOT NULL DEFAULT '';
ALTER TABLE servers ADD COLUMN seen REAL NOT NULL DEFAULT 0;
UPDATE servers SET seen = started;
CREATE INDEX servers_ended ON servers (ended);
""",
    """
ALTER TABLE servers ADD COLUMN cause TEXT;
ALTER TABLE servers ADD COLUMN reason TEXT;
CREATE INDEX servers_of_user ON servers (user, server, id);
""",
)
"""Each brings a file from the version of its place to the next (`PRAGMA user_version`)."""

_RUNNING = """
SELECT user, server, groups, profile, gpu, cpu, memory, cost_per_hour, started, seen
FROM servers WHERE ended IS NULL
"""
_ENTER = """
INSERT INTO servers
    (user, server, groups, profile, gpu, cpu, memory, cost_per_hour, currency, started, seen)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_END = """
UPDATE servers SET ended = ?, cause = ?, reason = ? WHERE user = ? AND server = ? AND ended IS NULL
"""
_STOPS = """
SELECT server, profile, ended, cause, reason FROM servers
WHERE id IN (SELECT MAX(id) FROM servers WHERE user = :user GROUP BY server)
    AND cause IS NOT NULL AND ended > :since
ORDER BY ended DESC
"""
_SPEND = """
INSERT INTO spent (month, user, groups, profile, cost_per_hour, seconds) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET seconds = seconds + excluded.seconds
"""
_SPENT = "SELECT user, groups, profile, cost_per_hour, seconds FROM spent WHERE month = :month"
_MARK = "UPDATE servers SET seen = ? WHERE ended IS NULL"
_PATIENCE_SECONDS = 1.0  # the hub stands still while another process holds the file


class Running(msgspec.Struct, frozen=True):
    """A server that has not ended, and when a hub last saw it run."""

    holding: Holding
    server: str
    started: float
    seen: float


class Stopped(msgspec.Struct, frozen=True):
    """A server that the hub has stopped by itself, and that was not started again."""

    server: str
    profile: str
    ended: float
    cause: Cause
    reason: str


class LedgerFile:
    """The file, which is made if it is not there. All of it raises UnavailableError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with telling(path):
            self._connection = sqlite3.connect(
                path, timeout=_PATIENCE_SECONDS, isolation_level=None
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._upgrade()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def running(self) -> list[Running]:
        """Return all servers that have not ended."""
        return [_running(row) for row in self._rows(_RUNNING)]

    def enter(self, holding: Holding, server: str, currency: str, started: float) -> None:
        """Add a server that starts."""
        usage = holding.usage
        with self._transaction():
            self._connection.execute(
                _ENTER,
                (
                    *(holding.user, server, groups_text(holding.groups), holding.profile),
                    *map(str, (usage.gpu, usage.cpu, usage.memory, usage.cost_per_hour)),
                    *(currency, started, started),
                ),
            )

    def end(
        self, user: str, server: str, ended: float, why: End | None, spent: tuple[float, Rate, int]
    ) -> None:
        """Note the end of a server, and what of a month it has run: its begin, rate and seconds."""
        month, rate, seconds = spent
        stop = (None, None) if why is None else (why.cause, why.reason)
        with self._transaction():
            self._connection.execute(_END, (ended, *stop, user, server))
            self._connection.execute(_SPEND, (month, user, *rate, seconds))

    def mark(self, now: float) -> None:
        """Note that all that runs was seen now."""
        with self._transaction():
            self._connection.execute(_MARK, (now,))

    def stops(self, user: str, since: float) -> list[Stopped]:
        """Return which servers of a user the hub has stopped, the last one first."""
        return [Stopped(*row) for row in self._rows(_STOPS, user=user, since=since)]

    def spent(self, month: float) -> list[tuple[str, str, str, str, int]]:
        """Return rows of user, the three parts of a rate, and seconds."""
        return self._rows(_SPENT, month=month)

    def _rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with telling(self._path):
            return self._connection.execute(statement, values).fetchall()

    def _upgrade(self) -> None:
        [version] = self._connection.execute("PRAGMA user_version").fetchone()
        for number, script in enumerate(REVISIONS[version:], version + 1):
            self._connection.executescript(
                f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;"
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with telling(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Raise UnavailableError, which names the file, for what SQLite raises."""
    try:
        yield
    except sqlite3.Error as error:
        raise UnavailableError(f"the ledger {path} cannot be used: {error}") from error


@lru_cache(maxsize=4096)
def usage_from(*amounts: str) -> Usage:
    """Return amounts as the file has them."""
    return Usage(*map(Fraction, amounts))


def _running(row: tuple[Any, ...]) -> Running:
    user, server, groups, profile, *amounts, started, seen = row
    holding = Holding(user, group_names(groups), profile, usage_from(*amounts))
    return Running(holding, server, started, seen)
