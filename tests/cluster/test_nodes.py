"""Servers whose node is full, goes away, or is yet to come: a pretended one, the rest is real."""

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from kubernetes import client

from tests.cluster.outside_hub import OutsideHub, Start, failed, running_outside_hub
from tests.conftest import wait_for

pytestmark = pytest.mark.cluster

NODE = f"celltrail-test-{uuid.uuid4().hex[:8]}"  # of these tests alone
PROFILES = f"""
profiles:
- slug: gpu
  display_name: P
  who: everyone
  gpu: {{vendor: nvidia, count: 1}}
  lifetime: 8h
  node_selector: &node {{celltrail-test: {NODE}}}
  tolerations: &tolerations [{{key: celltrail-test, operator: Exists}}]
- slug: plain
  display_name: P
  who: everyone
  node_selector: *node
  tolerations: *tolerations
"""
AUTOSCALED = "c.CelltrailSpawner.autoscaler_seconds = 60"


@contextmanager
def pretended_node(core: client.CoreV1Api) -> Iterator[None]:
    """A node with one GPU on which nothing really runs, for the pods that name it."""
    taint = {"key": "celltrail-test", "value": "pretended", "effect": "NoSchedule"}
    metadata = {
        "name": NODE,
        "labels": {"celltrail-test": NODE},
        "annotations": {"kwok.x-k8s.io/node": "fake"},  # where kwok runs, it keeps the node up
    }
    size = {"cpu": "4", "memory": "8Gi", "pods": "10", "nvidia.com/gpu": "1"}
    ready = {"type": "Ready", "status": "True", "reason": "Pretended", "message": "pretended"}
    core.create_node({"metadata": metadata, "spec": {"taints": [taint]}})
    try:
        status = {"capacity": size, "allocatable": size, "conditions": [ready]}
        core.patch_node_status(NODE, {"status": status})
        wait_for("the node", lambda: len(core.read_node(NODE).spec.taints) == 1)
        yield
    finally:
        with suppress(client.ApiException):  # a test may have deleted it
            core.delete_node(NODE)


@pytest.fixture(scope="module")
def hub(core: client.CoreV1Api, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutsideHub]:
    with running_outside_hub(core, tmp_path_factory.mktemp("hub"), PROFILES) as hub:
        yield hub


@pytest.fixture(scope="module")
def autoscaled(
    core: client.CoreV1Api, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OutsideHub]:
    folder = tmp_path_factory.mktemp("hub")
    with running_outside_hub(core, folder, PROFILES, AUTOSCALED) as hub:
        yield hub


def pod_of(core: client.CoreV1Api, hub: OutsideHub, user: str) -> Any:
    """The pod of a user's server, None if there is none."""
    named = f"metadata.name=jupyter-{user}"
    return next(iter(core.list_namespaced_pod(hub.namespace, field_selector=named).items), None)


def place_of(core: client.CoreV1Api, hub: OutsideHub, user: str) -> Any:
    pod = pod_of(core, hub, user)
    return pod and pod.spec.node_name


def announce(core: client.CoreV1Api, pod: Any, reason: str) -> None:
    """Say of a pod what a cluster autoscaler says of it."""
    name, namespace = pod.metadata.name, pod.metadata.namespace
    event = {
        "metadata": {"generateName": name, "namespace": namespace},
        "involvedObject": {
            "kind": "Pod", "name": name, "namespace": namespace, "uid": pod.metadata.uid,
        },
        "type": "Normal", "reason": reason, "message": "said by a test",
        "source": {"component": "cluster-autoscaler"},
    }  # fmt: skip
    core.create_namespaced_event(namespace, event)


