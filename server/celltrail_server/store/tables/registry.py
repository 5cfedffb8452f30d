"""Registered models, their versions, tags and aliases."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from celltrail_server.store.tables.base import Id, metadata

# Numbers of versions are never given twice, so the last one is kept, not asked from the versions.
registered_models = Table(
    "registered_models",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner", String(255), nullable=False),
    Column("name", String(256), nullable=False),
    Column("description", Text),
    Column("last_version", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    UniqueConstraint("owner", "name"),
)

registered_model_tags = Table(
    "registered_model_tags",
    metadata,
    Column("model_pk", Id, ForeignKey("registered_models.id"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
)

# `run_id` and `model_id` are no foreign keys: a version outlives the run that it came from.
model_versions = Table(
    "model_versions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("model_pk", Id, ForeignKey("registered_models.id"), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("description", Text),
    Column("user_id", String(255), nullable=False),
    Column("source", Text, nullable=False),
    Column("storage_location", Text, nullable=False),
    Column("run_id", String(255), nullable=False),
    Column("run_link", Text, nullable=False),
    Column("model_id", String(255), nullable=False),
    Column("execution_id", String(32)),
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    UniqueConstraint("model_pk", "version"),
    Index(None, "run_id"),
    Index(None, "model_id"),
    Index(None, "execution_id"),
)

model_version_tags = Table(
    "model_version_tags",
    metadata,
    Column("version_pk", Id, ForeignKey("model_versions.id"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
)

registered_model_aliases = Table(
    "registered_model_aliases",
    metadata,
    Column("model_pk", Id, ForeignKey("registered_models.id"), primary_key=True),
    Column("alias", String(255), primary_key=True),
    Column("version_pk", Id, ForeignKey("model_versions.id"), nullable=False),
    Index(None, "version_pk"),
)
