"""Servers in pods are stopped as their profiles want it, by a hub that a chart installed."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from kubernetes import client  # type: ignore[import-untyped]

from tests.cluster.installing import Platform, installed
from tests.conftest import wait_for
from tests.helm.chart import merged, preset

pytestmark = pytest.mark.cluster

PROFILES: list[dict[str, Any]] = [
    {
        "slug": "short",
        "display_name": "Short",
        "who": "everyone",
        "culling": {"kernel_idle": "20s", "warn_before": "8s", "keep_until": "1h"},
    }
]


@pytest.fixture(scope="module")
def platform(images: None, kubeconfig: str, api: client.ApiClient) -> Iterator[Platform]:
    values = merged(preset("try-out"), {"profiles": PROFILES})
    with installed(kubeconfig, api, values) as platform:
        yield platform


def test_the_idle_pod_goes_and_the_kept_and_the_busy_one_stay(platform: Platform) -> None:
    login = f"{platform.url}/hub/login"
    wait_for("the hub's routes", lambda: httpx.get(login).status_code == 200)
    ada, bob, cy = (platform.person(name) for name in ("ada", "bob", "cy"))
    for person in (ada, bob, cy):
        assert person.log_in().status_code == 200
    kept = bob.start("short")
    wait_for("a look", lambda: kept.client.get("/celltrail/culling").json()["keep_at_most_seconds"])
    assert kept.client.post("/celltrail/culling/keep", json={"seconds": 3600}).is_success
    busy = cy.start("short")
    busy.begin("import time; time.sleep(10**6)")
    ada.start("short")
    wait_for("the stop of ada's server", lambda: not ada.api("GET", "/users/ada")["servers"], 120)
    pods = platform.pods("singleuser-server", platform.users)
    assert {each.metadata.labels["hub.jupyter.org/username"] for each in pods} == {"bob", "cy"}
    assert "was stopped at" in ada.browser.get("/hub/home").text
    log = platform.log("hub")
    assert "Stopping ada after 20s with no kernel running anything" in log
    assert "does not say when it was used" not in log
