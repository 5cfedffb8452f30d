"""What is free, in a release of the chart: read by one account, told to a hub that may not."""

from collections.abc import Iterator

import pytest
from kubernetes import client  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.cluster.installing import Platform, installed
from tests.helm.chart import merged, preset

pytestmark = pytest.mark.cluster

VALUES = merged(preset("try-out"), {"capacity": {"enabled": True}})


@pytest.fixture(scope="module")
def platform(images: None, kubeconfig: str, api: client.ApiClient) -> Iterator[Platform]:
    with installed(kubeconfig, api, VALUES) as platform:
        yield platform
        platform.release.uninstall()  # the reader's rights are in no namespace


def test_users_see_how_many_gpus_are_free(
    platform: Platform, page: Page, core: client.CoreV1Api
) -> None:
    nodes = [node for node in core.list_node().items if not node.spec.taints]
    allocatable = [node.status.allocatable for node in nodes]
    gpus = sum(int(each.get("nvidia.com/gpu", 0)) for each in allocatable)
    page.goto(platform.url)
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(platform.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(f" of {gpus} GPUs free")).to_be_visible()


def test_the_hub_may_not_read_the_cluster(platform: Platform, api: client.ApiClient) -> None:
    authorization = client.AuthorizationV1Api(api)

    def may(account: str, verb: str, resource: str) -> bool:
        asked = {
            "user": f"system:serviceaccount:{platform.namespace}:celltrail-{account}",
            "resourceAttributes": {"verb": verb, "resource": resource},
        }
        answer = authorization.create_subject_access_review({"spec": asked})
        return bool(answer.status.allowed)

    for resource in ("nodes", "pods"):
        assert may("capacity", "list", resource)
        assert not may("hub", "list", resource)
    for verb, resource in (("create", "pods"), ("delete", "nodes"), ("get", "secrets")):
        assert not may("capacity", verb, resource)
