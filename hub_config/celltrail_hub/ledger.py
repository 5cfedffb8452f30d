"""Who holds and has held what: the servers that count for quotas, in a SQLite file.

A server is entered before it starts and ended when it has stopped, so that a hub that was killed
finds what was running. What the hub no longer knows as active is ended before it counts; what ended
while no hub was there, ended when the last one saw it. What runs is held in memory too, and what a
month has cost is added up as servers end: a check looks at no more than who is concerned.
"""

import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from celltrail.errors import UnavailableError
from celltrail_hub.culling.decision import Cause, End
from celltrail_hub.spending import Spending, group_names, groups_text, rate_of, with_cost
from celltrail_profiles.errors import QuotaError
from celltrail_profiles.quotas import Holding, Level, check_quotas, levels
from celltrail_profiles.resolving import Usage
from celltrail_profiles.schema import ProfileFile

type Server = tuple[str, str]
"""A server by its user's name and its own."""

type Active = Callable[[], Collection[Server]]

_REVISIONS = (
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
_SESSIONS = """
SELECT user, server, groups, profile, gpu, cpu, memory, cost_per_hour, currency,
    started, COALESCE(ended, seen)
FROM servers WHERE started < :end AND (ended > :begin OR ended IS NULL)
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
_SPENT = "SELECT user, groups, profile, cost_per_hour, seconds FROM spent WHERE month = ?"
_PATIENCE_SECONDS = 1.0  # the hub stands still while another process holds the file


class _Entry(msgspec.Struct, frozen=True):
    """A running server: what it holds, and since when."""

    holding: Holding
    started: float
    kind: Holding
    """The same object for all that are alike but for their users."""

    def seconds_since(self, month: float, now: float) -> int:
        """Return how long it has run in the month that began at `month`."""
        return max(0, round(now - max(self.started, month)))


class Session(msgspec.Struct, frozen=True):
    """A server from its start to its end, or to when it was last seen running."""

    user: str
    server: str
    groups: frozenset[str]
    profile: str
    usage: Usage
    currency: str
    started: float
    ended: float


class Stopped(msgspec.Struct, frozen=True):
    """A server that the hub has stopped by itself, and that was not started again."""

    server: str
    profile: str
    ended: float
    cause: Cause
    reason: str


class Ledger:
    """The servers of one hub. Times are seconds since 1970; months begin in UTC.

    Used from the hub's one thread, whose other work cannot come between a look at what is held and
    the entry of what is started. All of it raises UnavailableError if the file cannot be used.
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
            self._upgrade()
            rows = self._connection.execute(_RUNNING).fetchall()
        self._running = {(row[0], row[1]): _entry_of(row) for row in rows}
        self._last_seen = {(row[0], row[1]): float(row[-1]) for row in rows}
        """Servers of a hub before this one, until this one has seen them run."""

        self._spending = Spending(month=-1.0)  # none yet
        self._is_sure = False

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def reserve(self, file: ProfileFile, asking: Holding, server: str, active: Active) -> None:
        """Enter a server that is about to start, if the quotas allow it.

        Args:
            file: the profiles and quotas in force.
            asking: what the server would hold.
            server: the name of the server.
            active: tells all servers that the hub knows as running or starting; asked only if it
                would be too much otherwise.

        Raises:
            QuotaError: it would be too much; nothing is entered.
        """
        self.end(asking.user, server)
        try:
            check_quotas(file, asking, self._holdings(file, asking))
        except QuotaError:
            self._end_others(active())
            check_quotas(file, asking, self._holdings(file, asking))
        entry = _entry(asking, self._clock())
        usage = asking.usage
        with self._transaction():
            self._connection.execute(
                _ENTER,
                (
                    *(asking.user, server, groups_text(asking.groups), asking.profile),
                    *map(str, (usage.gpu, usage.cpu, usage.memory, usage.cost_per_hour)),
                    *(file.currency, entry.started, entry.started),
                ),
            )
        self._running[asking.user, server] = entry

    def end(self, user: str, server: str, why: End | None = None) -> None:
        """Note that a server has stopped; nothing happens if it was not entered.

        `why` is given where the hub has stopped it by itself. One that this hub has never seen
        running stopped when the hub before last saw it.
        """
        entry = self._running.get((user, server))
        if entry is None:
            return
        now = self._last_seen.get((user, server), self._clock())
        month = month_start(now)
        rate, seconds = rate_of(entry.holding), entry.seconds_since(month, now)
        self._is_sure, was_sure = False, self._is_sure
        with self._transaction():
            stop = (None, None) if why is None else (why.cause, why.reason)
            self._connection.execute(_END, (now, *stop, user, server))
            self._connection.execute(_SPEND, (month, user, *rate, seconds))
        self._is_sure = was_sure
        del self._running[user, server]
        self._last_seen.pop((user, server), None)
        if month == self._spending.month:
            self._spending.add(user, rate, seconds)

    def stops(self, user: str, within_seconds: float) -> list[Stopped]:
        """Return which servers of a user the hub has stopped lately, the last one first."""
        with self._telling():
            rows = self._connection.execute(
                _STOPS, {"user": user, "since": self._clock() - within_seconds}
            ).fetchall()
        return [Stopped(*row) for row in rows]

    def saw(self, user: str, server: str) -> None:
        """Note that a server runs that may have been started by a hub before this one."""
        self._last_seen.pop((user, server), None)

    def mark(self) -> None:
        """Note that all that runs still runs, for a hub that comes after this one."""
        with self._transaction():
            self._connection.execute(
                "UPDATE servers SET seen = ? WHERE ended IS NULL", (self._clock(),)
            )

    def holdings(self) -> dict[Server, Holding]:
        """Return what each server holds that runs or starts."""
        return {server: entry.holding for server, entry in self._running.items()}

    def running(self) -> dict[Server, tuple[Holding, float]]:
        """Return what each server holds that runs or starts, and since when."""
        return {server: (each.holding, each.started) for server, each in self._running.items()}

    def levels(
        self, file: ProfileFile, asking: Holding, active: Active | None = None
    ) -> tuple[Level, ...]:
        """Return how full the quotas are for a server that might be started.

        `active` is asked only if an end may have gone unnoted: by a hub before this one, or since
        the file could not be used.
        """
        if active is not None and not self._is_sure:
            self._end_others(active())
        return levels(file, asking, self._holdings(file, asking))

    def _upgrade(self) -> None:
        [version] = self._connection.execute("PRAGMA user_version").fetchone()
        for number, script in enumerate(_REVISIONS[version:], version + 1):
            self._connection.executescript(
                f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;"
            )

    def _end_others(self, active: Collection[Server]) -> None:
        for user, server in self._running.keys() - active:
            self.end(user, server)
        self._is_sure = True

    def _holdings(self, file: ProfileFile, asking: Holding) -> list[Holding]:
        """Return what counts for `asking`: what runs, and what the month has cost before."""
        everybody = any(quota.per == "group" for quota in file.quotas)
        now = self._clock()
        month = month_start(now)
        # By what is alike, since a server counts the same whoever of the others has it.
        seconds: dict[tuple[str, int], list[int]] = defaultdict(list)
        kinds: dict[int, Holding] = {}
        for (user, _server), entry in self._running.items():
            is_own = user == asking.user
            if is_own or everybody:
                kinds[id(entry.kind)] = entry.kind
                whose = user if is_own else ""
                seconds[whose, id(entry.kind)].append(entry.seconds_since(month, now))
        running = [
            with_cost(msgspec.structs.replace(kinds[kind], user=user, servers=len(each)), sum(each))
            for (user, kind), each in seconds.items()
        ]
        if all(quota.cost_per_month is None for quota in file.quotas):
            return running
        return [*running, *self._spent(month).holdings(asking.user, everybody)]

    def _spent(self, month: float) -> Spending:
        if month != self._spending.month:
            with self._telling():
                rows = self._connection.execute(_SPENT, (month,)).fetchall()
            self._spending = Spending(month, rows)
        return self._spending

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

    def _telling(self) -> AbstractContextManager[None]:
        return _telling(self._path)


def sessions(path: Path, begin: float, end: float) -> list[Session]:
    """Return all servers that ran between two times, those that still run until they were seen.

    May be called from any thread, and while a hub writes. Raises UnavailableError if the file is
    not there or cannot be read.
    """
    with (
        _telling(path),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection,
    ):
        rows = connection.execute(_SESSIONS, {"begin": begin, "end": end}).fetchall()
    return [_session(row) for row in rows]


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise UnavailableError(f"the ledger {path} cannot be used: {error}") from error


def _entry(holding: Holding, started: float) -> _Entry:
    return _Entry(holding, started, _kind(holding.groups, holding.profile, holding.usage))


@lru_cache(maxsize=4096)
def _kind(groups: frozenset[str], profile: str, usage: Usage) -> Holding:
    return Holding("", groups, profile, usage)


def _entry_of(row: tuple[Any, ...]) -> _Entry:
    user, _server, groups, profile, *amounts, started, _seen = row
    return _entry(Holding(user, group_names(groups), profile, _usage(*amounts)), started)


def _session(row: tuple[Any, ...]) -> Session:
    user, server, groups, profile, *amounts, currency, started, ended = row
    held = _usage(*amounts)
    return Session(user, server, group_names(groups), profile, held, currency, started, ended)


@lru_cache(maxsize=4096)
def _usage(*amounts: str) -> Usage:
    return Usage(*map(Fraction, amounts))


def month_start(now: float) -> float:
    """Return when the month of a time began, in UTC."""
    day = datetime.fromtimestamp(now, UTC)
    return datetime(day.year, day.month, 1, tzinfo=UTC).timestamp()
