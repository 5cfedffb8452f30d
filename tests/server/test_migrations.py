"""A database of an older version comes into the newest schema with everything that it held."""

import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

import celltrail_server.store
from celltrail.events import VariableRead, VariableVersion
from celltrail_server.callers import Caller
from celltrail_server.store import schema
from celltrail_server.store.contract import Search
from celltrail_server.store.engines import open_engine
from celltrail_server.store.sql import open_store
from tests.server.recording import T0

MIGRATIONS = Path(celltrail_server.store.__file__).parent / "migrations"


@pytest.fixture
def old_database(tmp_path: Path) -> Path:
    """A SQLite file of the schema before metrics were in segments, with 5000 points."""
    path = tmp_path / "old.sqlite"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = open_engine(path)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
    engine.dispose()
    with sqlite3.connect(path) as database:
        database.executescript(f"""
            INSERT INTO experiments (id, owner, name, is_default, lifecycle_stage, created_ms,
                updated_ms, last_activity_ms, is_public, created_by)
                VALUES (1, 'ada', 'Default', 1, 'active', {T0}, {T0}, {T0}, 0, 'ada');
            INSERT INTO runs (id, run_id, owner, experiment_pk, name, kind, status,
                lifecycle_stage, started_ms)
                VALUES (1, '{"a" * 32}', 'ada', 1, 'old', 'script', 'RUNNING', 'active', {T0});
            INSERT INTO params VALUES (1, 'lr', '0.1', NULL);
            INSERT INTO tags VALUES (1, 'lr', 'as a tag'), (1, 'team', 'red');
            INSERT INTO cell_sources VALUES ('{"5" * 64}', 'x += y');
            INSERT INTO cell_executions (id, execution_id, run_pk, ordinal, source_sha256,
                started_ms, status)
                VALUES (1, '{"c" * 32}', 1, 1, '{"5" * 64}', {T0}, 'ok');
            INSERT INTO variable_reads VALUES (1, 'y', NULL, 1), (1, 'x', '{"d" * 32}', 0);
            INSERT INTO variable_versions VALUES (1, 'x', 'int', '', NULL, 0, 0);
            INSERT INTO metric_summaries VALUES (1, 'loss', 5000, 0.0, 0, {T0}, NULL, 4999,
                {T0} + 4999, 0.0, 4998.0, '{"c" * 32}');
        """)
        database.executemany(
            "INSERT INTO metric_points (run_pk, key, step, time_ms, value, execution_id) "
            "VALUES (1, 'loss', ?, ?, ?, ?)",
            [(i, T0 + i, None if i == 4999 else float(i), "c" * 32) for i in range(5000)],
        )
    database.close()
    return path


async def test_points_params_tags_and_traces_survive_the_upgrade(old_database: Path) -> None:
    engine = open_engine(old_database)
    schema.upgrade(engine)
    assert schema.check(engine) == schema.REVISIONS[-1]
    engine.dispose()
    store, ada = open_store(old_database), Caller("ada")
    run = await store.get_run(ada, "a" * 32)
    assert [(one.key, one.value) for one in run.params] == [("lr", "0.1")]
    search = Search(filter="params.lr < 0.2", experiment_ids=("0",))
    assert len((await store.search_runs(ada, search)).items) == 1
    assert run.tags == {"lr": "as a tag", "team": "red"}
    points = await store.points_after(ada, "a" * 32, "loss", 0, 10_000)
    assert points.steps.tolist() == list(range(5000))
    assert points.values.tolist()[:-1] == [float(i) for i in range(4999)]
    assert set(points.execution_ids()) == {"c" * 32}
    [summary] = run.metrics
    assert (summary.count, repr(summary.last), summary.max) == (5000, "nan", 4998.0)
    [trace] = await store.list_traces(ada, "a" * 32)
    assert trace.reads == [VariableRead("x", "d" * 32, is_certain=False), VariableRead("y")]
    assert trace.writes == [VariableVersion("x", "int")]
    store.close()
