"""Traces of applications, as OpenTelemetry and MLflow have them: spans, tags, assessments, files.

What cell runs read and wrote is the trail, in `trail`.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text

from celltrail_server.store.tables.base import Id, file_columns, metadata


def _trace_pk() -> Column[int]:
    return Column("trace_pk", Id, ForeignKey("traces.id"), primary_key=True)


traces = Table(
    "traces",
    metadata,
    Column("id", Id, primary_key=True),
    Column("trace_id", String(255), nullable=False, unique=True),
    Column("experiment_pk", Id, ForeignKey("experiments.id"), nullable=False),
    Column("owner", String(255), nullable=False),
    Column("client_request_id", Text),
    Column("request_time_ms", BigInteger, nullable=False),
    Column("duration_ms", BigInteger),
    Column("state", String(32), nullable=False),
    Column("request_preview", Text),
    Column("response_preview", Text),
    Column("execution_id", String(32)),
    Index(None, "experiment_pk", "request_time_ms", "id"),
)

trace_tags = Table(
    "trace_tags",
    metadata,
    _trace_pk(),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
)

trace_metadata = Table(
    "trace_metadata",
    metadata,
    _trace_pk(),
    Column("key", String(250), primary_key=True),
    Column("value", Text, nullable=False),
)

# `content` is the span as JSON, in protobuf's mapping of OpenTelemetry's `Span`.
spans = Table(
    "spans",
    metadata,
    _trace_pk(),
    Column("span_id", String(32), primary_key=True),
    Column("start_ns", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
)

# `content` is the `Assessment` as JSON.
trace_assessments = Table(
    "trace_assessments",
    metadata,
    _trace_pk(),
    Column("assessment_id", String(64), primary_key=True),
    Column("created_ms", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
)

trace_runs = Table(
    "trace_runs",
    metadata,
    _trace_pk(),
    Column("run_pk", Id, ForeignKey("runs.id"), primary_key=True),
    Index(None, "run_pk"),
)

trace_artifacts = Table(
    "trace_artifacts",
    metadata,
    _trace_pk(),
    *file_columns(),
)
