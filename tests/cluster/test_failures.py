"""Servers that cannot start on a real Kubernetes: each is told soon, with its cause and advice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from kubernetes import client

from celltrail import __version__
from tests.cluster.outside_hub import OutsideHub, Start, failed, running_outside_hub

pytestmark = pytest.mark.cluster

PROFILES = f"""
profiles:
- {{slug: plain, display_name: P, who: everyone, memory: {{limit: 64Mi}}}}
- {{slug: no-such-gpu, display_name: P, who: everyone, gpu: {{vendor: amd, count: 1}}}}
- {{slug: too-large, display_name: P, who: everyone, cpu: {{guarantee: 1000}}}}
- {{slug: too-much, display_name: P, who: everyone, memory: {{guarantee: 9Ti, limit: 9Ti}}}}
- {{slug: nowhere, display_name: P, who: everyone, node_selector: {{nowhere: "yes"}}}}
- {{slug: no-image, display_name: P, who: everyone, image: "localhost:1/nothing:1"}}
- {{slug: no-memory, display_name: P, who: everyone, memory: {{guarantee: 1Mi, limit: 1Mi}}}}
- {{slug: no-program, display_name: P, who: everyone, environment: {{COMMAND: /nothing}}}}
- slug: no-claim
  display_name: P
  who: everyone
  volumes: {{data: {{claim: nothing, mount_path: /data}}}}
- slug: unbound
  display_name: P
  who: everyone
  volumes: {{data: {{claim: unbound, mount_path: /data}}}}
- slug: no-secret
  display_name: P
  who: everyone
  volumes: {{data: {{secret: nothing, mount_path: /data}}}}
- slug: crash
  display_name: P
  who: everyone
  image: localhost/celltrail-notebook:{__version__}
  environment: {{COMMAND: "python3 -c 'print(1); raise SystemExit(2)'"}}
"""
CONFIG = """
import shlex

def run_command(spawner, pod):
    if command := spawner.environment.get("COMMAND"):
        pod.spec.containers[0].command = shlex.split(command)
    return pod

c.KubeSpawner.modify_pod_hook = run_command
"""
# profile: the reason, what its user reads
ALONE = {
    "no-such-gpu": ("no-such-gpu", "No node of this cluster has 1 amd.com/gpu. Choose another"),
    "too-large": ("too-large", "1000 CPUs wanted. Choose a smaller profile."),
    "too-much": ("too-large", "9 TiB of memory wanted. Choose a smaller profile."),
    "nowhere": ("no-node-for-profile", "No node is meant for this profile. Choose another"),
    "no-image": ("image-unreachable", "The registry of the image localhost:1/nothing:1 does not"),
    "no-memory": ("out-of-memory", "Choose a profile with more memory."),
    "no-program": ("command-missing", "The image cannot run /nothing. Choose another image"),
    "no-claim": ("volume-missing", "There is no volume claim nothing. Tell your administrator"),
    "unbound": ("volume-refused", 'storageclass.storage.k8s.io "nothing" not found. Tell your'),
    "no-secret": ("volume-missing", "There is no secret nothing, which your server mounts."),
    "plain": ("server-silent", "did not answer in 2 seconds. Try again."),
}


@pytest.fixture(scope="module")
def hub(core: client.CoreV1Api, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutsideHub]:
    folder = tmp_path_factory.mktemp("hub")
    with running_outside_hub(core, folder, PROFILES, CONFIG) as hub:
        yield hub


@pytest.fixture(scope="module")
def starts(hub: OutsideHub, core: client.CoreV1Api) -> dict[str, Start]:
    """The starts of the profiles that need nothing else to fail, some at a time."""
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "nothing",
        "resources": {"requests": {"storage": "1Gi"}},
    }
    core.create_namespaced_persistent_volume_claim(
        hub.namespace, {"metadata": {"name": "unbound"}, "spec": spec}
    )
    with ThreadPoolExecutor(4) as pool:
        started = pool.map(lambda profile: hub.start_server(profile, profile), ALONE)
        return dict(zip(ALONE, started, strict=True))


@pytest.mark.parametrize("profile", ALONE)
def test_what_cannot_start_is_told(hub: OutsideHub, starts: dict[str, Start], profile: str) -> None:
    failed(hub, starts[profile], profile, *ALONE[profile])


def test_nothing_of_it_is_left(
    hub: OutsideHub, core: client.CoreV1Api, starts: dict[str, Start]
) -> None:
    assert [each.metadata.name for each in core.list_namespaced_pod(hub.namespace).items] == []
    assert not any(user["servers"] for user in hub.client.get("/users").json())
    assert hub.process
    assert hub.process.poll() is None


def test_the_stages_of_a_start_are_those_it_reached(starts: dict[str, Start]) -> None:
    assert starts["too-large"].stages == ["accepted"]
    assert starts["no-image"].stages[-1] == "pulling"
    assert starts["plain"].stages[-1] == "answering"
    for start in starts.values():
        percents = [each["progress"] for each in start.told if "progress" in each]
        assert percents == sorted(percents)


def test_the_user_sees_the_cause_again_on_the_page_and_an_admin_in_the_log(
    hub: OutsideHub, starts: dict[str, Start]
) -> None:
    again = hub.client.get("/users/too-large/server/progress").text
    assert "1000 CPUs wanted. Choose a smaller profile." in again
    assert "Insufficient cpu" not in again
    assert "Kubernetes said: 0/" in hub.log()
    assert "JUPYTERHUB_API_TOKEN" not in hub.log()


@pytest.mark.usefixtures("images")
def test_a_server_that_crashes_is_told_with_its_last_words(hub: OutsideHub) -> None:
    words = "Your server ended with exit code 2. Its last words: 1. Choose another image"
    failed(hub, hub.start_server("crash", "crash"), "crash", "server-crashed", words)


@pytest.mark.usefixtures("starts")
def test_prometheus_counts_failures_by_cause(hub: OutsideHub) -> None:
    metrics = httpx.get(f"{hub.url}/hub/metrics").text
    for profile, (reason, _) in ALONE.items():
        labels = f'outcome="failed",profile="{profile}",reason="{reason}"'
        assert f"celltrail_spawns_total{{{labels}}} 1.0" in metrics
