"""Points of a metric as segments in the database: writing, merging, reading.

A metric's points are numbered from 0 in the order of their arrival; a segment holds those from
`start` on. The last segment may be open, that is short enough to be appended to. Segments that many
small writes have left are joined into one as soon as they hold enough points, in the transaction
that writes the last of them: nothing runs in the background, and what each point costs is bounded.

Source of the idea: P. O'Neil et al., "The Log-Structured Merge-Tree", Acta Informatica 33 (1996).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select

from celltrail_server.store import columns
from celltrail_server.store.columns import Columns
from celltrail_server.store.records import Point
from celltrail_server.store.summaries import Entry
from celltrail_server.store.tables import metric_segments
from celltrail_server.store.transaction import upsert

MERGE_POINTS = 4096
"""So many points in small segments are worth to be one segment."""


@dataclass(frozen=True, slots=True)
class Open:
    """The open segment of a metric."""

    payload: bytes
    first_ms: int
    last_ms: int


def appended(entry: Entry, tail: Open | None, points: list[Point] | Columns) -> dict[str, Any]:
    """Return the row of the segment that ends with new points, and move the entry on.

    tail: the segment that the new points continue.
    """
    start, held = entry["tail"], entry["count"] - entry["tail"]
    count = held + len(points)
    old = tail.payload if tail else b""
    if isinstance(points, list) and count < columns.OPEN_POINTS:
        payload = old + columns.rows(points)
        times = [point.time_ms for point in points]
        first_ms, last_ms = min(times), max(times)
    else:
        new = columns.from_points(points) if isinstance(points, list) else points
        first_ms, last_ms = int(new.times_ms.min()), int(new.times_ms.max())
        payload = columns.encode(columns.joined([columns.decode(old, held), new]))
    if tail:
        first_ms, last_ms = min(first_ms, tail.first_ms), max(last_ms, tail.last_ms)
    entry["count"] = start + count
    if count >= columns.OPEN_POINTS:
        entry["tail"] = entry["count"]
    return _row(entry, start, count, first_ms, last_ms, payload)


def is_worth_merging(entry: Entry) -> bool:
    """Whether the metric has left enough small segments."""
    return bool(entry["tail"] - entry["merged"] >= MERGE_POINTS)


def merge(connection: Connection, entry: Entry) -> None:
    """Join the small segments of a metric into one, and move the entry's `merged` on."""
    table = metric_segments.c
    metric = (table.run_pk == entry["run_pk"], table.key_id == entry["key_id"])
    small = connection.execute(
        select(table.count, table.payload)
        .where(*metric, table.start >= entry["merged"], table.start < entry["tail"])
        .order_by(table.start)
    ).all()
    if len(small) > 1:
        whole = columns.joined([columns.decode(payload, count) for count, payload in small])
        connection.execute(
            delete(metric_segments).where(
                *metric, table.start > entry["merged"], table.start < entry["tail"]
            )
        )
        times = whole.times_ms
        row = _row(
            entry,
            entry["merged"],
            len(whole),
            int(times.min()),
            int(times.max()),
            columns.encode(whole),
        )
        upsert(connection, metric_segments, [row])
    entry["merged"] = entry["tail"]


def read(
    connection: Connection, run_pk: int, key_id: int, start: int = 0, stop: int = 2**62
) -> Columns:
    """Return the points from number `start` up to `stop` of a metric, as they arrived."""
    table = metric_segments.c
    parts = [
        columns.decode(payload, count)[max(start - first, 0) : stop - first]
        for first, count, payload in connection.execute(
            select(table.start, table.count, table.payload)
            .where(
                table.run_pk == run_pk,
                table.key_id == key_id,
                table.start < stop,
                table.start + table.count > start,
            )
            .order_by(table.start)
        )
    ]
    return columns.joined(parts)


def at_times(
    connection: Connection, run_pk: int, key_id: int, first_ms: int, last_ms: int
) -> Iterator[Point]:
    """Yield at least the points of a metric that have a time from `first_ms` to `last_ms`."""
    table = metric_segments.c
    for count, payload in connection.execute(
        select(table.count, table.payload).where(
            table.run_pk == run_pk,
            table.key_id == key_id,
            table.first_ms <= last_ms,
            table.last_ms >= first_ms,
        )
    ):
        yield from columns.decode(payload, count).points()


def _row(
    entry: Entry, start: int, count: int, first_ms: int, last_ms: int, payload: bytes
) -> dict[str, Any]:
    return {
        "run_pk": entry["run_pk"],
        "key_id": entry["key_id"],
        "start": start,
        "count": count,
        "first_ms": first_ms,
        "last_ms": last_ms,
        "payload": payload,
    }
