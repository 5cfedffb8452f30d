"""The summary of one metric of a run, kept as points arrive. Pure."""

import math
from collections.abc import Callable
from typing import Any

from celltrail_server.store.columns import Columns
from celltrail_server.store.records import Point

type Entry = dict[str, Any]
"""A row of `metric_summaries`. Of its `count` points, those from `tail` on are in an open segment,
and those before `merged` are in segments that stay as they are."""

type _Ranked = tuple[int, int, float, int]
"""(step, time, value, place): the order that says which point is first and which is last."""

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
    steps, times, values = _lists(points)
    numbers = [value for value in values if value == value]
    ordered = values if len(numbers) == len(values) else [_ordered(value) for value in values]
    first = min(zip(steps, times, ordered, range(len(steps)), strict=True))
    last = max(zip(steps, times, ordered, range(len(steps)), strict=True))
    if first[:3] <= _rank(entry, "first"):
        entry |= _as("first", first, values)
    if last[:3] >= _rank(entry, "last"):
        entry |= _as("last", last, values)
        entry["execution_id"] = _execution(points, last[3])
    if numbers:
        entry["min"] = _pick(min, entry["min"], min(numbers))
        entry["max"] = _pick(max, entry["max"], max(numbers))


def _lists(points: list[Point] | Columns) -> tuple[list[int], list[int], list[float]]:
    if isinstance(points, Columns):
        return points.steps.tolist(), points.times_ms.tolist(), points.values.tolist()
    return (
        [point.step for point in points],
        [point.time_ms for point in points],
        [point.value for point in points],
    )


def _execution(points: list[Point] | Columns, place: int) -> str | None:
    if isinstance(points, Columns):
        return points[place : place + 1].executions[0][1]
    return points[place].execution_id


def _as(which: str, ranked: _Ranked, values: list[float]) -> Entry:
    step, time_ms, _, place = ranked
    return {which: values[place], f"{which}_step": step, f"{which}_time_ms": time_ms}


def _rank(entry: Entry, which: str) -> tuple[int, int, float]:
    return (entry[f"{which}_step"], entry[f"{which}_time_ms"], _ordered(entry[which]))


def _ordered(value: float) -> float:
    return 0.0 if math.isnan(value) else value  # MLflow stores NaN as 0 and a flag


def _pick(choose: Callable[[float, float], float], old: float, new: float) -> float:
    return new if math.isnan(old) else choose(old, new)
