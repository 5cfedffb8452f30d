"""Sources of cells and their executions."""

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Index, String, Table, Text

from celltrail_server.store.tables.base import Id, metadata

cell_sources = Table(
    "cell_sources",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("source", Text, nullable=False),
)

cell_executions = Table(
    "cell_executions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("execution_id", String(32), nullable=False, unique=True),
    Column("run_pk", Id, ForeignKey("runs.id"), nullable=False),
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
