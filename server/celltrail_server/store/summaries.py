"""The summary of one metric of a run, kept as points arrive. Pure."""

import math
from typing import TYPE_CHECKING, Any

from celltrail_server.lazy import lazily
from celltrail_server.store.columns import Columns
from celltrail_server.store.records import Point

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazily("numpy")  # 0.1 s, which the first answer need not wait for

type Entry = dict[str, Any]
"""A row of `metric_summaries`. Of its `count` points, those from `tail` on are in an open segment,
and those before `merged` are in segments that stay as they are."""

_INT64_MIN, _INT64_MAX = -(2**63), 2**63 - 1


def empty(run_pk: int, key_id: int) -> Entry:
    """Return the summary of no points, which any point changes."""
    return {
        "run_pk": run_pk,
        "key_id": key_id,
        "count": 0,
        "tail": 0,
        "merged": 0,
        "first": math.inf,
        "first_step": _INT64_MAX,
        "first_time_ms": _INT64_MAX,
        "last": -math.inf,
        "last_step": _INT64_MIN,
        "last_time_ms": _INT64_MIN,
        "min": math.nan,
        "max": math.nan,
        "execution_id": None,
    }


def take_in(entry: Entry, points: list[Point] | Columns) -> None:
    """Take points (at least one) into the summary, all but their number.

    The last point is the greatest by (step, time, value), as in MLflow; the first the smallest.
    """
    first, last, least, greatest = _extent(points)
    if _rank(first) <= (entry["first_step"], entry["first_time_ms"], _ordered(entry["first"])):
        entry["first_step"], entry["first_time_ms"] = first.step, first.time_ms
        entry["first"] = first.value
    if _rank(last) >= (entry["last_step"], entry["last_time_ms"], _ordered(entry["last"])):
        entry["last_step"], entry["last_time_ms"] = last.step, last.time_ms
        entry["last"], entry["execution_id"] = last.value, last.execution_id
    if least == least:  # a NaN would mean that there is nothing else
        entry["min"] = entry["min"] if entry["min"] <= least else least
        entry["max"] = entry["max"] if entry["max"] >= greatest else greatest


def _extent(points: list[Point] | Columns) -> tuple[Point, Point, float, float]:
    """Return (first point, last point, least value, greatest value); NaN if there are only NaN."""
    if isinstance(points, Columns):
        values, steps = points.values, points.steps
        first, _ = _ends(points.take(steps == steps.min()).points())
        _, last = _ends(points.take(steps == steps.max()).points())
        return first, last, float(np.fmin.reduce(values)), float(np.fmax.reduce(values))
    first, last = _ends(points)
    numbers = [point.value for point in points if point.value == point.value] or [math.nan]
    return first, last, min(numbers), max(numbers)


def _ends(points: list[Point]) -> tuple[Point, Point]:
    if len(points) == 1:
        return points[0], points[0]
    ranks = [_rank(point) for point in points]
    last = len(ranks) - 1 - ranks[::-1].index(max(ranks))
    return points[ranks.index(min(ranks))], points[last]


def _rank(point: Point) -> tuple[int, int, float]:
    return (point.step, point.time_ms, _ordered(point.value))


def _ordered(value: float) -> float:
    return value if value == value else 0.0  # MLflow stores NaN as 0 and a flag
