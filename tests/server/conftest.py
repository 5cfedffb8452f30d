"""The server in this process: a store on a fresh database, the application behind its gate."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from celltrail.errors import DeniedError
from celltrail_server.app import create_app
from celltrail_server.auth.base import Headers, bearer_token
from celltrail_server.blobs.folder import BlobFolder
from celltrail_server.callers import Caller
from celltrail_server.gate import Activity, Gate
from celltrail_server.live import Live
from celltrail_server.routes.services import Services
from celltrail_server.store.sql import SqlStore, open_store
from tests.server.postgres import Postgres, running

HTTP_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")


def all_routes(inside: "InProcess") -> Iterator[tuple[str, str]]:
    for route in inside.app.routes:
        for method in sorted(getattr(route, "methods", ())):
            if method in HTTP_METHODS:
                yield method, route.path


class ByName:
    """Accepts the tokens `NAME`, and `NAME-ro` for a user who may only read.

    `members` says who is in which groups, and `gone` whose tokens are good no longer.
    """

    def __init__(self) -> None:
        self.members = {"carl": {"vision"}, "dora": {"vision"}}
        self.gone: set[str] = set()

    async def identify(self, headers: Headers) -> Caller:
        name, _, suffix = bearer_token(headers).partition("-")
        if name not in ("ada", "bob", "carl", "dora", "root") or name in self.gone:
            raise DeniedError("unknown token")
        groups = frozenset(self.members.get(name, ()))
        return Caller(name, groups, can_write=suffix != "ro", is_admin=name == "root")

    async def close(self) -> None: ...


class InProcess:
    """The whole server without a socket, on a store of the test's own."""

    def __init__(self, app: Litestar, services: Services) -> None:
        self.app = app
        self.store, self.blobs, self.live = services.store, services.blobs, services.live
        self.observations = services.observations
        self.store.on_commit = self.live.publish
        self.activity = Activity()
        self.users = ByName()
        self.gate = Gate(app, self.users, "/services/celltrail/", self.activity)

    def client(self, token: str | None = "ada", **headers: str) -> httpx.AsyncClient:
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.gate), base_url="http://server", headers=headers
        )


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as the migrations make it; making it for each test would take most of the time."""
    path = tmp_path_factory.mktemp("database") / "new.sqlite"
    open_store(path).close()
    return path


@pytest.fixture
def store(tmp_path: Path, new_database: Path) -> Iterator[SqlStore]:
    shutil.copy(new_database, tmp_path / "test.sqlite")
    store = open_store(tmp_path / "test.sqlite")
    yield store
    store.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of the tests' own."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def new_postgresql(postgres: Postgres) -> str:
    """The name of a database as the migrations make it, to copy."""
    name = postgres.create()
    open_store(postgres.url(name)).close()
    return name


@pytest.fixture(scope="session")
def shared_postgresql(postgres: Postgres, new_postgresql: str) -> str:
    return postgres.create(new_postgresql)


@pytest.fixture
def postgresql_store(postgres: Postgres, shared_postgresql: str) -> Iterator[SqlStore]:
    """A store on PostgreSQL without a record."""
    postgres.clear(shared_postgresql)
    store = open_store(postgres.url(shared_postgresql))
    yield store
    store.close()


@pytest.fixture(scope="session")
def app_and_services() -> tuple[Litestar, Services]:
    """The application, whose making takes longer than most tests; each fills in its services."""
    services = Services.__new__(Services)
    return create_app(services), services


@pytest.fixture
def inside(
    store: SqlStore, tmp_path: Path, app_and_services: tuple[Litestar, Services]
) -> InProcess:
    app, services = app_and_services
    services.__init__(store, BlobFolder(tmp_path / "blobs", max_bytes=1 << 20), Live())  # type: ignore[misc]
    return InProcess(app, services)


@pytest.fixture
async def ada(inside: InProcess) -> AsyncIterator[httpx.AsyncClient]:
    async with inside.client("ada") as client:
        yield client


@pytest.fixture
async def bob(inside: InProcess) -> AsyncIterator[httpx.AsyncClient]:
    async with inside.client("bob") as client:
        yield client
