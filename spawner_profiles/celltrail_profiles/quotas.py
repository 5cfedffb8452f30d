"""Whether a server still fits into the quotas: arithmetic on what is held, exactly.

What is held is given by the caller, as the hub counts it; nothing is kept here. A server is
refused if what is held and what it would take are together more than a limit. Of cost, a server
must leave room for its first hour.
"""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

import msgspec

from celltrail_profiles.access import allows
from celltrail_profiles.errors import QuotaError
from celltrail_profiles.quantities import show_bytes, show_number
from celltrail_profiles.resolving import Usage
from celltrail_profiles.schema import ProfileFile, Quota


class Holding(msgspec.Struct, frozen=True):
    """Servers that are alike: running, starting, or (`servers=0`) of earlier this month.

    `profile` is their slug, or empty for a server of which nothing is chosen yet; `usage` is what
    each takes. `cost` is what they have cost since the month began, in the currency of the file.
    """

    user: str
    groups: frozenset[str]
    profile: str
    usage: Usage = Usage()
    cost: Fraction = Fraction(0)
    servers: int = 1

    def held(self, resource: str) -> Fraction:
        """Return how much they hold of `servers`, `gpu`, `cpu` or `memory`, or their `cost`."""
        if resource == "cost":
            return self.cost
        each = Fraction(1) if resource == "servers" else getattr(self.usage, resource)
        return self.servers * each


class Level(msgspec.Struct, frozen=True):
    """How full one limit of a quota is for a user: `used` of `limit`, and `asked` on top."""

    quota: Quota
    group: str | None
    resource: str
    used: Fraction
    asked: Fraction
    limit: Fraction
    currency: str

    @property
    def left(self) -> Fraction:
        """What is left, not less than nothing."""
        return max(self.limit - self.used, Fraction(0))

    @property
    def exceeded(self) -> bool:
        """Whether what is asked for is too much."""
        return self.used + self.asked > self.limit

    def describe(self) -> str:
        """Return for the user what is used of which limit, and what was asked for."""
        whose = f"the group {self.group} has" if self.group else "you have"
        used, asked, limit = map(_SHOWN.get(self.resource, show_number), self._amounts())
        start = f"quota {self.quota.name}: {whose}"
        if self.resource == "cost":
            return (
                f"{start} spent {used} of {limit} {self.currency} this month, and the first hour "
                f"of this server costs {asked}"
            )
        what = _NAMES[self.resource]
        return f"{start} {used} of {limit} {what} in use, and this server takes {asked} more"

    def summary(self) -> str:
        """Return for the user what is left of which limit."""
        show = _SHOWN.get(self.resource, show_number)
        what = f"{self.currency} this month" if self.resource == "cost" else _NAMES[self.resource]
        whose = f", of the group {self.group}" if self.group else ""
        return f"{show(self.left)} of {show(self.limit)} {what} left ({self.quota.name}{whose})"

    def _amounts(self) -> tuple[Fraction, Fraction, Fraction]:
        return self.used, self.asked, self.limit


_SHOWN: dict[str, Callable[[Fraction], str]] = {"memory": show_bytes}
_NAMES = {"servers": "servers", "gpu": "GPUs", "cpu": "CPUs", "memory": "of memory"}


def levels(file: ProfileFile, asking: Holding, held: Iterable[Holding]) -> tuple[Level, ...]:
    """Return every limit that concerns a server, with what is used and asked."""
    all_ = tuple(held)
    return tuple(
        level
        for quota in file.quotas
        if allows(quota.who, asking.user, asking.groups) and _concerns(quota, asking.profile)
        for group in _groups(quota, asking)
        for level in _levels(quota, group, asking, all_, file.currency)
    )


def check_quotas(file: ProfileFile, asking: Holding, held: Iterable[Holding]) -> None:
    """Raise QuotaError with each limit that a server would exceed."""
    over = [level.describe() for level in levels(file, asking, held) if level.exceeded]
    if over:
        raise QuotaError(f"{'; '.join(over)}. Stop a server, or choose a smaller one", "quota")


def exceeded(found: Iterable[Level], asking: Holding) -> tuple[Level, ...]:
    """Return which limits a server would exceed, given the levels of what its user holds."""
    asked = (
        msgspec.structs.replace(level, asked=_asked(asking, level.resource))
        for level in found
        if _concerns(level.quota, asking.profile)
    )
    return tuple(level for level in asked if level.exceeded)


def _concerns(quota: Quota, slug: str) -> bool:
    return not quota.profiles or not slug or slug in quota.profiles


def _groups(quota: Quota, asking: Holding) -> tuple[str | None, ...]:
    """Return the groups whose sums count, or None for the user's own sum."""
    if quota.per == "user":
        return (None,)
    named = () if isinstance(quota.who, str) else quota.who.groups
    return tuple(group for group in named if group in asking.groups)


def _levels(
    quota: Quota, group: str | None, asking: Holding, held: tuple[Holding, ...], currency: str
) -> Iterator[Level]:
    counted = [
        each
        for each in held
        if (not quota.profiles or each.profile in quota.profiles)
        and (group in each.groups if group else each.user == asking.user)
    ]
    for resource, limit in _limits(quota):
        used = sum((each.held(resource) for each in counted), Fraction(0))
        yield Level(quota, group, resource, used, _asked(asking, resource), limit, currency)


def _limits(quota: Quota) -> Iterator[tuple[str, Fraction]]:
    if quota.servers is not None:
        yield "servers", Fraction(quota.servers)
    for resource in ("gpu", "cpu", "memory"):
        limit = getattr(quota, resource)
        if limit is not None:
            yield resource, limit.amount
    if quota.cost_per_month is not None:
        yield "cost", Fraction(str(quota.cost_per_month))


def _asked(asking: Holding, resource: str) -> Fraction:
    return asking.usage.cost_per_hour if resource == "cost" else asking.held(resource)
