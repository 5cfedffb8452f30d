"""Amounts are read exactly, and written so that they are read as the same."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celltrail_profiles.quantities import Duration, Quantity, show_bytes

amounts = st.one_of(
    st.integers(0, 2**63 - 1).map(Fraction),
    st.builds(Fraction, st.integers(0, 10**12), st.sampled_from([1, 2, 5, 1000, 10**6, 10**9])),
)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("500m", Fraction(1, 2)),
        ("1.5", Fraction(3, 2)),
        (1.5, Fraction(3, 2)),
        (2, Fraction(2)),
        ("2Gi", Fraction(2**31)),
        ("2G", Fraction(2 * 10**9)),
        ("0.1", Fraction(1, 10)),
        (".5Ki", Fraction(512)),
        ("1e3", Fraction(1000)),
        ("1E3", Fraction(1000)),
        ("1E", Fraction(10**18)),
        ("12e-1", Fraction(6, 5)),
        ("100u", Fraction(1, 10000)),
    ],
)
def test_a_quantity_is_what_kubernetes_takes_it_for(text: object, amount: Fraction) -> None:
    assert Quantity.parse(text).amount == amount


@pytest.mark.parametrize(
    "text",
    ["lots", "", "-1", "1 Gi", "1gi", "1KI", "2GB", "1e400", "9Ei", "1\n", "٣", True, None, [1]],
)
def test_what_is_no_quantity_is_refused_with_its_name(text: object) -> None:
    with pytest.raises(ValueError, match=r"no quantity|more than Kubernetes"):
        Quantity.parse(text)


@given(amounts)
def test_a_written_quantity_is_read_as_the_same(amount: Fraction) -> None:
    assert Quantity.parse(str(Quantity.of(amount))).amount == amount


@given(amounts, amounts)
def test_quantities_are_ordered_as_their_amounts(one: Fraction, other: Fraction) -> None:
    assert (Quantity.of(one) < Quantity.of(other)) == (one < other)
    assert (Quantity.of(one) == Quantity.of(other)) == (one == other)


def test_two_ways_of_writing_an_amount_are_equal() -> None:
    assert Quantity.parse("2Gi") == Quantity.parse("2048Mi")
    assert len({Quantity.parse("2Gi"), Quantity.parse("2048Mi")}) == 1


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1800), ("1h30m", 5400), ("2d", 172800), ("0s", 0)]
)
def test_a_duration_is_read(text: str, seconds: int) -> None:
    assert Duration.parse(text).seconds == seconds


@pytest.mark.parametrize("text", ["", "5", 5, "1m1h", "1.5h", "1 h", "1h\n", "-1h", None])
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="no duration"):
        Duration.parse(text)


def test_memory_is_shown_in_the_unit_that_fits() -> None:
    assert show_bytes(Fraction(3 * 2**29)) == "1.5 GiB"
    assert show_bytes(Fraction(400)) == "400 bytes"
