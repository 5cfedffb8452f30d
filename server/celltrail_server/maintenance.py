"""Looking after the database of a server that does not run."""

from pathlib import Path

from celltrail.errors import NotFoundError
from celltrail_server.presence import locked
from celltrail_server.store import schema
from celltrail_server.store.engines import open_engine
from celltrail_server.store.sql import DATABASE


def upgrade(data_dir: Path) -> str:
    """Bring the database to the newest schema and return its revision."""
    with locked(_existing(data_dir)):
        engine = open_engine(data_dir / DATABASE)
        try:
            schema.upgrade(engine)
            return schema.check(engine)
        finally:
            engine.dispose()


def check(data_dir: Path) -> str:
    """Verify the database, which a server may be using, and return its revision.

    Raises `CelltrailError` if it is damaged, `SchemaError` if it has another version's schema.
    """
    engine = open_engine(_existing(data_dir) / DATABASE)
    try:
        return schema.check(engine)
    finally:
        engine.dispose()


def _existing(data_dir: Path) -> Path:
    if not (data_dir / DATABASE).is_file():
        raise NotFoundError(f"there is no database in {data_dir}: name its folder with --data-dir")
    return data_dir
