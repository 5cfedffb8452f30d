"""Webhooks, what each waits for, and what is on its way to them."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from celltrail_server.store.tables.base import Id, metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("webhook_id", String(36), nullable=False, unique=True),
    Column("owner", String(255), nullable=False),
    Column("name", String(63), nullable=False),
    Column("description", Text),
    Column("url", Text, nullable=False),
    Column("secret", Text),
    Column("status", String(20), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    Index(None, "owner", "id"),
)

webhook_events = Table(
    "webhook_events",
    metadata,
    Column("webhook_pk", Id, ForeignKey("webhooks.id"), primary_key=True),
    Column("entity", String(32), primary_key=True),
    Column("action", String(16), primary_key=True),
)

# Written in the transaction of what it tells of, gone once it is delivered or given up. Who sends
# one moves `due_ms` on first, so that nobody else does, and it comes back if the sender dies.
webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("delivery_id", String(36), nullable=False, unique=True),
    Column("webhook_pk", Id, ForeignKey("webhooks.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Index(None, "due_ms"),
    Index(None, "webhook_pk", "id"),
)
