"""When servers are stopped, and what is known and said before."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from celltrail_hub.culling.decision import (
    Keep,
    Known,
    Stop,
    Verdict,
    Warn,
    decide,
    describe_ends,
    end_of,
    look_seconds,
)
from celltrail_hub.culling.signals import Signals, known_of
from celltrail_profiles.quantities import Duration
from celltrail_profiles.schema import Culling, Profile

HOUR = 3600.0
NOW = 1_793_491_200.0


def spans(**texts: str | None) -> dict[str, Any]:
    return {name: Duration.parse(text) for name, text in texts.items() if text is not None}


def profile(lifetime: str | None = None, **culling: str | None) -> Profile:
    return Profile(
        slug="p", display_name="P", culling=Culling(**spans(**culling)), **spans(lifetime=lifetime)
    )


def known(**fields: Any) -> Known:
    now = {"started": NOW, "kernel": NOW, "connection": NOW, "gpu": None}
    return Known(**{**now, **fields})


@pytest.mark.parametrize(
    ("policy", "fields", "hours", "reason"),
    [
        ({"kernel_idle": "1h", "no_connection": "2h"}, {}, 2,
         "after 1h with no kernel running anything and 2h without a connection"),
        ({"kernel_idle": "1h"}, {"connection": NOW + HOUR}, 1,
         "after 1h with no kernel running anything"),
        ({"no_connection": "2h"}, {"kernel": NOW + HOUR}, 2, "after 2h without a connection"),
        ({"gpu_idle": "3h"}, {"gpu": NOW, "kernel": NOW + HOUR}, 3,
         "after 3h with its GPU below 5 %, though something ran"),
        ({"gpu_idle": "3h"}, {"gpu": NOW}, 3, "after 3h with its GPU below 5 %"),
        ({"lifetime": "7d"}, {}, 7 * 24, "after 7d, the longest that its profile allows"),
        ({"kernel_idle": "1h", "lifetime": "1d"}, {"kernel": NOW + 23.5 * HOUR}, 24,
         "after 1d, the longest that its profile allows"),
        ({"kernel_idle": "1h"}, {"answers": False}, 1,
         "after 1h with no kernel running anything, and it no longer answers"),
    ],
)  # fmt: skip
def test_the_end_and_its_reason(
    policy: dict[str, str], fields: dict[str, Any], hours: float, reason: str
) -> None:
    end = end_of(profile(**policy), known(**fields))
    assert end is not None
    assert (end.at - NOW, end.reason) == (hours * HOUR, reason)


def test_whom_nothing_ends_is_kept() -> None:
    assert end_of(profile(), known()) is None
    assert end_of(profile(gpu_idle="1h"), known(gpu=None)) is None
    assert decide(profile(), known(), Keep(), NOW + 1e9) == Keep()


def test_keeping_spares_from_idleness_but_not_from_the_end_of_life() -> None:
    kept = known(keep_until=NOW + 9 * HOUR)
    idle = end_of(profile(kernel_idle="1h"), kept)
    old = end_of(profile(kernel_idle="1h", lifetime="5h"), kept)
    assert idle is not None
    assert idle.at == NOW + 9 * HOUR
    assert old is not None
    assert (old.at, old.cause) == (NOW + 5 * HOUR, "lifetime")


def test_a_warning_goes_on_to_the_stop_unless_the_server_is_used() -> None:
    policy = profile(kernel_idle="1h", warn_before="10m")
    first = decide(policy, known(), Keep(), NOW + 50 * 60)
    assert isinstance(first, Warn)
    assert first.end.at == NOW + HOUR
    assert isinstance(decide(policy, known(), first, NOW + HOUR), Stop)
    assert decide(policy, known(kernel=NOW + 55 * 60), first, NOW + HOUR) == Keep()


def test_who_was_not_looked_at_for_hours_is_warned_first() -> None:
    late = decide(profile(kernel_idle="1h", warn_before="10m"), known(), Keep(), NOW + 9 * HOUR)
    assert isinstance(late, Warn)
    assert late.end.at == NOW + 9 * HOUR + 600


def test_a_profile_says_beforehand_when_its_servers_are_stopped() -> None:
    policy = profile(kernel_idle="1h", no_connection="2h", gpu_idle="3h", lifetime="7d")
    assert describe_ends(policy) == (
        "after 1h with no kernel running anything and 2h without a connection, "
        "or after 3h with its GPU below 5 %, or after 7d, the longest that its profile allows"
    )
    assert describe_ends(profile()) == ""


def test_it_is_looked_often_enough_for_the_shortest_span() -> None:
    assert look_seconds(profile(kernel_idle="1h", warn_before="10m")) == 150
    assert look_seconds(profile(lifetime="8s", kernel_idle="1h")) == 2
    assert look_seconds(profile(lifetime="1s")) == 1


spans_of_time = st.none() | st.integers(1, 5000).map("{}s".format)
policies = st.builds(
    profile,
    lifetime=spans_of_time,
    kernel_idle=spans_of_time,
    no_connection=spans_of_time,
    gpu_idle=spans_of_time,
    warn_before=spans_of_time,
)
steps = st.lists(
    st.tuples(
        st.integers(1, 2000),
        st.sets(st.sampled_from(["kernel", "connection", "gpu"])),
        st.integers(0, 5000),
    ),
    max_size=40,
)


@given(policies, st.booleans(), steps)
def test_no_server_is_stopped_without_cause_or_warning(
    policy: Profile, has_gpu: bool, steps: list[tuple[int, set[str], int]]
) -> None:
    """Over any life of a server, looked at at any times."""
    now, warned = NOW, None
    verdict: Verdict = Keep()
    state = known(gpu=NOW if has_gpu else None)
    for seconds, used, keep in steps:
        now += seconds
        used -= set() if has_gpu else {"gpu"}
        keep_until = now + keep if keep else state.keep_until
        state = replace(state, keep_until=keep_until, **dict.fromkeys(used, now))
        verdict = decide(policy, state, verdict, now)
        match verdict:
            case Stop(end):
                assert warned is not None
                assert now >= max(end.at, warned + end.warn_seconds)
                assert end.cause == "lifetime" or now >= state.keep_until
                assert end.cause != "idle" or not {"kernel", "connection"} <= used
                assert end.cause != "gpu-idle" or "gpu" not in used
                return
            case Warn(end, since):
                warned = now if warned is None else warned
                assert since == warned
                assert now < end.at
            case Keep():
                warned = None


@given(policies, st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_lifetime_ends_every_server(policy: Profile, used: int, keep: int) -> None:
    state = known(kernel=NOW + used, connection=NOW + used, keep_until=NOW + keep)
    first = decide(policy, state, Keep(), NOW + 10**6)
    verdict = decide(policy, state, first, NOW + 10**6 + 600 + 5000)
    assert isinstance(verdict, Stop) or policy.lifetime is None


def of(signals: Signals | None, before: Known | None = None, **changed: float) -> Known:
    values = {
        "started": NOW, "last_activity": NOW, "keep_at_most_seconds": 4 * HOUR,
        "now": NOW + 10 * HOUR, **changed,
    }  # fmt: skip
    return known_of(signals, before, **values)


def test_signals_are_times_since_the_start() -> None:
    heard = of(Signals(0, HOUR, 2 * HOUR, keep_seconds=HOUR))
    assert heard == Known(
        NOW, NOW + 10 * HOUR, NOW + 9 * HOUR, NOW + 8 * HOUR, keep_until=NOW + 11 * HOUR
    )
    assert of(Signals(0, 0)).gpu is None
    assert of(Signals(1e300, 1e300, 1e300)) == Known(
        NOW, NOW, NOW, NOW, keep_until=NOW + 10 * HOUR
    ), "no server was used before it was"


def test_nobody_is_spared_for_longer_than_allowed() -> None:
    assert of(Signals(0, 0, keep_seconds=1e9)).keep_until == NOW + 14 * HOUR


def test_a_server_that_does_not_answer_ages_from_what_is_known_of_it() -> None:
    before = of(Signals(0, HOUR, 2 * HOUR))
    silent = of(None, before, now=NOW + 20 * HOUR, last_activity=NOW + 9.5 * HOUR)
    assert (silent.kernel, silent.connection, silent.gpu, silent.answers) == (
        NOW + 10 * HOUR, NOW + 9.5 * HOUR, NOW + 9.5 * HOUR, False,
    )  # fmt: skip
    assert of(None, of(Signals(0, 0))).gpu is None
    never = of(None, last_activity=NOW + HOUR)
    assert (never.kernel, never.connection, never.gpu) == (NOW + HOUR,) * 3
