"""Traces of applications."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0005"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "traces",
        sa.Column("id", Id, nullable=False),
        sa.Column("trace_id", sa.String(length=255), nullable=False),
        sa.Column("experiment_pk", Id, nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("client_request_id", sa.Text(), nullable=True),
        sa.Column("request_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("request_preview", sa.Text(), nullable=True),
        sa.Column("response_preview", sa.Text(), nullable=True),
        sa.Column("execution_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["experiment_pk"], ["experiments.id"], name=op.f("fk_traces_experiment_pk")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traces")),
        sa.UniqueConstraint("trace_id", name=op.f("uq_traces_trace_id")),
    )
    op.create_index(
        op.f("ix_traces_experiment_pk_request_time_ms_id"),
        "traces",
        ["experiment_pk", "request_time_ms", "id"],
        unique=False,
    )
    op.create_table(
        "spans",
        sa.Column("trace_pk", Id, nullable=False),
        sa.Column("span_id", sa.String(length=32), nullable=False),
        sa.Column("start_ns", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["trace_pk"], ["traces.id"], name=op.f("fk_spans_trace_pk")),
        sa.PrimaryKeyConstraint("trace_pk", "span_id", name=op.f("pk_spans")),
    )
    op.create_table(
        "trace_artifacts",
        sa.Column("trace_pk", Id, nullable=False),
        sa.Column("path", sa.String(length=1024), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=255), nullable=False),
        sa.Column("execution_id", sa.String(length=32), nullable=True),
        sa.Column("logged_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trace_pk"], ["traces.id"], name=op.f("fk_trace_artifacts_trace_pk")
        ),
        sa.PrimaryKeyConstraint("trace_pk", "path", name=op.f("pk_trace_artifacts")),
    )
    op.create_index(op.f("ix_trace_artifacts_sha256"), "trace_artifacts", ["sha256"], unique=False)
    op.create_table(
        "trace_assessments",
        sa.Column("trace_pk", Id, nullable=False),
        sa.Column("assessment_id", sa.String(length=64), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trace_pk"], ["traces.id"], name=op.f("fk_trace_assessments_trace_pk")
        ),
        sa.PrimaryKeyConstraint("trace_pk", "assessment_id", name=op.f("pk_trace_assessments")),
    )
    op.create_table(
        "trace_metadata",
        sa.Column("trace_pk", Id, nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trace_pk"], ["traces.id"], name=op.f("fk_trace_metadata_trace_pk")
        ),
        sa.PrimaryKeyConstraint("trace_pk", "key", name=op.f("pk_trace_metadata")),
    )
    op.create_table(
        "trace_runs",
        sa.Column("trace_pk", Id, nullable=False),
        sa.Column("run_pk", Id, nullable=False),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name=op.f("fk_trace_runs_run_pk")),
        sa.ForeignKeyConstraint(["trace_pk"], ["traces.id"], name=op.f("fk_trace_runs_trace_pk")),
        sa.PrimaryKeyConstraint("trace_pk", "run_pk", name=op.f("pk_trace_runs")),
    )
    op.create_index(op.f("ix_trace_runs_run_pk"), "trace_runs", ["run_pk"], unique=False)
    op.create_table(
        "trace_tags",
        sa.Column("trace_pk", Id, nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["trace_pk"], ["traces.id"], name=op.f("fk_trace_tags_trace_pk")),
        sa.PrimaryKeyConstraint("trace_pk", "key", name=op.f("pk_trace_tags")),
    )
