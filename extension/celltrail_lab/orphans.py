"""Ships what ended kernels and scripts of this user have left in the spool."""

import asyncio
import logging
from contextlib import suppress
from typing import Any

from jupyter_events import EventLogger

from celltrail.errors import CelltrailError
from celltrail.settings import Settings
from celltrail.syncing import sync_orphans

PERIOD_SECONDS = 60
KERNEL_ACTIONS = "https://events.jupyter.org/jupyter_server/kernel_actions/v1"


class OrphanShipper:
    """Ships once a minute, and at once when asked. Never twice at the same time."""

    def __init__(self, settings: Settings, log: logging.Logger | logging.LoggerAdapter[Any]):
        self._settings = settings
        self._log = log
        self._asked = asyncio.Event()
        self._complaint = ""

    def request(self) -> None:
        """Ship soon: a process has ended."""
        self._asked.set()

    async def run(self) -> None:
        """Ship for as long as the event loop runs."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), PERIOD_SECONDS)
            self._asked.clear()
            await self._ship()

    async def _ship(self) -> None:
        try:
            report = await asyncio.to_thread(sync_orphans, self._settings)
        except CelltrailError as error:
            self._complain(str(error))
            return
        self._complaint = ""
        if report.events:
            self._log.info("celltrail: sent %s events of ended processes", report.events)

    def _complain(self, complaint: str) -> None:
        """A server that is away for hours is worth one line, not one a minute."""
        if complaint != self._complaint:
            self._log.warning("celltrail: ended processes' records wait: %s", complaint)
        self._complaint = complaint


def watch_kernels(events: EventLogger, shipper: OrphanShipper) -> None:
    """Ask `shipper` to ship when a kernel was shut down or, after it died, started again."""

    async def on_action(logger: EventLogger, schema_id: str, data: dict[str, Any]) -> None:
        if data.get("action") in ("shutdown", "restart"):
            shipper.request()

    events.add_listener(schema_id=KERNEL_ACTIONS, listener=on_action)
