"""Pods that a real Kubernetes does not let in: the quota, Pod Security or a policy refuses them."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from kubernetes import client

from tests.cluster.outside_hub import OutsideHub, failed, running_outside_hub
from tests.conftest import wait_for

pytestmark = pytest.mark.cluster

PROFILES = """
profiles:
- {slug: plain, display_name: P, who: everyone, memory: {limit: 64Mi}}
"""
CONFIG = """
c.KubeSpawner.storage_pvc_ensure = True
c.KubeSpawner.pvc_name_template = "home-{user_server}"
c.KubeSpawner.storage_capacity = "10Mi"
"""
TAKEN = "name-taken", "The name that your server has in Kubernetes is another user's. Tell your"


@pytest.fixture(scope="module")
def hub(core: client.CoreV1Api, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutsideHub]:
    folder = tmp_path_factory.mktemp("hub")
    with running_outside_hub(core, folder, PROFILES, CONFIG) as hub:
        yield hub


def test_the_quota_of_the_namespace_is_told_with_its_amounts(
    hub: OutsideHub, core: client.CoreV1Api
) -> None:
    body = {"metadata": {"name": "small"}, "spec": {"hard": {"limits.memory": "32Mi"}}}
    core.create_namespaced_resource_quota(hub.namespace, body)
    try:
        read = partial(core.read_namespaced_resource_quota, "small", hub.namespace)
        wait_for("the quota", lambda: read().status.hard)
        start = hub.start_server("quota", "plain")
    finally:
        core.delete_namespaced_resource_quota("small", hub.namespace)
    words = (
        "The quota small of the namespace is used up: wanted limits.memory=64Mi;"
        " in use limits.memory=0; allowed limits.memory=32Mi. Stop a server you do not need"
    )
    failed(hub, start, "quota", "namespace-quota", words)


def test_what_pod_security_refuses_is_told(hub: OutsideHub, core: client.CoreV1Api) -> None:
    label = "pod-security.kubernetes.io/enforce"
    core.patch_namespace(hub.namespace, {"metadata": {"labels": {label: "restricted"}}})
    try:
        start = hub.start_server("security", "plain")
    finally:
        core.patch_namespace(hub.namespace, {"metadata": {"labels": {label: None}}})
    words = "The cluster's Pod Security (restricted:latest) refuses your server: "
    failed(hub, start, "security", "admission-refused", words)
    assert "runAsNonRoot" in start.message


def test_what_a_policy_refuses_is_told_in_its_words(
    hub: OutsideHub, core: client.CoreV1Api, api: client.ApiClient
) -> None:
    with policy(api, hub.namespace, "object.spec.containers.size() > 9", "nine is too few"):
        wait_for("the policy", lambda: refused(core, hub.namespace))
        start = hub.start_server("policy", "plain")
    wait_for("its end", lambda: not refused(core, hub.namespace))
    words = "A policy of the cluster refuses your server: nine is too few. Tell your administrator"
    failed(hub, start, "policy", "admission-refused", words)


@contextmanager
def policy(api: client.ApiClient, namespace: str, expression: str, message: str) -> Iterator[None]:
    """A ValidatingAdmissionPolicy on the pods of a namespace."""
    admission = client.AdmissionregistrationV1Api(api)
    pods = {
        "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"],
    }  # fmt: skip
    spec = {
        "matchConstraints": {
            "resourceRules": [pods],
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        },
        "validations": [{"expression": expression, "message": message}],
    }
    binding = {"policyName": namespace, "validationActions": ["Deny"]}
    admission.create_validating_admission_policy({"metadata": {"name": namespace}, "spec": spec})
    admission.create_validating_admission_policy_binding(
        {"metadata": {"name": namespace}, "spec": binding}
    )
    try:
        yield
    finally:
        admission.delete_validating_admission_policy_binding(namespace)
        admission.delete_validating_admission_policy(namespace)


def refused(core: client.CoreV1Api, namespace: str) -> bool:
    """Whether any pod would be."""
    pod = {"metadata": {"name": "x"}, "spec": {"containers": [{"name": "x", "image": "x"}]}}
    try:
        core.create_namespaced_pod(namespace, pod, dry_run="All")
    except client.ApiException:
        return True
    return False


def owned_by(user: str, name: str) -> dict[str, Any]:
    return {"name": name, "annotations": {"hub.jupyter.org/username": user}}


def test_a_pod_of_another_user_with_ones_name_is_left_alone(
    hub: OutsideHub, core: client.CoreV1Api
) -> None:
    spec = {"containers": [{"name": "notebook", "image": "localhost/pause:1"}]}
    metadata = {**owned_by("ada", "jupyter-eve"), "labels": {"component": "singleuser-server"}}
    made = core.create_namespaced_pod(hub.namespace, {"metadata": metadata, "spec": spec})
    failed(hub, hub.start_server("eve", "plain"), "eve", *TAKEN)
    left = core.read_namespaced_pod("jupyter-eve", hub.namespace)
    assert (left.metadata.uid, left.metadata.deletion_timestamp) == (made.metadata.uid, None)


def test_a_volume_of_another_user_with_ones_name_is_not_mounted(
    hub: OutsideHub, core: client.CoreV1Api
) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Mi"}}}
    claim = {"metadata": owned_by("ada", "home-mallory"), "spec": spec}
    core.create_namespaced_persistent_volume_claim(hub.namespace, claim)
    failed(hub, hub.start_server("mallory", "plain"), "mallory", *TAKEN)
    assert not core.list_namespaced_pod(
        hub.namespace, field_selector="metadata.name=jupyter-mallory"
    ).items
