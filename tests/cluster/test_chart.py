"""What the chart says of a cluster before it changes anything there."""

import helm_python as helm
import pytest
from kubernetes import client

from celltrail.doctor import Finding
from celltrail_hub.deployment.installed import examine
from tests.conftest import wait_for
from tests.helm.chart import CHART, RELEASE, Values, merged, preset
from tests.helm.test_rendering import PRODUCTION, TRY_OUT

pytestmark = pytest.mark.cluster


@pytest.fixture
def config(kubeconfig: str, namespace: str) -> helm.Config:
    return helm.Config(kubeconfig_path=kubeconfig, namespace=namespace)


def notes(config: helm.Config, values: Values) -> str:
    """Return what an install would say; it is not done."""
    return str(config.install(CHART, RELEASE, values, dry_run="server")["notes"])


def refusal(config: helm.Config, values: Values) -> str:
    with pytest.raises(helm.HelmError) as caught:
        notes(config, values)
    return str(caught.value)


def test_kubernetes_would_take_every_object(config: helm.Config) -> None:
    assert "is on its way" in notes(config, TRY_OUT)


def test_all_that_the_cluster_lacks_is_said_at_once(config: helm.Config, namespace: str) -> None:
    gateway = {"gateway": {"parentRefs": [{"name": "web"}]}}
    said = refusal(config, merged(PRODUCTION, preset("gke"), gateway))
    assert "hub.volume.storageClass: the cluster has no StorageClass premium-rwo; it has" in said
    assert "hub.config.servers.home.storage_class: the cluster has no StorageClass" in said
    assert f"there is no Secret tracking-database in the namespace {namespace}" in said
    assert "there is no Secret hub-login" in said
    assert "the cluster has no Prometheus operator" in said
    assert "the cluster has no Gateway API" in said


def test_secrets_that_are_there_are_found(
    config: helm.Config, core: client.CoreV1Api, namespace: str
) -> None:
    for name in ("tracking-database", "hub-login"):
        core.create_namespaced_secret(namespace, {"metadata": {"name": name}})
    assert "is on its way" in notes(config, merged(PRODUCTION, {"monitoring": {"enabled": False}}))


def test_a_second_release_is_told_whose_users_namespace_it_wants(
    config: helm.Config, core: client.CoreV1Api, namespace: str
) -> None:
    owner = {"meta.helm.sh/release-name": "first", "meta.helm.sh/release-namespace": namespace}
    users = f"{namespace}-users"
    core.create_namespace({"metadata": {"name": users, "annotations": owner}})
    try:
        assert f"{users} belongs to the release first" in refusal(config, TRY_OUT)
        assert "is on its way" in notes(
            config, merged(TRY_OUT, {"users": {"namespace": f"{users}-2"}})
        )
    finally:
        core.delete_namespace(users)


def test_a_volume_that_is_there_is_not_asked_to_be_another(
    config: helm.Config, core: client.CoreV1Api, namespace: str
) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    owner = {"meta.helm.sh/release-name": RELEASE, "meta.helm.sh/release-namespace": namespace}
    labels = {"app.kubernetes.io/managed-by": "Helm"}
    metadata = {"name": "celltrail-tracking", "annotations": owner, "labels": labels}
    core.create_namespaced_persistent_volume_claim(namespace, {"metadata": metadata, "spec": spec})
    assert "is on its way" in notes(config, TRY_OUT)
    shared = {"tracking": {"volume": {"accessMode": "ReadWriteMany"}}}
    said = refusal(config, merged(TRY_OUT, shared))
    assert "tracking.volume: celltrail-tracking is there, as ReadWriteOnce" in said


def test_the_doctor_names_an_image_that_no_node_can_have(
    config: helm.Config,
    core: client.CoreV1Api,
    namespace: str,
) -> None:
    """`pullPolicy: Never` is refused at once, by the node itself."""
    missing = {"images": {"prefix": "localhost/nobody-", "pullPolicy": "Never"}}
    config.install(CHART, RELEASE, merged(TRY_OUT, missing))
    try:
        said = wait_for("the node's refusal", lambda: told(namespace, "no image"))
        assert "no image localhost/nobody-hub:" in said["celltrail-hub"].detail
        assert "images.prefix" in said["celltrail-hub"].advice
        assert said["release celltrail"].state == "ok"
        assert said[f"namespace {namespace}-users"].state == "ok"
        assert said["cluster"].state == said["storage"].state == "ok"
    finally:
        config.uninstall(RELEASE)
        core.delete_namespace(f"{namespace}-users")


def told(namespace: str, trouble: str) -> dict[str, Finding]:
    """Return what is found, once that trouble is among it."""
    found = {each.what: each for each in examine(namespace)}
    parts = ("celltrail-hub", "celltrail-proxy", "celltrail-tracking")
    return found if all(trouble in found[part].detail for part in parts) else {}


def test_the_doctor_finds_nothing_where_nothing_is(namespace: str) -> None:
    (found,) = (each for each in examine(namespace) if each.state == "broken")
    assert found.what == "installed"
    assert namespace in found.detail


def test_notes_name_gpus_that_no_node_has(config: helm.Config) -> None:
    gpu = {"vendor": "nvidia", "resource": "example.org/unknown"}
    profile = {"slug": "gpu", "display_name": "GPU", "who": "everyone", "gpu": gpu}
    said = notes(config, merged(TRY_OUT, {"profiles": [profile]}))
    assert "No node has example.org/unknown now, so servers of the profile gpu wait" in said
