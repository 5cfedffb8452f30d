"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "blobs",
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "sha256", name=op.f("pk_blobs")),
    )
    op.create_table(
        "cell_sources",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_cell_sources")),
    )
    op.create_table(
        "experiments",
        sa.Column("id", Id, nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("lifecycle_stage", sa.String(length=16), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_activity_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiments")),
        sa.UniqueConstraint("owner", "name", name=op.f("uq_experiments_owner_name")),
    )
    op.create_table(
        "streams",
        sa.Column("stream", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("next_seq", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_streams")),
    )
    op.create_table(
        "experiment_tags",
        sa.Column("experiment_pk", Id, nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_pk"], ["experiments.id"], name=op.f("fk_experiment_tags_experiment_pk")
        ),
        sa.PrimaryKeyConstraint("experiment_pk", "key", name=op.f("pk_experiment_tags")),
    )
    op.create_table(
        "runs",
        sa.Column("id", Id, nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("experiment_pk", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("lifecycle_stage", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.String(length=255), nullable=True),
        sa.Column("notebook", sa.Text(), nullable=True),
        sa.Column("execution_id", sa.String(length=32), nullable=True),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("cell_count", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_pk"], ["experiments.id"], name=op.f("fk_runs_experiment_pk")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("run_id", name=op.f("uq_runs_run_id")),
    )
    op.create_index(
        op.f("ix_runs_experiment_pk_parent_id_started_ms_id"),
        "runs",
        ["experiment_pk", "parent_id", "started_ms", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_runs_owner_started_ms_id"), "runs", ["owner", "started_ms", "id"], unique=False
    )
    op.create_index(op.f("ix_runs_parent_id"), "runs", ["parent_id"], unique=False)
    op.create_table(
        "artifacts",
        sa.Column("run_pk", Id, nullable=False),
        sa.Column("path", sa.String(length=1024), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=255), nullable=False),
        sa.Column("execution_id", sa.String(length=32), nullable=True),
        sa.Column("logged_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name=op.f("fk_artifacts_run_pk")),
        sa.PrimaryKeyConstraint("run_pk", "path", name=op.f("pk_artifacts")),
    )
    op.create_index(op.f("ix_artifacts_sha256"), "artifacts", ["sha256"], unique=False)
    op.create_table(
        "cell_executions",
        sa.Column("id", Id, nullable=False),
        sa.Column("execution_id", sa.String(length=32), nullable=False),
        sa.Column("run_pk", Id, nullable=False),
        sa.Column("cell_id", sa.String(length=255), nullable=True),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("execution_count", sa.BigInteger(), nullable=True),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.Double(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("error_name", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name=op.f("fk_cell_executions_run_pk")),
        sa.ForeignKeyConstraint(
            ["source_sha256"],
            ["cell_sources.sha256"],
            name=op.f("fk_cell_executions_source_sha256"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_executions")),
        sa.UniqueConstraint("execution_id", name=op.f("uq_cell_executions_execution_id")),
    )
    op.create_index(
        op.f("ix_cell_executions_run_pk_ordinal"),
        "cell_executions",
        ["run_pk", "ordinal"],
        unique=False,
    )
    op.create_table(
        "metric_points",
        sa.Column("id", Id, nullable=False),
        sa.Column("run_pk", Id, nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("execution_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name=op.f("fk_metric_points_run_pk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_points")),
    )
    op.create_index(
        op.f("ix_metric_points_run_pk_key_id"),
        "metric_points",
        ["run_pk", "key", "id"],
        unique=False,
    )
    op.create_table(
        "metric_summaries",
        sa.Column("run_pk", Id, nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.Double(), nullable=True),
        sa.Column("first_step", sa.BigInteger(), nullable=False),
        sa.Column("first_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.Double(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("last_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("min", sa.Double(), nullable=True),
        sa.Column("max", sa.Double(), nullable=True),
        sa.Column("execution_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name=op.f("fk_metric_summaries_run_pk")),
        sa.PrimaryKeyConstraint("run_pk", "key", name=op.f("pk_metric_summaries")),
    )
    op.create_index(
        op.f("ix_metric_summaries_key_last"), "metric_summaries", ["key", "last"], unique=False
    )
    op.create_table(
        "params",
        sa.Column("run_pk", Id, nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("execution_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name=op.f("fk_params_run_pk")),
        sa.PrimaryKeyConstraint("run_pk", "key", name=op.f("pk_params")),
    )
    op.create_table(
        "tags",
        sa.Column("run_pk", Id, nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name=op.f("fk_tags_run_pk")),
        sa.PrimaryKeyConstraint("run_pk", "key", name=op.f("pk_tags")),
    )
