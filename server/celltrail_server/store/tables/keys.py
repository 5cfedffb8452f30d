"""Names of params, tags and metrics, each once."""

from sqlalchemy import Column, ForeignKey, String, Table

from celltrail_server.store.tables.base import Id, metadata

keys = Table(
    "keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(250), nullable=False, unique=True),
)


def key_id() -> Column[int]:
    """Return the column of a primary key that stands for a name."""
    return Column("key_id", Id, ForeignKey("keys.id"), primary_key=True)
