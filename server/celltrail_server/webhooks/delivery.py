"""The task that sends what is on its way to webhooks.

It takes what is due from the store, a few at a time and never two for one webhook, so a slow
receiver holds up itself alone. What fails comes back later, and is given up after the last try.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from celltrail.errors import CelltrailError
from celltrail.events import now_ms
from celltrail_server.store.contract.webhooks import WebhookStore
from celltrail_server.store.deliveries import Delivery
from celltrail_server.webhooks.sending import TIMEOUT_SECONDS, Sender

logger = logging.getLogger("celltrail.server")

SENDERS = 8
BACKOFF_SECONDS = (1, 5, 30, 120, 600)
"""Pauses before the second and later tries."""

TAKEN_SECONDS = 3 * TIMEOUT_SECONDS
"""How long a delivery is nobody else's; it takes less to send it, or to learn that it fails."""

POLL_SECONDS = 60
"""How often to look without a reason: another server on the same database may have died."""

PASSING = (408, 425, 429)
"""Statuses below 500 that may be others soon."""


class Deliverer:
    """Sends the store's deliveries while `run` runs."""

    def __init__(
        self,
        store: WebhookStore,
        sender: Sender,
        backoff_seconds: Sequence[float] = BACKOFF_SECONDS,
    ) -> None:
        self._store = store
        self._sender = sender
        self._backoff_seconds = backoff_seconds
        self._wake = asyncio.Event()
        self._sending: dict[str, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Look for deliveries now."""
        self._wake.set()

    async def run(self) -> None:
        """Send what is due, until cancelled; what is not settled then is sent again later."""
        try:
            while True:
                self._wake.clear()
                pause = await self._round()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), pause)
        finally:
            for task in self._sending.values():
                task.cancel()
            await asyncio.gather(*self._sending.values(), return_exceptions=True)
            await self._sender.close()

    async def _round(self) -> float:
        """Begin to send what is due and can be sent; return the seconds until there may be more."""
        free = SENDERS - len(self._sending)
        if not free:
            return POLL_SECONDS
        try:
            due_ms = await self._store.next_delivery_ms(tuple(self._sending))
            if due_ms is None:
                return POLL_SECONDS
            if due_ms > now_ms():
                return min((due_ms - now_ms()) / 1000 + 0.001, POLL_SECONDS)
            taken = await self._store.take_deliveries(free, TAKEN_SECONDS, tuple(self._sending))
        except CelltrailError as error:
            logger.warning("webhooks wait: %s", error)
            return POLL_SECONDS
        except Exception:  # the next round may do better
            logger.exception("webhooks wait")
            return POLL_SECONDS
        for delivery in taken:
            task = asyncio.create_task(self._deliver(delivery))
            self._sending[delivery.webhook_id] = task
        return 0

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            failure, is_final = await self._attempt(delivery)
            retry_ms = None
            if failure and not is_final and delivery.attempts <= len(self._backoff_seconds):
                retry_ms = now_ms() + int(self._backoff_seconds[delivery.attempts - 1] * 1000)
            elif failure:
                logger.warning(
                    "webhook %s missed the delivery %s: %s",
                    delivery.webhook_id, delivery.delivery_id, failure,
                )  # fmt: skip
            await self._store.settle_delivery(delivery.pk, retry_ms)
        except Exception:  # whatever it was, the other deliveries go on
            logger.exception("the delivery %s is left for later", delivery.delivery_id)
        finally:
            del self._sending[delivery.webhook_id]
            self.wake()

    async def _attempt(self, delivery: Delivery) -> tuple[str | None, bool]:
        """Return why it failed, if it did, and whether another try would, too."""
        try:
            answer = await self._sender.send(
                delivery.url, delivery.delivery_id, delivery.body, delivery.secret
            )
        except CelltrailError as error:
            return str(error), False
        if answer.status < 400:
            return None, True
        is_final = answer.status < 500 and answer.status not in PASSING
        return f"the receiver answered {answer.status}", is_final
