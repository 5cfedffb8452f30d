"""Who holds the GPUs that somebody waits for, and when the next must give them back."""

from collections.abc import Iterable

import msgspec

from celltrail_profiles.quotas import Holding
from celltrail_profiles.resolving import gpu_resources
from celltrail_profiles.schema import ProfileFile


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


def holders(
    file: ProfileFile, running: Iterable[tuple[Holding, float]], resource: str, now: float
) -> Holders:
    """Return who holds GPUs of a resource, as far as their profiles ask for them.

    Args:
        file: the profiles in force.
        running: servers, each with the time it started at.
        resource: the extended resource, such as `nvidia.com/gpu`.
        now: the present, as the times.
    """
    profiles = {each.slug: each for each in file.profiles if resource in gpu_resources(each)}
    starts = [
        (profiles[holding.profile], started)
        for holding, started in running
        if holding.profile in profiles and holding.usage.gpu
    ]
    ends = [
        started + profile.lifetime.seconds
        for profile, started in starts
        if profile.lifetime is not None
    ]
    return Holders(len(starts), max(min(ends) - now, 0.0) if ends else None)
