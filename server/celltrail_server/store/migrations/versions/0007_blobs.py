"""When runs were deleted, which blobs someone relies on, and uploads in parts."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("deleted_ms", sa.BigInteger(), nullable=True))
    # When is not known: they are kept for as long as what is deleted from now on.
    now_ms = time.time_ns() // 1_000_000
    deleted = sa.text("UPDATE runs SET deleted_ms = :now_ms WHERE lifecycle_stage = 'deleted'")
    op.execute(deleted.bindparams(now_ms=now_ms))
    op.create_table(
        "blob_claims",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("claimed_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blob_claims")),
    )
    op.create_table(
        "uploads",
        sa.Column("upload_id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_owner_sha256"), "uploads", ["owner", "sha256"], unique=False)
