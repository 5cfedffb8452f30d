"""Sharing of experiments, and the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0004"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "experiments",
        sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "experiments",
        sa.Column("created_by", sa.String(length=255), server_default="", nullable=False),
    )
    op.execute("UPDATE experiments SET created_by = owner")
    op.create_index(op.f("ix_experiments_is_public"), "experiments", ["is_public"], unique=False)
    op.create_table(
        "experiment_grants",
        sa.Column("experiment_pk", Id, nullable=False),
        sa.Column("grantee", sa.String(length=255), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_pk"],
            ["experiments.id"],
            name=op.f("fk_experiment_grants_experiment_pk"),
        ),
        sa.PrimaryKeyConstraint("experiment_pk", "grantee", name=op.f("pk_experiment_grants")),
    )
    op.create_index(
        op.f("ix_experiment_grants_grantee_experiment_pk"),
        "experiment_grants",
        ["grantee", "experiment_pk"],
        unique=False,
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", Id, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("entity_id", sa.String(length=255), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("experiment_pk", Id, nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index(
        op.f("ix_audit_entries_experiment_pk_id"),
        "audit_entries",
        ["experiment_pk", "id"],
        unique=False,
    )
