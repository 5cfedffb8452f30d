"""What is free for a profile, as the scheduler would have it."""

import random
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from celltrail_profiles.capacity import Capacity, capacity_of, from_json, to_json
from celltrail_profiles.nodes import ClusterNode, NodeObject, PodObject, PodShare, Taint, Wants
from celltrail_profiles.packing import parse_amounts
from celltrail_profiles.rooms import Room, Rooms
from celltrail_profiles.schema import Settings, Toleration
from tests.profiles.helping import HEAD, file_of

TAINT = Taint("nvidia.com/gpu", "present", "NoSchedule")
TOLERANT = "  tolerations: [{key: nvidia.com/gpu, operator: Exists}]\n"
GPU = TOLERANT + "  gpu: {vendor: nvidia}\n"


def gpu_node(name: str, size: str = "cpu=96,memory=1100Gi,gpu=8", **more: Any) -> ClusterNode:
    labels = {"pool": "gpu", "kubernetes.io/hostname": name}
    return ClusterNode(name, labels, (TAINT,), parse_amounts(f"{size},pods=110"), **more)


CPU = ClusterNode("cpu", {"pool": "cpu"}, (), parse_amounts("cpu=8,memory=32Gi,pods=110"))


def pod(node: str, requests: str = "gpu=1", priority: int = 0) -> PodShare:
    return PodShare(node, parse_amounts(requests), priority)


def settings(text: str) -> Settings:
    return file_of(HEAD + text).profiles[0]


def room(text: str, nodes: list[ClusterNode], *pods: PodShare) -> Room:
    found = Rooms(from_json(to_json(capacity_of(nodes, pods)))).room_for(settings(text))
    assert found is not None
    return found


THREE = [CPU, *(gpu_node(f"a100-{n}") for n in range(3))]


def test_gpus_are_counted_where_the_server_could_be() -> None:
    other = ClusterNode("b", {"pool": "other"}, (), parse_amounts("cpu=9,memory=9Gi,gpu=4,pods=9"))
    found = room(
        GPU + "  node_selector: {pool: gpu}\n", [*THREE, other], pod("a100-1"), pod("b", "gpu=4")
    )
    assert (found.free, found.total, found.servers) == (23, 24, 23)
    assert found.describe() == "23 of 24 GPUs free"


@pytest.mark.parametrize(
    ("text", "requests", "said"),
    [
        (GPU, "gpu=8", "0 of 24 GPUs free"),
        (TOLERANT + "  gpu: {vendor: nvidia, count: 8}\n", "gpu=1",
         "21 of 24 GPUs free, but no node has so many together"),
        (GPU + "  cpu: {guarantee: 1}\n", "gpu=4,cpu=96",
         "12 of 24 GPUs free, but no node has the cores and memory it takes"),
        (TOLERANT + "  node_selector: {pool: gpu}\n  memory: {limit: 200Gi}\n", "memory=1000Gi",
         "no node has the cores and memory it takes"),
        ("  gpu: {vendor: nvidia}\n", "gpu=1",
         "no such node is running"),
        ("  gpu: {vendor: amd}\n" + TOLERANT, "gpu=1",
         "no such node is running"),
        ("  cpu: {guarantee: 200}\n", "gpu=1",
         "no such node is running"),
        ("  cpu: {guarantee: 1}\n", "gpu=1", ""),
    ],
)  # fmt: skip
def test_what_has_no_room_is_told_with_the_reason(text: str, requests: str, said: str) -> None:
    found = room(text, THREE, *(pod(f"a100-{n}", requests) for n in range(3)))
    assert found.describe() == said
    assert bool(found.servers) == (said == "")


def test_slices_and_shares_are_counted_as_what_they_are() -> None:
    sliced = "cpu=96,memory=1100Gi,nvidia.com/mig-1g.5gb=7"
    shared = "cpu=96,memory=1100Gi,nvidia.com/gpu.shared=16"
    nodes = [gpu_node("mig", sliced), gpu_node("shared", shared)]
    taken = [pod("mig", "nvidia.com/mig-1g.5gb=3"), pod("shared", "nvidia.com/gpu.shared=16")]
    mig = room(TOLERANT + "  gpu: {vendor: nvidia, mig: 1g.5gb}\n", nodes, *taken)
    assert mig.describe() == "4 of 7 slices free"
    shares = room(TOLERANT + "  gpu: {vendor: nvidia, time_slicing: 4}\n", nodes, *taken)
    assert shares.describe() == "0 of 16 shares free"
    amd = gpu_node("amd", "cpu=96,memory=1100Gi,amd.com/gpu=8")
    assert room(TOLERANT + "  gpu: {vendor: amd}\n", [amd]).describe() == "8 of 8 GPUs free"


