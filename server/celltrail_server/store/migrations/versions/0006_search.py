"""Numbers that params are, and runs of an experiment in their order."""

import sqlalchemy as sa
from alembic import op

from celltrail_server.search.literals import number_of

revision = "0006"
down_revision = "0007"
branch_labels = None
depends_on = None

_ROWS = 10_000


def upgrade() -> None:
    op.create_index(
        op.f("ix_runs_experiment_pk_started_ms_run_id"),
        "runs",
        ["experiment_pk", "started_ms", "run_id"],
    )
    for table, owner, key in (
        ("params", "run_pk", "key_id"),
        ("logged_model_params", "model_pk", "key"),
    ):
        op.add_column(table, sa.Column("number", sa.Double(), nullable=True))
        _fill(table, owner, key)


def _fill(table: str, owner: str, key: str) -> None:
    connection = op.get_bind()
    found = connection.execute(
        sa.text(f"SELECT {owner} AS owner, {key} AS key, value FROM {table}")  # noqa: S608
    ).all()
    update = sa.text(
        f"UPDATE {table} SET number = :number WHERE {owner} = :owner AND {key} = :key"  # noqa: S608
    )
    rows = [
        {"owner": row.owner, "key": row.key, "number": number_of(row.value)}
        for row in found
        if number_of(row.value) is not None
    ]
    for start in range(0, len(rows), _ROWS):
        connection.execute(update, rows[start : start + _ROWS])
