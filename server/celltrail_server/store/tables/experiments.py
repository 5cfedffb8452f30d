"""Experiments."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from celltrail_server.store.tables.base import Id, metadata

experiments = Table(
    "experiments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner", String(255), nullable=False),
    Column("created_by", String(255), nullable=False, server_default=""),
    Column("name", String(500), nullable=False),
    Column("is_default", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("is_public", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("lifecycle_stage", String(16), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    Column("last_activity_ms", BigInteger, nullable=False),
    UniqueConstraint("owner", "name"),
    Index(None, "is_public"),
)

experiment_tags = Table(
    "experiment_tags",
    metadata,
    Column("experiment_pk", Id, ForeignKey("experiments.id"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
)
