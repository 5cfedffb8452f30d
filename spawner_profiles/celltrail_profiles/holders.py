"""Who holds the GPUs that somebody waits for, and when the next must give them back."""

from collections.abc import Iterable

import msgspec

from celltrail_profiles.quotas import Holding
from celltrail_profiles.resolving import gpu_resource, merged
from celltrail_profiles.schema import Profile, ProfileFile, Settings

type _Kind = tuple[str, frozenset[tuple[str, str]]]
"""GPUs that take each other's place: their resource, and the labels of their nodes."""


class Holders(msgspec.Struct, frozen=True):
    """How many servers hold a kind of GPU, and in how many seconds the next must end at the latest.

    `next_seconds` is None where no profile of theirs has a lifetime.
    """

    servers: int
    next_seconds: float | None = None

    def describe(self) -> str:
        """Return for a person who waits for one; empty if nobody known holds any."""
        if not self.servers:
            return ""
        some = "1 server here holds some" if self.servers == 1 else _many(self.servers)
        if self.next_seconds is None:
            return some
        return f"{some}, and the next must end within {show_span(self.next_seconds)}"


def _many(servers: int) -> str:
    return f"{servers} servers here hold some"


def show_span(seconds: float) -> str:
    """Return a span of time for a person, in minutes, hours or days, rounded up."""
    minutes = max(1, -int(-seconds // 60))
    if minutes < 120:
        return f"{minutes} min"
    hours = -(-minutes // 60)
    return f"{hours} h" if hours < 72 else f"{-(-hours // 24)} days"


class GpuHolders:
    """Tells of the servers of a file's profiles which hold GPUs of the same kind as another.

    Only of servers whose profile has no choice between kinds of GPUs is it known which they hold;
    there may be more.
    """

    def __init__(self, file: ProfileFile) -> None:
        kinds = {profile.slug: _kinds(profile) for profile in file.profiles}
        self._kinds = {slug: next(iter(each)) for slug, each in kinds.items() if len(each) == 1}
        self._lifetimes = {
            profile.slug: profile.lifetime.seconds
            for profile in file.profiles
            if profile.lifetime is not None
        }

    def of(
        self, settings: Settings, running: Iterable[tuple[Holding, float]], now: float
    ) -> Holders:
        """Return who holds GPUs such as a server of these settings wants.

        Args:
            settings: those of the server that waits.
            running: servers, each with the time it started at.
            now: the present, as the times.
        """
        kind = _kind(settings)
        starts = [
            (holding.profile, started)
            for holding, started in running
            if kind is not None and self._kinds.get(holding.profile) == kind and holding.usage.gpu
        ]
        ends = [
            started + self._lifetimes[slug] for slug, started in starts if slug in self._lifetimes
        ]
        return Holders(len(starts), max(min(ends) - now, 0.0) if ends else None)


def _kinds(profile: Profile) -> set[_Kind]:
    choices = [choice for option in profile.options.values() for choice in option.choices.values()]
    every = [_kind(profile), *(_kind(merged(profile, [choice])) for choice in choices)]
    return {kind for kind in every if kind is not None}


def _kind(settings: Settings) -> _Kind | None:
    if settings.gpu is None or not settings.gpu.count:
        return None
    return gpu_resource(settings.gpu), frozenset(settings.node_selector.items())
