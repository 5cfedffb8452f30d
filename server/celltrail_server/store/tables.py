"""The tables, as the newest migration leaves them.

Nothing creates tables from here: `migrations/` does, and a test compares the two. `id` columns are
internal and never leave the store; NaN is stored as NULL, which both databases sort and index,
and which SQLite would make of it anyway.
"""

import math
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class ExactFloat(TypeDecorator[float]):
    """A double that keeps NaN (as NULL) and infinities on every database."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> float | None:
        """Return None for NaN."""
        return None if value is None or math.isnan(value) else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> float:
        """Return NaN for NULL."""
        return math.nan if value is None else float(value)


# SQLite makes only an INTEGER primary key its row id.
_Id = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

experiments = Table(
    "experiments",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("owner", String(255), nullable=False),
    Column("name", String(500), nullable=False),
    Column("is_default", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("lifecycle_stage", String(16), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    Column("last_activity_ms", BigInteger, nullable=False),
    UniqueConstraint("owner", "name"),
)

experiment_tags = Table(
    "experiment_tags",
    metadata,
    Column("experiment_pk", _Id, ForeignKey("experiments.id"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("run_id", String(32), nullable=False, unique=True),
    Column("owner", String(255), nullable=False),
    Column("experiment_pk", _Id, ForeignKey("experiments.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("lifecycle_stage", String(16), nullable=False),
    Column("parent_id", String(255)),
    Column("notebook", Text),
    Column("execution_id", String(32)),
    Column("started_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column("cell_count", Integer, nullable=False, server_default="0"),
    Index(None, "experiment_pk", "parent_id", "started_ms", "id"),
    Index(None, "owner", "started_ms", "id"),
    Index(None, "parent_id"),
)


def _run_pk() -> Column[int]:
    return Column("run_pk", _Id, ForeignKey("runs.id"), primary_key=True)


params = Table(
    "params",
    metadata,
    _run_pk(),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
    Column("execution_id", String(32)),
)

tags = Table(
    "tags",
    metadata,
    _run_pk(),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
)

metric_points = Table(
    "metric_points",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("run_pk", _Id, ForeignKey("runs.id"), nullable=False),
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
    _run_pk(),
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

artifacts = Table(
    "artifacts",
    metadata,
    _run_pk(),
    Column("path", String(1024), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("media_type", String(255), nullable=False),
    Column("execution_id", String(32)),
    Column("logged_ms", BigInteger, nullable=False),
    Index(None, "sha256"),
)

# Who has shown to possess the bytes: knowing a hash alone must not open another user's file.
blobs = Table(
    "blobs",
    metadata,
    Column("owner", String(255), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

cell_sources = Table(
    "cell_sources",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("source", Text, nullable=False),
)

cell_executions = Table(
    "cell_executions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("execution_id", String(32), nullable=False, unique=True),
    Column("run_pk", _Id, ForeignKey("runs.id"), nullable=False),
    Column("cell_id", String(255)),
    Column("ordinal", BigInteger, nullable=False),
    Column("execution_count", BigInteger),
    Column("source_sha256", String(64), ForeignKey("cell_sources.sha256"), nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("duration_ms", Double),
    Column("status", String(16), nullable=False),
    Column("error_name", Text),
    Column("error_message", Text),
    Index(None, "run_pk", "ordinal"),
)

streams = Table(
    "streams",
    metadata,
    Column("stream", String(32), primary_key=True),
    Column("owner", String(255), nullable=False),
    Column("next_seq", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
)
