"""Webhooks, and what is on its way to them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection

from celltrail_server.callers import Caller
from celltrail_server.store.deliveries import Delivery
from celltrail_server.store.records import Page
from celltrail_server.store.webhooks import Target, Webhook, WebhookFields


class WebhookStore(ABC):
    """Webhooks of the owner in whose name the caller acts; others do not exist.

    A change of the registry and what webhooks are told of it are committed together. Methods about
    deliveries are for the one who sends them, and know no caller.
    """

    on_delivery: Callable[[], None]
    """Called on the event loop after commits that may have left something to deliver."""

    @abstractmethod
    async def create_webhook(self, caller: Caller, fields: WebhookFields) -> Webhook:
        """Create a webhook."""

    @abstractmethod
    async def get_webhook(self, caller: Caller, webhook_id: str) -> Webhook:
        """Return a webhook."""

    @abstractmethod
    async def get_target(self, caller: Caller, webhook_id: str) -> Target:
        """Return a webhook with its secret, to send it a test."""

    @abstractmethod
    async def list_webhooks(
        self, caller: Caller, max_results: int, page_token: str | None
    ) -> Page[Webhook]:
        """Return the owner's webhooks, newest first."""

    @abstractmethod
    async def change_webhook(
        self, caller: Caller, webhook_id: str, fields: WebhookFields
    ) -> Webhook:
        """Change what is given of a webhook."""

    @abstractmethod
    async def delete_webhook(self, caller: Caller, webhook_id: str) -> None:
        """Delete a webhook; what is on its way to it is not sent any more."""

    @abstractmethod
    async def next_delivery_ms(self, except_to: Collection[str]) -> int | None:
        """Return when the next delivery is due, but for those webhooks; None if none waits."""

    @abstractmethod
    async def take_deliveries(
        self, limit: int, seconds: float, except_to: Collection[str]
    ) -> list[Delivery]:
        """Take due deliveries, one a webhook; after `seconds` unsettled ones are due again."""

    @abstractmethod
    async def settle_delivery(self, pk: int, retry_ms: int | None) -> None:
        """Forget a delivery that was taken, or let it be due again at that time."""
