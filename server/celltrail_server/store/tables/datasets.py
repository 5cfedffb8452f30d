"""Datasets of an experiment, which runs used them, and which logged models runs used and made."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from celltrail_server.store.tables.base import Id, metadata, run_pk

datasets = Table(
    "datasets",
    metadata,
    Column("id", Id, primary_key=True),
    Column("experiment_pk", Id, ForeignKey("experiments.id"), nullable=False),
    Column("name", String(500), nullable=False),
    Column("digest", String(36), nullable=False),
    Column("source_type", String(36), nullable=False),
    Column("source", Text, nullable=False),
    Column("schema", Text),
    Column("profile", Text),
    UniqueConstraint("experiment_pk", "name", "digest"),
)

dataset_inputs = Table(
    "dataset_inputs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run_pk", Id, ForeignKey("runs.id"), nullable=False),
    Column("dataset_pk", Id, ForeignKey("datasets.id"), nullable=False),
    Column("execution_id", String(32)),
    UniqueConstraint("run_pk", "dataset_pk"),
    Index(None, "dataset_pk"),
)

dataset_input_tags = Table(
    "dataset_input_tags",
    metadata,
    Column("input_pk", Id, ForeignKey("dataset_inputs.id"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("value", Text, nullable=False),
)

# `model_id` is no foreign key: the model may be one of another server, or come later.
model_inputs = Table(
    "model_inputs",
    metadata,
    run_pk(),
    Column("model_id", String(255), primary_key=True),
    Column("execution_id", String(32)),
    Index(None, "model_id"),
)

model_outputs = Table(
    "model_outputs",
    metadata,
    run_pk(),
    Column("model_id", String(255), primary_key=True),
    Column("step", BigInteger, nullable=False),
    Column("execution_id", String(32)),
    Index(None, "model_id"),
)
