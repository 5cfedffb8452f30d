"""Users' pods, as a hub with the chart's settings makes them for every profile there is."""

import asyncio
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from kubernetes_asyncio.client import ApiClient
from traitlets.config import Config

from celltrail_hub.deployment.configure import configure_deployment
from celltrail_hub.deployment.settings import load_deployment
from celltrail_profiles import catalog
from celltrail_profiles.kubespawner import overrides
from celltrail_profiles.options import validated
from celltrail_profiles.reading import read_text
from celltrail_profiles.schema import Settings
from tests.helm.chart import USERS, find, merged, objects
from tests.helm.kubernetes import faults
from tests.helm.restricted import breaches
from tests.helm.test_rendering import CASES, TRY_OUT
from tests.profiles.golden import every_answer

SECRETS = {"CLIENT_SECRET": "x", "CELLTRAIL_LOGIN_PASSWORD": "x" * 20, "CELLTRAIL_PROXY_TOKEN": "x",
           "CELLTRAIL_COOKIE_SECRET": "ab" * 32, "CELLTRAIL_PROMETHEUS_TOKEN": "x",
           "CELLTRAIL_CAPACITY_TOKEN": "x"}  # fmt: skip
WITH_HUB = [name for name in CASES if CASES[name].get("hub", {}).get("enabled", True)]


def files_of(values: dict[str, Any]) -> dict[str, str]:
    made = objects(values)
    data: dict[str, str] = find(made, "ConfigMap", "hub")["data"]
    return data | find(made, "ConfigMap", "profiles")["data"]


def configured(values: dict[str, Any], folder: Path) -> Config:
    """Return JupyterHub's configuration for what the chart writes; only folders are others."""
    for name, text in files_of(values).items():
        (folder / name).write_text(text)
    settings = yaml.safe_load((folder / "hub.yaml").read_text())
    settings["profiles"] = str(folder / "profiles.yaml")
    settings.pop("extra_config", None)
    settings["hub"]["state_dir"] = str(folder)
    (folder / "hub.yaml").write_text(yaml.safe_dump(settings))
    config = Config()
    configure_deployment(config, load_deployment(folder / "hub.yaml"), SECRETS)
    return config


@cache
def spawner_class() -> Any:
    from kubespawner import KubeSpawner

    from celltrail_hub.kubernetes import CelltrailSpawner

    class OfflineSpawner(CelltrailSpawner):
        """Knows no cluster: KubeSpawner's own beginning would look for one."""

        def __init__(self, **kwargs: Any) -> None:
            super(KubeSpawner, self).__init__(**kwargs)
            self.port = 8888
            self.clear_state()

    return OfflineSpawner


async def pod_of(config: Config, settings: Settings) -> dict[str, Any]:
    url = "http://celltrail-hub.celltrail:8081/hub/"
    spawner = spawner_class()(
        config=config,
        user=SimpleNamespace(name="ada", id=1, url="/user/ada/", groups=[]),
        hub=SimpleNamespace(public_host="", url=url, base_url="/hub/", api_url=f"{url}api"),
        api_token="t",
    )
    spawner.put(overrides(settings))
    async with ApiClient() as api:
        pod: dict[str, Any] = api.sanitize_for_serialization(await spawner.get_pod_manifest())
    return pod


def every_pod(values: dict[str, Any], text: str, folder: Path) -> list[dict[str, Any]]:
    """Return the pod of each profile, and of each choice that it has."""
    config = configured(values, folder)
    profiles = read_text(text).file.profiles
    return [
        asyncio.run(pod_of(config, validated(profiles, {"profile": one.slug, **answer}).settings))
        for one in profiles
        for answer in every_answer(one)
    ]


@pytest.mark.parametrize("case", WITH_HUB)
def test_the_hub_takes_the_settings_and_profiles_that_the_chart_writes(
    case: str, tmp_path: Path
) -> None:
    config = configured(CASES[case], tmp_path)
    assert config.KubeSpawner.namespace == USERS
    assert config.PushedProxy.url == "http://celltrail-routes.celltrail:8001"
    assert read_text((tmp_path / "profiles.yaml").read_text()).errors == []


@pytest.mark.parametrize("name", [*catalog.names(), "try-out"])
def test_each_profiles_pod_is_valid_and_restricted(name: str, tmp_path: Path) -> None:
    text = files_of(TRY_OUT)["profiles.yaml"] if name == "try-out" else catalog.text(name)
    pods = every_pod(TRY_OUT, text, tmp_path)
    assert pods
    for pod in pods:
        assert faults(pod, "1.34") == []
        assert list(breaches(pod["spec"])) == []
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False
        assert spec["enableServiceLinks"] is False
        assert "serviceAccountName" not in spec
        assert spec["securityContext"]["fsGroup"] == 100
        env = {each["name"]: each.get("value") for each in spec["containers"][0]["env"]}
        assert env["CELLTRAIL_URL"] == "http://celltrail-tracking.celltrail:8765/services/celltrail"
        assert not set(SECRETS) & set(env)


def test_a_prefix_and_a_private_registry_reach_the_pod(tmp_path: Path) -> None:
    values = merged(
        CASES["everything"], {"images": {"prefix": "registry.example.org/team/celltrail-"}}
    )
    pod = asyncio.run(pod_of(configured(values, tmp_path), Settings()))
    container = pod["spec"]["containers"][0]
    assert container["image"] == "registry.example.org/team/celltrail-notebook:1.2.3"
    assert pod["spec"]["imagePullSecrets"] == [{"name": "registry"}]
    env = {each["name"]: each.get("value") for each in container["env"]}
    assert env["CELLTRAIL_URL"].endswith(":8765/jupyter/services/celltrail")
