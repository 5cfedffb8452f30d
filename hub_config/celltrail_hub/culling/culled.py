"""Stops servers as their profiles want it: a spawner with profiles that looks while it polls."""

import math
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from celltrail.errors import UnavailableError
from celltrail_hub.culling.culler import Culler
from celltrail_hub.culling.decision import End, Stop, look_seconds
from celltrail_hub.profiled import ProfiledSpawner
from celltrail_hub.shared import ledger_of
from celltrail_profiles.schema import Profile


class CulledSpawner(ProfiledSpawner):
    """JupyterHub polls each running server, also after a restart; so each is looked at, too."""

    # What the class after this one brings.
    api_token: str
    poll_interval: int
    ready: bool
    server: Any
    _log_name: str
    _stop_pending: bool

    _culler: Culler | None = None

    def start_polling(self) -> None:
        """Look as often as the profile's policy needs it."""
        self._culler = None
        profile = self._policy()
        if profile is not None:
            seconds = math.ceil(look_seconds(profile))
            self.poll_interval = min(self.poll_interval, seconds) if self.poll_interval else seconds
        super().start_polling()

    async def poll_and_notify(self) -> int | None:
        """Look whether the server still runs, and whether it should."""
        status: int | None = await super().poll_and_notify()  # type: ignore[misc]
        if status is None and self.ready:
            await self._look()
        return status

    async def _look(self) -> None:
        from celltrail_hub.metrics import CULLED

        profile = self._policy()
        if profile is None:
            return
        if self._culler is None:
            self._culler = Culler(self._log_name, self.log, self.poll_interval)
        verdict = await self._culler.look(
            self.server.url,
            self.api_token,
            profile,
            started=_seconds(self.orm_spawner.started),
            last_activity=_seconds(self.orm_spawner.last_activity or self.orm_spawner.started),
        )
        if isinstance(verdict, Stop) and self.ready:
            CULLED.labels(profile.slug, verdict.end.cause).inc()
            await self._cull(verdict.end)

    def _policy(self) -> Profile | None:
        """Return the server's profile if it says when to stop; of GPUs only if the server has any.

        A choice may have been to do without.
        """
        profile = self.profile()
        if profile is None or not (profile.culling or profile.lifetime):
            return None
        if profile.culling is None or profile.culling.gpu_idle is None or self._has_gpus():
            return profile
        return replace(profile, culling=replace(profile.culling, gpu_idle=None))

    def _has_gpus(self) -> bool:
        try:
            holding = ledger_of(self.ledger_file).holdings().get((self.user.name, self.name))
        except UnavailableError:  # told where servers are started
            return True
        return holding is None or holding.usage.gpu > 0

    async def _cull(self, end: End) -> None:
        """Stop the server as JupyterHub's own handlers do: the route first, then the server."""
        self.log.warning("Stopping %s %s", self._log_name, end.reason)
        self.why = end
        self._stop_pending = True
        try:
            await self.user.settings["proxy"].delete_user(self.user, self.name)
        except Exception:  # a proxy that is away will be told when it is back
            self.log.exception("The route to %s stays for now", self._log_name)
        await self.user.stop(self.name)


def _seconds(moment: datetime) -> float:
    """JupyterHub's times are in UTC and do not say so."""
    return moment.replace(tzinfo=UTC).timestamp()
