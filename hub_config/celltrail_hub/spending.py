"""What servers that have ended cost in a month, added up as they end.

A check asks for one user's own sums and those of all others together, which stay as few as there
are prices, however many users and servers there were.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache

import msgspec

from celltrail_profiles.quotas import Holding
from celltrail_profiles.resolving import Usage

type Rate = tuple[str, str, str]
"""Groups as JSON, the profile's slug, and the cost per hour."""


class Spending:
    """The sums of one month, which began at `month`."""

    def __init__(self, month: float, rows: Iterable[tuple[str, str, str, str, int]] = ()) -> None:
        """Take rows of user, the three parts of a rate, and seconds."""
        self.month = month
        self._all: dict[Rate, int] = defaultdict(int)
        self._of: dict[str, dict[Rate, int]] = defaultdict(lambda: defaultdict(int))
        for user, *rate, seconds in rows:
            self.add(user, (rate[0], rate[1], rate[2]), seconds)

    def add(self, user: str, rate: Rate, seconds: int) -> None:
        """Add a server that has ended."""
        self._all[rate] += seconds
        self._of[user][rate] += seconds

    def holdings(self, user: str, everybody: bool) -> Iterator[Holding]:
        """Yield what a user's servers have cost, and those of all others if `everybody`."""
        own = self._of.get(user, {})
        for rate, seconds in own.items():
            yield with_cost(msgspec.structs.replace(_ended(*rate), user=user), seconds)
        if everybody:
            for rate, seconds in self._all.items():
                yield with_cost(_ended(*rate), seconds - own.get(rate, 0))


def rate_of(holding: Holding) -> Rate:
    """Return what its cost is added up by."""
    return groups_text(holding.groups), holding.profile, str(holding.usage.cost_per_hour)


def with_cost(holding: Holding, seconds: int) -> Holding:
    """Return it with what it has cost in so many seconds."""
    hourly = holding.usage.cost_per_hour
    cost = Fraction(hourly.numerator * seconds, hourly.denominator * 3600)
    return msgspec.structs.replace(holding, cost=cost)


@lru_cache(maxsize=4096)
def groups_text(groups: frozenset[str]) -> str:
    """Return groups as the ledger's file has them."""
    return json.dumps(sorted(groups))


@lru_cache(maxsize=4096)
def group_names(groups: str) -> frozenset[str]:
    """Return the groups in a text of the ledger's file."""
    return frozenset(msgspec.json.decode(groups, type=list[str]))


@lru_cache(maxsize=4096)
def _ended(groups: str, profile: str, cost_per_hour: str) -> Holding:
    usage = Usage(cost_per_hour=Fraction(cost_per_hour))
    return Holding("", group_names(groups), profile, usage, servers=0)
