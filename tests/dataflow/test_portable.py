"""Digests that compare a value with the one of another process."""

import copy
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from celltrail_dataflow.tracing.fingerprints import compare, look_at
from celltrail_dataflow.tracing.portable import portable_digest

KEYS = st.one_of(st.text(max_size=3), st.integers(), st.booleans(), st.none())
VALUES = st.recursive(
    st.one_of(KEYS, st.floats(allow_nan=False), st.frozensets(KEYS, max_size=4)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


@given(VALUES)
def test_a_copy_has_the_same_digest(value: Any) -> None:
    assert portable_digest(copy.deepcopy(value)) == portable_digest(value) is not None


@given(VALUES, VALUES)
def test_different_values_have_different_digests(one: Any, other: Any) -> None:
    if repr(one) != repr(other) and one != other:
        assert portable_digest(one) != portable_digest(other)


def test_the_order_of_a_set_does_not_count() -> None:
    members = [f"name {number}" for number in range(50)] + [(1, "a")]
    one: set[object] = set(members)
    other: set[object] = set(range(10_000))  # leaves a larger table, and so another order
    other.update(members)
    other.difference_update(range(10_000))
    assert list(one) != list(other)
    assert portable_digest(one) == portable_digest(other)
    assert portable_digest({1}) != portable_digest(frozenset({1}))


def test_what_is_shared_equals_what_is_equal() -> None:
    shared = ["long enough to be no constant"]
    assert portable_digest([shared, shared]) == portable_digest([shared, copy.copy(shared)])


def test_a_cycle_is_followed_once() -> None:
    loop: list[Any] = [1]
    loop.append(loop)
    other: list[Any] = [1]
    other.append(other)
    assert portable_digest(loop) == portable_digest(other) is not None


def test_what_lies_between_the_fields_of_a_record_does_not_count() -> None:
    kind = np.dtype([("a", "u1"), ("b", "f8")], align=True)
    one, other = np.zeros(3, kind), np.frombuffer(b"\xff" * 48, kind).copy()
    for name in ("a", "b"):
        other[name] = one[name]
    assert one.tobytes() != other.tobytes()
    assert portable_digest(one) == portable_digest(other)


def test_a_path_inside_the_folder_is_the_same_wherever_that_lies() -> None:
    one = portable_digest({"data": "/home/ada/project/data.csv"}, "/home/ada/project")
    other = portable_digest({"data": "/tmp/copy/data.csv"}, "/tmp/copy")
    assert one == other != portable_digest({"data": "/tmp/other/data.csv"}, "/tmp/copy")


def test_frames_are_compared_by_their_values() -> None:
    frame = pd.DataFrame({"name": ["a", None, "ccc"], "n": [1, 2.5, 3]})
    assert portable_digest(frame) == portable_digest(frame.copy())
    assert portable_digest(frame) != portable_digest(frame.assign(n=[1, 2.5, 4]))


def test_looking_at_a_frame_does_not_change_it() -> None:
    frame = pd.DataFrame({"n": [1, 2]}, index=pd.date_range("2020", periods=2, freq="MS"))
    before = portable_digest(frame), look_at(frame).fingerprint
    assert frame.index.unit
    assert frame.n.resample("YS").mean().size == 1
    assert portable_digest(frame) == before[0]
    assert compare(before[1], look_at(frame).fingerprint) == "same"


@pytest.mark.parametrize("value", [(one for one in "ab"), memoryview(b"a")])
def test_what_cannot_be_pickled_has_none(value: object) -> None:
    assert portable_digest([value]) is None
