"""Who holds what somebody waits for: nothing is said of servers that may hold something else."""

from fractions import Fraction

import pytest

from celltrail_profiles.holders import GpuHolders, Holders, show_span
from celltrail_profiles.quotas import Holding
from celltrail_profiles.resolving import Usage
from tests.profiles.helping import file_of

FILE = file_of("""
profiles:
- slug: t4
  display_name: T
  who: everyone
  gpu: {vendor: nvidia}
  node_selector: {gpu: t4}
  lifetime: 8h
- slug: two-t4
  display_name: T
  who: everyone
  gpu: {vendor: nvidia, count: 2}
  node_selector: {gpu: t4}
- {slug: a100, display_name: A, who: everyone, gpu: {vendor: nvidia}, node_selector: {gpu: a100}}
- {slug: mig, display_name: M, who: everyone, gpu: {vendor: nvidia, mig: 1g.5gb}}
- slug: either
  display_name: E
  who: everyone
  gpu: {vendor: nvidia}
  options:
    kind:
      display_name: K
      choices:
        t4: {display_name: T, node_selector: {gpu: t4}}
        a100: {display_name: A, node_selector: {gpu: a100}}
- slug: maybe
  display_name: N
  who: everyone
  options:
    gpu:
      display_name: G
      choices:
        without: {display_name: W}
        with: {display_name: G, gpu: {vendor: nvidia}, node_selector: {gpu: t4}}
""")
T4, A100, MIG = (FILE.profiles[n] for n in (0, 2, 3))
ONE = Usage(gpu=Fraction(1))


def held(slug: str, started: float, usage: Usage = ONE) -> tuple[Holding, float]:
    return Holding("ada", frozenset(), slug, usage), started


RUNNING = [
    held("t4", 3000),
    held("t4", 1000),
    held("two-t4", 0),
    held("a100", 0),
    held("either", 0),
    held("maybe", 0),
    held("maybe", 0, Usage()),
    held("gone", 0),
]


def test_servers_with_the_same_kind_of_gpu_hold_it() -> None:
    holders = GpuHolders(FILE)
    assert holders.of(T4, RUNNING, 2000) == Holders(4, 8 * 3600 - 1000)
    assert holders.of(A100, RUNNING, 2000) == Holders(1, None)
    assert holders.of(MIG, RUNNING, 2000) == Holders(0, None)


def test_a_server_beyond_its_lifetime_ends_at_any_time() -> None:
    assert GpuHolders(FILE).of(T4, [held("t4", 0)], 10**6) == Holders(1, 0)


@pytest.mark.parametrize(
    ("holders", "said"),
    [
        (Holders(0), ""),
        (Holders(1), "1 server here holds some"),
        (Holders(2, 90), "2 servers here hold some, and the next must end within 2 min"),
    ],
)
def test_holders_are_told(holders: Holders, said: str) -> None:
    assert holders.describe() == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "1 min"), (60, "1 min"), (61, "2 min"), (7200, "2 h"), (7201, "3 h"), (324000, "4 days")],
)
def test_spans_are_rounded_up(seconds: float, said: str) -> None:
    assert show_span(seconds) == said
