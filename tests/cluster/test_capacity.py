"""What is free in a real cluster, read with the rights that the chart gives, and its scheduler."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from kubernetes import client

from celltrail_profiles.capacity import from_json
from celltrail_profiles.rooms import Room, Rooms
from celltrail_profiles.schema import Settings
from tests.conftest import wait_for
from tests.helm.chart import find, merged, objects, preset
from tests.hub.profiled_hub import TOKEN as PASSWORD
from tests.hub.profiled_hub import running_profiled_hub
from tests.profiles.helping import HEAD, file_of

pytestmark = pytest.mark.cluster

TOKEN = "token-of-the-tests"
SIZE = {
    "cpu": "64", "memory": "512Gi", "pods": "110", "nvidia.com/gpu": "8", "amd.com/gpu": "4",
    "nvidia.com/mig-1g.5gb": "7",
}  # fmt: skip


@pytest.fixture
def account(
    api: client.ApiClient, core: client.CoreV1Api, namespace: str, kubeconfig: str, tmp_path: Path
) -> Iterator[Path]:
    """A kubeconfig with the rights that the chart gives to the part `capacity`."""
    values = merged(preset("try-out"), {"capacity": {"enabled": True}})
    rules = find(objects(values), "ClusterRole", "celltrail-capacity")["rules"]
    rbac = client.RbacAuthorizationV1Api(api)
    core.create_namespaced_service_account(namespace, {"metadata": {"name": "capacity"}})
    labels = {"celltrail-test": ""}
    rbac.create_cluster_role({"metadata": {"name": namespace, "labels": labels}, "rules": rules})
    rbac.create_cluster_role_binding(
        {
            "metadata": {"name": namespace, "labels": labels},
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": namespace,
            },
            "subjects": [{"kind": "ServiceAccount", "name": "capacity", "namespace": namespace}],
        }
    )  # fmt: skip
    token = core.create_namespaced_service_account_token("capacity", namespace, {"spec": {}})
    config = yaml.safe_load(Path(kubeconfig).read_text())
    config["users"] = [{"name": "capacity", "user": {"token": token.status.token}}]
    for context in config["contexts"]:
        context["context"]["user"] = "capacity"
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(config))
    yield path
    rbac.delete_cluster_role_binding(namespace)
    rbac.delete_cluster_role(namespace)


@pytest.fixture
def served(account: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a running `celltrail capacity`."""
    with (tmp_path / "capacity.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celltrail", "capacity", "--port", "0"],
            stdout=subprocess.PIPE, stderr=log, text=True,
            env={**os.environ, "KUBECONFIG": str(account), "CELLTRAIL_CAPACITY_TOKEN": TOKEN},
        )  # fmt: skip
    assert process.stdout
    said = process.stdout.readline()
    assert "serving " in said, (tmp_path / "capacity.log").read_text()
    url = said.split()[1]
    yield url
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    process.stdout.close()
    assert (tmp_path / "capacity.log").read_text() == ""


@pytest.fixture
def gpu_node(core: client.CoreV1Api, namespace: str) -> Iterator[str]:
    """A node that is not there, with 8 GPUs, which nobody else's pods tolerate."""
    taint = {"key": "celltrail-test", "value": namespace, "effect": "NoSchedule"}
    core.create_node(
        {
            "metadata": {"name": namespace, "labels": {"pool": namespace, "celltrail-test": ""}},
            "spec": {"taints": [taint]},
        }
    )
    ready = {"type": "Ready", "status": "True", "reason": "test", "message": ""}
    core.patch_node_status(
        namespace, {"status": {"capacity": SIZE, "allocatable": SIZE, "conditions": [ready]}}
    )
    yield namespace
    core.delete_node(namespace)


def settings(namespace: str, gpu: str) -> Settings:
    return file_of(f"""{HEAD}
  cpu: {{guarantee: 1}}
  gpu: {{{gpu}}}
  node_selector: {{pool: {namespace}}}
  tolerations: [{{key: celltrail-test, value: {namespace}}}]
""").profiles[0]


@pytest.fixture
def room(served: str, gpu_node: str) -> Callable[..., Room]:
    def ask(gpu: str = "vendor: nvidia") -> Room:
        answer = httpx.get(served, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)
        if answer.status_code == 503:
            return Room(0)
        rooms = Rooms(from_json(answer.raise_for_status().content))
        found = rooms.room_for(settings(gpu_node, gpu))
        assert found is not None
        return found

    return ask


def start_pod(core: client.CoreV1Api, namespace: str, name: str, gpus: int, **spec: Any) -> None:
    toleration = {"key": "celltrail-test", "value": namespace, "effect": "NoSchedule"}
    core.create_namespaced_pod(
        namespace,
        {
            "metadata": {"name": name},
            "spec": {
                "nodeSelector": {"pool": namespace},
                "tolerations": [toleration],
                "containers": [container("c", **{"nvidia.com/gpu": str(gpus), "cpu": "1"})],
                **spec,
            },
        },
    )


