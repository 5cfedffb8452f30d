"""Which schema a database has, and how it gets the one that this version needs.

Looking is plain SQL, so that an up-to-date database is opened without importing Alembic.
"""

from importlib.resources import as_file, files

from sqlalchemy import Connection, Engine, inspect, text

from celltrail.errors import CelltrailError, ConflictError
from celltrail_server.store.engines import is_server, name_of

REVISIONS = (
    "0001",
    "0009",
    "0004",
    "0008",
    "0002",
    "0005",
    "0015",
    "0007",
    "0006",
    "0016",
    "0017",
    "0018",
    "0019",
)
"""Every revision in `migrations/`, oldest first."""


class SchemaError(ConflictError):
    """The database has a schema that this version cannot work with; the text says what to do."""


def prepare(engine: Engine) -> None:
    """Create the tables of an empty database; raise `SchemaError` unless the schema is newest."""
    with engine.connect() as connection:
        revision = revision_of(connection)
    if revision is None:
        upgrade(engine)
    elif revision not in REVISIONS:
        raise _newer(engine, revision)
    elif revision != REVISIONS[-1]:
        raise SchemaError(
            f"the database {name_of(engine)} has the older schema {revision}, this version needs "
            f"{REVISIONS[-1]}: stop the server, back up, and type `celltrail db upgrade`"
        )


def upgrade(engine: Engine, target: str = REVISIONS[-1]) -> None:
    """Bring the database to the schema `target`, in one transaction that shuts out other writers.

    Of several servers that find a database empty, one migrates it and the others find it done.
    Raises `SchemaError` for a database of a newer version or of something else.
    """
    from alembic import command
    from alembic.config import Config

    with engine.execution_options(writes=True).begin() as connection:
        revision = revision_of(connection)
        if revision is not None and revision not in REVISIONS:
            raise _newer(engine, revision)
        if is_server(engine):
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        with as_file(files("celltrail_server.store") / "migrations") as location:
            config = Config()
            config.set_main_option("script_location", str(location).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, target)


def check(engine: Engine) -> str:
    """Return the schema's revision after a look at a SQLite file's integrity.

    Raises `CelltrailError` with the database's own words if it is damaged.
    """
    faults = [] if is_server(engine) else _faults(engine)
    if faults:
        raise CelltrailError(f"the database {name_of(engine)} is damaged: {'; '.join(faults)}")
    prepare(engine)
    return REVISIONS[-1]


def _faults(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        said = [row[0] for row in connection.execute(text("PRAGMA integrity_check(3)"))]
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(3)
    return [one for one in said if one != "ok"] + [f"broken reference: {row}" for row in broken]


def _newer(engine: Engine, revision: str) -> SchemaError:
    return SchemaError(
        f"the database {name_of(engine)} has the schema {revision}, this version knows "
        f"{REVISIONS[-1]}: install a newer celltrail"
    )


def revision_of(connection: Connection) -> str | None:
    """Return the schema that a database has, None if it is empty; raises `SchemaError`."""
    names = inspect(connection).get_table_names()
    if not names:
        return None
    if "alembic_version" in names:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found is not None:
            return str(found)
    raise SchemaError(
        f"the database {name_of(connection.engine)} holds tables but no schema version: it is not "
        "a Celltrail database, or its first start was cut short; move it away or name another"
    )
