"""Points of metrics in segments, and a summary of each metric of a run."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from celltrail_server.store.tables.base import ExactFloat, metadata, run_pk
from celltrail_server.store.tables.keys import key_id

metric_segments = Table(
    "metric_segments",
    metadata,
    run_pk(),
    key_id(),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("first_ms", BigInteger, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)

metric_summaries = Table(
    "metric_summaries",
    metadata,
    run_pk(),
    key_id(),
    Column("count", BigInteger, nullable=False),
    Column("tail", BigInteger, nullable=False),
    Column("merged", BigInteger, nullable=False),
    Column("first", ExactFloat),
    Column("first_step", BigInteger, nullable=False),
    Column("first_time_ms", BigInteger, nullable=False),
    Column("last", ExactFloat),
    Column("last_step", BigInteger, nullable=False),
    Column("last_time_ms", BigInteger, nullable=False),
    Column("min", ExactFloat),
    Column("max", ExactFloat),
    Column("execution_id", String(32)),
    Index(None, "key_id", "last", "run_pk"),
)
