"""Two GPUs: who gets them, who is told that there is none, and who is next."""

import time
from collections.abc import Iterator

import pytest
from kubernetes import client

from tests.cluster.installing import Member, Platform
from tests.conftest import wait_for

pytestmark = pytest.mark.cluster

TOLD_SECONDS = 30


@pytest.fixture(scope="module")
def people(platform: Platform, core: client.CoreV1Api) -> Iterator[list[Member]]:
    """Three people, and two GPUs that nobody holds."""
    wait_for("two GPUs that are free", lambda: gpus(core) == 2, 120)
    people = [platform.person(name) for name in ("gil", "gus", "gwen")]
    for each in people:
        each.log_in()
    yield people
    for each in people:
        each.api("DELETE", f"/users/{each.name}/server")


def gpus(core: client.CoreV1Api) -> int:
    """GPUs of all nodes that no pod holds."""
    key = "nvidia.com/gpu"
    nodes = sum(int((n.status.allocatable or {}).get(key, 0)) for n in core.list_node().items)
    pods = (p for p in core.list_pod_for_all_namespaces().items if p.spec.node_name)
    held = (
        int(((c.resources and c.resources.limits) or {}).get(key, 0))
        for pod in pods
        if pod.status.phase not in ("Succeeded", "Failed")
        for c in pod.spec.containers
    )
    return nodes - sum(held)


def device(member: Member) -> str:
    return member.run_in_pod("sh", "-c", "echo $NVIDIA_VISIBLE_DEVICES").strip()


def test_two_get_a_gpu_and_the_third_is_told_soon_that_there_is_none(
    people: list[Member],
) -> None:
    first, second, third = people
    for each in (first, second):
        assert each.request_server("gpu").status_code in (201, 202)
    for each in (first, second):
        each.when_ready()
    assert len({device(first), device(second)} - {""}) == 2

    asked = time.monotonic()
    answer = third.request_server("gpu")
    if answer.status_code == 202:
        wait_for("a refusal", lambda: not third._servers(), TOLD_SECONDS)
        answer = third.browser.get(f"/hub/spawn-pending/{third.name}")
    assert time.monotonic() - asked < TOLD_SECONDS
    assert "GPU" in answer.text
    print(f"told after {time.monotonic() - asked:.1f} s: {answer.text[:300]}")

    first.stop_server()
    third.start("gpu")
    assert device(third) not in ("", device(second))
