"""What cell runs printed last and what they took."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0006"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "cell_captures",
        sa.Column("execution_pk", Id, nullable=False),
        sa.Column("console", sa.Text(), nullable=False),
        sa.Column("is_console_cut", sa.Boolean(), nullable=False),
        sa.Column("cpu_ms", sa.Double(), nullable=True),
        sa.Column("memory_start_bytes", sa.BigInteger(), nullable=True),
        sa.Column("memory_peak_bytes", sa.BigInteger(), nullable=True),
        sa.Column("gpu_percent", sa.Double(), nullable=True),
        sa.Column("gpu_memory_bytes", sa.BigInteger(), nullable=True),
        sa.Column("candidate_params", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["execution_pk"], ["cell_executions.id"], name=op.f("fk_cell_captures_execution_pk")
        ),
        sa.PrimaryKeyConstraint("execution_pk", name=op.f("pk_cell_captures")),
    )
