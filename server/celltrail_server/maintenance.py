"""Looking after a server's data; all but `upgrade` and `restore` while the server runs."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from celltrail.events import now_ms
from celltrail_server import backups, collection
from celltrail_server.blobs.base import Blobs
from celltrail_server.blobs.opening import open_blobs
from celltrail_server.presence import locked
from celltrail_server.store import schema, statistics
from celltrail_server.store.engines import name_of, open_engine
from celltrail_server.store.sessions import Sessions, opened, translated

if TYPE_CHECKING:
    from sqlalchemy import Engine

DAY_MS = 24 * 3_600_000

NO_LIMIT = 1 << 62


@dataclass(frozen=True)
class Place:
    """Where a server has its data.

    database: a SQLite file or the URL of a PostgreSQL database. artifacts: as the server's setting.
    """

    data_dir: Path
    database: Path | str
    artifacts: str = ""

    def blobs(self) -> Blobs:
        """Return the place for artifacts."""
        return open_blobs(self.artifacts, self.data_dir, NO_LIMIT)


class Stats(msgspec.Struct):
    """How much a server holds. Bytes of artifacts: of all files, and of the blobs they are."""

    revision: str
    rows: dict[str, int]
    points: int
    database_bytes: int
    blobs: int
    blob_bytes: int
    referred_bytes: int

    @property
    def dedup_ratio(self) -> float:
        """How many times the bytes of the blobs all files together would take."""
        return self.referred_bytes / self.blob_bytes if self.blob_bytes else 1.0


def upgrade(database: Path | str, *, create: bool = False) -> tuple[str, str]:
    """Bring a database that no server uses to the newest schema; return its name and revision.

    database: a SQLite file or the URL of a PostgreSQL database. create: may be missing.
    """
    alone = locked(database.parent) if isinstance(database, Path) else contextlib.nullcontext()
    with opened(database, create=create) as engine, alone:
        schema.upgrade(engine)
        return name_of(engine), schema.check(engine)


def check(database: Path | str) -> tuple[str, str]:
    """Verify a database, which a server may be using, and return its name and revision.

    Raises `CelltrailError` if it is damaged, `SchemaError` if it has another version's schema.
    """
    with opened(database) as engine:
        return name_of(engine), schema.check(engine)


def backup(place: Place, target: Path) -> backups.Manifest:
    """Write a backup of a server, which may be running, to a new folder."""
    with opened(place.database) as engine:
        return asyncio.run(backups.backup(engine, place.blobs(), target))


def restore(source: Path, place: Place) -> backups.Manifest:
    """Make a new server's data of a backup; raises `ConflictError` if there is data already."""
    with locked(place.data_dir), _made(place.database) as engine:
        return asyncio.run(backups.restore(source, engine, place.blobs()))


def collect(place: Place, older_than_days: float, *, dry_run: bool) -> collection.Collected:
    """Erase what was deleted that long ago and unused blobs, or say what would be erased."""
    work = collection.preview if dry_run else collection.collect
    now = now_ms()
    with opened(place.database) as engine:
        schema.check(engine)
        before_ms = now - round(older_than_days * DAY_MS)
        return asyncio.run(work(Sessions(engine), place.blobs(), now, before_ms))


def measure(place: Place) -> Stats:
    """Return how much a server holds."""
    with opened(place.database) as engine:
        revision = schema.check(engine)
        count, size_bytes = asyncio.run(_measure(place.blobs()))
        with Sessions(engine).begun() as connection:
            return Stats(
                revision=revision,
                rows=statistics.count_rows(connection),
                points=statistics.count_points(connection),
                database_bytes=statistics.database_bytes(connection),
                blobs=count,
                blob_bytes=size_bytes,
                referred_bytes=statistics.referred_bytes(connection),
            )


async def _measure(blobs: Blobs) -> tuple[int, int]:
    count = size_bytes = 0
    async for listed in blobs.listed():
        count += len(listed)
        size_bytes += sum(blob.size_bytes for blob in listed)
    return count, size_bytes


@contextlib.contextmanager
def _made(database: Path | str) -> Iterator["Engine"]:
    """An engine for a database that may have to be made; a file that was made goes on failure."""
    is_new = isinstance(database, Path) and not database.exists()
    engine = open_engine(database)
    try:
        with translated():
            yield engine
    except BaseException:
        if is_new and isinstance(database, Path):
            for path in database.parent.glob(f"{database.name}*"):
                path.unlink()
        raise
    finally:
        engine.dispose()
