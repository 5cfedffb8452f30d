"""Values for Zero to JupyterHub, in a real JupyterHub that takes them as that chart's hub does."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from celltrail_hub.deployment.z2jh import PROFILES_FILE, Place, as_yaml, values
from celltrail_hub.local.ports import free_ports
from tests.conftest import wait_for
from tests.helm.chart import find, merged, objects
from tests.hub.conftest import clean_environment
from tests.hub.profiled_hub import PROFILES, ProfiledHub, running_profiled_hub

PLACE = Place("celltrail", "celltrail", "jhub")
# What the hub of that chart does with its values, after everything else.
TAKEN = """
import yaml
values = yaml.safe_load(open("values.yaml"))
for name, service in values["hub"]["services"].items():
    c.JupyterHub.services.append(dict(service, name=name, api_token="token-that-the-chart-makes"))
for name, role in values["hub"]["loadRoles"].items():
    c.JupyterHub.load_roles.append(dict(role, name=name))
c.KubeSpawner.environment = values["singleuser"]["extraEnv"]
for section, settings in values["hub"]["config"].items():
    c[section].update(settings)
for _, text in sorted(values["hub"]["extraConfig"].items()):
    exec(text)
c.JupyterHub.spawner_class = "tests.hub.noop_hub.KubeSpawner"  # there is no cluster here
"""


class Tracking:
    """The tracking server as Celltrail's chart runs it, but on this machine."""

    def __init__(self, folder: Path, hub_url: str, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        api = "http://hub.jhub:8081/hub/api"
        chart = merged({"hub": {"enabled": False}, "externalHub": {"apiUrl": api}})
        pod = find(objects(chart), "Deployment", "tracking")["spec"]["template"]["spec"]
        container = pod["containers"][0]
        env = {each["name"]: each["value"] for each in container["env"]}
        env["JUPYTERHUB_API_URL"] = env["JUPYTERHUB_API_URL"].replace(
            "http://hub.jhub:8081", hub_url
        )
        own = {"--host=0.0.0.0", "--port=8765", "--data-dir=/data"}
        args = [each for each in container["args"][1:] if each not in own]
        (folder / "config.py").write_text("c.TrackingServer.hub_cache_seconds = 0")
        args[args.index("--config=/etc/celltrail/config.py")] = f"--config={folder / 'config.py'}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celltrail", *args, "--port", str(port),
             "--data-dir", str(folder / "tracking")],
            env={**clean_environment(), **env, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/ready").status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module", params=[None, PROFILES], ids=["tracking only", "with profiles"])
def hub(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ProfiledHub]:
    folder = tmp_path_factory.mktemp("hub")
    [free_port] = free_ports("127.0.0.1", 1)
    text = as_yaml(PLACE, values(PLACE, request.param))
    for there, here in (
        (PLACE.url, f"http://127.0.0.1:{free_port}"),
        (PROFILES_FILE, f"{folder}/profiles.yaml"),
        ("/srv/jupyterhub", str(folder)),
    ):
        text = text.replace(there, here)
    (folder / "values.yaml").write_text(text)
    with running_profiled_hub(folder, profiled=False, more=TAKEN) as hub:
        tracking = Tracking(folder, hub.url, free_port)
        try:
            wait_for("the tracking server", tracking.answers)
            yield hub
        finally:
            tracking.process.terminate()
            tracking.process.wait(timeout=30)


def environment_of(hub: ProfiledHub, user: str) -> dict[str, Any]:
    """Start a user's server and return the variables that its pod would have."""
    answer = hub.ask(user, {"profile": "small"})
    assert answer.status_code in (201, 202), answer.text
    found: dict[str, Any] = json.loads((hub.folder / f"{user}.json").read_text())
    return found


def call(env: dict[str, Any], path: str, body: dict[str, Any], token: str = "") -> httpx.Response:
    token = token or env["MLFLOW_TRACKING_TOKEN"]
    return httpx.post(
        f"{env['MLFLOW_TRACKING_URI']}/api/2.0/mlflow/{path}",
        json=body,
        headers={"Authorization": f"Bearer {token}"},
    )


@pytest.mark.integration
def test_users_of_another_hub_record_and_see_their_own_runs_only(hub: ProfiledHub) -> None:
    ada, bob = environment_of(hub, "ada"), environment_of(hub, "bob")
    assert ada["CELLTRAIL_URL"] == ada["MLFLOW_TRACKING_URI"]
    made = call(ada, "runs/create", {"experiment_id": "0"})
    assert made.status_code == 200, made.text
    run = {"run_id": made.json()["run"]["info"]["run_id"]}
    assert made.json()["run"]["info"]["user_id"] == "ada"
    assert call(ada, "runs/log-parameter", {**run, "key": "a", "value": "1"}).status_code == 200
    assert call(bob, "runs/log-parameter", {**run, "key": "a", "value": "2"}).status_code == 404
    assert call(bob, "runs/create", {"experiment_id": "0"}, token="x").status_code == 401
    hub.stop("ada")
    assert call(ada, "runs/log-parameter", {**run, "key": "b", "value": "1"}).status_code == 401


@pytest.mark.integration
def test_a_servers_token_does_nothing_else_at_the_hub(hub: ProfiledHub) -> None:
    env = environment_of(hub, "cy")
    as_cy = {"Authorization": f"token {env['JUPYTERHUB_API_TOKEN']}"}
    assert httpx.get(f"{hub.url}/hub/api/users", headers=as_cy).status_code == 403
    assert httpx.get(f"{hub.url}/hub/api/users/bob", headers=as_cy).status_code == 404
    page = httpx.post(f"{hub.url}/hub/api/users/cy/servers/more", headers=as_cy)
    assert page.status_code == 403


def test_values_say_how_the_tracking_server_is_installed() -> None:
    text = as_yaml(PLACE, values(PLACE))
    assert "--set hub.enabled=false --set externalHub.namespace=jhub" in text
    assert yaml.safe_load(text) == values(PLACE)


def test_the_charts_culler_makes_way_for_one_that_knows_kernels_and_gpus() -> None:
    profile = "profiles:\n- {slug: p, display_name: P, who: everyone"
    assert "cull" not in values(PLACE, profile + "}")
    culling = profile + ", culling: {kernel_idle: 1h}}"
    assert values(PLACE, culling)["cull"] == {"enabled": False}
