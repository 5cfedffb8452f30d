"""The SQL store keeps the contract on PostgreSQL, too."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from celltrail_server.store import schema
from celltrail_server.store.engines import open_engine
from celltrail_server.store.sql import SqlStore
from celltrail_server.store.tables import metadata
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
