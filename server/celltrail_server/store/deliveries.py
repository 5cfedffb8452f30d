"""What is on its way to webhooks: written with what it tells of, sent after the commit.

A delivery is taken by moving the time when it is due beyond the time that sending may take. So it
has one sender at a time, on one server of several, and is sent again if the sender dies: a
receiver gets each at least once, with the same id.
"""

import uuid
from collections.abc import Collection

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from celltrail.events import now_ms
from celltrail_server.store.tables import webhook_deliveries, webhook_events, webhooks
from celltrail_server.store.transaction import Transaction
from celltrail_server.webhooks.events import Told, body_of

MAX_WAITING = 1000
"""Deliveries that wait for one webhook; a receiver that is away for longer misses the rest."""


class Delivery(msgspec.Struct, frozen=True):
    """One request that is to be sent."""

    pk: int
    delivery_id: str
    webhook_id: str
    url: str
    secret: str | None
    body: str
    attempts: int
    """How often it was taken, this time included."""

    def __repr__(self) -> str:  # a log must not show the secret
        return f"Delivery({self.delivery_id} to webhook {self.webhook_id})"


def add(transaction: Transaction, told: Told) -> None:
    """Send `told` to the owner's active webhooks that wait for it."""
    now = now_ms()
    waiting = (
        select(func.count())
        .where(webhook_deliveries.c.webhook_pk == webhooks.c.id)
        .correlate(webhooks)
        .scalar_subquery()
    )
    pks = transaction.connection.scalars(
        select(webhooks.c.id)
        .join(webhook_events)
        .where(
            webhooks.c.owner == transaction.caller.owner,
            webhooks.c.status == "ACTIVE",
            webhook_events.c.entity == told.event.entity,
            webhook_events.c.action == told.event.action,
            waiting < MAX_WAITING,
        )
    ).all()
    if pks:
        rows = [
            {
                "delivery_id": str(uuid.uuid4()),
                "webhook_pk": pk,
                "body": body_of(told),
                "attempts": 0,
                "due_ms": now,
            }
            for pk in pks
        ]
        transaction.connection.execute(insert(webhook_deliveries), rows)


def next_due(connection: Connection, except_to: Collection[str]) -> int | None:
    """Return when the next delivery is due, None if none waits.

    except_to: ids of webhooks that do not count.
    """
    due: int | None = connection.scalar(
        select(func.min(webhook_deliveries.c.due_ms))
        .join(webhooks)
        .where(webhooks.c.webhook_id.not_in(except_to))
    )
    return due


def take(
    connection: Connection, limit: int, seconds: float, except_to: Collection[str]
) -> list[Delivery]:
    """Take at most `limit` deliveries that are due for that long, one for each webhook.

    except_to: ids of webhooks that have to wait.
    """
    now, table = now_ms(), webhook_deliveries.c
    pks = connection.scalars(
        select(func.min(table.id))
        .join(webhooks)
        .where(table.due_ms <= now, webhooks.c.webhook_id.not_in(except_to))
        .group_by(table.webhook_pk)
        .order_by(func.min(table.due_ms))
        .limit(limit)
    ).all()
    connection.execute(
        update(webhook_deliveries)
        .where(table.id.in_(pks))
        .values(due_ms=now + int(seconds * 1000), attempts=table.attempts + 1)
    )
    rows = connection.execute(
        select(
            table.id,
            table.delivery_id,
            webhooks.c.webhook_id,
            webhooks.c.url,
            webhooks.c.secret,
            table.body,
            table.attempts,
        )
        .join(webhooks)
        .where(table.id.in_(pks))
        .order_by(table.id)
    )
    return [Delivery(*row) for row in rows]


def settle(connection: Connection, pk: int, retry_ms: int | None) -> None:
    """Forget a delivery that was taken, or (a time) let it be due again then."""
    mine = webhook_deliveries.c.id == pk
    if retry_ms is None:
        connection.execute(delete(webhook_deliveries).where(mine))
    else:
        connection.execute(update(webhook_deliveries).where(mine).values(due_ms=retry_ms))
