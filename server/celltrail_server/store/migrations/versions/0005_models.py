"""Datasets, inputs and outputs of runs, logged models."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0002"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "datasets",
        sa.Column("id", Id, nullable=False),
        sa.Column("experiment_pk", Id, nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.String(length=36), nullable=False),
        sa.Column("source_type", sa.String(length=36), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("schema", sa.Text(), nullable=True),
        sa.Column("profile", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["experiment_pk"], ["experiments.id"], name=op.f("fk_datasets_experiment_pk")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_datasets")),
        sa.UniqueConstraint(
            "experiment_pk", "name", "digest", name=op.f("uq_datasets_experiment_pk_name_digest")
        ),
    )
    op.create_table(
        "logged_models",
        sa.Column("id", Id, nullable=False),
        sa.Column("model_id", sa.String(length=36), nullable=False),
        sa.Column("experiment_pk", Id, nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("model_type", sa.String(length=500), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("lifecycle_stage", sa.String(length=16), nullable=False),
        sa.Column("source_run_id", sa.String(length=255), nullable=False),
        sa.Column("execution_id", sa.String(length=32), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_pk"], ["experiments.id"], name=op.f("fk_logged_models_experiment_pk")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logged_models")),
        sa.UniqueConstraint("model_id", name=op.f("uq_logged_models_model_id")),
    )
    op.create_index(
        op.f("ix_logged_models_experiment_pk_created_ms_id"),
        "logged_models",
        ["experiment_pk", "created_ms", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_logged_models_source_run_id"), "logged_models", ["source_run_id"], unique=False
    )
    op.create_table(
        "dataset_inputs",
        sa.Column("id", Id, nullable=False),
        sa.Column("run_pk", Id, nullable=False),
        sa.Column("dataset_pk", Id, nullable=False),
        sa.Column("execution_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["dataset_pk"], ["datasets.id"], name=op.f("fk_dataset_inputs_dataset_pk")
        ),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name=op.f("fk_dataset_inputs_run_pk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_inputs")),
        sa.UniqueConstraint(
            "run_pk", "dataset_pk", name=op.f("uq_dataset_inputs_run_pk_dataset_pk")
        ),
    )
    op.create_index(
        op.f("ix_dataset_inputs_dataset_pk"), "dataset_inputs", ["dataset_pk"], unique=False
    )
    op.create_table(
        "logged_model_artifacts",
        sa.Column("model_pk", Id, nullable=False),
        sa.Column("path", sa.String(length=1024), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=255), nullable=False),
        sa.Column("execution_id", sa.String(length=32), nullable=True),
        sa.Column("logged_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_pk"], ["logged_models.id"], name=op.f("fk_logged_model_artifacts_model_pk")
        ),
        sa.PrimaryKeyConstraint("model_pk", "path", name=op.f("pk_logged_model_artifacts")),
    )
    op.create_index(
        op.f("ix_logged_model_artifacts_sha256"), "logged_model_artifacts", ["sha256"], unique=False
    )
    op.create_table(
        "logged_model_metrics",
        sa.Column("id", Id, nullable=False),
        sa.Column("model_pk", Id, nullable=False),
        sa.Column("run_pk", Id, nullable=False),
        sa.Column("key_id", Id, nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("dataset_name", sa.String(length=500), nullable=False),
        sa.Column("dataset_digest", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"], ["keys.id"], name=op.f("fk_logged_model_metrics_key_id")
        ),
        sa.ForeignKeyConstraint(
            ["model_pk"], ["logged_models.id"], name=op.f("fk_logged_model_metrics_model_pk")
        ),
        sa.ForeignKeyConstraint(
            ["run_pk"], ["runs.id"], name=op.f("fk_logged_model_metrics_run_pk")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logged_model_metrics")),
    )
    op.create_index(
        op.f("ix_logged_model_metrics_model_pk_key_id_time_ms"),
        "logged_model_metrics",
        ["model_pk", "key_id", "time_ms"],
        unique=False,
    )
    op.create_index(
        op.f("ix_logged_model_metrics_run_pk"), "logged_model_metrics", ["run_pk"], unique=False
    )
    op.create_table(
        "logged_model_params",
        sa.Column("model_pk", Id, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_pk"], ["logged_models.id"], name=op.f("fk_logged_model_params_model_pk")
        ),
        sa.PrimaryKeyConstraint("model_pk", "key", name=op.f("pk_logged_model_params")),
    )
    op.create_table(
        "logged_model_tags",
        sa.Column("model_pk", Id, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_pk"], ["logged_models.id"], name=op.f("fk_logged_model_tags_model_pk")
        ),
        sa.PrimaryKeyConstraint("model_pk", "key", name=op.f("pk_logged_model_tags")),
    )
    op.create_table(
        "model_inputs",
        sa.Column("run_pk", Id, nullable=False),
        sa.Column("model_id", sa.String(length=255), nullable=False),
        sa.Column("execution_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name=op.f("fk_model_inputs_run_pk")),
        sa.PrimaryKeyConstraint("run_pk", "model_id", name=op.f("pk_model_inputs")),
    )
    op.create_index(op.f("ix_model_inputs_model_id"), "model_inputs", ["model_id"], unique=False)
    op.create_table(
        "model_outputs",
        sa.Column("run_pk", Id, nullable=False),
        sa.Column("model_id", sa.String(length=255), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("execution_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name=op.f("fk_model_outputs_run_pk")),
        sa.PrimaryKeyConstraint("run_pk", "model_id", name=op.f("pk_model_outputs")),
    )
    op.create_index(op.f("ix_model_outputs_model_id"), "model_outputs", ["model_id"], unique=False)
    op.create_table(
        "dataset_input_tags",
        sa.Column("input_pk", Id, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["input_pk"], ["dataset_inputs.id"], name=op.f("fk_dataset_input_tags_input_pk")
        ),
        sa.PrimaryKeyConstraint("input_pk", "key", name=op.f("pk_dataset_input_tags")),
    )
