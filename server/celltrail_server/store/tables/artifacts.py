"""Files of runs, and who has sent which bytes."""

from sqlalchemy import BigInteger, Column, Index, String, Table

from celltrail_server.store.tables.base import metadata, run_pk

artifacts = Table(
    "artifacts",
    metadata,
    run_pk(),
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
