"""Who holds what: the servers that count for quotas, kept in a SQLite file.

A server is entered before it starts and ended when it has stopped, so that a hub that was killed
finds what was running. What the hub no longer knows as active is ended before it counts; what ended
while no hub was there, ended when the last one saw it. What runs is held in memory too, and what a
month has cost is added up as servers end: a check looks at no more than who is concerned.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import msgspec

from celltrail_hub.culling.decision import End
from celltrail_hub.ledger_file import LedgerFile, Stopped
from celltrail_hub.spending import Spending, rate_of, with_cost
from celltrail_profiles.errors import QuotaError
from celltrail_profiles.quotas import Holding, Level, check_quotas, levels
from celltrail_profiles.resolving import Usage
from celltrail_profiles.schema import ProfileFile

type Server = tuple[str, str]
"""A server by its user's name and its own."""

type Active = Callable[[], Collection[Server]]


class _Entry(msgspec.Struct, frozen=True):
    """A running server: what it holds, and since when."""

    holding: Holding
    started: float
    kind: Holding
    """The same object for all that are alike but for their users."""

    def seconds_since(self, month: float, now: float) -> int:
        """Return how long it has run in the month that began at `month`."""
        return max(0, round(now - max(self.started, month)))


class Ledger:
    """The servers of one hub. Times are seconds since 1970; months begin in UTC.

    Used from the hub's one thread, whose other work cannot come between a look at what is held and
    the entry of what is started. All of it raises UnavailableError if the file cannot be used.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._file = LedgerFile(path)
        running = self._file.running()
        self._running = {
            (each.holding.user, each.server): _entry(each.holding, each.started) for each in running
        }
        self._last_seen = {(each.holding.user, each.server): each.seen for each in running}
        """Servers of a hub before this one, until this one has seen them run."""

        self._spending = Spending(month=-1.0)  # none yet
        self._is_sure = False

    def close(self) -> None:
        """Close the file."""
        self._file.close()

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
        self._file.enter(asking, server, file.currency, entry.started)
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
        self._file.end(user, server, now, why, (month, rate, seconds))
        self._is_sure = was_sure
        del self._running[user, server]
        self._last_seen.pop((user, server), None)
        if month == self._spending.month:
            self._spending.add(user, rate, seconds)

    def stops(self, user: str, within_seconds: float) -> list[Stopped]:
        """Return which servers of a user the hub has stopped lately, the last one first."""
        return self._file.stops(user, self._clock() - within_seconds)

    def saw(self, user: str, server: str) -> None:
        """Note that a server runs that may have been started by a hub before this one."""
        self._last_seen.pop((user, server), None)

    def mark(self) -> None:
        """Note that all that runs still runs, for a hub that comes after this one."""
        self._file.mark(self._clock())

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
            self._spending = Spending(month, self._file.spent(month))
        return self._spending


def _entry(holding: Holding, started: float) -> _Entry:
    return _Entry(holding, started, _kind(holding.groups, holding.profile, holding.usage))


@lru_cache(maxsize=4096)
def _kind(groups: frozenset[str], profile: str, usage: Usage) -> Holding:
    return Holding("", groups, profile, usage)


def month_start(now: float) -> float:
    """Return when the month of a time began, in UTC."""
    day = datetime.fromtimestamp(now, UTC)
    return datetime(day.year, day.month, 1, tzinfo=UTC).timestamp()
