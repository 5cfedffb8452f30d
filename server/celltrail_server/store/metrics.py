"""Writing metrics: what one transaction brings, each point once, with the summaries."""

import math
from typing import Any

from sqlalchemy import and_, bindparam, select

from celltrail_server.store import columns, segments, summaries
from celltrail_server.store.columns import Columns
from celltrail_server.store.records import Point
from celltrail_server.store.segments import Open
from celltrail_server.store.summaries import Entry
from celltrail_server.store.tables import metric_segments, metric_summaries
from celltrail_server.store.transaction import Transaction, upsert

type Key = tuple[int, str]
"""(internal id of the run, name of the metric)"""

_SUMMARY_COLUMNS = tuple(column.name for column in metric_summaries.c)
_KNOWN = select(
    metric_summaries,
    metric_segments.c.payload,
    metric_segments.c.first_ms,
    metric_segments.c.last_ms,
).outerjoin(
    metric_segments,
    and_(
        metric_segments.c.run_pk == metric_summaries.c.run_pk,
        metric_segments.c.key_id == metric_summaries.c.key_id,
        metric_segments.c.start == metric_summaries.c.tail,
    ),
)
_KNOWN_ONE = _KNOWN.where(
    metric_summaries.c.run_pk == bindparam("run_pk"),
    metric_summaries.c.key_id == bindparam("key_id"),
)
_KNOWN_MANY = _KNOWN.where(
    metric_summaries.c.run_pk.in_(bindparam("run_pks", expanding=True)),
    metric_summaries.c.key_id.in_(bindparam("key_ids", expanding=True)),
)


class MetricBuffer:
    """Collects the points of one transaction and writes them at once.

    `deduplicate`: leave out points that the run has already, with the same step, time and value.
    MLflow's clients may send a request twice and expect that; an event stream never repeats.
    """

    def __init__(self, transaction: Transaction, *, deduplicate: bool = False) -> None:
        self._transaction = transaction
        self._deduplicate = deduplicate
        self._points: dict[Key, list[Point]] = {}
        self._columns: dict[Key, list[Columns]] = {}

    def add(self, run_id: str, key: str, points: list[Point]) -> None:
        """Take points of one metric; raises `NotFoundError` for an unknown run."""
        place = self._place(run_id, key)
        if place in self._columns:
            self._columns[place].append(columns.from_points(points))
        else:
            self._points.setdefault(place, []).extend(points)

    def add_columns(self, run_id: str, key: str, points: Columns) -> None:
        """Take many points of one metric; raises `NotFoundError` for an unknown run."""
        place = self._place(run_id, key)
        if place not in self._columns:
            earlier = self._points.pop(place, [])
            self._columns[place] = [columns.from_points(earlier)] if earlier else []
        self._columns[place].append(points)

    def flush(self) -> None:
        """Write all points and merge the summaries."""
        taken: dict[Key, list[Point] | Columns] = {
            **self._points,
            **{key: columns.joined(parts) for key, parts in self._columns.items()},
        }
        if not taken:
            return
        self._points, self._columns = {}, {}
        key_ids = self._transaction.key_ids({name for _, name in taken})
        known = self._known([(run_pk, key_ids[name]) for run_pk, name in taken])
        entries, rows = [], []
        for (run_pk, name), points in taken.items():
            key_id = key_ids[name]
            entry, tail = known.get((run_pk, key_id), (None, None))
            if self._deduplicate and isinstance(points, list):
                points = self._new_points(points, entry)
            if len(points):
                entry = entry or summaries.empty(run_pk, key_id)
                summaries.take_in(entry, points)
                rows.append(segments.appended(entry, tail, points))
                entries.append(entry)
        self._write(entries, rows)

    def _write(self, entries: list[Entry], rows: list[dict[str, Any]]) -> None:
        connection = self._transaction.connection
        upsert(connection, metric_segments, rows)
        for entry in entries:
            if segments.is_worth_merging(entry):
                segments.merge(connection, entry)
        upsert(connection, metric_summaries, entries)

    def _place(self, run_id: str, key: str) -> Key:
        ref = self._transaction.run(run_id)
        self._transaction.touch(run_id, "metrics")
        return ref.pk, key

    def _known(
        self, wanted: list[tuple[int, int]]
    ) -> dict[tuple[int, int], tuple[Entry, Open | None]]:
        """Return the summaries that are there, each with its open segment."""
        connection, found = self._transaction.connection, {}
        run_pks, key_ids = map(list, map(set, zip(*wanted, strict=True)))
        if len(wanted) == 1:
            rows = connection.execute(_KNOWN_ONE, {"run_pk": run_pks[0], "key_id": key_ids[0]})
        else:
            rows = connection.execute(_KNOWN_MANY, {"run_pks": run_pks, "key_ids": key_ids})
        for *summary, payload, first_ms, last_ms in rows.all():
            tail = None if payload is None else Open(payload, first_ms, last_ms)
            found[summary[0], summary[1]] = dict(zip(_SUMMARY_COLUMNS, summary, strict=True)), tail
        return found

    def _new_points(self, points: list[Point], entry: Entry | None) -> list[Point]:
        if _ascend(points, entry):
            return points
        distinct = list({_identity(p): p for p in points}.values())
        # Only what is not later than the last point can be there already.
        if entry is None:
            return distinct
        last = (entry["last_step"], entry["last_time_ms"])
        old = [p.time_ms for p in distinct if (p.step, p.time_ms) <= last]
        if not old:
            return distinct
        found = segments.at_times(
            self._transaction.connection, entry["run_pk"], entry["key_id"], min(old), max(old)
        )
        there = {_identity(point) for point in found}
        return [p for p in distinct if _identity(p) not in there]


def _ascend(points: list[Point], entry: Entry | None) -> bool:
    """Whether each point is later than the one before it, so that none can be there already."""
    ranks = [(point.step, point.time_ms) for point in points]
    if entry is not None and ranks[0] <= (entry["last_step"], entry["last_time_ms"]):
        return False
    return ranks == sorted(set(ranks))


def _identity(point: Point) -> tuple[int, int, float | None]:
    return (point.step, point.time_ms, None if math.isnan(point.value) else point.value)
