"""Profiles on a real KubeSpawner, without a cluster."""

import asyncio
from types import SimpleNamespace
from typing import Any

from kubespawner import KubeSpawner

from celltrail_hub.kubernetes import CelltrailSpawner
from celltrail_profiles.access import offers
from celltrail_profiles.options import validated
from tests.profiles.helping import file_of, pod_of

FILE = file_of("""
profiles:
- slug: gpu
  display_name: G
  who: everyone
  gpu: {vendor: nvidia}
  memory: {limit: 2Gi}
  shared_memory: 1Gi
  tolerations: [{key: nvidia.com/gpu, operator: Exists}]
  environment: {A: '{"x": 1}'}
- {slug: plain, display_name: P, who: everyone}
""")


class OfflineSpawner(CelltrailSpawner):
    """Knows a user, a hub and the ledger of nothing; no cluster."""

    def __init__(self, user: str = "ada", **kwargs: Any) -> None:
        super(KubeSpawner, self).__init__(
            user=SimpleNamespace(name=user, id=1, url=f"/user/{user}/", groups=[]),
            hub=SimpleNamespace(public_host="", url="/hub/", base_url="/hub/", api_url="/hub/api"),
            **kwargs,
        )
        self.port = 8888
        self.pvc_name = self._expand_user_properties(self.pvc_name_template)
        self.clear_state()

    def start_with(self, slug: str) -> dict[str, Any]:
        """Return the pod of a start, as the hub would come to it."""
        self.profiles_file = "profiles.yaml"
        resolved = validated(offers(FILE, "ada", []), {"profile": slug})
        self._admit = lambda: resolved
        asyncio.run(self.run_pre_spawn_hook())
        asyncio.run(self.load_user_options())
        return pod_of(self)


def container(pod: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = pod["spec"]["containers"][0]
    return found


def test_a_profile_reaches_the_pod() -> None:
    pod = OfflineSpawner().start_with("gpu")
    assert container(pod)["resources"]["limits"] == {"memory": 2**31, "nvidia.com/gpu": "1"}
    assert {"name": "A", "value": '{"x": 1}'} in container(pod)["env"]
    assert pod["spec"]["tolerations"] == [{"key": "nvidia.com/gpu", "operator": "Exists"}]


def test_the_hubs_own_volumes_and_tolerations_stay() -> None:
    spawner = OfflineSpawner()
    spawner.volumes = [{"name": "home", "persistentVolumeClaim": {"claimName": "{pvc_name}"}}]
    spawner.volume_mounts = [{"name": "home", "mountPath": "/home/jovyan"}]
    spawner.tolerations = [{"key": "own", "operator": "Exists"}]
    spawner.pvc_name = "claim-ada"
    pod = spawner.start_with("gpu")
    assert [each["name"] for each in pod["spec"]["volumes"]] == ["home", "dshm"]
    assert [each["mountPath"] for each in container(pod)["volumeMounts"]] == [
        "/home/jovyan", "/dev/shm",
    ]  # fmt: skip
    assert [each["key"] for each in pod["spec"]["tolerations"]] == ["own", "nvidia.com/gpu"]


def test_nothing_is_left_over_for_the_next_start_of_the_same_spawner(monkeypatch: Any) -> None:
    spawner = OfflineSpawner()
    untouched = OfflineSpawner().start_with("plain")
    assert spawner.start_with("gpu") != untouched
    ended = []
    ledger = SimpleNamespace(end=lambda *server: ended.append(server))
    monkeypatch.setattr("celltrail_hub.profiled.ledger_of", lambda path: ledger)
    spawner.run_post_stop_hook()
    assert ended == [("ada", "", None)]
    assert spawner.start_with("plain") == untouched


def test_without_a_file_kubespawner_is_as_ever() -> None:
    spawner = OfflineSpawner()
    spawner.profile_list = [{"display_name": "X", "kubespawner_override": {"mem_limit": "3G"}}]
    asyncio.run(spawner.load_user_options())
    assert spawner.mem_limit == 3 * 2**30