def test_closed_nodes_have_no_room() -> None:
    one, two = gpu_node("one"), gpu_node("two", open=False)
    assert room(GPU, [one, two]).describe() == "8 of 8 GPUs free"
    closed = room(GPU, [two])
    assert closed.servers == 0
    assert closed.describe() == "its nodes are not ready, or closed for maintenance"


def test_pods_that_only_hold_room_make_way() -> None:
    assert room(GPU, [gpu_node("one")], pod("one", "gpu=8", priority=-10)).free == 8


def waiting(requests: str = "gpu=1", **wants: Any) -> PodShare:
    wants = {"node_selector": {}, "tolerations": (Toleration(operator="Exists"),), **wants}
    return PodShare("", parse_amounts(requests), 0, Wants(**wants))


def test_who_waits_for_such_a_gpu_already_is_told() -> None:
    full = pod("one", "gpu=8")
    others = [
        waiting(node_selector={"pool": "other"}),
        waiting(tolerations=()),
        waiting("amd.com/gpu=1"),
        waiting("cpu=1"),
        PodShare("", parse_amounts("gpu=1")),  # for which nodes is not known
    ]
    assert room(GPU, [gpu_node("one")], full, *others).describe() == "0 of 8 GPUs free"
    one = room(GPU, [gpu_node("one")], full, waiting(), *others)
    assert one.describe() == "0 of 8 GPUs free, and 1 already waits for one"
    two = room(GPU, [gpu_node("one")], full, waiting(), waiting(node_selector={"pool": "gpu"}))
    assert two.describe() == "0 of 8 GPUs free, and 2 already wait for one"


@pytest.mark.parametrize(
    ("spec", "wants"),
    [
        ({}, Wants({}, ())),
        ({"nodeName": "n"}, None),
        ({"affinity": {"nodeAffinity": {}}}, None),
        (
            {
                "nodeSelector": {"pool": "gpu"},
                "tolerations": [{"key": "a", "operator": "Exists", "tolerationSeconds": 300}],
            },
            Wants({"pool": "gpu"}, (Toleration(key="a", operator="Exists"),)),
        ),
    ],
)
def test_for_which_nodes_a_pod_waits_is_read(spec: dict[str, Any], wants: Wants | None) -> None:
    assert msgspec.convert({"metadata": {}, "spec": spec}, PodObject).read().wants == wants


def test_a_node_full_of_pods_has_no_room() -> None:
    node = ClusterNode("n", {}, (), parse_amounts("cpu=8,memory=32Gi,pods=2"))
    assert room("  cpu: {guarantee: 1}\n", [node], pod("n", "cpu=1")).servers == 1
    assert (
        room("  cpu: {guarantee: 1}\n", [node], pod("n", "cpu=1"), pod("n", "cpu=0")).servers == 0
    )


def test_of_one_node_by_name_nothing_is_said() -> None:
    document = capacity_of(THREE, [])
    text = GPU + "  node_selector: {kubernetes.io/hostname: a100-1}\n"
    assert Rooms(document).room_for(settings(text)) is None


def test_nodes_alike_are_told_once_and_nobody_by_name() -> None:
    pods = [pod("a100-1"), pod("a100-2")]
    document = capacity_of(THREE, pods)
    assert len(document.kinds) == 2
    assert [free.nodes for free in document.kinds[1].free] == [1, 2]
    assert b"a100" not in to_json(document)


def test_a_document_that_contradicts_itself_has_no_room() -> None:
    amounts = {"cpu": "9", "memory": "9Gi", "nvidia.com/gpu": "8", "pods": "9"}
    kind = {"labels": {}, "taints": [], "open": True, "allocatable": amounts}
    for free in ([], [{"nodes": 1, "amounts": {}}]):
        document = from_json(msgspec.json.encode({"kinds": [{**kind, "free": free}]}))
        found = Rooms(document).room_for(settings(GPU))
        assert found is not None
        assert found.servers == 0


SIZES = st.fixed_dictionaries(
    {
        "cpu": st.integers(1, 8).map(Fraction),
        "memory": st.integers(1, 64).map(lambda n: Fraction(n * 2**30)),
        "nvidia.com/gpu": st.integers(0, 4).map(Fraction),
        "pods": st.integers(1, 5).map(Fraction),
    }
)


