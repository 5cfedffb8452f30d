"""Looks at one running server, warns its user, and tells when to stop it."""

import logging
import time

from celltrail_hub.culling.decision import End, Keep, Known, Stop, Verdict, Warn, decide, last_end
from celltrail_hub.culling.signals import Notice, Warned, exchange, known_of
from celltrail_profiles.schema import Culling, Profile

_NO_POLICY = Culling()
_SILENT = (
    "%s does not say when it was used, so JupyterHub's last_activity counts, to which a long quiet "
    "cell is idle; is celltrail_lab in its image?"
)
_BLIND = (
    "%s does not know how much its GPU is used, so `gpu_idle` of profile %s does nothing for it; "
    "NVML, by `nvidia-ml-py` in its image, knows that of whole devices"
)


class Culler:
    """What the hub remembers of one server between its looks at it. Times: seconds since 1970."""

    def __init__(self, name: str, log: logging.Logger, look_seconds: float) -> None:
        self._name = name
        self._log = log
        self._look_seconds = look_seconds
        self._known: Known | None = None
        self._verdict: Verdict = Keep()

    async def look(
        self, url: str, token: str, profile: Profile, *, started: float, last_activity: float
    ) -> Verdict:
        """Ask the server at `url`, decide, and let its user know; returns the verdict.

        `started` and `last_activity` are JupyterHub's.
        """
        signals = await exchange(url, token, self._notice(profile, started))
        before = self._known
        self._known = known = known_of(
            signals,
            before,
            started=started,
            last_activity=last_activity,
            keep_at_most_seconds=_keep_seconds(profile),
            now=time.time(),
        )
        if not known.answers and (before is None or before.answers):
            self._log.warning(_SILENT, self._name)
        if _wants_gpus(profile) and known.gpu is None and (before is None or before.gpu):
            self._log.warning(_BLIND, self._name, profile.slug)
        verdict = decide(profile, known, self._verdict, time.time())
        changed, self._verdict = type(verdict) is not type(self._verdict), verdict
        if changed and not isinstance(verdict, Stop):
            self._tell(verdict)
            await exchange(url, token, self._notice(profile, started))
        return verdict

    def _notice(self, profile: Profile, started: float) -> Notice:
        now = time.time()
        last = last_end(profile, started)
        keep = _keep_seconds(profile)
        return Notice(
            warning=_warned(self._verdict.end, now) if isinstance(self._verdict, Warn) else None,
            keep_at_most_seconds=keep if last is None else max(0, min(keep, last - now)),
            gpu_idle_below=(profile.culling or _NO_POLICY).gpu_idle_below,
            look_seconds=self._look_seconds,
        )

    def _tell(self, verdict: Keep | Warn) -> None:
        if isinstance(verdict, Warn):
            seconds = verdict.end.at - time.time()
            reason = verdict.end.reason
            self._log.info("%s will be stopped in %.0f s, %s", self._name, seconds, reason)
        else:
            self._log.info("%s is not stopped for now", self._name)


def _wants_gpus(profile: Profile) -> bool:
    return profile.culling is not None and profile.culling.gpu_idle is not None


def _warned(end: End, now: float) -> Warned:
    return Warned(max(0, end.at - now), end.cause, end.reason)


def _keep_seconds(profile: Profile) -> float:
    """Return for how long users may ask to be spared."""
    allowed = profile.culling.keep_until if profile.culling else None
    return allowed.seconds if allowed is not None else 0
