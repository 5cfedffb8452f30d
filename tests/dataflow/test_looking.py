"""What looking at big objects costs, and what it must not miss."""

import tracemalloc

import numpy as np
import pytest

from celltrail_dataflow.tracing.fingerprints import compare, look_at


def change_at_the_end(array: np.ndarray) -> None:
    array[-1] += 1


@pytest.mark.parametrize("rows", [4, 4_000])
def test_a_big_array_in_pieces_is_neither_copied_nor_taken_for_unchanged(rows: int) -> None:
    pieces = np.zeros((rows, 16_000_000 // rows), np.int32)[:, ::2]
    tracemalloc.start()
    before = look_at(pieces).fingerprint
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    pieces[1, 1] = 5  # hardly any sample has that element
    assert compare(before, look_at(pieces).fingerprint) != "same"
    assert peak < pieces.nbytes // 20


def test_many_middling_arrays_have_one_budget_and_a_change_is_no_secret() -> None:
    arrays = [np.zeros(100_000) for _ in range(200)]  # 160 MB
    before = look_at(arrays).fingerprint
    assert before is not None
    assert before.is_sampled
    change_at_the_end(arrays[-1])
    assert compare(before, look_at(arrays).fingerprint) == "changed"


def test_a_view_and_its_memory_have_one_identity() -> None:
    whole = np.zeros(10)
    assert look_at(whole).parts & look_at(whole[3:].view(np.int8)).parts
    assert not look_at(whole).parts & look_at(whole.copy()).parts
