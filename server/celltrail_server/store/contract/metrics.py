"""The points of metrics."""

from abc import ABC, abstractmethod

from celltrail_server.callers import Caller
from celltrail_server.store.columns import Columns
from celltrail_server.store.records import Buckets, Page, Point


class MetricStore(ABC):
    """The points of metrics. A metric that has none is empty; an unknown run is an error."""

    @abstractmethod
    async def points_after(
        self, caller: Caller, run_id: str, key: str, after: int, limit: int
    ) -> Columns:
        """Return at most `limit` points after the first `after` ones, as they arrived."""

    @abstractmethod
    async def metric_history(
        self, caller: Caller, run_id: str, key: str, page_token: str | None, limit: int | None
    ) -> Page[Point]:
        """Return the points of a metric by (time, step, value), all of them without a limit."""

    @abstractmethod
    async def metric_buckets(self, caller: Caller, run_id: str, key: str, number: int) -> Buckets:
        """Return the points by (step, time) as at most `number` buckets of as many points each."""

    @abstractmethod
    async def metric_sample(
        self,
        caller: Caller,
        run_id: str,
        key: str,
        limit: int,
        steps: tuple[int, int] | None = None,
    ) -> Columns:
        """Return about `limit` points by (step, time, value), for a line drawn through them.

        The first and the last point are among them, and the least and the greatest of each of the
        equal parts that the points are cut into; of fewer than `limit` points all. `steps`: the
        first and the last step to look at.
        """
