"""Group commit: who shares a transaction, and who is to blame for what."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import IntegrityError

from celltrail.errors import InvalidError
from celltrail_server.store.engines import open_engine
from celltrail_server.store.groups import Groups
from celltrail_server.store.sessions import Sessions
from tests.server.postgres import Postgres

TABLES = (
    "CREATE TABLE parents (id INTEGER PRIMARY KEY)",
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, parent INTEGER"
    " REFERENCES parents DEFERRABLE INITIALLY DEFERRED)",
)


class Recorder:
    """Groups on an engine, and what the database and the hooks were told."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.told: list[str] = []
        self.committed: list[list[Any]] = []
        for name in ("begin", "commit", "rollback", "savepoint"):
            event.listen(engine, name, lambda *args, name=name: self.told.append(name))
        self.groups = Groups(Sessions(engine), lambda *args: None, self.committed.append)

    async def together(self, *works: Callable[[Connection], Any]) -> list[Any]:
        """Run works that have all arrived before the first of them ends."""
        arrived = threading.Event()

        def hold(connection: Connection) -> str:
            assert arrived.wait(10)
            return "held"

        tasks = [asyncio.create_task(self.groups.add(work)) for work in (hold, *works)]
        await asyncio.sleep(0)  # each of them is in the queue after its first step
        arrived.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    def notes(self) -> list[int]:
        with self.engine.connect() as connection:
            return list(connection.scalars(text("SELECT id FROM notes ORDER BY id")))


@pytest.fixture(params=["sqlite", "postgresql"])
def recorder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Recorder]:
    if request.param == "sqlite":
        engine = open_engine(tmp_path / "groups.sqlite")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        engine = open_engine(server.url(server.create()))
    with engine.execution_options(writes=True).begin() as connection:
        for table in TABLES:
            connection.execute(text(table))
    recorder = Recorder(engine)
    yield recorder
    recorder.groups.close()
    engine.dispose()


def note(number: int, parent: int | None = None) -> Callable[[Connection], int]:
    def write(connection: Connection) -> int:
        values = {"id": number, "parent": parent}
        connection.execute(text("INSERT INTO notes VALUES (:id, :parent)"), values)
        return number

    return write


def refused(number: int) -> Callable[[Connection], None]:
    def write(connection: Connection) -> None:
        note(number)(connection)
        raise InvalidError(f"no {number}")

    return write


async def test_works_that_wait_share_a_transaction_in_their_order(recorder: Recorder) -> None:
    results = await recorder.together(note(3), note(1), note(2))
    assert results == ["held", 3, 1, 2]
    assert recorder.notes() == [1, 2, 3]
    assert recorder.committed == [["held", 3, 1, 2]]
    assert recorder.told[:5] == ["begin", "savepoint", "savepoint", "savepoint", "commit"]


async def test_a_work_alone_needs_no_savepoint(recorder: Recorder) -> None:
    for number in range(3):
        assert await recorder.groups.add(note(number)) == number
    assert recorder.told == ["begin", "commit"] * 3


async def test_a_work_that_fails_undoes_its_own_changes_alone(recorder: Recorder) -> None:
    held, one, no, two, twice = await recorder.together(note(1), refused(5), note(2), note(1))
    assert (held, one, two) == ("held", 1, 2)
    assert isinstance(no, InvalidError)
    assert isinstance(twice, IntegrityError)
    assert recorder.notes() == [1, 2]
    assert recorder.committed == [["held", 1, 2]]


async def test_the_first_of_a_group_may_fail_too(recorder: Recorder) -> None:
    tasks = [asyncio.create_task(recorder.groups.add(work)) for work in (refused(1), note(2))]
    no, two = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(no, InvalidError)
    assert two == 2
    assert recorder.notes() == [2]


async def test_a_commit_that_fails_fails_all_and_leaves_nothing(recorder: Recorder) -> None:
    results = await recorder.together(note(1), note(2, parent=99), note(3))
    assert [type(one) for one in results] == [IntegrityError] * 4
    assert recorder.notes() == []
    assert recorder.committed == []
    assert await recorder.groups.add(note(1)) == 1


async def test_a_caller_who_gives_up_stops_nobody(recorder: Recorder) -> None:
    go = threading.Event()

    def wait(connection: Connection) -> int:
        assert go.wait(10)
        return note(1)(connection)

    impatient = asyncio.create_task(recorder.groups.add(wait))
    patient = asyncio.create_task(recorder.groups.add(note(2)))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    go.set()
    assert await patient == 2
    assert recorder.notes() == [1, 2]
    assert recorder.committed == [[1, 2]]
