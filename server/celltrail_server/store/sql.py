"""The store on a SQL database: which function runs in which kind of transaction."""
# ruff: noqa: D102  # the methods are documented in the contract

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from celltrail.events import BatchAnswer, EventBatch
from celltrail_server.store import artifacts, events, experiments, queries, runs, schema, searching
from celltrail_server.store.contract import Search, Store
from celltrail_server.store.database import Database, open_engine
from celltrail_server.store.metrics import MetricBuffer
from celltrail_server.store.records import (
    Artifact,
    Cell,
    Change,
    Experiment,
    Lifecycle,
    NewRun,
    Page,
    Param,
    Point,
    Run,
)
from celltrail_server.store.transaction import Transaction

DATABASE = "celltrail.sqlite"
"""Name of the database in a server's data folder."""


def open_store(path: Path) -> "SqlStore":
    """Open the SQLite database `path`, made if it is missing.

    Raises `SchemaError` if it belongs to another version.
    """
    engine = open_engine(path)
    try:
        schema.prepare(engine)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine)


class SqlStore(Store):
    """`Store` on SQLAlchemy; the engine's database has the newest schema."""

    def __init__(self, engine: Engine) -> None:
        self.on_commit = lambda changes: None
        self._database = Database(engine)
        self._known_owners: set[str] = set()

    def close(self) -> None:
        self._database.close()

    async def append_events(self, owner: str, stream: str, batch: EventBatch) -> BatchAnswer:
        return await self._write(owner, events.append, stream, batch)

    async def add_blob(self, owner: str, sha256: str, size_bytes: int) -> None:
        await self._write(owner, artifacts.add_blob, sha256, size_bytes)

    async def blob_size(self, owner: str, sha256: str) -> int | None:
        return await self._read(owner, artifacts.blob_size, sha256)

    async def create_experiment(self, owner: str, name: str, tags: dict[str, str]) -> str:
        return await self._write(owner, experiments.create, name, tags)

    async def get_experiment(self, owner: str, experiment_id: str) -> Experiment:
        return await self._read(owner, experiments.get, experiment_id)

    async def get_experiment_by_name(self, owner: str, name: str) -> Experiment:
        return await self._read(owner, experiments.get_by_name, name)

    async def rename_experiment(self, owner: str, experiment_id: str, name: str) -> None:
        await self._write(owner, experiments.rename, experiment_id, name)

    async def set_experiment_lifecycle(
        self, owner: str, experiment_id: str, stage: Lifecycle
    ) -> None:
        await self._write(owner, experiments.set_lifecycle, experiment_id, stage)

    async def set_experiment_tag(
        self, owner: str, experiment_id: str, key: str, value: str
    ) -> None:
        await self._write(owner, experiments.set_tag, experiment_id, key, value)

    async def delete_experiment_tag(self, owner: str, experiment_id: str, key: str) -> None:
        await self._write(owner, experiments.delete_tag, experiment_id, key)

    async def list_experiments(self, owner: str) -> list[Experiment]:
        return await self._read(owner, experiments.list_active)

    async def search_experiments(self, owner: str, search: Search) -> Page[Experiment]:
        return await self._read(owner, searching.search_experiments, search)

    async def create_run(self, owner: str, experiment_id: str, new: NewRun) -> Run:
        def create(transaction: Transaction) -> Run:
            runs.create_in(transaction, experiment_id, new)
            return queries.get_run(transaction.connection, owner, new.run_id)

        return await self._write(owner, create)

    async def get_run(self, owner: str, run_id: str) -> Run:
        return await self._read(owner, queries.get_run, run_id)

    async def update_run(
        self,
        owner: str,
        run_id: str,
        *,
        status: str | None = None,
        ended_ms: int | None = None,
        name: str | None = None,
    ) -> Run:
        def update(transaction: Transaction) -> Run:
            runs.require_active(transaction.run(run_id))
            runs.update_run(transaction, run_id, status=status, ended_ms=ended_ms, name=name)
            return queries.get_run(transaction.connection, owner, run_id)

        return await self._write(owner, update)

    async def set_run_lifecycle(self, owner: str, run_id: str, stage: Lifecycle) -> None:
        await self._write(owner, runs.set_lifecycle, run_id, stage)

    async def log(
        self,
        owner: str,
        run_id: str,
        *,
        metrics: Iterable[tuple[str, Point]] = (),
        params: Iterable[Param] = (),
        tags: dict[str, str] | None = None,
    ) -> None:
        def log(transaction: Transaction) -> None:
            runs.require_active(transaction.run(run_id))
            runs.log_params(transaction, run_id, params)
            buffer = MetricBuffer(transaction, deduplicate=True)
            for key, point in metrics:
                buffer.add(run_id, key, point)
            buffer.flush()
            runs.set_tags(transaction, run_id, tags or {})

        await self._write(owner, log)

    async def delete_tag(self, owner: str, run_id: str, key: str) -> None:
        def delete(transaction: Transaction) -> None:
            runs.require_active(transaction.run(run_id))
            runs.delete_tag(transaction, run_id, key)

        await self._write(owner, delete)

    async def list_runs(
        self,
        owner: str,
        experiment_id: str | None,
        parent_id: str | None,
        limit: int,
        before: str | None,
    ) -> Page[Run]:
        return await self._read(owner, queries.list_runs, experiment_id, parent_id, limit, before)

    async def search_runs(self, owner: str, search: Search) -> Page[Run]:
        return await self._read(owner, searching.search_runs, search)

    async def list_cells(self, owner: str, run_id: str) -> list[Cell]:
        return await self._read(owner, queries.list_cells, run_id)

    async def points_after(
        self, owner: str, run_id: str, key: str, after: int, limit: int
    ) -> list[Point]:
        return await self._read(owner, queries.points_after, run_id, key, after, limit)

    async def metric_history(
        self, owner: str, run_id: str, key: str, page_token: str | None, limit: int | None
    ) -> Page[Point]:
        return await self._read(owner, searching.history, run_id, key, page_token, limit)

    async def log_artifact(self, owner: str, run_id: str, artifact: Artifact) -> None:
        await self._write(owner, artifacts.log, run_id, artifact)

    async def remove_artifacts(self, owner: str, run_id: str, path: str) -> None:
        await self._write(owner, artifacts.remove, run_id, path)

    async def list_artifacts(self, owner: str, run_id: str) -> list[Artifact]:
        return await self._read(owner, artifacts.of_run, run_id)

    async def get_artifact(self, owner: str, run_id: str, path: str) -> Artifact:
        return await self._read(owner, artifacts.get, run_id, path)

    async def _read[T](self, owner: str, work: Callable[..., T], *args: Any) -> T:
        await self._welcome(owner)
        return await self._database.read(work, owner, *args)

    async def _write[T](self, owner: str, work: Callable[..., T], *args: Any) -> T:
        await self._welcome(owner)
        return await self._commit(owner, work, *args)

    async def _welcome(self, owner: str) -> None:
        if owner not in self._known_owners:
            await self._commit(owner, experiments.ensure_default)
            self._known_owners.add(owner)

    async def _commit[T](self, owner: str, work: Callable[..., T], *args: Any) -> T:
        def write(connection: Connection) -> tuple[T, list[Change]]:
            transaction = Transaction(connection, owner)
            result = work(transaction, *args)
            return result, transaction.finish()

        result, changes = await self._database.write(write)
        if changes:
            self.on_commit(changes)
        return result
