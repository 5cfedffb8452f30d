"""A version may have been read only for one of the names that a cell run changed."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("variable_reads", sa.Column("only_for", sa.String(length=250)))
