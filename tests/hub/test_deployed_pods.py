"""Users' pods as a deployment's settings make them, by a real KubeSpawner without a cluster."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from traitlets.config import Config

from celltrail_hub.deployment.configure import configure_deployment
from celltrail_hub.deployment.settings import load_deployment
from tests.helm.restricted import breaches
from tests.hub.test_kubernetes import OfflineSpawner
from tests.profiles.helping import pod_of

SETTINGS = """
url: https://notebooks.example.org/lab/
tracking: {{url: "http://tracking.platform:8765"}}
servers: {{namespace: users, image: "example.org/notebook:1", named: 2{home}}}
authentication:
  password: {{password: {{env: SHARED}}, even_public: true}}
  allowed: {{everyone: true}}
"""


def pod(tmp_path: Path, user: str = "ada", server: str = "", home: str = "") -> dict[str, Any]:
    return pod_of(spawner_of(tmp_path, user, server, home))


def spawner_of(tmp_path: Path, user: str, server: str, home: str) -> OfflineSpawner:
    path = tmp_path / "hub.yaml"
    path.write_text(SETTINGS.format(home=home))
    c = Config()
    configure_deployment(
        c, load_deployment(path), {"SHARED": "long enough", "CELLTRAIL_PROXY_TOKEN": "y"}
    )
    spawner = OfflineSpawner(user, config=c, orm_spawner=SimpleNamespace(name=server, server=None))
    spawner.api_token = "token of the server"
    return spawner


def claim(made: dict[str, Any]) -> str:
    [volume] = made["spec"]["volumes"]
    name: str = volume["persistentVolumeClaim"]["claimName"]
    return name


def test_the_strictest_namespace_takes_it(tmp_path: Path) -> None:
    spec = pod(tmp_path)["spec"]
    assert list(breaches(spec)) == []
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False


def test_its_kernels_record_with_the_servers_own_token(tmp_path: Path) -> None:
    [container] = pod(tmp_path)["spec"]["containers"]
    environment = {each["name"]: each.get("value") for each in container["env"]}
    address = "http://tracking.platform:8765/lab/services/celltrail"
    assert environment["CELLTRAIL_URL"] == environment["MLFLOW_TRACKING_URI"] == address
    assert environment["MLFLOW_TRACKING_TOKEN"] == "token of the server"


def test_each_server_has_a_home_and_a_pod_of_its_own(tmp_path: Path) -> None:
    servers = [("ada", ""), ("ada", "x"), ("ada-x", ""), ("ada--x", ""), ("ad", "a-x"), ("Ada", "")]
    made = [pod(tmp_path, user, server) for user, server in servers]
    assert len({claim(each) for each in made}) == len(servers)
    assert len({each["metadata"]["name"] for each in made}) == len(servers)


def test_a_shared_home_is_one_for_all_servers_of_a_user(tmp_path: Path) -> None:
    shared = ", home: {shared: true, access_modes: [ReadWriteMany]}"
    first, second = (pod(tmp_path, "ada", server, shared) for server in ("", "x"))
    assert claim(first) == claim(second)
    assert claim(first) != claim(pod(tmp_path, "bob", "", shared))
    assert first["metadata"]["name"] != second["metadata"]["name"]


@pytest.mark.parametrize("server", ["", "x"])
def test_without_homes_nothing_is_mounted(tmp_path: Path, server: str) -> None:
    assert not pod(tmp_path, "ada", server, ", home: null")["spec"].get("volumes")


@pytest.mark.parametrize(
    ("home", "deleted"), [("", False), (", home: null", False), (", home: {delete: true}", True)]
)
def test_a_home_is_deleted_only_if_that_was_said(tmp_path: Path, home: str, deleted: bool) -> None:
    assert spawner_of(tmp_path, "ada", "", home).delete_pvc == deleted
