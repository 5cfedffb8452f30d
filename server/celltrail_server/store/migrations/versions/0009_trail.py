"""What cell runs read and wrote, and where runs came from."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "environments",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("python", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("packages", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_environments")),
    )
    op.create_table(
        "git_states",
        sa.Column("run_pk", Id, nullable=False),
        sa.Column("commit", sa.String(length=64), nullable=False),
        sa.Column("branch", sa.Text(), nullable=True),
        sa.Column("remote", sa.Text(), nullable=True),
        sa.Column("diff", sa.Text(), nullable=False),
        sa.Column("recorded_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name=op.f("fk_git_states_run_pk")),
        sa.PrimaryKeyConstraint("run_pk", name=op.f("pk_git_states")),
    )
    op.create_index(op.f("ix_git_states_commit"), "git_states", ["commit"], unique=False)
    op.create_table(
        "notebook_versions",
        sa.Column("run_pk", Id, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("recorded_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name=op.f("fk_notebook_versions_run_pk")),
        sa.PrimaryKeyConstraint("run_pk", "sha256", name=op.f("pk_notebook_versions")),
    )
    op.create_index(
        op.f("ix_notebook_versions_sha256"), "notebook_versions", ["sha256"], unique=False
    )
    op.create_table(
        "run_environments",
        sa.Column("run_pk", Id, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name=op.f("fk_run_environments_run_pk")),
        sa.ForeignKeyConstraint(
            ["sha256"], ["environments.sha256"], name=op.f("fk_run_environments_sha256")
        ),
        sa.PrimaryKeyConstraint("run_pk", name=op.f("pk_run_environments")),
    )
    op.create_index(
        op.f("ix_run_environments_sha256"), "run_environments", ["sha256"], unique=False
    )
    op.create_table(
        "variable_reads",
        sa.Column("execution_pk", Id, nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("written_by", sa.String(length=32), nullable=True),
        sa.Column("is_certain", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["execution_pk"], ["cell_executions.id"], name=op.f("fk_variable_reads_execution_pk")
        ),
        sa.PrimaryKeyConstraint("execution_pk", "name", name=op.f("pk_variable_reads")),
    )
    op.create_index(
        op.f("ix_variable_reads_written_by"), "variable_reads", ["written_by"], unique=False
    )
    op.create_table(
        "variable_versions",
        sa.Column("execution_pk", Id, nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("type_name", sa.String(length=250), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=128), nullable=True),
        sa.Column("is_sampled", sa.Boolean(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["execution_pk"], ["cell_executions.id"], name=op.f("fk_variable_versions_execution_pk")
        ),
        sa.PrimaryKeyConstraint("execution_pk", "name", name=op.f("pk_variable_versions")),
    )
