"""A newcomer's path on a cluster: install the preset for trying out, log in, work, come back."""

from collections.abc import Iterator
from typing import Any

import helm_python as helm
import httpx
import pytest
from kubernetes import client  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.browser.lab import Lab
from tests.cluster.installing import Platform, installed
from tests.conftest import wait_for
from tests.helm.chart import merged, preset

pytestmark = pytest.mark.cluster

READY_SECONDS = 90
"""How long an install may take until all of it is ready, its images being there."""


@pytest.fixture(scope="module")
def trial(images: None, kubeconfig: str, api: client.ApiClient) -> Iterator[Platform]:
    """The platform as the preset `try-out` makes it."""
    with installed(kubeconfig, api, preset("try-out")) as platform:
        yield platform


def test_it_is_ready_soon_and_passes_its_own_test(trial: Platform) -> None:
    print(f"ready after {trial.ready_seconds:.1f} s")
    assert trial.ready_seconds <= READY_SECONDS
    assert httpx.get(f"{trial.url}/hub/login").status_code == 200  # at once, not only soon
    trial.release.test()


def test_from_login_to_a_recorded_run_in_lab(trial: Platform, page: Page) -> None:
    page.goto(trial.url)
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(trial.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("radio", name="Small").check()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/user/ada/lab**", timeout=120_000)

    lab = Lab(page)
    lab.open_notebook("digits.ipynb")
    lab.open_sidebar()
    lab.run_all_cells()
    expect(lab.sidebar.locator(".jp-Celltrail-Chart canvas")).to_be_visible(timeout=120_000)
    expect(lab.run("digits", "finished")).to_be_visible(timeout=120_000)
    lab.run("digits", "finished").dblclick()
    expect(lab.run_page.get_by_role("img", name="loss: 25 points")).to_be_visible()
    cell = lab.run_page.locator(".jp-Celltrail-Cell").filter(has_text="%%track --metrics accuracy")
    expect(cell).to_be_visible()


def test_the_pod_is_what_the_profile_says(trial: Platform) -> None:
    ada = trial.person("ada")
    pod = ada.pod
    (container,) = pod.spec.containers
    assert container.resources.requests == {"cpu": "100m", "memory": str(512 << 20)}
    assert container.resources.limits == {"cpu": "2", "memory": str(1 << 30)}
    environment = {each.name: each.value for each in container.env}
    assert environment["CELLTRAIL_URL"] == (
        f"http://celltrail-tracking.{trial.namespace}:8765/services/celltrail"
    )
    (home,) = (each for each in pod.spec.volumes if each.persistent_volume_claim)
    claim = trial.core.read_namespaced_persistent_volume_claim(
        home.persistent_volume_claim.claim_name, trial.users
    )
    assert claim.status.capacity == {"storage": "1Gi"}
    assert {each.mount_path for each in container.volume_mounts} == {"/home/jovyan"}
    assert pod.spec.automount_service_account_token is False
    assert container.security_context.capabilities.drop == ["ALL"]
    assert pod.metadata.labels["app.kubernetes.io/component"] == "singleuser-server"


def test_home_and_runs_are_there_after_a_stop(trial: Platform) -> None:
    ada = trial.person("ada")
    ada.log_in()
    uid = ada.pod.metadata.uid
    ada.run_in_pod("sh", "-c", "echo mine > ~/mine.txt")
    ada.stop_server()
    ada.start("small")
    assert ada.pod.metadata.uid != uid
    assert ada.run_in_pod("sh", "-c", "cat ~/mine.txt; ls ~") == "mine\ndigits.ipynb\nmine.txt\n"
    run = find_run(ada.tracking(), "digits")
    assert (run["status"], run["owner"]) == ("FINISHED", "ada")
    assert run["metrics"]["accuracy"] > 0.9


def find_run(tracking: httpx.Client, name: str) -> dict[str, Any]:
    """The latest run of that name, as the tracking server has it."""
    answer = tracking.get("/api/v1/runs")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = next(run for run in answer.json()["runs"] if run["name"] == name)
    return found


def test_values_that_are_wrong_change_nothing(trial: Platform) -> None:
    before = trial.release.status()
    with pytest.raises(helm.HelmError, match=r"urll"):
        trial.release.apply(merged(trial.values, {"hub": {"config": {"urll": "x"}}}))
    assert trial.release.status() == before


def test_users_volumes_outlive_the_release(trial: Platform) -> None:
    ada = trial.person("ada")
    claim = next(v for v in ada.pod.spec.volumes if v.persistent_volume_claim)
    name = claim.persistent_volume_claim.claim_name
    said = trial.release.uninstall()
    assert "kept" in str(said), said
    wait_for("the end of the hub", lambda: not trial.pods("hub"))
    claims = trial.core.list_namespaced_persistent_volume_claim(trial.users).items
    assert [each.metadata.name for each in claims] == [name]
    assert ada.pod.status.phase == "Running"
