"""The points of metrics."""
# ruff: noqa: D102  # the methods are documented in the contract

from celltrail_server.callers import Caller
from celltrail_server.store import history, searching
from celltrail_server.store.columns import Columns
from celltrail_server.store.contract.metrics import MetricStore
from celltrail_server.store.records import Buckets, Page, Point
from celltrail_server.store.sql.base import SqlBase


class SqlMetrics(SqlBase, MetricStore):
    """The points of metrics."""

    async def points_after(
        self, caller: Caller, run_id: str, key: str, after: int, limit: int
    ) -> Columns:
        return await self._read(caller, history.arrived, run_id, key, after, limit)

    async def metric_history(
        self, caller: Caller, run_id: str, key: str, page_token: str | None, limit: int | None
    ) -> Page[Point]:
        return await self._read(caller, searching.history, run_id, key, page_token, limit)

    async def metric_buckets(self, caller: Caller, run_id: str, key: str, number: int) -> Buckets:
        return await self._read(caller, history.buckets, run_id, key, number)

    async def metric_sample(
        self,
        caller: Caller,
        run_id: str,
        key: str,
        limit: int,
        steps: tuple[int, int] | None = None,
    ) -> Columns:
        return await self._read(caller, history.sampled, run_id, key, limit, steps)
