"""The scheduler's messages, as Kubernetes 1.34 writes them."""

import pytest

from celltrail_hub.pods.placement import cause_of_placement
from tests.hub.pods.saying import pod

NO_CLAIMS = " no new claims to deallocate, preemption: "
HELPLESS = "Preemption is not helpful for scheduling."
NOBODY = "No preemption victims found for incoming pod"


@pytest.mark.parametrize(
    ("said", "reason", "message"),
    [
        (
            f"0/1 nodes are available: 1 Insufficient nvidia.com/gpu.{NO_CLAIMS}"
            f"0/1 nodes are available: 1 {HELPLESS}",
            "no-such-gpu", "No node of this cluster has 2 nvidia.com/gpu.",
        ),
        (
            "0/4 nodes are available: 1 Insufficient nvidia.com/gpu, 3 node(s) had untolerated"
            f" taint {{nvidia.com/gpu: present}}.{NO_CLAIMS}0/4 nodes are available: 1 {NOBODY}, 3"
            f" {HELPLESS}",
            "gpu-taken", "All GPUs of this kind are in use: 2 nvidia.com/gpu wanted.",
        ),
        (
            f"0/2 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.{NO_CLAIMS}"
            f"0/2 nodes are available: 2 {NOBODY}.",
            "resources-taken", "No node has 8 CPUs and 64 GiB of memory left.",
        ),
        (
            f"0/1 nodes are available: 1 Insufficient cpu.{NO_CLAIMS}0/1 nodes are available: 1"
            f" {HELPLESS}",
            "too-large", "No node of this cluster is so large: 8 CPUs wanted.",
        ),
        (
            "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to"
            f" preemptionPolicy=Never. {NOBODY}",
            "resources-taken", "No node has 8 CPUs left.",
        ),
        (
            "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1"
            f" node(s) had untolerated taint {{a: b}}.{NO_CLAIMS}"
            f"0/2 nodes are available: 2 {HELPLESS}",
            "no-node-for-profile", "No node is meant for this profile.",
        ),
        (
            "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 2"
            f" node(s) were unschedulable.{NO_CLAIMS}0/3 nodes are available: 3 {HELPLESS}",
            "nodes-unavailable", "The nodes of this cluster take no servers now.",
        ),
        (
            "0/1 nodes are available: 1 node(s) had untolerated taint"
            f" {{node.kubernetes.io/not-ready: }}.{NO_CLAIMS}0/1 nodes are available: 1 {HELPLESS}",
            "nodes-unavailable", "The nodes of this cluster take no servers now.",
        ),
        ("no nodes available to schedule pods", "nodes-unavailable", "The nodes of this cluster"),
        (
            "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found",
            "volume-slow", "The volume of your server is not there yet.",
        ),
        (
            '0/1 nodes are available: persistentvolumeclaim "data" not found. not found',
            "volume-missing", "There is no volume claim data.",
        ),
        (
            "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had volume node affinity"
            " conflict.",
            "volume-elsewhere", "The volume of your server is bound to a node that is full.",
        ),
        (
            "0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind.",
            "volume-refused", "There is no volume for your server on any node.",
        ),
        ("something new", "unschedulable", "No node takes your server now."),
    ],
)  # fmt: skip
def test_what_the_scheduler_says_has_a_cause(said: str, reason: str, message: str) -> None:
    limits = {"cpu": "8", "memory": 64 * 2**30, "nvidia.com/gpu": "2"}
    cause = cause_of_placement(said, pod(limits=limits))
    assert (cause.reason, cause.detail) == (reason, said)
    assert cause.message.startswith(message)


def test_clusters_before_1_31_leave_open_whether_a_node_is_too_small() -> None:
    said = f"0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes: 1 {NOBODY}."
    assert cause_of_placement(said, pod(limits={"cpu": "9"})).reason == "resources-taken"
