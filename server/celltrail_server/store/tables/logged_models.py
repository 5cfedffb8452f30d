"""Models that runs or scripts have logged: their params, tags, metrics and files."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text

from celltrail_server.store.tables.base import ExactFloat, Id, file_columns, metadata, number


def _model_pk() -> Column[int]:
    return Column("model_pk", Id, ForeignKey("logged_models.id"), primary_key=True)


# `source_run_id` is no foreign key: a model outlives the run that made it.
logged_models = Table(
    "logged_models",
    metadata,
    Column("id", Id, primary_key=True),
    Column("model_id", String(36), nullable=False, unique=True),
    Column("experiment_pk", Id, ForeignKey("experiments.id"), nullable=False),
    Column("owner", String(255), nullable=False),
    Column("name", String(500), nullable=False),
    Column("model_type", String(500), nullable=False),
    Column("status", String(32), nullable=False),
    Column("lifecycle_stage", String(16), nullable=False),
    Column("source_run_id", String(255), nullable=False),
    Column("execution_id", String(32)),
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    Index(None, "experiment_pk", "created_ms", "id"),
    Index(None, "source_run_id"),
)

logged_model_params = Table(
    "logged_model_params",
    metadata,
    _model_pk(),
    Column("key", String(255), primary_key=True),
    Column("value", Text, nullable=False),
    number(),
)

logged_model_tags = Table(
    "logged_model_tags",
    metadata,
    _model_pk(),
    Column("key", String(255), primary_key=True),
    Column("value", Text, nullable=False),
)

# Who may read the run may see the point, whoever may read the model.
logged_model_metrics = Table(
    "logged_model_metrics",
    metadata,
    Column("id", Id, primary_key=True),
    Column("model_pk", Id, ForeignKey("logged_models.id"), nullable=False),
    Column("run_pk", Id, ForeignKey("runs.id"), nullable=False),
    Column("key_id", Id, ForeignKey("keys.id"), nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("time_ms", BigInteger, nullable=False),
    Column("value", ExactFloat),
    Column("dataset_name", String(500), nullable=False),
    Column("dataset_digest", String(36), nullable=False),
    Index(None, "model_pk", "key_id", "time_ms"),
    Index(None, "run_pk"),
)

logged_model_artifacts = Table(
    "logged_model_artifacts",
    metadata,
    _model_pk(),
    *file_columns(),
)
