"""Reading the points of metrics: as they arrived, as MLflow lists them, or as buckets."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from celltrail_server.callers import Caller
from celltrail_server.lazy import lazily
from celltrail_server.store import columns, keys, segments
from celltrail_server.store.access import find_run
from celltrail_server.store.columns import Columns
from celltrail_server.store.records import Buckets

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazily("numpy")  # 0.1 s, which the first answer need not wait for


def arrived(
    connection: Connection, caller: Caller, run_id: str, key: str, after: int, limit: int
) -> Columns:
    """Return at most `limit` points after the first `after` ones, in the order of arrival."""
    return _read(connection, caller, run_id, key, after, after + limit)


def sampled(
    connection: Connection,
    caller: Caller,
    run_id: str,
    key: str,
    limit: int,
    steps: tuple[int, int] | None,
) -> Columns:
    """Return about `limit` points by (step, time, value), as a line drawn through them needs.

    The first and the last point are among them, and the least and the greatest of each of the
    equal parts that the points are cut into; of fewer than `limit` points all.
    steps: the first and last step to look at; None: all.
    """
    points = _read(connection, caller, run_id, key)
    if steps is not None:
        points = points.take((points.steps >= steps[0]) & (points.steps <= steps[1]))
    points = _sorted(points, points.steps, points.times_ms)
    if len(points) <= limit:
        return points
    ends = np.array([0, len(points) - 1])
    parts = np.array_split(points.values, max((limit - 2) // 2, 1)) if limit > 2 else []
    starts = np.cumsum([0, *(len(part) for part in parts)])
    chosen = [
        start + place
        for start, part in zip(starts, parts, strict=False)
        for place in _extremes(part)
    ]
    return points.take(np.unique(np.concatenate([ends, np.array(chosen, np.int64)])))


def listed(connection: Connection, caller: Caller, run_id: str, key: str) -> Columns:
    """Return all points by (time, step, value), as MLflow lists them."""
    points = _read(connection, caller, run_id, key)
    return _sorted(points, points.times_ms, points.steps)


def buckets(connection: Connection, caller: Caller, run_id: str, key: str, number: int) -> Buckets:
    """Return the points by (step, time) as at most `number` buckets of as many points each."""
    points = _read(connection, caller, run_id, key)
    if not (np.diff(points.steps) > 0).all():
        order = np.lexsort((points.times_ms, points.steps))
        points = points.take(order)
    starts = (
        np.unique(np.arange(number) * len(points) // number) if len(points) else np.empty(0, int)
    )
    return _buckets(points, starts)


def _buckets(points: Columns, starts: columns.Integers) -> Buckets:
    if not len(starts):
        return Buckets([], [], [], [], [], [])
    last = np.append(starts[1:], len(points)) - 1
    return Buckets(
        first_steps=points.steps[starts].tolist(),
        last_steps=points.steps[last].tolist(),
        mins=np.fmin.reduceat(points.values, starts).tolist(),
        maxs=np.fmax.reduceat(points.values, starts).tolist(),
        lasts=points.values[last].tolist(),
        counts=(last - starts + 1).tolist(),
    )


def _read(
    connection: Connection,
    caller: Caller,
    run_id: str,
    key: str,
    start: int = 0,
    stop: int = 2**62,
) -> Columns:
    ref = find_run(connection, caller, run_id)
    key_id = keys.find(connection, [key]).get(key)
    return (
        columns.empty()
        if key_id is None
        else segments.read(connection, ref.pk, key_id, start, stop)
    )


def _extremes(values: columns.Floats) -> set[int]:
    """Return the places of the least and the greatest number; of one point if there is none."""
    if np.isnan(values).all():
        return {0}
    return {int(np.nanargmin(values)), int(np.nanargmax(values))}


def _sorted(points: Columns, first: columns.Integers, second: columns.Integers) -> Columns:
    """Return the points by `first`, then `second`, then value, NaN as zero as MLflow has it."""
    if (first[1:] > first[:-1]).all():
        return points
    values = np.where(np.isnan(points.values), 0.0, points.values)
    return points.take(np.lexsort((values, second, first)))
