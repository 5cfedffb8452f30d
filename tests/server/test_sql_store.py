"""The SQL store keeps the contract, and its database has the schema that it says."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import celltrail_server.store
from celltrail.errors import CelltrailError, UnavailableError
from celltrail.events import new_id
from celltrail_server.store import schema
from celltrail_server.store.engines import open_engine
from celltrail_server.store.records import NewRun, Point
from celltrail_server.store.schema import SchemaError
from celltrail_server.store.sql import SqlStore, open_store
from celltrail_server.store.tables import metadata
from tests.server.contract.base import ADA
from tests.server.contract.everything import StoreContract
from tests.server.recording import T0

MIGRATIONS = Path(celltrail_server.store.__file__).parent / "migrations"


class TestSqlite(StoreContract):
    """The contract on a SQLite file."""


async def test_concurrent_writers_lose_nothing(store: SqlStore) -> None:
    run_id = new_id()
    await store.create_run(ADA, "0", NewRun(run_id, "run", T0))
    await asyncio.gather(
        *(
            store.log(ADA, run_id, metrics=[("a", Point(step, T0 + step, 1.0))])
            for step in range(60)
        )
    )
    [summary] = (await store.get_run(ADA, run_id)).metrics
    assert summary.count == 60


async def test_a_locked_database_is_unavailable_not_broken(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.list_experiments(ADA)
    store.close()
    monkeypatch.setattr("celltrail_server.store.engines.BUSY_TIMEOUT_SECONDS", 0.05)
    impatient = open_store(tmp_path / "test.sqlite")
    other = sqlite3.connect(tmp_path / "test.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(UnavailableError, match="database is locked"):
        await impatient.create_experiment(ADA, "digits", {})
    other.execute("ROLLBACK")
    other.close()
    await impatient.create_experiment(ADA, "digits", {})
    impatient.close()


# SQLAlchemy reads indexes of expressions back from PostgreSQL alone, where they are compared.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based")
def test_the_migrations_make_exactly_the_tables(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "a.sqlite")
    schema.prepare(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert schema.check(engine) == schema.REVISIONS[-1]
    engine.dispose()


def test_the_list_of_revisions_is_alembics() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert [one.revision for one in script.walk_revisions()] == list(reversed(schema.REVISIONS))


@pytest.mark.parametrize(
    ("revision", "older", "advice"),
    [
        ("0001", True, "celltrail db upgrade"),
        ("9999", False, "install a newer celltrail"),
    ],
)
def test_another_schema_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, revision: str, older: bool, advice: str
) -> None:
    open_store(tmp_path / "a.sqlite").close()
    _execute(tmp_path / "a.sqlite", f"UPDATE alembic_version SET version_num = '{revision}'")
    if older:
        monkeypatch.setattr(schema, "REVISIONS", (*schema.REVISIONS, "0002"))
    with pytest.raises(SchemaError, match=advice) as caught:
        open_store(tmp_path / "a.sqlite")
    assert str(tmp_path / "a.sqlite") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_foreign_database_is_left_alone(tmp_path: Path) -> None:
    _execute(tmp_path / "a.sqlite", "CREATE TABLE mine (x)")
    with pytest.raises(SchemaError, match="not a Celltrail database"):
        open_store(tmp_path / "a.sqlite")


def test_damage_is_found(tmp_path: Path) -> None:
    open_store(tmp_path / "a.sqlite").close()
    _execute(tmp_path / "a.sqlite", "INSERT INTO params VALUES (99, 1, 'v', NULL, NULL)")
    engine = create_engine(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with pytest.raises(CelltrailError, match="damaged"):
        schema.check(engine)
    engine.dispose()


def test_an_existing_database_is_opened_without_heavy_imports(tmp_path: Path) -> None:
    open_store(tmp_path / "a.sqlite").close()
    code = (
        "import sys, pathlib, celltrail_server.process as p;"
        f"s = p.open_store(pathlib.Path({str(tmp_path / 'a.sqlite')!r}));"
        "p.create_app(p.Services(s, None, None)); s.close();"
        "print({'alembic', 'sqlalchemy.orm', 'pydantic', 'httpx', 'attrs'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def _execute(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()
