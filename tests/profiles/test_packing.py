"""Suggested sizes fill a node, and never overfill it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celltrail_profiles.errors import ProfileError
from celltrail_profiles.packing import as_profile, parse_amounts, sizes
from celltrail_profiles.reading import read_text

RESERVE = parse_amounts("cpu=500m,memory=1Gi")


def test_gpus_are_divided_evenly() -> None:
    found = sizes(parse_amounts("cpu=96,memory=768Gi,gpu=8"), RESERVE)
    assert [(size.gpus, size.per_node) for size in found] == [(8, 1), (4, 2), (2, 4), (1, 8)]
    assert (str(found[-1].cpu_guarantee), str(found[-1].memory)) == ("11500m", "95Gi")


def test_cores_can_be_borrowed_but_not_beyond_the_node() -> None:
    found = sizes(parse_amounts("cpu=16,memory=64Gi"), RESERVE)
    assert all(size.cpu_limit.amount <= 16 for size in found)
    [eight] = [size for size in found if size.per_node == 8]
    assert eight.cpu_limit.amount == 4 * eight.cpu_guarantee.amount


@given(
    st.integers(1, 256), st.integers(2, 4096), st.sampled_from([0, 1, 2, 3, 4, 6, 7, 8, 16]),
    st.integers(1, 110),
)  # fmt: skip
def test_what_is_suggested_fits(cpu: int, memory: int, gpus: int, pods: int) -> None:
    node = parse_amounts(f"cpu={cpu},memory={memory}Gi,gpu={gpus},pods={pods}")
    for size in sizes(node, RESERVE):
        n = size.per_node
        assert n * size.cpu_guarantee.amount + RESERVE["cpu"] <= cpu
        assert n * size.memory.amount + RESERVE["memory"] <= memory * 2**30
        assert n * size.gpus <= gpus
        assert n <= pods
        assert size.cpu_guarantee <= size.cpu_limit
        assert 0 <= size.unused < 1


@pytest.mark.parametrize(
    "node", ["cpu=96,memory=768Gi,gpu=8", "cpu=8,memory=32Gi,nvidia.com/mig-1g.5gb=7",
             "cpu=8,memory=64Gi,amd.com/gpu=1", "cpu=8,memory=64Gi,nvidia.com/gpu.shared=4"]
)  # fmt: skip
def test_what_is_suggested_can_be_pasted(node: str) -> None:
    entries = [
        as_profile(size, f"size-{n}") for n, size in enumerate(sizes(parse_amounts(node), RESERVE))
    ]
    reading = read_text("profiles:\n" + "\n".join(entries))
    assert entries
    assert reading.errors == []


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ("cpu", "no amount"),
        ("cpu=x,memory=1Gi", "cpu: 'x' is no quantity"),
        ("cpu=100m,memory=1Gi", "more cpu and memory"),
        ("cpu=8,memory=64Gi,gpu=1,amd.com/gpu=1", "one kind of GPU"),
    ],
)
def test_what_is_no_node_is_refused(node: str, said: str) -> None:
    with pytest.raises(ProfileError, match=said):
        sizes(parse_amounts(node), RESERVE)


def test_amounts_are_exact() -> None:
    assert parse_amounts("cpu=1500m, memory=1G") == {"cpu": Fraction(3, 2), "memory": 10**9}
