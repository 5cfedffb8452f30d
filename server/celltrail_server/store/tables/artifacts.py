"""Files of runs, who has sent which bytes, and what is on its way.

A column that names a blob is called `sha256` or `…_sha256`, in whatever table: backup and gc find
it by that (`references`).
"""

from sqlalchemy import BigInteger, Column, Index, String, Table

from celltrail_server.store.tables.base import file_columns, metadata, run_pk

artifacts = Table(
    "artifacts",
    metadata,
    run_pk(),
    *file_columns(),
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

# Bytes that somebody is about to refer to: before they are stored, or after the server has said
# that it has them. For a day, gc takes the word for the deed.
blob_claims = Table(
    "blob_claims",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("claimed_ms", BigInteger, nullable=False),
)

# Uploads in parts that are not complete; the hash and size are what the sender has announced.
uploads = Table(
    "uploads",
    metadata,
    Column("upload_id", String(32), primary_key=True),
    Column("owner", String(255), nullable=False),
    Column("sha256", String(64)),
    Column("size_bytes", BigInteger),
    Column("started_ms", BigInteger, nullable=False),
    Index(None, "owner", "sha256"),
)
