"""What is held and was held is counted exactly, also after a hub that was killed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest

from celltrail.errors import UnavailableError
from celltrail_hub.culling.decision import End
from celltrail_hub.ledger import Ledger, month_start
from celltrail_hub.ledger_file import REVISIONS, Stopped
from celltrail_hub.sessions import sessions
from celltrail_profiles.errors import QuotaError
from celltrail_profiles.quotas import Holding
from celltrail_profiles.resolving import Usage
from celltrail_profiles.schema import ProfileFile, Quota, Who

FILE = ProfileFile(
    profiles=(),
    quotas=(Quota(name="q", who="everyone", servers=2, cost_per_month=10),),
    currency="EUR",
)
NOVEMBER = 1_793_491_200.0  # 2026-11-01 00:00 UTC
HOUR = 3600.0


class Clock:
    def __init__(self) -> None:
        self.now = NOVEMBER + 100 * HOUR

    def __call__(self) -> float:
        return self.now


def asking(user: str = "ada", cost: int = 1, *groups: str) -> Holding:
    return Holding(user, frozenset(groups), "p", Usage(cost_per_hour=Fraction(cost)))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "ledger.sqlite", clock)
    yield ledger
    ledger.close()


def used(ledger: Ledger, *active: str) -> dict[str, Fraction]:
    servers = {("ada", name) for name in active}
    return {level.resource: level.used for level in ledger.levels(FILE, asking(), lambda: servers)}


def test_what_is_started_is_held_until_it_ends(ledger: Ledger) -> None:
    ledger.reserve(FILE, asking(), "a", set)
    assert used(ledger, "a")["servers"] == 1
    ledger.end("ada", "a")
    assert used(ledger)["servers"] == 0


def test_a_refused_server_is_not_entered(ledger: Ledger) -> None:
    for name in ("a", "b"):
        ledger.reserve(FILE, asking(), name, set)
    with pytest.raises(QuotaError, match="2 of 2 servers"):
        ledger.reserve(FILE, asking(), "c", lambda: {("ada", "a"), ("ada", "b"), ("ada", "c")})
    assert used(ledger, "a", "b")["servers"] == 2


def test_a_server_that_starts_again_counts_once(ledger: Ledger) -> None:
    for _ in range(3):
        ledger.reserve(FILE, asking(), "a", set)
    assert used(ledger, "a")["servers"] == 1


def test_what_the_hub_no_longer_knows_is_ended(tmp_path: Path, clock: Clock) -> None:
    killed = Ledger(tmp_path / "ledger.sqlite", clock)
    killed.reserve(FILE, asking(), "a", set)
    killed.reserve(FILE, asking(), "b", set)
    killed.close()
    ledger = Ledger(tmp_path / "ledger.sqlite", clock)
    assert used(ledger, "a")["servers"] == 1
    ledger.close()


def test_what_has_ended_unseen_refuses_nobody(ledger: Ledger) -> None:
    for name in ("a", "b"):
        ledger.reserve(FILE, asking(), name, set)
    ledger.reserve(FILE, asking(), "c", lambda: {("ada", "b"), ("ada", "c")})
    assert used(ledger, "b", "c")["servers"] == 2


def test_money_is_counted_by_the_hour_of_this_month(ledger: Ledger, clock: Clock) -> None:
    ledger.reserve(FILE, asking(cost=2), "a", set)
    clock.now += 1.5 * HOUR
    assert used(ledger, "a")["cost"] == 3
    ledger.end("ada", "a")
    clock.now += 5 * HOUR
    assert used(ledger)["cost"] == 3
    clock.now = NOVEMBER + 31 * 24 * HOUR
    assert used(ledger)["cost"] == 0


def test_a_server_from_last_month_costs_since_the_first(ledger: Ledger, clock: Clock) -> None:
    clock.now = NOVEMBER - 2 * HOUR
    ledger.reserve(FILE, asking(cost=2), "a", set)
    clock.now = NOVEMBER + HOUR
    assert used(ledger, "a")["cost"] == 2


def test_a_file_that_is_locked_is_told(tmp_path: Path, ledger: Ledger) -> None:
    ledger.reserve(FILE, asking(), "a", set)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UnavailableError, match=r"ledger\.sqlite cannot be used: .*locked"):
            ledger.end("ada", "a")
    assert used(ledger, "a")["servers"] == 1


def test_an_end_that_could_not_be_noted_is_seen_at_the_next_look(
    tmp_path: Path, ledger: Ledger
) -> None:
    for name in ("a", "b"):
        ledger.reserve(FILE, asking(), name, set)
    assert used(ledger, "a", "b")["servers"] == 2
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UnavailableError):
            ledger.end("ada", "a")
    assert used(ledger, "b")["servers"] == 1


def test_what_others_have_spent_counts_for_the_group_alone(ledger: Ledger, clock: Clock) -> None:
    team = Quota(name="t", who=Who(groups=("ml",)), per="group", cost_per_month=100)
    file = ProfileFile(profiles=(), quotas=(*FILE.quotas, team), currency="EUR")
    for user in ("ada", "bob", "cy"):
        ledger.reserve(file, asking(user, 2, "ml"), "", set)
        clock.now += HOUR
        ledger.end(user, "")
    found = ledger.levels(file, asking("ada", 0, "ml"), set)
    assert {level.quota.name: level.used for level in found if level.resource == "cost"} == {
        "q": 2, "t": 6,
    }  # fmt: skip


def test_sessions_are_told_with_what_they_held_at_the_price_of_then(
    tmp_path: Path, ledger: Ledger, clock: Clock
) -> None:
    for cost, currency in ((2, "EUR"), (3, "USD")):
        file = ProfileFile(profiles=(), currency=currency)
        ledger.reserve(file, asking("ada", cost, "ml"), "a", set)
        clock.now += HOUR
        ledger.end("ada", "a")
    first, second = sessions(tmp_path / "ledger.sqlite", NOVEMBER, clock.now)
    assert (first.user, first.server, first.groups, first.profile) == ("ada", "a", {"ml"}, "p")
    assert (first.usage.cost_per_hour, first.currency, first.ended - first.started) == (
        2,
        "EUR",
        HOUR,
    )
    assert (second.usage.cost_per_hour, second.currency) == (3, "USD")
    assert sessions(tmp_path / "ledger.sqlite", first.ended, clock.now) == [second]
    assert sessions(tmp_path / "ledger.sqlite", NOVEMBER, first.started) == []


def test_only_those_sessions_are_read_that_may_be_seen(tmp_path: Path, ledger: Ledger) -> None:
    for user in ("ada", "bob", "cy"):
        ledger.reserve(FILE, asking(user), "a", set)
    seen = sessions(tmp_path / "ledger.sqlite", 0, NOVEMBER * 2, {"ada", "bob"})
    assert [session.user for session in seen] == ["ada", "bob"]
    assert sessions(tmp_path / "ledger.sqlite", 0, NOVEMBER * 2, set()) == []


def test_a_server_that_runs_counts_until_it_was_last_seen(
    tmp_path: Path, ledger: Ledger, clock: Clock
) -> None:
    ledger.reserve(FILE, asking(), "a", set)
    clock.now += HOUR
    ledger.mark()
    clock.now += HOUR
    [session] = sessions(tmp_path / "ledger.sqlite", NOVEMBER, clock.now)
    assert session.ended - session.started == HOUR


def test_what_ended_without_a_hub_ended_when_the_last_one_saw_it(
    tmp_path: Path, clock: Clock
) -> None:
    killed = Ledger(tmp_path / "ledger.sqlite", clock)
    for name in ("died", "lives"):
        killed.reserve(FILE, asking(cost=1), name, set)
    clock.now += HOUR
    killed.mark()
    killed.close()
    clock.now += 5 * HOUR
    ledger = Ledger(tmp_path / "ledger.sqlite", clock)
    ledger.saw("ada", "lives")
    for name in ("died", "lives"):
        ledger.end("ada", name)
    ended = {
        session.server: session.ended - session.started
        for session in sessions(tmp_path / "ledger.sqlite", NOVEMBER, clock.now)
    }
    assert ended == {"died": HOUR, "lives": 6 * HOUR}
    assert used(ledger)["cost"] == 7
    ledger.close()


def test_a_file_of_an_earlier_version_is_taken_over(tmp_path: Path, clock: Clock) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)) as old:
        old.executescript(REVISIONS[0])
        old.execute(
            "INSERT INTO servers VALUES (1, 'ada', 'a', '[]', 'p', '0', '0', '0', '2', ?, NULL)",
            (clock.now - HOUR,),
        )
    ledger = Ledger(tmp_path / "ledger.sqlite", clock)
    ledger.saw("ada", "a")
    assert used(ledger, "a")["cost"] == 2
    ledger.close()


def test_no_ledger_has_no_sessions_to_tell(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"ledger\.sqlite cannot be used"):
        sessions(tmp_path / "ledger.sqlite", 0, 1)
    assert not (tmp_path / "ledger.sqlite").exists()


def test_a_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="nowhere"):
        Ledger(tmp_path / "nowhere" / "ledger.sqlite")


def test_months_begin_in_utc() -> None:
    assert month_start(NOVEMBER) == NOVEMBER
    assert month_start(NOVEMBER + 29 * 24 * HOUR) == NOVEMBER
    assert month_start(NOVEMBER - 1) == NOVEMBER - 31 * 24 * HOUR


def test_a_stop_by_the_hub_is_told_with_its_reason_until_the_next_start(
    ledger: Ledger, clock: Clock
) -> None:
    why = End(0, "idle", "after 1h without a connection", 600)
    for name in ("a", "b"):
        ledger.reserve(FILE, asking(), name, set)
        clock.now += 1
    ledger.end("ada", "a", why)
    ledger.end("ada", "b")
    [stop] = ledger.stops("ada", HOUR)
    assert stop == Stopped("a", "p", clock.now, "idle", "after 1h without a connection")
    assert ledger.stops("bob", HOUR) == []
    clock.now += 2 * HOUR
    assert ledger.stops("ada", HOUR) == []
    ledger.reserve(FILE, asking(), "a", set)
    ledger.end("ada", "a")
    assert ledger.stops("ada", 100 * HOUR) == []
