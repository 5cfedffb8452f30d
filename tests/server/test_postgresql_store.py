"""The SQL store keeps the contract on PostgreSQL, too."""

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from celltrail_server.store import schema
from celltrail_server.store.engines import open_engine
from celltrail_server.store.sql import SqlStore
from celltrail_server.store.tables import metadata
from tests.server.contract.base import ADA
from tests.server.contract.everything import StoreContract
from tests.server.postgres import Postgres


class TestPostgresql(StoreContract):
    """The contract on a PostgreSQL database."""

    @pytest.fixture
    def store(self, postgresql_store: SqlStore) -> SqlStore:
        return postgresql_store


def test_the_migrations_make_exactly_the_tables(postgres: Postgres, shared_postgresql: str) -> None:
    engine = open_engine(postgres.url(shared_postgresql))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert schema.check(engine) == schema.REVISIONS[-1]
    engine.dispose()


CREATE_VERSIONS = """
import asyncio, sys
from celltrail_server.callers import Caller
from celltrail_server.store.registry.records import NewVersion
from celltrail_server.store.sql import open_store

async def create(store):
    new = NewVersion("s3://b/x")
    made = await asyncio.gather(*(store.create_version(Caller("ada"), "m", new) for _ in range(25)))
    print(*(version.version for version in made))

store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
asyncio.run(create(store))
store.close()
"""


@pytest.mark.integration
async def test_two_servers_that_create_versions_at_once_give_no_number_twice(
    postgres: Postgres, shared_postgresql: str, postgresql_store: SqlStore
) -> None:
    await postgresql_store.create_model(ADA, "m", "", {})
    command = [sys.executable, "-c", CREATE_VERSIONS, postgres.url(shared_postgresql)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    servers = [subprocess.Popen(command, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    assert [server.stdout.readline() for server in servers] == ["ready\n"] * 2
    for server in servers:  # both are waiting for the word
        server.stdin.write("go\n")
        server.stdin.flush()
    made = [number for server in servers for number in server.communicate(timeout=60)[0].split()]
    assert sorted(map(int, made)) == list(range(1, 51))
