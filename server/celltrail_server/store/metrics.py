"""Writing metrics: every point, and one summary a run and key that is merged as points arrive."""

import math
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, insert, select, tuple_

from celltrail_server.store.records import Point
from celltrail_server.store.tables import metric_points, metric_summaries
from celltrail_server.store.transaction import Transaction, upsert

type Key = tuple[int, str]
"""(internal id of the run, name of the metric)"""


class MetricBuffer:
    """Collects the points of one transaction and writes them at once.

    `deduplicate`: leave out points that the run has already, with the same step, time and value.
    MLflow's clients may send a request twice and expect that; an event stream never repeats.
    """

    def __init__(self, transaction: Transaction, *, deduplicate: bool = False) -> None:
        self._transaction = transaction
        self._deduplicate = deduplicate
        self._points: dict[Key, list[Point]] = {}

    def add(self, run_id: str, key: str, point: Point) -> None:
        """Take one point; raises `NotFoundError` for an unknown run."""
        ref = self._transaction.run(run_id)
        self._points.setdefault((ref.pk, key), []).append(point)
        self._transaction.touch(run_id, "metrics")

    def flush(self) -> None:
        """Write all points and merge the summaries."""
        if not self._points:
            return
        known = self._summaries()
        rows, summaries = [], []
        for key, points in self._points.items():
            if self._deduplicate:
                points = self._new_points(key, points, known.get(key))
            if points:
                rows += [_row(key, point) for point in points]
                summaries.append(merge(key, known.get(key), points))
        self._points.clear()
        if rows:
            self._transaction.connection.execute(insert(metric_points), rows)
            upsert(self._transaction.connection, metric_summaries, summaries)

    def _summaries(self) -> dict[Key, dict[str, Any]]:
        run_pks = {run_pk for run_pk, _ in self._points}
        names = {name for _, name in self._points}
        found = self._transaction.connection.execute(
            select(metric_summaries).where(
                metric_summaries.c.run_pk.in_(run_pks), metric_summaries.c.key.in_(names)
            )
        )
        return {(row.run_pk, row.key): dict(row._mapping) for row in found}

    def _new_points(
        self, key: Key, points: list[Point], summary: dict[str, Any] | None
    ) -> list[Point]:
        distinct = list({_identity(p): p for p in points}.values())
        # Only what is not later than the last point can be there already.
        old = [p for p in distinct if summary and _rank(p)[:2] <= _last_rank(summary)[:2]]
        if not old:
            return distinct
        there = {_identity(_point(row)) for row in self._same_places(key, old)}
        return [p for p in distinct if _identity(p) not in there]

    def _same_places(self, key: Key, points: list[Point]) -> Iterable[Row[Any]]:
        table = metric_points.c
        return self._transaction.connection.execute(
            select(table.step, table.time_ms, table.value).where(
                table.run_pk == key[0],
                table.key == key[1],
                tuple_(table.step, table.time_ms).in_([(p.step, p.time_ms) for p in points]),
            )
        )


def merge(key: Key, summary: dict[str, Any] | None, points: list[Point]) -> dict[str, Any]:
    """Return the summary row of `key` with `points` (at least one) taken in.

    The last point is the greatest by (step, time, value), as in MLflow; the first the smallest.
    """
    row = dict(summary) if summary else _empty(key, points[0])
    for point in points:
        row["count"] += 1
        if _rank(point) >= _last_rank(row):
            row |= _as("last", point) | {"execution_id": point.execution_id}
        if _rank(point) < (row["first_step"], row["first_time_ms"], _ordered(row["first"])):
            row |= _as("first", point)
        row["min"] = _pick(min, row["min"], point.value)
        row["max"] = _pick(max, row["max"], point.value)
    return row


def _empty(key: Key, point: Point) -> dict[str, Any]:
    return {
        "run_pk": key[0],
        "key": key[1],
        "count": 0,
        "min": math.nan,
        "max": math.nan,
        "execution_id": point.execution_id,
        **_as("first", point),
        **_as("last", point),
    }


def _as(which: str, point: Point) -> dict[str, Any]:
    return {which: point.value, f"{which}_step": point.step, f"{which}_time_ms": point.time_ms}


def _rank(point: Point) -> tuple[int, int, float]:
    return (point.step, point.time_ms, _ordered(point.value))


def _last_rank(row: dict[str, Any]) -> tuple[int, int, float]:
    return (row["last_step"], row["last_time_ms"], _ordered(row["last"]))


def _ordered(value: float) -> float:
    return 0.0 if math.isnan(value) else value  # MLflow stores NaN as 0 and a flag


def _pick(choose: Any, old: float, new: float) -> float:
    if math.isnan(new):
        return old
    return new if math.isnan(old) else float(choose(old, new))


def _identity(point: Point) -> tuple[int, int, float | None]:
    return (point.step, point.time_ms, None if math.isnan(point.value) else point.value)


def _point(row: Row[Any]) -> Point:
    return Point(row.step, row.time_ms, row.value)


def _row(key: Key, point: Point) -> dict[str, Any]:
    return {
        "run_pk": key[0],
        "key": key[1],
        "step": point.step,
        "time_ms": point.time_ms,
        "value": point.value,
        "execution_id": point.execution_id,
    }