def container(name: str, **limits: str) -> dict[str, Any]:
    return {"name": name, "image": "localhost/none:1", "resources": {"limits": limits}}


def placed(core: client.CoreV1Api, namespace: str) -> dict[str, bool]:
    """Return of each pod on which the scheduler has decided whether it is placed."""
    found = {}
    for pod in core.list_namespaced_pod(namespace).items:
        for condition in pod.status.conditions or []:
            if condition.type == "PodScheduled":
                found[pod.metadata.name] = condition.status == "True"
    return found


def test_what_is_free_is_what_the_scheduler_gives(
    core: client.CoreV1Api, namespace: str, room: Callable[..., Room]
) -> None:
    wait_for("the node", lambda: room().describe() == "8 of 8 GPUs free")
    assert room("vendor: amd, count: 2").servers == 2
    assert room("vendor: nvidia, mig: 1g.5gb").describe() == "7 of 7 slices free"
    start_pod(core, namespace, "six", 6)
    wait_for("the pod", lambda: room().describe() == "2 of 8 GPUs free")
    many = room("vendor: nvidia, count: 3")
    assert (many.servers, many.why) == (0, "scattered")
    for name in ("one", "two", "late"):
        start_pod(core, namespace, name, 1)
        wait_for("its placement", lambda name=name: name in placed(core, namespace))
    assert placed(core, namespace) == {"six": True, "one": True, "two": True, "late": False}
    said = "0 of 8 GPUs free, and 1 already waits for one"
    wait_for("no more GPUs", lambda: room().describe() == said)
    core.delete_namespaced_pod("six", namespace, grace_period_seconds=0)
    wait_for("its GPUs", lambda: room().describe() == "5 of 8 GPUs free")


def test_what_a_pod_needs_for_its_start_is_taken(
    core: client.CoreV1Api, namespace: str, room: Callable[..., Room]
) -> None:
    wait_for("the node", lambda: room().servers == 8)
    sidecar = {**container("sidecar", cpu="1"), "restartPolicy": "Always"}
    start_pod(core, namespace, "full", 1, initContainers=[sidecar, container("init", cpu="62")])
    said = "7 of 8 GPUs free"
    wait_for("the pod", lambda: room().describe() == said and room().servers == 1)
    start_pod(core, namespace, "fits", 1)
    start_pod(core, namespace, "late", 1)
    wait_for("their placement", lambda: len(placed(core, namespace)) == 3)
    assert sum(placed(core, namespace).values()) == 2
    said = "6 of 8 GPUs free, but no node has the cores and memory it takes"
    wait_for("a full node", lambda: room().describe() == said)


def test_a_node_that_is_cordoned_or_gone_has_no_room(
    core: client.CoreV1Api, gpu_node: str, room: Callable[..., Room]
) -> None:
    wait_for("the node", lambda: room().servers == 8)
    core.patch_node(gpu_node, {"spec": {"unschedulable": True}})
    wait_for("the cordon", lambda: room().why == "closed")
    core.patch_node(gpu_node, {"spec": {"unschedulable": False}})
    wait_for("its end", lambda: room().servers == 8)


def test_a_hub_shows_it_to_users(
    namespace: str, served: str, room: Callable[..., Room], tmp_path: Path
) -> None:
    wait_for("the node", lambda: room().servers == 8)
    more = (
        f"import os\nos.environ['CELLTRAIL_CAPACITY_TOKEN'] = '{TOKEN}'\n"
        f"c.ProfiledSpawner.capacity_url = '{served}'\n"
    )
    with running_profiled_hub(tmp_path, more=more) as hub:
        selecting = (
            f"node_selector: {{pool: {namespace}}}, "
            f"tolerations: [{{key: celltrail-test, value: {namespace}}}]"
        )
        hub.write_profiles(
            "profiles:\n"
            "- {slug: g, display_name: G, who: everyone, "
            f"gpu: {{vendor: nvidia}}, {selecting}}}\n"
            "- {slug: h, display_name: H, who: everyone, "
            f"gpu: {{vendor: nvidia, count: 9}}, {selecting}}}\n"
        )
        assert "8 of 8 GPUs free" in spawn_page(hub.url)
        assert "No room now: no such node is running" in spawn_page(hub.url)


def spawn_page(url: str) -> str:
    with httpx.Client(base_url=url, follow_redirects=True, timeout=30) as browser:
        browser.get("/hub/login")
        form: dict[str, Any] = {"username": "ada", "password": PASSWORD}
        form["_xsrf"] = browser.cookies.get("_xsrf", path="/hub/")
        return browser.post("/hub/login?next=%2Fhub%2Fspawn", data=form).text
