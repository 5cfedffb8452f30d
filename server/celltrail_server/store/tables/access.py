"""Who may see and change experiments of others, and who has changed what that decides."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text

from celltrail_server.store.tables.base import Id, metadata

experiment_grants = Table(
    "experiment_grants",
    metadata,
    Column("experiment_pk", Id, ForeignKey("experiments.id"), primary_key=True),
    Column("grantee", String(255), primary_key=True),
    Column("level", String(16), nullable=False),
    Index(None, "grantee", "experiment_pk"),
)

# Only added to: nothing changes or removes an entry, and it outlives what it tells of.
audit_entries = Table(
    "audit_entries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("who", String(255), nullable=False),
    Column("address", String(255), nullable=False),
    Column("action", String(64), nullable=False),
    Column("entity", String(32), nullable=False),
    Column("entity_id", String(255), nullable=False),
    Column("owner", String(255), nullable=False),
    Column("experiment_pk", Id),
    Column("detail", Text, nullable=False),
    Index(None, "experiment_pk", "id"),
)
