"""Indexes that find runs by the values of their params and tags."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("params", "tags"):
        op.create_index(
            op.f(f"ix_{table}_prefix_key_id_run_pk"),
            table,
            [sa.text("substr(value, 1, 64)"), "key_id", "run_pk"],
        )
    op.create_index(
        op.f("ix_params_key_id_number_run_pk"),
        "params",
        ["key_id", "number", "run_pk"],
        sqlite_where=sa.text("number IS NOT NULL"),
    )
