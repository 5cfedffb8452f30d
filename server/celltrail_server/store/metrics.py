"""Writing metrics: what one transaction brings, each point once, with the summaries."""

import math
from itertools import pairwise
from typing import Any

from sqlalchemy import and_, select

from celltrail_server.store import columns, segments, summaries
from celltrail_server.store.columns import Columns
from celltrail_server.store.records import Point
from celltrail_server.store.summaries import Entry
from celltrail_server.store.tables import metric_segments, metric_summaries
from celltrail_server.store.transaction import Transaction, upsert

type Key = tuple[int, str]
"""(internal id of the run, name of the metric)"""

_SUMMARY_COLUMNS = tuple(column.name for column in metric_summaries.c)


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

    def add(self, run_id: str, key: str, point: Point) -> None:
        """Take one point; raises `NotFoundError` for an unknown run."""
        place = self._place(run_id, key)
        if place in self._columns:
            self._columns[place].append(columns.from_points([point]))
        else:
            self._points.setdefault(place, []).append(point)

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
        known = self._known({run_pk for run_pk, _ in taken}, list(key_ids.values()))
        entries, rows = [], []
        for (run_pk, name), points in taken.items():
            key_id = key_ids[name]
            entry, payload = known.get((run_pk, key_id), (None, b""))
            if self._deduplicate and isinstance(points, list):
                points = self._new_points(points, entry)
            if len(points):
                entry = entry or summaries.empty(run_pk, key_id)
                summaries.take_in(entry, points)
                rows.append(segments.appended(entry, payload, points))
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
        self, run_pks: set[int], key_ids: list[int]
    ) -> dict[tuple[int, int], tuple[Entry, bytes]]:
        """Return the summaries that are there, each with its open segment."""
        summary, segment = metric_summaries.c, metric_segments.c
        statement = (
            select(metric_summaries, segment.payload)
            .outerjoin(
                metric_segments,
                and_(
                    segment.run_pk == summary.run_pk,
                    segment.key_id == summary.key_id,
                    segment.start == summary.tail,
                ),
            )
            .where(summary.run_pk.in_(run_pks), summary.key_id.in_(key_ids))
        )
        return {
            (row[0], row[1]): (dict(zip(_SUMMARY_COLUMNS, row, strict=False)), row[-1] or b"")
            for row in self._transaction.connection.execute(statement)
        }

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
    return all(earlier < later for earlier, later in pairwise(ranks))


def _identity(point: Point) -> tuple[int, int, float | None]:
    return (point.step, point.time_ms, None if math.isnan(point.value) else point.value)
