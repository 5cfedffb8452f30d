"""A cell run may have read one of several versions of a name, and may only have changed one."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE variable_reads SET written_by = '' WHERE written_by IS NULL")
    with op.batch_alter_table("variable_reads") as table:
        table.alter_column("written_by", existing_type=sa.String(length=32), nullable=False)
        table.drop_constraint(op.f("pk_variable_reads"), type_="primary")
        table.create_primary_key(op.f("pk_variable_reads"), ["execution_pk", "name", "written_by"])
    op.add_column(
        "variable_versions",
        sa.Column("is_certain", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    with op.batch_alter_table("variable_versions") as table:
        table.alter_column("is_certain", existing_type=sa.Boolean(), server_default=None)