def test_a_gpu_that_another_server_has_is_taken(hub: OutsideHub, core: client.CoreV1Api) -> None:
    resources = {"limits": {"nvidia.com/gpu": "1"}}
    spec = {
        "containers": [{"name": "holder", "image": "localhost/pause:1", "resources": resources}],
        "tolerations": [{"key": "celltrail-test", "operator": "Exists"}],
        "nodeSelector": {"celltrail-test": NODE},
    }
    holder = {"metadata": {"name": "jupyter-holder"}, "spec": spec}
    with pretended_node(core):
        core.create_namespaced_pod(hub.namespace, holder)
        wait_for("its place", lambda: place_of(core, hub, "holder"))
        start = hub.start_server("taken", "gpu")
        core.delete_namespaced_pod("jupyter-holder", hub.namespace, grace_period_seconds=0)
    words = "All GPUs of this kind are in use: 1 nvidia.com/gpu wanted. Try again later"
    failed(hub, start, "taken", "gpu-taken", words)


def test_who_holds_the_gpu_is_told(hub: OutsideHub, core: client.CoreV1Api) -> None:
    with pretended_node(core), ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hub.start_server, "first", "gpu")
        wait_for("its place", lambda: place_of(core, hub, "first"))
        start = hub.start_server("second", "gpu")
        core.delete_namespaced_pod("jupyter-first", hub.namespace, grace_period_seconds=0)
        holding.result()
    words = (
        "1 nvidia.com/gpu wanted. 1 server here holds some, and the next must end within 8 h. "
        "Try again later"
    )
    failed(hub, start, "second", "gpu-taken", words)


def test_a_node_that_goes_away_under_a_start_is_told(
    hub: OutsideHub, core: client.CoreV1Api
) -> None:
    taint = {"key": "gone", "value": "", "effect": "NoExecute"}
    with pretended_node(core), ThreadPoolExecutor(1) as pool:
        start = pool.submit(hub.start_server, "moved", "plain")
        wait_for("a place", lambda: place_of(core, hub, "moved"))
        gone = time.monotonic()
        core.patch_node(NODE, {"spec": {"taints": [taint]}})
        start.result()
        seconds = time.monotonic() - gone
    print(f"told {seconds:.1f} s after the node was gone")
    failed(hub, start.result(), "moved", "node-gone", "The node of your server went away. Start it")


def test_a_node_that_is_deleted_under_a_start_is_told(
    hub: OutsideHub, core: client.CoreV1Api
) -> None:
    with pretended_node(core), ThreadPoolExecutor(1) as pool:
        start = pool.submit(hub.start_server, "lost", "plain")
        wait_for("a place", lambda: place_of(core, hub, "lost"))
        core.delete_node(NODE)
        failed(hub, start.result(), "lost", "node-gone", "The node of your server is gone. Start")


def test_a_start_waits_for_the_node_that_an_autoscaler_announced(
    autoscaled: OutsideHub, core: client.CoreV1Api
) -> None:
    with ThreadPoolExecutor(1) as pool:
        start = Start()
        end = pool.submit(autoscaled.start_server, "ada", "plain", start)
        pod = wait_for("the pod", lambda: pod_of(core, autoscaled, "ada"))
        announce(core, pod, "TriggeredScaleUp")
        wait_for("its echo", lambda: "The cluster adds a node" in start.message)
        with pretended_node(core):
            wait_for("a place", lambda: place_of(core, autoscaled, "ada"))
            core.delete_namespaced_pod(pod.metadata.name, pod.metadata.namespace)
            end.result()
    assert start.stages == ["accepted", "scheduled"]


def test_a_start_ends_when_the_autoscaler_says_that_it_will_not_help(
    autoscaled: OutsideHub, core: client.CoreV1Api
) -> None:
    with ThreadPoolExecutor(1) as pool:
        start = pool.submit(autoscaled.start_server, "bob", "gpu")
        pod = wait_for("the pod", lambda: pod_of(core, autoscaled, "bob"))
        announce(core, pod, "NotTriggerScaleUp")
    failed(autoscaled, start.result(), "bob", "no-node-for-profile", "No node is meant for this")
