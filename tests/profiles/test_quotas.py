"""Used and asked for together are held against the limit, exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celltrail_profiles.errors import QuotaError
from celltrail_profiles.quotas import Holding, check_quotas, levels
from celltrail_profiles.resolving import Usage, usage_of
from tests.profiles.helping import file_of

FILE = file_of("""
currency: EUR
profiles:
- {slug: cpu, display_name: C, who: everyone, memory: {limit: 4Gi}, cost_per_hour: 0.1}
- {slug: gpu, display_name: G, who: everyone, gpu: {vendor: nvidia}, cost_per_hour: 3}
- {slug: mig, display_name: M, who: everyone, gpu: {vendor: nvidia, mig: 2g.10gb}, cost_per_hour: 1}
quotas:
- {name: each, who: everyone, gpu: 1, memory: 10Gi, servers: 3}
- {name: team, who: {groups: [a, b]}, per: group, gpu: 2}
- {name: money, who: everyone, cost_per_month: 100}
- {name: only-mig, who: everyone, profiles: [mig], servers: 1}
""")
USAGE = {profile.slug: usage_of(profile) for profile in FILE.profiles}


def holding(profile: str, user: str = "ada", *groups: str, cost: int = 0) -> Holding:
    return Holding(user, frozenset(groups), profile, USAGE[profile], Fraction(cost))


def refusal(asking: Holding, *held: Holding) -> str:
    with pytest.raises(QuotaError) as caught:
        check_quotas(FILE, asking, held)
    assert (caught.value.status, caught.value.reason) == (429, "quota")
    return str(caught.value)


def test_what_fits_to_the_last_byte_is_let_through() -> None:
    check_quotas(FILE, holding("gpu"), [])
    check_quotas(FILE, holding("cpu"), [holding("cpu")])


def test_what_is_too_much_is_refused_with_the_numbers() -> None:
    assert refusal(holding("cpu"), holding("cpu"), holding("cpu")).startswith(
        "quota each: you have 8 GiB of 10 GiB of memory in use, and this server takes 4 GiB more"
    )
    assert "you have 1 of 1 GPUs in use" in refusal(holding("gpu"), holding("gpu"))


def test_slices_count_as_their_part_of_a_gpu() -> None:
    assert USAGE["mig"].gpu == Fraction(2, 7)
    assert "0.286 more" in refusal(holding("mig"), holding("gpu"))


def test_others_count_for_the_group_but_not_for_the_user() -> None:
    others = [holding("gpu", "bob", "a"), holding("gpu", "cy", "a")]
    check_quotas(FILE, holding("gpu", "ada", "b"), others)
    assert "the group a has 2 of 2 GPUs" in refusal(holding("gpu", "ada", "a"), *others)


def test_money_must_last_for_the_first_hour() -> None:
    earlier = Holding("ada", frozenset(), "gpu", cost=Fraction(97), servers=0)
    check_quotas(FILE, holding("gpu"), [earlier])
    spent = Holding("ada", frozenset(), "gpu", cost=Fraction(975, 10), servers=0)
    assert "you have spent 97.5 of 100 EUR this month" in refusal(holding("gpu"), spent)


def test_servers_that_have_ended_hold_nothing_but_their_cost() -> None:
    ended = Holding("ada", frozenset(), "gpu", USAGE["gpu"], Fraction(1), servers=0)
    check_quotas(FILE, holding("gpu"), [ended] * 5)


def test_a_quota_of_some_profiles_counts_those_only() -> None:
    assert "quota only-mig: you have 1 of 1 servers" in refusal(holding("mig"), holding("mig"))
    check_quotas(FILE, holding("mig"), [holding("cpu")])


def test_what_is_left_is_told_for_the_spawn_page() -> None:
    left = {
        (level.quota.name, level.resource): level.left
        for level in levels(FILE, holding("cpu"), [holding("mig", cost=40)])
    }
    assert left[("each", "gpu")] == Fraction(5, 7)
    assert left[("each", "servers")] == 2
    assert left[("money", "cost")] == 60
    assert ("team", "gpu") not in left


@given(st.lists(st.sampled_from(["cpu", "gpu", "mig"]), max_size=12))
def test_servers_let_in_one_after_another_never_exceed_a_limit(wishes: list[str]) -> None:
    held: list[Holding] = []
    for wish in wishes:
        try:
            check_quotas(FILE, holding(wish), held)
        except QuotaError:
            continue
        held.append(holding(wish))
    assert len(held) <= 3
    assert sum(each.usage.gpu for each in held) <= 1
    assert sum(each.usage.memory for each in held) <= 10 * 2**30


def test_usage_is_told_for_a_person() -> None:
    assert Usage().describe() == "nothing guaranteed"
