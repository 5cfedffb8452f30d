"""Looking after a database."""

import contextlib
from pathlib import Path

from celltrail_server.presence import locked
from celltrail_server.store import schema
from celltrail_server.store.engines import name_of
from celltrail_server.store.sessions import opened


def upgrade(database: Path | str) -> tuple[str, str]:
    """Bring a database that no server uses to the newest schema; return its name and revision.

    database: a SQLite file or the URL of a PostgreSQL database.
    """
    alone = locked(database.parent) if isinstance(database, Path) else contextlib.nullcontext()
    with opened(database) as engine, alone:
        schema.upgrade(engine)
        return name_of(engine), schema.check(engine)


def check(database: Path | str) -> tuple[str, str]:
    """Verify a database, which a server may be using, and return its name and revision.

    Raises `CelltrailError` if it is damaged, `SchemaError` if it has another version's schema.
    """
    with opened(database) as engine:
        return name_of(engine), schema.check(engine)
