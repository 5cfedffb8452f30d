"""Sources of cells, their executions and what was captured of these."""

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey, Index, String, Table, Text

from celltrail_server.store.tables.base import Id, execution_pk, metadata

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

cell_captures = Table(
    "cell_captures",
    metadata,
    execution_pk(),
    Column("console", Text, nullable=False),
    Column("is_console_cut", Boolean(create_constraint=False), nullable=False),
    Column("cpu_ms", Double),
    Column("memory_start_bytes", BigInteger),
    Column("memory_peak_bytes", BigInteger),
    Column("gpu_percent", Double),
    Column("gpu_memory_bytes", BigInteger),
    Column("candidate_params", Text, nullable=False),
)
