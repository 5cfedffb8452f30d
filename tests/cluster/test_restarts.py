"""A hub that is killed while a pod starts, and started again."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from kubernetes import client

from tests.cluster.outside_hub import Start, running_outside_hub
from tests.conftest import wait_for

pytestmark = pytest.mark.cluster

PROFILES = """
profiles:
- {slug: large, display_name: L, who: everyone, cpu: {guarantee: 1000}}
quotas:
- {name: one, who: everyone, servers: 1}
"""
PATIENT = 'c.CelltrailSpawner.grace_seconds = {"too-large": 300}'


def test_a_start_that_its_hub_did_not_survive_leaves_no_pod_and_holds_no_quota(
    core: client.CoreV1Api, tmp_path: Path
) -> None:
    with (
        running_outside_hub(core, tmp_path, PROFILES, PATIENT) as hub,
        ThreadPoolExecutor(1) as pool,
    ):
        start = Start()
        end = pool.submit(hub.start_server, "ada", "large", start)
        wait_for("the pod", lambda: "1000 CPUs" in start.message)
        hub.kill()
        with pytest.raises(httpx.TransportError):
            end.result()
        hub.start()
        wait_for("its end", lambda: not core.list_namespaced_pod(hub.namespace).items)
        assert hub.server("ada").get("ready") in (None, False)
        path = "/users/ada/servers/again"
        answer = hub.client.post(path, json={"user_options": {"profile": "large"}})
        assert answer.status_code == 202, answer.text
