"""What `celltrail doctor --cluster` says of what a cluster holds."""

from typing import Any

import pytest

from celltrail.cli import main
from celltrail.doctor import Finding
from celltrail_hub.deployment.installed import Seen, Thing, findings

LABELS = {"app.kubernetes.io/instance": "ct", "app.kubernetes.io/component": "tracking"}


def seen(**other: Any) -> Seen:
    """Return a cluster in which all is well, with differences."""
    default = {"storageclass.kubernetes.io/is-default-class": "true"}
    well: dict[str, Any] = {
        "namespace": "ct",
        "version": (1, 34),
        "classes": [{"metadata": {"name": "standard", "annotations": default}}],
        "nodes": [{"status": {"allocatable": {"cpu": "2", "nvidia.com/gpu": "2"}}}],
        "users": [users("ct-users", "restricted")],
        "workloads": [workload(ready=1)],
        "pulling": [pulling(ready=2)],
        "pods": [],
        "claims": [],
        "jobs": [],
        "events": [],
        "releases": [revision("1", "superseded"), revision("2", "deployed")],
        "words": {},
    }
    return Seen(**(well | other))


def users(name: str, level: str, owner: str = "ct") -> Thing:
    labels = {"pod-security.kubernetes.io/enforce": level}
    annotations = {"meta.helm.sh/release-namespace": owner}
    return {"metadata": {"name": name, "labels": labels, "annotations": annotations}}


def pulling(ready: int, owner: str = "ct") -> Thing:
    annotations = {"meta.helm.sh/release-namespace": owner}
    return {
        "metadata": {"name": "ct-prepull", "namespace": "ct-users", "annotations": annotations},
        "status": {"desiredNumberScheduled": 2, "numberReady": ready},
    }


def workload(ready: int = 0, name: str = "ct-tracking", release: str = "ct") -> Thing:
    labels = LABELS | {"app.kubernetes.io/instance": release}
    return {
        "metadata": {"name": name, "labels": labels},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}},
        "status": {"readyReplicas": ready} if ready else {},
    }


def pod(state: Thing | None = None, conditions: list[Thing] | None = None) -> Thing:
    container = {"name": "tracking", "image": "r/tracking:1", "ready": False, "state": state or {}}
    return {
        "metadata": {"name": "ct-tracking-x", "labels": LABELS},
        "status": {"containerStatuses": [container], "conditions": conditions or []},
    }


def revision(version: str, status: str) -> Thing:
    return {"metadata": {"labels": {"name": "ct", "version": version, "status": status}}}


def warning(name: str, message: str) -> Thing:
    return {"type": "Warning", "involvedObject": {"name": name}, "message": message}


def trouble(**other: Any) -> Finding:
    """Return the one thing that is not well."""
    (found,) = (each for each in findings(seen(**other)) if each.state != "ok")
    return found


def test_all_is_well_where_all_is_well() -> None:
    assert [each.what for each in findings(seen())] == [
        "cluster", "storage", "GPUs", "release ct", "ct-tracking", "namespace ct-users",
        "ct-prepull",
    ]  # fmt: skip
    assert {each.state for each in findings(seen())} == {"ok"}


@pytest.mark.parametrize(
    ("other", "what", "detail", "advice"),
    [
        ({"version": (1, 31)}, "cluster", "Kubernetes 1.31 is older than 1.32", ""),
        ({"classes": []}, "storage", "no default class; there is none", "name one"),
        ({"nodes": [{"status": {}}]}, "GPUs", "no node has any", "device plugin"),
        ({"workloads": []}, "installed", "nothing of the chart", "helm upgrade --install"),
        ({"releases": [revision("2", "failed")]}, "release ct", "revision 2 is failed", "again"),
        (
            {"releases": [revision("1", "pending-install")]},
            "release ct", "revision 1 is pending-install", "helm uninstall ct, then",
        ),
        (
            {"releases": [revision("10", "pending-upgrade"), revision("9", "deployed")]},
            "release ct", "revision 10 is pending-upgrade", "helm rollback ct, then",
        ),
        (
            {"workloads": [workload(), workload(1, "b-hub", "b")], "pods": [pod()],
             "words": {"ct-tracking-x/tracking": "x"}, "releases": []},
            "releases", "b, ct are in one namespace", "a namespace of its own",
        ),
        ({"pulling": [pulling(1)]}, "ct-prepull", "1 of 2 nodes have the images", "-n ct-users"),
        ({"users": [users("ct-users", "baseline")]}, "namespace ct-users", "baseline", "label"),
    ],
)  # fmt: skip
def test_what_is_not_well_is_named_with_what_to_do(
    other: dict[str, Any], what: str, detail: str, advice: str
) -> None:
    found = {each.what: each for each in findings(seen(**other)) if each.state != "ok"}
    assert detail in found[what].detail
    assert advice in found[what].advice