@given(st.lists(SIZES, max_size=4), st.lists(st.integers(0, 3), max_size=9), st.randoms())
def test_as_many_servers_have_room_as_can_be_placed_one_by_one(
    sizes: list[dict[str, Fraction]], starts: list[int], rng: random.Random
) -> None:
    nodes = [ClusterNode(str(n), {}, (), size) for n, size in enumerate(sizes)]
    pods = [PodShare(str(n), parse_amounts("cpu=1,memory=2Gi")) for n in starts if n < len(nodes)]
    wanted = settings("  gpu: {vendor: nvidia}\n  cpu: {guarantee: 500m}\n  memory: {limit: 3Gi}\n")
    found = Rooms(capacity_of(nodes, pods)).room_for(wanted)
    assert found is not None
    placed = 0
    while (now := Rooms(capacity_of(nodes, pods)).room_for(wanted)) and now.servers:
        fitting = [
            node.name
            for node in nodes
            if _one(wanted, node, [each for each in pods if each.node == node.name]).servers
        ]
        pods.append(PodShare(rng.choice(fitting), parse_amounts("cpu=500m,memory=3Gi,gpu=1")))
        placed += 1
    assert found.servers == placed
    if found.unit:
        assert found.servers <= found.free <= found.total


def _one(wanted: Settings, node: ClusterNode, pods: list[PodShare]) -> Room:
    found: Room | None = Rooms(capacity_of([node], pods)).room_for(wanted)
    assert found is not None
    return found


@given(st.lists(SIZES, max_size=5), st.randoms())
def test_the_document_says_the_same_on_the_other_side(
    sizes: list[dict[str, Fraction]], rng: random.Random
) -> None:
    nodes = [ClusterNode(str(n), {}, (), size) for n, size in enumerate(sizes)]
    document = capacity_of(nodes, [])
    assert from_json(to_json(document)) == document
    rng.shuffle(nodes)
    assert _counts(capacity_of(nodes, [])) == _counts(document)


def _counts(document: Capacity) -> Any:
    return sorted(msgspec.to_builtins(document.kinds, enc_hook=lambda _, v=None: str(v)), key=str)


def container(cpu: str, **more: Any) -> dict[str, Any]:
    return {"resources": {"requests": {"cpu": cpu}}, **more}


SIDECAR = {"restartPolicy": "Always"}


@pytest.mark.parametrize(
    ("spec", "cpu"),
    [
        ({"containers": [container("500m"), container("1")]}, "1500m"),
        ({"initContainers": [container("2")], "containers": [container("1")]}, "2"),
        ({"initContainers": [container("2", **SIDECAR), container("2")]}, "4"),
        (
            {"initContainers": [container("2", **SIDECAR)], "containers": [container("1")]},
            "3",
        ),
        ({"overhead": {"cpu": "250m"}, "containers": [container("1")]}, "1250m"),
        ({**container("3"), "containers": [container("1")]}, "3"),
    ],
)
def test_a_pod_takes_what_the_scheduler_counts(spec: dict[str, Any], cpu: str) -> None:
    pod = msgspec.convert({"metadata": {"name": "p"}, "spec": spec}, PodObject)
    assert pod.read().requests == parse_amounts(f"cpu={cpu}")


def node_read(ready: str = "True", **spec: Any) -> ClusterNode:
    status = {"conditions": [{"type": "Ready", "status": ready, "reason": "x"}]}
    raw = {"metadata": {"name": "n"}, "spec": spec, "status": status}
    return msgspec.convert(raw, NodeObject).read()


@pytest.mark.parametrize("cordoned", [False, True])
@pytest.mark.parametrize("ready", ["True", "False", "Unknown"])
def test_a_node_is_open_if_it_is_ready_and_not_cordoned(ready: str, cordoned: bool) -> None:
    assert node_read(ready, unschedulable=cordoned).open == (ready == "True" and not cordoned)


@pytest.mark.parametrize(
    ("key", "effect", "open_"),
    [
        ("node.kubernetes.io/unschedulable", "NoSchedule", False),
        ("node.kubernetes.io/unreachable", "NoExecute", False),
        ("ToBeDeletedByClusterAutoscaler", "NoSchedule", False),
        ("node.kubernetes.io/not-ready", "PreferNoSchedule", True),
        ("nvidia.com/gpu", "NoSchedule", True),
    ],
)
def test_taints_of_its_state_close_a_node(key: str, effect: str, open_: bool) -> None:
    node = node_read(taints=[{"key": key, "effect": effect, "timeAdded": "2026-11-28T18:00:00Z"}])
    assert node.open is open_
    assert [each.key for each in node.taints] == (["nvidia.com/gpu"] if "nvidia" in key else [])
