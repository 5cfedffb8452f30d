"""Points of metrics in segments; names of params, tags and metrics as numbers."""

from itertools import groupby

import sqlalchemy as sa
from alembic import op

from celltrail_server.store import columns
from celltrail_server.store.records import Point

revision = "0002"
down_revision = "0008"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEGMENT_POINTS = 4096


def upgrade() -> None:
    op.create_table(
        "keys",
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.String(length=250), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        sa.UniqueConstraint("key", name=op.f("uq_keys_key")),
    )
    op.execute(
        "INSERT INTO keys (key) SELECT key FROM params UNION SELECT key FROM tags "
        "UNION SELECT key FROM metric_summaries"
    )
    _number(
        "params",
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("execution_id", sa.String(length=32), nullable=True),
    )
    _number("tags", sa.Column("value", sa.Text(), nullable=False))
    op.drop_index(op.f("ix_metric_summaries_key_last"), "metric_summaries")
    _number(
        "metric_summaries",
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("tail", sa.BigInteger(), nullable=False),
        sa.Column("merged", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.Double(), nullable=True),
        sa.Column("first_step", sa.BigInteger(), nullable=False),
        sa.Column("first_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.Double(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("last_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("min", sa.Double(), nullable=True),
        sa.Column("max", sa.Double(), nullable=True),
        sa.Column("execution_id", sa.String(length=32), nullable=True),
    )
    op.create_index(
        op.f("ix_metric_summaries_key_id_last_run_pk"),
        "metric_summaries",
        ["key_id", "last", "run_pk"],
    )
    op.create_table(
        "metric_segments",
        sa.Column("run_pk", Id, nullable=False),
        sa.Column("key_id", Id, nullable=False),
        sa.Column("start", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name=op.f("fk_metric_segments_run_pk")),
        sa.ForeignKeyConstraint(["key_id"], ["keys.id"], name=op.f("fk_metric_segments_key_id")),
        sa.PrimaryKeyConstraint("run_pk", "key_id", "start", name=op.f("pk_metric_segments")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Payloads are as short as they get: compressing them again would only cost time.
        op.execute("ALTER TABLE metric_segments ALTER COLUMN payload SET STORAGE EXTERNAL")
    _pack()
    op.drop_index(op.f("ix_metric_points_run_pk_key_id"), "metric_points")
    op.drop_table("metric_points")


def _number(name: str, *values: sa.Column) -> None:
    """Rebuild a table of a run's entries with the numbers of their names."""
    kept = ", ".join(_old(name, column.name) for column in values)
    op.execute(
        f"CREATE TABLE old_entries AS SELECT e.run_pk, k.id AS key_id, {kept} "  # noqa: S608
        f"FROM {name} e JOIN keys k ON k.key = e.key"
    )
    op.drop_table(name)
    op.create_table(
        name,
        sa.Column("run_pk", Id, nullable=False),
        sa.Column("key_id", Id, nullable=False),
        *values,
        sa.ForeignKeyConstraint(["run_pk"], ["runs.id"], name=op.f(f"fk_{name}_run_pk")),
        sa.ForeignKeyConstraint(["key_id"], ["keys.id"], name=op.f(f"fk_{name}_key_id")),
        sa.PrimaryKeyConstraint("run_pk", "key_id", name=op.f(f"pk_{name}")),
    )
    names = ", ".join(column.name for column in values)
    op.execute(
        f"INSERT INTO {name} (run_pk, key_id, {names}) SELECT * FROM old_entries"  # noqa: S608
    )
    op.drop_table("old_entries")


def _old(table: str, column: str) -> str:
    """Return the expression for a column; all points of a metric go into segments that stay."""
    is_new = table == "metric_summaries" and column in ("tail", "merged")
    return f"e.count AS {column}" if is_new else f"e.{column}"


def _pack() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT p.run_pk, k.id, p.step, p.time_ms, p.value, p.execution_id "
            "FROM metric_points p JOIN keys k ON k.key = p.key ORDER BY p.run_pk, k.id, p.id"
        ),
        execution_options={"yield_per": 10_000},
    )
    insert = sa.text(
        "INSERT INTO metric_segments (run_pk, key_id, start, count, first_ms, last_ms, payload) "
        "VALUES (:run_pk, :key_id, :start, :count, :first_ms, :last_ms, :payload)"
    )
    for (run_pk, key_id), group in groupby(rows, lambda row: (row[0], row[1])):
        points = [_point(*row[2:]) for row in group]
        for start in range(0, len(points), SEGMENT_POINTS):
            part = points[start : start + SEGMENT_POINTS]
            times = [point.time_ms for point in part]
            connection.execute(
                insert,
                {
                    "run_pk": run_pk,
                    "key_id": key_id,
                    "start": start,
                    "count": len(part),
                    "first_ms": min(times),
                    "last_ms": max(times),
                    "payload": columns.encode(columns.from_points(part)),
                },
            )


def _point(step: int, time_ms: int, value: float | None, execution_id: str | None) -> Point:
    return Point(step, time_ms, float("nan") if value is None else value, execution_id)
