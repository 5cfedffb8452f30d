"""What cell runs read and wrote, and where runs came from: notebook, environment, git."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text

from celltrail_server.store.tables.base import execution_pk, metadata, run_pk

variable_versions = Table(
    "variable_versions",
    metadata,
    execution_pk(),
    Column("name", String(250), primary_key=True),
    Column("type_name", String(250), nullable=False),
    Column("summary", Text, nullable=False),
    Column("fingerprint", String(128)),
    Column("is_sampled", Boolean(create_constraint=False), nullable=False),
    Column("is_deleted", Boolean(create_constraint=False), nullable=False),
    Column("is_certain", Boolean(create_constraint=False), nullable=False),
)

# `written_by` is no foreign key: the writer may have been recorded elsewhere, or not yet.
variable_reads = Table(
    "variable_reads",
    metadata,
    execution_pk(),
    Column("name", String(250), primary_key=True),
    # Empty for a version from before the recording: a primary key holds no NULL.
    Column("written_by", String(32), primary_key=True),
    Column("is_certain", Boolean(create_constraint=False), nullable=False),
    Column("only_for", String(250)),
    Index(None, "written_by"),
)

notebook_versions = Table(
    "notebook_versions",
    metadata,
    run_pk(),
    Column("sha256", String(64), primary_key=True),
    Column("path", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("recorded_ms", BigInteger, nullable=False),
    Index(None, "sha256"),
)

environments = Table(
    "environments",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("python", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("packages", Text, nullable=False),
)

run_environments = Table(
    "run_environments",
    metadata,
    run_pk(),
    Column("sha256", String(64), ForeignKey("environments.sha256"), nullable=False),
    Column("recorded_ms", BigInteger, nullable=False),
    Index(None, "sha256"),
)

git_states = Table(
    "git_states",
    metadata,
    run_pk(),
    Column("commit", String(64), nullable=False),
    Column("branch", Text),
    Column("remote", Text),
    Column("diff", Text, nullable=False),
    Column("recorded_ms", BigInteger, nullable=False),
    Index(None, "commit"),
)
