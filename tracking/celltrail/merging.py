"""Many recorded points of a metric become one event on the way to the server. Pure.

A call of `celltrail.log` writes an event of its own, of a hundred bytes. What lies side by side in
the spool travels in columns, at 24 bytes a point.
"""

from collections.abc import Iterable
from itertools import groupby

import msgspec

from celltrail.events import MetricsLogged, SeriesLogged, encode_event, kind_of

MIN_POINTS = 4
"""Fewer points of each metric, on average, are not worth columns."""

_decode = msgspec.msgpack.Decoder(MetricsLogged).decode


def merged(payloads: Iterable[bytes]) -> list[bytes]:
    """Return encoded events that say the same as `payloads`, in fewer bytes if possible.

    Points of one metric keep their order, and no point passes an event of another kind.
    """
    events: list[bytes] = []
    for are_points, part in groupby(payloads, _is_point):
        same = list(part)
        try:
            events += _in_columns(same) if are_points else same
        except (msgspec.DecodeError, OverflowError):  # the server says what is wrong with which
            events += same
    return events


def _is_point(payload: bytes) -> bool:
    return kind_of(payload) == b"metrics_logged"


def _in_columns(payloads: list[bytes]) -> list[bytes]:
    series: dict[tuple[str, str, str | None], tuple[list[int], list[int], list[float]]] = {}
    points = 0
    for event in map(_decode, payloads):
        points += len(event.metrics)
        for key, value in event.metrics.items():
            place = (event.run_id, key, event.execution_id)
            columns = series.get(place) or series.setdefault(place, ([], [], []))
            columns[0].append(event.step)
            columns[1].append(event.time_ms)
            columns[2].append(value)
    if points < MIN_POINTS * len(series):
        return payloads
    return [
        encode_event(SeriesLogged.of(run_id, key, *columns, execution_id))
        for (run_id, key, execution_id), columns in series.items()
    ]
