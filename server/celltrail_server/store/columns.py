"""Points of one metric as columns, and how a segment of them is written down. Pure.

A short segment is a row a point, so that one more is appended without reading the others. A long
one is MessagePack: version, then four columns. Integers are differences, in as few bytes as the
largest needs; values 32-bit floats where that loses nothing, else 64-bit ones; cell executions
runs of equal ones. Everything comes back bit for bit.

Source of the method: delta and narrowest-width encoding of columns, as in Apache Parquet's
DELTA_BINARY_PACKED. General compression is left out on purpose: on random mantissas it saves a
fifth of the bytes and makes reading five times slower.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from celltrail.errors import CelltrailError, InvalidError
from celltrail_server.lazy import lazily
from celltrail_server.store.records import Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = lazily("numpy")  # 0.1 s, which the first answer need not wait for

type Integers = NDArray[np.int64]
type Floats = NDArray[np.float64]
type Places = NDArray[Any]
"""Integers, or a mask."""

OPEN_POINTS = 64
"""A segment with fewer points is open: more can be appended to it."""

_VERSION = 1
_ROW = struct.Struct("<qqd?16s")  # step, time, value, whether a cell logged it, and which
_ROW_TYPE = [
    ("step", "<i8"), ("time_ms", "<i8"), ("value", "<f8"), ("has", "?"), ("execution", "V16"),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """n points in the order of their arrival; `executions` are runs: (how many, execution id)."""

    steps: Integers
    times_ms: Integers
    values: Floats
    executions: tuple[tuple[int, str | None], ...]

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, part: slice) -> "Columns":
        start, stop, _ = part.indices(len(self))
        return Columns(
            self.steps[start:stop],
            self.times_ms[start:stop],
            self.values[start:stop],
            tuple(_cut(self.executions, start, stop)),
        )

    def take(self, order: Places) -> "Columns":
        """Return the points at these positions (or where a mask holds), in this order."""
        steps = self.steps[order]
        if len(self.executions) == 1:
            ids = [self.executions[0][1]] * len(steps)
        else:
            all_ids = self.execution_ids()
            ids = [all_ids[place] for place in np.arange(len(self))[order].tolist()]
        return Columns(steps, self.times_ms[order], self.values[order], _runs(ids))

    def execution_ids(self) -> list[str | None]:
        """Return the cell execution of each point."""
        return [one for count, one in self.executions for _ in range(count)]

    def points(self) -> list[Point]:
        """Return the points one by one."""
        return [
            Point(*point)
            for point in zip(
                self.steps.tolist(),
                self.times_ms.tolist(),
                self.values.tolist(),
                self.execution_ids(),
                strict=True,
            )
        ]


@cache
def empty() -> Columns:
    """Return no points."""
    return Columns(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64), ())


def from_points(points: Sequence[Point]) -> Columns:
    """Return `points` as columns."""
    return Columns(
        np.array([point.step for point in points], np.int64),
        np.array([point.time_ms for point in points], np.int64),
        np.array([point.value for point in points], np.float64),
        _runs([point.execution_id for point in points]),
    )


def from_bytes(steps: bytes, times_ms: bytes, values: bytes, execution_id: str | None) -> Columns:
    """Return columns of little-endian numbers of 8 bytes each as columns of points.

    Raises `InvalidError` if there is no point, or if the columns differ in length.
    """
    sizes = {len(steps), len(times_ms), len(values)}
    if len(sizes) > 1 or not steps or len(steps) % 8:
        raise InvalidError(
            f"steps, times_ms and values have {len(steps)}, {len(times_ms)} and {len(values)} "
            "bytes; each must hold as many numbers of 8 bytes, at least one"
        )
    return Columns(
        np.frombuffer(steps, "<i8").astype(np.int64, copy=False),
        np.frombuffer(times_ms, "<i8").astype(np.int64, copy=False),
        np.frombuffer(values, "<f8").astype(np.float64, copy=False),
        ((len(steps) // 8, execution_id),),
    )


def joined(parts: Sequence[Columns]) -> Columns:
    """Return the points of all parts, one after the other."""
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:
        return parts[0] if parts else empty()
    return Columns(
        np.concatenate([part.steps for part in parts]),
        np.concatenate([part.times_ms for part in parts]),
        np.concatenate([part.values for part in parts]),
        _merged(run for part in parts for run in part.executions),
    )


def rows(points: Iterable[Point]) -> bytes:
    """Return points as an open segment, or to append to one."""
    return b"".join(
        _ROW.pack(
            point.step,
            point.time_ms,
            point.value,
            point.execution_id is not None,
            bytes.fromhex(point.execution_id or ""),
        )
        for point in points
    )


def encode(columns: Columns) -> bytes:
    """Return the payload of a segment with these points."""
    if len(columns) < OPEN_POINTS:
        return rows(columns.points())
    return _encoder.encode(
        (
            _VERSION,
            _encode_integers(columns.steps),
            _encode_integers(columns.times_ms),
            _encode_floats(columns.values),
            columns.executions,
        )
    )


def decode(payload: bytes, count: int) -> Columns:
    """Return the `count` points in a payload; raises `CelltrailError` if it is damaged."""
    try:
        columns = _from_rows(payload) if count < OPEN_POINTS else _from_columns(payload, count)
        if len(columns) != count or sum(number for number, _ in columns.executions) != count:
            raise ValueError(f"it does not hold {count} points")
    except (ValueError, TypeError) as error:  # msgspec's errors are ValueErrors
        raise CelltrailError(f"a segment of metric points is damaged: {error}") from error
    return columns


def _from_rows(payload: bytes) -> Columns:
    table = np.frombuffer(payload, np.dtype(_ROW_TYPE))
    ids = zip(table["has"].tolist(), table["execution"].tolist(), strict=True)
    return Columns(
        table["step"].astype(np.int64),
        table["time_ms"].astype(np.int64),
        table["value"].astype(np.float64),
        _runs([one.hex() if has else None for has, one in ids]),
    )


def _from_columns(payload: bytes, count: int) -> Columns:
    version, steps, times, values, executions = _decoder.decode(payload)
    if version != _VERSION:
        raise ValueError(f"version {version} is not known")
    return Columns(
        _decode_integers(steps, count),
        _decode_integers(times, count),
        _decode_floats(values),
        executions,
    )


def _encode_integers(column: Integers) -> tuple[int, int, bytes]:
    """Return (first, bytes a difference, differences); 0 bytes: all differences are the one."""
    if len(column) < 2:
        return (int(column[0]) if len(column) else 0, 1, b"")
    differences = column[1:] - column[:-1]  # wraps around at 64 bits, and back again when decoded
    if (differences == differences[0]).all():
        return int(column[0]), 0, int(differences[0]).to_bytes(8, "little", signed=True)
    for width in (1, 2, 4):
        limits = np.iinfo(f"i{width}")
        if limits.min <= differences.min() and differences.max() <= limits.max:
            return int(column[0]), width, differences.astype(f"<i{width}").tobytes()
    return int(column[0]), 8, differences.astype("<i8").tobytes()


def _decode_integers(column: tuple[int, int, bytes], count: int) -> Integers:
    first, width, data = column
    if count == 0:
        return empty().steps
    found = np.empty(count, np.int64)
    found[0] = first
    if width == 0:
        found[1:] = int.from_bytes(data, "little", signed=True)
    else:
        found[1:] = np.frombuffer(data, f"<i{width}")
    return np.cumsum(found, dtype=np.int64)


def _encode_floats(column: Floats) -> tuple[int, bytes]:
    """Return (bytes a value, values)."""
    with np.errstate(over="ignore"):
        narrow = column.astype("<f4")
    if narrow.astype("<f8").tobytes() == column.tobytes():
        return 4, narrow.tobytes()
    return 8, column.astype("<f8").tobytes()


def _decode_floats(column: tuple[int, bytes]) -> Floats:
    width, data = column
    return np.frombuffer(data, f"<f{width}").astype(np.float64)


def _runs(ids: Sequence[str | None]) -> tuple[tuple[int, str | None], ...]:
    if len(set(ids)) == 1:
        return ((len(ids), ids[0]),)
    return _merged((1, one) for one in ids)


def _merged(runs: Iterable[tuple[int, str | None]]) -> tuple[tuple[int, str | None], ...]:
    merged: list[tuple[int, str | None]] = []
    for count, one in runs:
        if merged and merged[-1][1] == one:
            merged[-1] = (merged[-1][0] + count, one)
        else:
            merged.append((count, one))
    return tuple(merged)


def _cut(
    runs: Iterable[tuple[int, str | None]], start: int, stop: int
) -> Iterable[tuple[int, str | None]]:
    position = 0
    for count, one in runs:
        kept = min(position + count, stop) - max(position, start)
        if kept > 0:
            yield kept, one
        position += count


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(
    tuple[
        int,
        tuple[int, int, bytes],
        tuple[int, int, bytes],
        tuple[int, bytes],
        tuple[tuple[int, str | None], ...],
    ]
)