def test_what_belongs_to_another_installation_is_left_alone() -> None:
    other = users("other-users", "privileged", owner="other")
    found = list(findings(seen(users=[other], pulling=[pulling(0, owner="other")])))
    assert "other-users" not in str(found)
    assert "ct-prepull" not in str(found)


@pytest.mark.parametrize(
    ("state", "detail", "advice"),
    [
        (
            {"reason": "ImagePullBackOff", "message": "Back-off: failed: not found"},
            "no image r/tracking:1: not found", "images.pullSecrets",
        ),
        (
            {"reason": "CreateContainerConfigError", "message": 'secret "db" not found'},
            'secret "db" not found', "create the Secret",
        ),
    ],
)  # fmt: skip
def test_why_a_container_cannot_start(state: Thing, detail: str, advice: str) -> None:
    found = trouble(workloads=[workload()], pods=[pod({"waiting": state})])
    assert (found.what, found.state) == ("ct-tracking", "broken")
    assert found.detail == detail
    assert advice in found.advice


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("celltrail: the database does not answer: timeout", "tracking.egress"),
        ("celltrail: the database x has the older schema 0001", "the migration is not done"),
        ("celltrail: … this version knows 1: install a newer celltrail", "a newer version has"),
        ("Killed", "kubectl -n ct logs ct-tracking-x -c tracking"),
    ],
)
def test_what_a_log_says_has_its_advice(said: str, advice: str) -> None:
    words = {"ct-tracking-x/tracking": said}
    found = trouble(workloads=[workload()], pods=[pod()], words=words)
    assert found.detail == said
    assert advice in found.advice


def test_a_pod_without_a_node_says_what_the_scheduler_says() -> None:
    unschedulable = {"type": "PodScheduled", "status": "False", "message": "Insufficient memory"}
    found = trouble(workloads=[workload()], pods=[pod(conditions=[unschedulable])])
    assert found.detail == "no node takes it: Insufficient memory"


def test_pods_that_are_not_even_made_are_explained() -> None:
    refused = warning("ct-tracking-5f", "pods is forbidden: exceeded quota")
    assert "exceeded quota" in trouble(workloads=[workload()], events=[refused]).detail


def test_a_volume_that_nobody_provides() -> None:
    claim = {"metadata": {"name": "ct-hub"}, "status": {"phase": "Pending"}}
    missing = warning("ct-hub", 'storageclass "fast" not found')
    found = trouble(claims=[claim], events=[missing])
    assert (found.what, found.detail) == ("volume ct-hub", 'storageclass "fast" not found')
    assert "storageClass" in found.advice


def test_a_migration_that_failed_says_why() -> None:
    job = {"metadata": {"name": "ct-migrate"}, "status": {"conditions": [{"type": "Failed"}]}}
    words = {"ct-migrate-x/migrate": "celltrail: the database does not answer: refused"}
    found = trouble(jobs=[job], words=words)
    assert (found.what, found.state) == ("job ct-migrate", "broken")
    assert "refused" in found.detail
    assert "tracking.database" in found.advice


def test_the_command_says_so_if_there_is_no_cluster(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KUBECONFIG", "/nowhere")
    assert main(["doctor", "--cluster"]) == 1
    assert "KUBECONFIG" in capsys.readouterr().out
