"""Webhooks: whom to tell of which events. Each belongs to an owner, as registered models do."""

import re
import uuid
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from celltrail.errors import InvalidError, NotFoundError
from celltrail.events import now_ms
from celltrail_server import limits
from celltrail_server.callers import Caller
from celltrail_server.store.offsets import next_token, parse_token
from celltrail_server.store.records import Page
from celltrail_server.store.tables import webhook_deliveries, webhook_events, webhooks
from celltrail_server.store.transaction import Transaction
from celltrail_server.webhooks.addresses import MAX_URL
from celltrail_server.webhooks.events import Event, check_event

Status = Literal["ACTIVE", "DISABLED"]

MAX_SECRET = 1000
MAX_DESCRIPTION = 1000

_NAME = re.compile(r"(?=.{1,63}$)[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?")


class Webhook(msgspec.Struct, frozen=True):
    """A receiver of events; its secret is kept, and never shown."""

    webhook_id: str
    name: str
    description: str | None
    url: str
    events: list[Event]
    status: Status
    created_ms: int
    updated_ms: int


class WebhookFields(msgspec.Struct, frozen=True):
    """What a caller says of a webhook; None: nothing."""

    name: str | None = None
    description: str | None = None
    url: str | None = None
    events: list[Event] | None = None
    secret: str | None = None
    status: Status | None = None

    def __repr__(self) -> str:  # a log must not show the secret
        return f"WebhookFields({self.name})"


class Target(msgspec.Struct, frozen=True):
    """Where to send a test, and what to sign it with."""

    webhook: Webhook
    secret: str | None

    def __repr__(self) -> str:  # a log must not show the secret
        return f"Target({self.webhook!r})"


def create(transaction: Transaction, fields: WebhookFields) -> Webhook:
    """Create a webhook; `name`, `url` and `events` are needed."""
    check_fields(fields)
    if not (fields.name and fields.url and fields.events):
        raise InvalidError("a webhook needs a name, a url and at least one event")
    now = now_ms()
    pk = transaction.connection.execute(
        insert(webhooks)
        .returning(webhooks.c.id)
        .values(
            webhook_id=str(uuid.uuid4()),
            owner=transaction.caller.owner,
            name=fields.name,
            description=fields.description,
            url=fields.url,
            secret=fields.secret or None,
            status=fields.status or "ACTIVE",
            created_ms=now,
            updated_ms=now,
        )
    ).scalar_one()
    _set_events(transaction.connection, pk, fields.events)
    return _load(transaction.connection, [pk])[0]


def change(transaction: Transaction, webhook_id: str, fields: WebhookFields) -> Webhook:
    """Change what is given; an empty secret takes the secret away.

    What is on its way to a webhook that is disabled is dropped.
    """
    pk = _find(transaction.connection, transaction.caller, webhook_id)
    check_fields(fields)
    values: dict[str, Any] = {
        name: value
        for name in ("name", "description", "url", "status")
        if (value := getattr(fields, name)) is not None
    }
    if fields.secret is not None:
        values["secret"] = fields.secret or None
    transaction.connection.execute(
        update(webhooks).where(webhooks.c.id == pk).values(updated_ms=now_ms(), **values)
    )
    if fields.events:
        _set_events(transaction.connection, pk, fields.events)
    if fields.status == "DISABLED":
        _drop_deliveries(transaction.connection, pk)
    return _load(transaction.connection, [pk])[0]


def remove(transaction: Transaction, webhook_id: str) -> None:
    """Delete a webhook, and what is on its way to it."""
    pk = _find(transaction.connection, transaction.caller, webhook_id)
    execute = transaction.connection.execute
    _drop_deliveries(transaction.connection, pk)
    execute(delete(webhook_events).where(webhook_events.c.webhook_pk == pk))
    execute(delete(webhooks).where(webhooks.c.id == pk))


def get(connection: Connection, caller: Caller, webhook_id: str) -> Webhook:
    """Return one webhook; raises `NotFoundError`."""
    return _load(connection, [_find(connection, caller, webhook_id)])[0]


def get_target(connection: Connection, caller: Caller, webhook_id: str) -> Target:
    """Return a webhook and its secret, to test it; raises `NotFoundError`."""
    pk = _find(connection, caller, webhook_id)
    secret = connection.scalar(select(webhooks.c.secret).where(webhooks.c.id == pk))
    return Target(_load(connection, [pk])[0], secret)


def list_page(
    connection: Connection, caller: Caller, max_results: int, page_token: str | None
) -> Page[Webhook]:
    """Return the owner's webhooks, newest first."""
    offset = parse_token(page_token)
    pks = connection.scalars(
        select(webhooks.c.id)
        .where(webhooks.c.owner == caller.owner)
        .order_by(webhooks.c.id.desc())
        .offset(offset)
        .limit(max_results + 1)
    ).all()
    page = pks[:max_results]
    return Page(_load(connection, list(page)), next_token(offset, len(page), len(pks)))


def _find(connection: Connection, caller: Caller, webhook_id: str) -> int:
    pk: int | None = connection.scalar(
        select(webhooks.c.id).where(
            webhooks.c.owner == caller.owner, webhooks.c.webhook_id == webhook_id
        )
    )
    if pk is None:
        raise NotFoundError(f"Webhook with ID {webhook_id} not found.")
    return pk


def _load(connection: Connection, pks: list[int]) -> list[Webhook]:
    waited: dict[int, list[Event]] = {}
    table = webhook_events.c
    for row in connection.execute(
        select(webhook_events)
        .where(table.webhook_pk.in_(pks))
        .order_by(table.webhook_pk, table.entity, table.action)
    ):
        waited.setdefault(row.webhook_pk, []).append(Event(row.entity, row.action))
    found = {
        row.id: Webhook(
            webhook_id=row.webhook_id,
            name=row.name,
            description=row.description,
            url=row.url,
            events=waited.get(row.id, []),
            status=row.status,
            created_ms=row.created_ms,
            updated_ms=row.updated_ms,
        )
        for row in connection.execute(select(webhooks).where(webhooks.c.id.in_(pks)))
    }
    return [found[pk] for pk in pks]


def _set_events(connection: Connection, pk: int, events: list[Event]) -> None:
    connection.execute(delete(webhook_events).where(webhook_events.c.webhook_pk == pk))
    rows = [
        {"webhook_pk": pk, "entity": event.entity, "action": event.action}
        for event in dict.fromkeys(events)
    ]
    connection.execute(insert(webhook_events), rows)


def _drop_deliveries(connection: Connection, pk: int) -> None:
    connection.execute(delete(webhook_deliveries).where(webhook_deliveries.c.webhook_pk == pk))


def check_fields(fields: WebhookFields) -> None:
    """Refuse what no webhook can have; where its URL leads is for `webhooks.addresses` to say."""
    if fields.name is not None and _NAME.fullmatch(fields.name) is None:
        raise InvalidError(
            f"Webhook name {fields.name[:100]!r} is invalid. It must start and end with a letter "
            "or digit, be less than 63 characters long, and contain only letters, digits, dots "
            "(.), underscores (_), and hyphens (-)."
        )
    for event in fields.events or ():
        check_event(event)
    limits.check_text("description", fields.description or "", MAX_DESCRIPTION)
    limits.check_text("secret", fields.secret or "", MAX_SECRET)
    limits.check_text("url", fields.url or "", MAX_URL)
