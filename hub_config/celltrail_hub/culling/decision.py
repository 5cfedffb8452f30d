"""When a server is to be stopped, and why: from what is known of it and its profile's policy.

Pure. All times are seconds since 1970, whose clock is the hub's.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from celltrail_profiles.schema import Culling, Profile

type Cause = Literal["idle", "gpu-idle", "lifetime"]

_NOTHING = Culling()


class Known(msgspec.Struct, frozen=True):
    """What is known of a running server."""

    started: float
    kernel: float
    """When something last ran in a kernel or terminal."""

    connection: float
    """When a browser was last connected."""

    gpu: float | None
    """When a GPU was last used as much as the policy asks; None: nobody can tell."""

    keep_until: float = 0
    """Until when its user wants it to be spared."""

    answers: bool = True
    """Whether the server itself has just told this."""


class End(msgspec.Struct, frozen=True):
    """When a server will have to be stopped if nothing changes, and why."""

    at: float
    cause: Cause
    reason: str
    """Goes on from "stopped at 12:03", before as after it."""

    warn_seconds: float
    """How long before that its user is to know."""


class Keep(msgspec.Struct, frozen=True):
    """Nothing is to be done."""


class Warn(msgspec.Struct, frozen=True):
    """The user is to know that the server will be stopped."""

    end: End
    since: float
    """When the user was warned first."""


class Stop(msgspec.Struct, frozen=True):
    """The server is to be stopped now."""

    end: End


type Verdict = Keep | Warn | Stop


def decide(profile: Profile, known: Known, before: Verdict, now: float) -> Verdict:
    """Return what is to be done with a server of a profile.

    `before` is what this said at the last look. Nobody's server is stopped who has not been warned
    for as long as the policy promises, even if nobody looked for hours.
    """
    end = end_of(profile, known)
    if end is None or now < end.at - end.warn_seconds:
        return Keep()
    since = before.since if isinstance(before, Warn) else now
    at = max(end.at, since + end.warn_seconds)
    return Stop(end) if now >= at else Warn(msgspec.structs.replace(end, at=at), since)


def end_of(profile: Profile, known: Known) -> End | None:
    """Return the first reason for which the server will have to be stopped, if there is one."""
    return min(_ends(profile, known), key=lambda end: end.at, default=None)


def describe_ends(profile: Profile) -> str:
    """Return for users when servers of a profile are stopped; goes on from "stopped"."""
    return ", or ".join(end.reason for end in _ends(profile, Known(0, 0, 0, 0)))


def last_end(profile: Profile, started: float) -> float | None:
    """Return when the life of a server ends, however much it is used; None: never."""
    return None if profile.lifetime is None else started + profile.lifetime.seconds


def look_seconds(profile: Profile) -> float:
    """Return how often to look at a server in order not to be late by more than a quarter."""
    culling = profile.culling or _NOTHING
    limits = (profile.lifetime, culling.kernel_idle, culling.no_connection, culling.gpu_idle)
    spans = [limit.seconds for limit in limits if limit is not None]
    return max(1, min([*spans, culling.warn_seconds], default=0) / 4)


def _ends(profile: Profile, known: Known) -> Iterator[End]:
    culling = profile.culling or _NOTHING
    silence = "" if known.answers else ", and it no longer answers"
    idle = _unused(culling, known)
    if idle:
        at = max(known.keep_until, *(last + span for last, span, _ in idle))
        texts = " and ".join(text for _, _, text in idle)
        shortest = min(span for _, span, _ in idle)
        yield _end(culling, at, "idle", f"after {texts}{silence}", shortest)
    if culling.gpu_idle is not None and known.gpu is not None:
        at = max(known.keep_until, known.gpu + culling.gpu_idle.seconds)
        though = ", though something ran" if known.kernel > known.gpu else ""
        reason = f"after {culling.gpu_idle} with its GPU below {culling.gpu_idle_below:g} %"
        yield _end(culling, at, "gpu-idle", reason + though + silence, culling.gpu_idle.seconds)
    at_last = last_end(profile, known.started)
    if profile.lifetime is not None and at_last is not None:
        reason = f"after {profile.lifetime}, the longest that its profile allows"
        yield _end(culling, at_last, "lifetime", reason, profile.lifetime.seconds)


def _unused(culling: Culling, known: Known) -> list[tuple[float, int, str]]:
    """Return for each signal of the policy the last use, the span, and the words for it."""
    signals = (
        (known.kernel, culling.kernel_idle, "with no kernel running anything"),
        (known.connection, culling.no_connection, "without a connection"),
    )
    return [(last, span.seconds, f"{span} {text}") for last, span, text in signals if span]


def _end(culling: Culling, at: float, cause: Cause, reason: str, span: float) -> End:
    return End(at, cause, reason, min(culling.warn_seconds, span))
