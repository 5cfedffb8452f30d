"""Which function runs in which kind of transaction, for whom."""
# ruff: noqa: D102  # the methods are documented in the contract

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, literal, select

from celltrail_server.callers import Caller
from celltrail_server.store import experiments
from celltrail_server.store.activity import Activity
from celltrail_server.store.database import Database
from celltrail_server.store.engines import is_server
from celltrail_server.store.keys import KnownKeys
from celltrail_server.store.notices import Notices
from celltrail_server.store.records import Change
from celltrail_server.store.transaction import Transaction


class SqlBase:
    """The database behind every part of the SQL store; it has the newest schema."""

    def __init__(self, engine: Engine) -> None:
        self.on_commit: Callable[[list[Change]], None] = lambda changes: None
        self._database = Database(engine, self._close_group, self._publish)
        self._notices = Notices(engine) if is_server(engine) else None
        self._known_owners: set[str] = set()
        self._known_keys = KnownKeys()
        self._activity = Activity()

    async def listen(self, missed: Callable[[], None]) -> None:
        """Call `on_commit` with what other servers commit to this database, until cancelled.

        missed: called when changes may have been missed.
        """
        if self._notices:
            await self._notices.listen(lambda changes: self.on_commit(changes), missed)

    async def ping(self) -> None:
        """Return if the database answers; raises `UnavailableError` if not."""
        await self._database.read(lambda connection: connection.scalar(select(literal(1))))

    def counters(self) -> dict[str, int]:
        return self._database.counters()

    def close(self) -> None:
        """Finish running transactions and let go of the database."""
        self._database.close()

    async def _read[T](self, caller: Caller, work: Callable[..., T], *args: Any) -> T:
        """Return `work(connection, caller, *args)`."""
        await self._welcome(caller)
        return await self._database.read(work, caller, *args)

    async def _write[T](self, caller: Caller, work: Callable[..., T], *args: Any) -> T:
        """Return `work(transaction, *args)` after its commit."""
        await self._welcome(caller)
        return await self._commit(caller, work, *args)

    async def _welcome(self, caller: Caller) -> None:
        if caller.owner not in self._known_owners:
            await self._commit(caller, experiments.ensure_default)
            self._known_owners.add(caller.owner)

    async def _commit[T](self, caller: Caller, work: Callable[..., T], *args: Any) -> T:
        def write(connection: Connection) -> tuple[T, Transaction]:
            transaction = Transaction(connection, caller, self._known_keys)
            result = work(transaction, *args)
            transaction.finish()
            return result, transaction

        result, _ = await self._database.write(write)
        return result

    def _close_group(self, connection: Connection, written: list[tuple[Any, Transaction]]) -> None:
        pks = {pk for _, transaction in written for pk in transaction.experiment_pks}
        self._activity.book(connection, pks)
        if self._notices:
            self._notices.send(connection, _changes(written))

    def _publish(self, written: list[tuple[Any, Transaction]]) -> None:
        for _, transaction in written:
            self._known_keys.learn(transaction.found_keys)
        if changes := _changes(written):
            self.on_commit(changes)


def _changes(written: list[tuple[Any, Transaction]]) -> list[Change]:
    return [change for _, transaction in written for change in transaction.changes]
