"""Segments of metric points come back bit for bit."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celltrail.errors import CelltrailError, InvalidError
from celltrail_server.store.columns import (
    decode,
    encode,
    from_bytes,
    from_points,
    joined,
    rows,
)
from celltrail_server.store.records import Point

INT64 = st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(width=64) | st.sampled_from([-0.0, math.nan, math.inf, -math.inf, 5e-324])
IDS = st.none() | st.sampled_from(["a" * 32, "b" * 32])
POINTS = st.lists(
    st.builds(Point, INT64, INT64, FLOATS, IDS)
    | st.builds(Point, st.integers(0, 9), st.integers(0, 99), FLOATS, IDS),
    max_size=200,
)


def bits(points: list[Point]) -> list[tuple[int, int, bytes, str | None]]:
    return [(p.step, p.time_ms, struct.pack("<d", p.value), p.execution_id) for p in points]


@given(POINTS)
def test_points_come_back_bit_for_bit(points: list[Point]) -> None:
    found = decode(encode(from_points(points)), len(points))
    assert bits(found.points()) == bits(points)


@given(POINTS, POINTS)
def test_rows_are_appended_to_an_open_segment(old: list[Point], new: list[Point]) -> None:
    old, new = old[:31], new[:32]
    payload = rows(old) + rows(new)
    assert bits(decode(payload, len(old + new)).points()) == bits(old + new)


@given(st.lists(POINTS, max_size=4))
def test_joined_segments_hold_the_points_of_all(parts: list[list[Point]]) -> None:
    whole = joined([from_points(part) for part in parts])
    assert bits(decode(encode(whole), len(whole)).points()) == bits(
        [one for part in parts for one in part]
    )


@given(POINTS, st.integers(0, 200), st.integers(0, 200))
def test_a_slice_holds_these_points(points: list[Point], start: int, stop: int) -> None:
    assert bits(from_points(points)[start:stop].points()) == bits(points[start:stop])


@given(POINTS, st.binary(min_size=1, max_size=8), st.integers(0, 10_000))
def test_damaged_bytes_are_an_error_and_no_points(
    points: list[Point], noise: bytes, place: int
) -> None:
    payload = encode(from_points(points))
    for damaged in (noise, payload + b"x", payload[: place % max(len(payload), 1)] or b"x"):
        with pytest.raises(CelltrailError, match="damaged"):
            decode(damaged, len(points))


@given(st.lists(st.floats(width=32), min_size=1, max_size=9))
def test_floats_of_32_bits_take_4_bytes(values: list[float]) -> None:
    points = [Point(step, 1000 * step, value) for step, value in enumerate(values * 64)]
    assert len(encode(from_points(points))) < 4 * len(points) + 80


@pytest.mark.parametrize("sizes", [(0, 0, 0), (8, 8, 16), (9, 9, 9)])
def test_columns_of_bytes_must_match(sizes: tuple[int, int, int]) -> None:
    with pytest.raises(InvalidError, match="each must hold as many numbers of 8 bytes"):
        from_bytes(*(bytes(size) for size in sizes), None)


def test_typical_points_take_ten_bytes() -> None:
    values = [math.exp(-step / 900) + math.sin(step * 12.9898) / 43 for step in range(4096)]
    points = [
        Point(step, 1_760_000_000_000 + step * 37 + step % 5, value)
        for step, value in enumerate(values)
    ]
    assert len(encode(from_points(points))) <= 10 * len(points)
