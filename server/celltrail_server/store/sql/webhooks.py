"""Webhooks, and what is on its way to them."""
# ruff: noqa: D102  # the methods are documented in the contract

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Connection, Engine

from celltrail_server.callers import Caller
from celltrail_server.store import deliveries, webhooks
from celltrail_server.store.contract.webhooks import WebhookStore
from celltrail_server.store.deliveries import Delivery
from celltrail_server.store.records import Page
from celltrail_server.store.sql.base import SqlBase
from celltrail_server.store.transaction import Transaction
from celltrail_server.store.webhooks import Target, Webhook, WebhookFields


class SqlWebhooks(SqlBase, WebhookStore):
    """Webhooks, and what is on its way to them."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.on_delivery: Callable[[], None] = lambda: None

    async def create_webhook(self, caller: Caller, fields: WebhookFields) -> Webhook:
        return await self._write(caller, webhooks.create, fields)

    async def get_webhook(self, caller: Caller, webhook_id: str) -> Webhook:
        return await self._read(caller, webhooks.get, webhook_id)

    async def get_target(self, caller: Caller, webhook_id: str) -> Target:
        return await self._read(caller, webhooks.get_target, webhook_id)

    async def list_webhooks(
        self, caller: Caller, max_results: int, page_token: str | None
    ) -> Page[Webhook]:
        return await self._read(caller, webhooks.list_page, max_results, page_token)

    async def change_webhook(
        self, caller: Caller, webhook_id: str, fields: WebhookFields
    ) -> Webhook:
        return await self._write(caller, webhooks.change, webhook_id, fields)

    async def delete_webhook(self, caller: Caller, webhook_id: str) -> None:
        await self._write(caller, webhooks.remove, webhook_id)

    async def next_delivery_ms(self, except_to: Collection[str]) -> int | None:
        return await self._database.read(deliveries.next_due, except_to)

    async def take_deliveries(
        self, limit: int, seconds: float, except_to: Collection[str]
    ) -> list[Delivery]:
        return await self._system(deliveries.take, limit, seconds, except_to)

    async def settle_delivery(self, pk: int, retry_ms: int | None) -> None:
        await self._system(deliveries.settle, pk, retry_ms)

    async def _system[T](self, work: Callable[..., T], *args: Any) -> T:
        """Return `work(connection, *args)` after its commit, on behalf of nobody."""

        def write(connection: Connection) -> tuple[T, Transaction]:
            return work(connection, *args), Transaction(connection, Caller(""), {})

        result, _ = await self._database.write(write)
        return result
