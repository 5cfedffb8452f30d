"""Runs, their params and tags."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from celltrail_server.store.tables.base import Id, metadata, number, prefix, run_pk
from celltrail_server.store.tables.keys import key_id

runs = Table(
    "runs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run_id", String(32), nullable=False, unique=True),
    Column("owner", String(255), nullable=False),
    Column("experiment_pk", Id, ForeignKey("experiments.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("lifecycle_stage", String(16), nullable=False),
    Column("parent_id", String(255)),
    Column("notebook", Text),
    Column("execution_id", String(32)),
    Column("started_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column("deleted_ms", BigInteger),
    Column("cell_count", Integer, nullable=False, server_default="0"),
    Index(None, "experiment_pk", "parent_id", "started_ms", "id"),
    Index(None, "owner", "started_ms", "id"),
    Index(None, "experiment_pk", "started_ms", "run_id"),
    Index(None, "parent_id"),
)

params = Table(
    "params",
    metadata,
    run_pk(),
    key_id(),
    Column("value", Text, nullable=False),
    Column("execution_id", String(32)),
    number(),
)
# These begin with the text, so that only those who look for one are tempted to use them.
Index("ix_params_prefix_key_id_run_pk", prefix(params.c.value), params.c.key_id, params.c.run_pk)
Index(
    "ix_params_key_id_number_run_pk",
    params.c.key_id,
    params.c.number,
    params.c.run_pk,
    sqlite_where=params.c.number.is_not(None),
)

tags = Table(
    "tags",
    metadata,
    run_pk(),
    key_id(),
    Column("value", Text, nullable=False),
)
Index("ix_tags_prefix_key_id_run_pk", prefix(tags.c.value), tags.c.key_id, tags.c.run_pk)
