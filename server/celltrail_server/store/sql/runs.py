"""Runs, their cells and values."""
# ruff: noqa: D102  # the methods are documented in the contract

from collections.abc import Iterable, Sequence

from celltrail_server.callers import Caller
from celltrail_server.store import queries, runs, searching
from celltrail_server.store.contract import Search
from celltrail_server.store.contract.runs import RunStore
from celltrail_server.store.logged_models import metrics as model_points
from celltrail_server.store.logged_models.records import ModelPoint
from celltrail_server.store.metrics import MetricBuffer
from celltrail_server.store.records import Cell, Console, Lifecycle, NewRun, Page, Param, Point, Run
from celltrail_server.store.sql.base import SqlBase
from celltrail_server.store.transaction import Transaction


class SqlRuns(SqlBase, RunStore):
    """Runs, their cells and values."""

    async def create_run(self, caller: Caller, experiment_id: str, new: NewRun) -> Run:
        def create(transaction: Transaction) -> Run:
            runs.create_in(transaction, experiment_id, new)
            return queries.get_run(transaction.connection, caller, new.run_id)

        return await self._write(caller, create)

    async def get_run(self, caller: Caller, run_id: str) -> Run:
        return await self._read(caller, queries.get_run, run_id)

    async def update_run(
        self,
        caller: Caller,
        run_id: str,
        *,
        status: str | None = None,
        ended_ms: int | None = None,
        name: str | None = None,
    ) -> Run:
        def update(transaction: Transaction) -> Run:
            runs.require_active(transaction.run(run_id))
            runs.update_run(transaction, run_id, status=status, ended_ms=ended_ms, name=name)
            return queries.get_run(transaction.connection, caller, run_id)

        return await self._write(caller, update)

    async def set_run_lifecycle(self, caller: Caller, run_id: str, stage: Lifecycle) -> None:
        await self._write(caller, runs.set_lifecycle, run_id, stage)

    async def log(
        self,
        caller: Caller,
        run_id: str,
        *,
        metrics: Iterable[tuple[str, Point]] = (),
        params: Iterable[Param] = (),
        tags: dict[str, str] | None = None,
        model_metrics: Sequence[ModelPoint] = (),
    ) -> None:
        def log(transaction: Transaction) -> None:
            runs.require_active(transaction.run(run_id))
            runs.log_params(transaction, run_id, params)
            buffer = MetricBuffer(transaction, deduplicate=True)
            by_key: dict[str, list[Point]] = {}
            for key, point in metrics:
                by_key.setdefault(key, []).append(point)
            for key, points in by_key.items():
                buffer.add(run_id, key, points)
            buffer.flush()
            model_points.log(transaction, run_id, model_metrics)
            runs.set_tags(transaction, run_id, tags or {})

        await self._write(caller, log)

    async def delete_tag(self, caller: Caller, run_id: str, key: str) -> None:
        def delete(transaction: Transaction) -> None:
            runs.require_active(transaction.run(run_id))
            runs.delete_tag(transaction, run_id, key)

        await self._write(caller, delete)

    async def list_runs(
        self,
        caller: Caller,
        experiment_id: str | None,
        parent_id: str | None,
        limit: int,
        before: str | None,
    ) -> Page[Run]:
        return await self._read(caller, queries.list_runs, experiment_id, parent_id, limit, before)

    async def search_runs(self, caller: Caller, search: Search) -> Page[Run]:
        return await self._read(caller, searching.search_runs, search)

    async def list_cells(self, caller: Caller, run_id: str) -> list[Cell]:
        return await self._read(caller, queries.list_cells, run_id)

    async def get_console(self, caller: Caller, run_id: str, execution_id: str) -> Console:
        return await self._read(caller, queries.get_console, run_id, execution_id)
