"""What the chart makes, for each preset: valid objects, and pods that may do little."""

import json
from functools import cache
from typing import Any

import helm_python as helm
import pytest

from tests.helm.chart import (
    CHART,
    NAMESPACE,
    PRESETS,
    USERS,
    Manifest,
    find,
    merged,
    notes,
    objects,
    pod_templates,
    preset,
)  # fmt: skip
from tests.helm.kubernetes import faults
from tests.helm.restricted import breaches

KUBERNETES = ("1.32", "1.34", "1.37")
TRY_OUT = preset("try-out")
# What an admin adds to production.yaml.
TEAM: dict[str, Any] = {
    "hub": {
        "config": {
            "url": "https://hub.example.org/jupyter",
            "authentication": {
                "github": {"client_id": "x", "client_secret": {"env": "CLIENT_SECRET"}},
                "allowed": {"groups": ["example"]},
            },
        },
        "secrets": ["hub-login"],
    },
    "tracking": {
        "database": {"secret": {"name": "tracking-database"}},
        "artifacts": {"url": "s3://bucket/celltrail"},
    },
}
PRODUCTION = merged(preset("production"), TEAM)
EVERYTHING = {
    "images": {"pullSecrets": ["registry"], "tag": "1.2.3"},
    "hub": {"extraConfig": {"a.py": "c.JupyterHub.a = 1\nc.b = 2\n"}},
    "proxy": {"service": {"type": "LoadBalancer", "loadBalancerSourceRanges": ["1.2.3.0/24"]}},
    "tracking": {"artifacts": {"secret": "bucket"}, "env": {"AWS_REGION": "eu-1"}},
    "ingress": {"enabled": True, "className": "nginx", "tlsSecret": "hub-tls"},
    "gateway": {"parentRefs": [{"name": "web", "namespace": "gateways"}]},
}
SHARED = {
    "tracking": {
        "replicas": 2,
        "database": {"kind": "postgresql"},
        "volume": {"accessMode": "ReadWriteMany"},
    },
    "postgresql": {"enabled": True},
    "backup": {"enabled": True},
}
CASES: dict[str, dict[str, Any]] = {
    "try-out": TRY_OUT,
    "try-out with PostgreSQL": merged(TRY_OUT, SHARED),
    "try-out with backups": merged(TRY_OUT, {"backup": {"enabled": True}}),
    "production": PRODUCTION,
    "everything": merged(PRODUCTION, EVERYTHING),
    "tracking only": {
        "hub": {"enabled": False},
        "externalHub": {"apiUrl": "http://hub.jhub:8081/hub/api"},
    },
    **{
        name: merged(preset("production", name), TEAM)
        for name in ("eks", "gke", "aks", "gpu-nvidia", "gpu-mig", "gpu-amd")
    },
}


# What other projects define; Kubernetes' schemas know nothing of them.
EXTENSIONS = {"ServiceMonitor", "PrometheusRule", "HTTPRoute"}


@cache
def made_of(case: str) -> list[Manifest]:
    return objects(CASES[case])


@pytest.fixture(params=CASES)
def made(request: pytest.FixtureRequest) -> list[Manifest]:
    return made_of(request.param)


def test_every_preset_is_a_case() -> None:
    assert {path.stem for path in PRESETS.glob("*.yaml")} <= set(CASES)


def test_helm_finds_nothing_to_complain_of() -> None:
    messages = helm.lint(CHART, TRY_OUT, namespace=NAMESPACE)["messages"]
    assert [each["error"] for each in messages] == ["icon is recommended"]


@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_knows_every_field(version: str) -> None:
    different = {json.dumps(m): m for case in CASES for m in made_of(case)}
    assert len(different) > 100
    assert [
        fault
        for each in different.values()
        if each["kind"] not in EXTENSIONS
        for fault in faults(each, version)
    ] == []


def test_objects_say_whose_they_are(made: list[Manifest]) -> None:
    names = [
        (each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]) for each in made
    ]
    assert len(set(names)) == len(names)
    for each in made:
        labels = each["metadata"]["labels"]
        assert labels["app.kubernetes.io/instance"] == "celltrail"
        assert labels["app.kubernetes.io/component"]


def test_every_pod_passes_restricted(made: list[Manifest]) -> None:
    assert {name: list(breaches(pod["spec"])) for name, pod in pod_templates(made)} == {
        name: [] for name, _ in pod_templates(made)
    }


