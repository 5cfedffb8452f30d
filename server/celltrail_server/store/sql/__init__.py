"""The store on a SQL database, a module for each part of the contract."""

import os
from pathlib import Path

from celltrail_server.store import schema
from celltrail_server.store.contract import Store
from celltrail_server.store.engines import open_engine
from celltrail_server.store.sessions import translated
from celltrail_server.store.sql.artifacts import SqlArtifacts
from celltrail_server.store.sql.experiments import SqlExperiments
from celltrail_server.store.sql.inputs import SqlInputs
from celltrail_server.store.sql.logged_models import SqlLoggedModels
from celltrail_server.store.sql.metrics import SqlMetrics
from celltrail_server.store.sql.registry import SqlRegistry
from celltrail_server.store.sql.runs import SqlRuns
from celltrail_server.store.sql.sharing import SqlSharing
from celltrail_server.store.sql.streams import SqlStreams
from celltrail_server.store.sql.tracing import SqlTracing
from celltrail_server.store.sql.trail import SqlTrail
from celltrail_server.store.sql.uploads import SqlUploads

DATABASE = "celltrail.sqlite"
"""Name of the database in a server's data folder."""


class SqlStore(
    SqlStreams,
    SqlUploads,
    SqlExperiments,
    SqlRuns,
    SqlMetrics,
    SqlArtifacts,
    SqlInputs,
    SqlLoggedModels,
    SqlTracing,
    SqlTrail,
    SqlRegistry,
    SqlSharing,
    Store,
):
    """`Store` on SQLAlchemy; the engine's database has the newest schema."""


def database_of(url: str, data_dir: Path) -> Path | str:
    """Return the database of a server: the one at `url`, or at CELLTRAIL_DATABASE, or a file."""
    return url or os.environ.get("CELLTRAIL_DATABASE") or data_dir / DATABASE


def open_store(database: Path | str) -> SqlStore:
    """Open a SQLite file, made if it is missing, or the database at a PostgreSQL URL.

    Raises `SchemaError` if it belongs to another version, `UnavailableError` if it does not answer.
    """
    engine = open_engine(database)
    try:
        with translated():
            schema.prepare(engine)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine)
