"""Points of metrics, and a summary of each metric of a run."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table

from celltrail_server.store.tables.base import ExactFloat, Id, metadata, run_pk

metric_points = Table(
    "metric_points",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run_pk", Id, ForeignKey("runs.id"), nullable=False),
    Column("key", String(250), nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("time_ms", BigInteger, nullable=False),
    Column("value", ExactFloat),
    Column("execution_id", String(32)),
    Index(None, "run_pk", "key", "id"),
)

metric_summaries = Table(
    "metric_summaries",
    metadata,
    run_pk(),
    Column("key", String(250), primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("first", ExactFloat),
    Column("first_step", BigInteger, nullable=False),
    Column("first_time_ms", BigInteger, nullable=False),
    Column("last", ExactFloat),
    Column("last_step", BigInteger, nullable=False),
    Column("last_time_ms", BigInteger, nullable=False),
    Column("min", ExactFloat),
    Column("max", ExactFloat),
    Column("execution_id", String(32)),
    Index(None, "key", "last"),
)
