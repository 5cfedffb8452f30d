"""How long ago this Jupyter server was used: by kernels, terminals, pipelines, browsers, on GPUs.

The hub asks for it in order to stop servers that nobody uses; see `culling`.
"""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from jupyter_server.utils import ensure_async

from celltrail.gpus import open_gpus
from celltrail_lab.runs import PipelineRuns

SAMPLE_SECONDS = 5


class Usage:
    """The last use of one Jupyter server. What was in use at a look is in use until the next."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        runs: PipelineRuns,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take Jupyter's settings, where its managers of kernels and terminals are."""
        self._settings = settings
        self._runs = runs
        self._clock = clock
        self._kernel = self._connection = clock()
        self._gpu: float | None = None
        self.gpu_idle_below = 5.0
        """Percent of use below which a GPU counts as idle."""

    def see_page(self) -> None:
        """Note that a browser shows Lab now."""
        self._connection = self._clock()

    async def look(self) -> dict[str, float | None]:
        """Return how many seconds ago each was last in use; 0: it is. None: nobody can tell."""
        now = self._clock()
        kernels: list[dict[str, Any]] = await ensure_async(
            self._settings["kernel_manager"].list_kernels()
        )
        manager = self._settings.get("terminal_manager")
        terminals = list(manager.terminals.values()) if manager else []
        idle = [
            *(0 if each["execution_state"] == "busy" else _age(each) for each in kernels),
            *(0 if is_busy(each) else _seconds_since(each.last_activity) for each in terminals),
            *([0] if self._runs.is_running else []),
        ]
        self._kernel = max([self._kernel, *(now - seconds for seconds in idle)])
        if any(each["connections"] for each in kernels) or any(each.clients for each in terminals):
            self._connection = now
        requests = (self._settings.get("api_last_activity"), *self._noted_by_extensions())
        ages = (_seconds_since(moment) for moment in requests if moment is not None)
        self._connection = max([self._connection, *(now - seconds for seconds in ages)])
        return {
            "kernel_idle_seconds": now - self._kernel,
            "connection_idle_seconds": now - self._connection,
            "gpu_idle_seconds": None if self._gpu is None else now - self._gpu,
        }

    def _noted_by_extensions(self) -> list[datetime]:
        """Return when programs behind this server were last used, as Jupyter lets them tell."""
        return list(self._settings.get("last_activity_times", {}).values())

    def note_gpus(self, percent: float | None) -> None:
        """Note how much the busiest GPU is used now; None: it cannot be told."""
        if percent is None:
            self._gpu = None
        elif self._gpu is None or percent >= self.gpu_idle_below:
            self._gpu = self._clock()

    async def watch_gpus(self) -> None:
        """Look at the GPUs for as long as the event loop runs; returns at once without any."""
        gpus = await asyncio.to_thread(open_gpus)  # a driver that sleeps takes seconds to wake up
        while gpus is not None:
            self.note_gpus(await asyncio.to_thread(gpus.busiest_percent))
            await asyncio.sleep(SAMPLE_SECONDS)


def is_busy(terminal: Any) -> bool:
    """Tell whether a terminal's shell waits for something that it runs in the foreground."""
    try:
        shell: int = terminal.ptyproc.pid
        return os.tcgetpgrp(terminal.ptyproc.fd) != shell
    except OSError:  # it has ended
        return False


def _age(kernel: dict[str, Any]) -> float:
    return _seconds_since(datetime.fromisoformat(kernel["last_activity"]))


def _seconds_since(moment: datetime) -> float:
    return max(0, (datetime.now(UTC) - moment).total_seconds())