def test_root_filesystems_are_read_only(made: list[Manifest]) -> None:
    for _, pod in pod_templates(made):
        for container in pod["spec"]["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True


def test_only_who_needs_kubernetes_has_a_token_for_it(made: list[Manifest]) -> None:
    holders = {
        name for name, pod in pod_templates(made) if pod["spec"]["automountServiceAccountToken"]
    }
    assert holders <= {"Deployment/celltrail-hub", "Deployment/celltrail-capacity"}


def test_every_container_has_bounds_and_says_whether_it_is_well(made: list[Manifest]) -> None:
    for name, pod in pod_templates(made):
        for container in pod["spec"]["containers"]:
            assert {"cpu", "memory"} <= set(container["resources"]["requests"])
            assert "memory" in container["resources"]["limits"]
            if name.startswith(("Deployment/", "StatefulSet/")):
                assert {"readinessProbe", "livenessProbe"} <= set(container)


def test_users_are_apart_and_their_namespace_stays() -> None:
    (users,) = (each for each in made_of("try-out") if each["kind"] == "Namespace")
    assert users["metadata"]["name"] == USERS != NAMESPACE
    assert users["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert users["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"


def test_data_stays_when_the_release_goes(made: list[Manifest]) -> None:
    for each in made:
        if each["kind"] in ("PersistentVolumeClaim", "Secret"):
            assert each["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"


def test_no_secret_lies_outside_of_secrets() -> None:
    made = made_of("try-out with PostgreSQL")
    secrets = {
        value for each in made if each["kind"] == "Secret" for value in each["data"].values()
    }
    others = str([each for each in made if each["kind"] != "Secret"])
    assert secrets
    assert not [value for value in secrets if value in others]


def test_the_hub_may_do_no_more_than_this() -> None:
    made = objects(TRY_OUT)
    assert not [each for each in made if each["kind"].startswith("Cluster")]
    (role,) = (each for each in made if each["kind"] == "Role")
    assert role["metadata"]["namespace"] == USERS
    assert {rule["resources"][0]: rule["verbs"] for rule in role["rules"]} == {
        "pods": ["get", "list", "watch", "create", "delete"],
        "persistentvolumeclaims": ["get", "list", "watch", "create"],
        "events": ["get", "list", "watch"],
    }
    assert all(rule["apiGroups"] == [""] for rule in role["rules"])


def test_the_hub_may_get_nodes_if_it_is_told_so() -> None:
    made = objects(merged(TRY_OUT, {"hub": {"getNodes": True}}))
    (role,) = (each for each in made if each["kind"] == "ClusterRole")
    assert role["rules"] == [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["get"]}]
    (binding,) = (each for each in made if each["kind"] == "ClusterRoleBinding")
    assert binding["roleRef"]["name"] == role["metadata"]["name"]
    assert [each["kind"] for each in binding["subjects"]] == ["ServiceAccount"]


def test_only_the_capacity_service_reads_the_whole_cluster_and_no_more_than_that() -> None:
    (role,) = (each for each in made_of("everything") if each["kind"] == "ClusterRole")
    assert role["metadata"]["name"] == "celltrail-celltrail-capacity"
    assert role["rules"] == [
        {"apiGroups": [""], "resources": ["nodes", "pods"], "verbs": ["list", "watch"]}
    ]
    (binding,) = (each for each in made_of("everything") if each["kind"] == "ClusterRoleBinding")
    assert [each["name"] for each in binding["subjects"]] == ["celltrail-capacity"]


def test_the_hub_restarts_for_its_settings_but_not_for_profiles() -> None:
    def annotations(values: dict[str, Any]) -> Any:
        hub = find(objects(values), "Deployment", "hub")
        return hub["spec"]["template"]["metadata"]["annotations"]

    before = annotations(TRY_OUT)
    assert annotations(merged(TRY_OUT, {"profiles": []})) != before  # there are none any more
    assert annotations(merged(TRY_OUT, {"profiles": TRY_OUT["profiles"][:1]})) == before
    assert annotations(merged(TRY_OUT, {"hub": {"config": {"servers": {"named": 2}}}})) != before


def test_every_image_of_a_profile_is_pulled_ahead() -> None:
    images = {"a": {"display_name": "A"}, "b": {"display_name": "B", "image": "r/b:1"}}
    option = {"display_name": "Image", "choices": images}
    profile = {"slug": "x", "display_name": "X", "image": "r/a:1", "options": {"image": option}}
    values = merged(TRY_OUT, {"prepull": {"enabled": True}, "profiles": [profile, profile]})
    pod = find(objects(values), "DaemonSet", "prepull")["spec"]["template"]["spec"]
    names = [each["image"] for each in pod["initContainers"]]
    assert names == ["localhost/celltrail-notebook:0.1.0", "r/a:1", "r/b:1"]


def test_notes_say_what_is_unsafe() -> None:
    said = notes(TRY_OUT)
    for unsafe in ("one password", "without encryption", "SQLite", "backed up"):
        assert unsafe in said
    assert "port-forward service/celltrail-proxy 8000:80" in said


def test_a_field_that_kubernetes_does_not_know_would_be_found() -> None:
    hub = find(objects(TRY_OUT), "Deployment", "hub")
    hub["spec"]["template"]["spec"]["containers"][0]["resorces"] = {}
    assert "resorces" in "".join(faults(hub, KUBERNETES[0]))
