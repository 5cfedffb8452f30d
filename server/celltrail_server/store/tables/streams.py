"""How far each event stream has been applied."""

from sqlalchemy import BigInteger, Column, String, Table

from celltrail_server.store.tables.base import metadata

streams = Table(
    "streams",
    metadata,
    Column("stream", String(32), primary_key=True),
    Column("owner", String(255), nullable=False),
    Column("next_seq", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
)
