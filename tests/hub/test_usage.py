"""Usage is what the ledger's sessions come to: exactly, over days and months, safe as CSV."""

import csv
import io
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

from celltrail.errors import InvalidError
from celltrail_hub.sessions import Session
from celltrail_hub.usage.sums import Row, Span, csv_text, keys_of, span_of, summed
from celltrail_profiles.resolving import Usage

NOVEMBER = Span(date(2026, 11, 1), date(2026, 11, 30))
BIG = Usage(Fraction(2, 7), Fraction(4), Fraction(8 * 2**30), Fraction(3, 2))


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def session(started: str, ended: str, user: str = "ada", **others: Any) -> Session:
    known: dict[str, Any] = {
        "server": "",
        "groups": frozenset(),
        "profile": "gpu",
        "usage": BIG,
        "currency": "EUR",
    }
    return Session(user=user, **known | others, started=at(started), ended=at(ended))


def amounts(row: Row) -> tuple[Any, ...]:
    return (row.values, row.servers, row.hours, row.cost)


def test_hours_times_what_was_held_is_what_was_used() -> None:
    [row] = summed([session("2026-11-02T10:00", "2026-11-02T17:00")], NOVEMBER, ["user"])
    assert row == Row(
        values=("ada",),
        currency="EUR",
        servers=1,
        hours=Fraction(7),
        gpu_hours=Fraction(2),
        cpu_hours=Fraction(28),
        memory_gib_hours=Fraction(56),
        cost=Fraction(21, 2),
    )


def test_only_the_part_in_the_span_counts() -> None:
    ran = [session("2026-10-31T20:00", "2026-12-01T05:00")]
    [row] = summed(ran, NOVEMBER, ["user"])
    assert row.hours == 30 * 24


def test_a_server_over_midnight_is_divided_among_days_and_months_without_loss() -> None:
    ran = [session("2026-10-31T22:00", "2026-11-01T01:30")]
    span = Span(date(2026, 10, 1), date(2026, 11, 30))
    assert [amounts(row) for row in summed(ran, span, ["day"])] == [
        (("2026-10-31",), 1, 2, 3),
        (("2026-11-01",), 1, Fraction(3, 2), Fraction(9, 4)),
    ]
    assert [row.values for row in summed(ran, span, ["month"])] == [("2026-10",), ("2026-11",)]


def test_each_server_counts_at_the_price_of_when_it_started() -> None:
    dear = Usage(cost_per_hour=Fraction(5))
    ran = [
        session("2026-11-02T10:00", "2026-11-02T11:00"),
        session("2026-11-03T10:00", "2026-11-03T11:00", usage=dear),
        session("2026-11-04T10:00", "2026-11-04T11:00", usage=dear, currency="USD"),
    ]
    rows = summed(ran, NOVEMBER, ["profile"])
    assert [(row.currency, row.cost) for row in rows] == [("EUR", Fraction(13, 2)), ("USD", 5)]


def test_a_server_counts_for_each_group_of_its_user() -> None:
    ran = [
        session("2026-11-02T10:00", "2026-11-02T11:00", groups=frozenset({"ml", "lead"})),
        session("2026-11-02T10:00", "2026-11-02T12:00", "bob", groups=frozenset({"ml"})),
        session("2026-11-02T10:00", "2026-11-02T11:00", "cy"),
    ]
    hours = {row.values[0]: row.hours for row in summed(ran, NOVEMBER, ["group"])}
    assert hours == {"ml": 3, "lead": 1, "(no group)": 1}


def test_a_server_that_has_just_started_is_there_with_nothing_used() -> None:
    [row] = summed([session("2026-11-02T10:00", "2026-11-02T10:00")], NOVEMBER, ["user", "day"])
    assert amounts(row) == (("ada", "2026-11-02"), 1, 0, 0)


def test_who_cost_most_comes_first() -> None:
    ran = [
        session("2026-11-02T10:00", "2026-11-02T11:00", "ada"),
        session("2026-11-02T10:00", "2026-11-02T13:00", "bob"),
    ]
    assert [row.values for row in summed(ran, NOVEMBER, ["user"])] == [("bob",), ("ada",)]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@cmd", "\tx", "\rx", "\n=1"])
def test_no_cell_is_a_formula_and_every_value_comes_back(name: str) -> None:
    ran = [session("2026-11-02T10:00", "2026-11-02T11:00", name + ',"\n', profile="gpu")]
    text = csv_text(summed(ran, NOVEMBER, ["user", "profile"]), NOVEMBER, ["user", "profile"])
    [row] = csv.DictReader(io.StringIO(text, newline=""))
    assert row["user"] == f"'{name}" + ',"\n'
    assert (row["from"], row["to"], row["profile"]) == ("2026-11-01", "2026-11-30", "gpu")
    assert (row["hours"], row["cost"], row["currency"]) == ("1.0000", "1.5000", "EUR")


def test_without_dates_it_is_this_month() -> None:
    assert span_of(None, None, date(2026, 11, 28)) == Span(date(2026, 11, 1), date(2026, 11, 28))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("yesterday", ""),
        ("2026-11-02", "2026-11-01"),
        ("0001-01-01", ""),
        ("9999-12-31", "9999-12-31"),
    ],
)
def test_what_is_no_span_is_told(first: str, last: str) -> None:
    with pytest.raises(InvalidError):
        span_of(first, last, date(2026, 11, 28))


def test_keys_come_in_one_order_and_others_are_told() -> None:
    assert keys_of(["day", "user"]) == ("user", "day")
    with pytest.raises(InvalidError, match="usage by 'name'"):
        keys_of(["name"])
