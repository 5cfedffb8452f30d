"""What the hub says about stopping this server, and what its user answers.

The hub decides and stops; it looks in from time to time, tells how things stand and hears when the
server was last used (`usage`) and for how long its user wants it to be spared. Lab's pages show the
warning. The whole protocol is in docs/wire.md.
"""

import math
import time
from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from celltrail.errors import InvalidError
from celltrail_lab.usage import Usage

Seconds = Annotated[float, Meta(ge=0)]

LIFETIME = "lifetime"


class Warned(msgspec.Struct, frozen=True):
    """That the hub will stop this server."""

    stop_in_seconds: Seconds
    cause: str
    reason: str


class Notice(msgspec.Struct, frozen=True):
    """What the hub says when it looks in."""

    warning: Warned | None = None
    keep_at_most_seconds: Seconds = 0
    gpu_idle_below: float = 5
    look_seconds: Seconds = 30


class Culling:
    """What this server knows of its own end."""

    def __init__(self, usage: Usage, clock: Callable[[], float] = time.monotonic) -> None:
        self.usage = usage
        self._clock = clock
        self._notice = Notice()
        self._told = clock()
        self._keep_until = -math.inf

    async def take(self, notice: Notice) -> dict[str, float | None]:
        """Note what the hub says; return what it asks for."""
        self._notice, self._told = notice, self._clock()
        self.usage.gpu_idle_below = notice.gpu_idle_below
        return {**await self.usage.look(), "keep_seconds": self._keep_seconds()}

    def state(self) -> dict[str, Any]:
        """Return what Lab shows; times are from now, for a browser's clock may be another."""
        passed = self._clock() - self._told
        warning = self._notice.warning
        if warning is not None:
            stop_in = max(0, warning.stop_in_seconds - passed)
            warning = msgspec.structs.replace(warning, stop_in_seconds=stop_in)
            if warning.cause != LIFETIME and stop_in <= self._keep_seconds():
                warning = None
        state = msgspec.structs.replace(self._notice, warning=warning)
        return {**msgspec.to_builtins(state), "keep_seconds": self._keep_seconds()}

    def keep(self, seconds: float) -> None:
        """Ask the hub to spare this server for so long from now; 0: no longer.

        Raises InvalidError with the bound if it is more than the administrator allows.
        """
        at_most = self._notice.keep_at_most_seconds
        if not 0 <= seconds <= at_most:
            raise InvalidError(
                f"this server can be kept for {at_most:.0f} seconds at most, not {seconds:.0f}"
                if at_most
                else "this server cannot be kept: its profile does not allow it"
            )
        self._keep_until = self._clock() + seconds

    def _keep_seconds(self) -> float:
        return max(0, self._keep_until - self._clock())
