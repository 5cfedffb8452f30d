"""What `celltrail doctor --cluster` finds of an installation by the chart. Pure but for `examine`.

Objects are Kubernetes' own JSON, as `reading` has fetched them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from celltrail.doctor import Finding
from celltrail.errors import CelltrailError

OLDEST = (1, 32)
_NO_IMAGE = {"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName"}
_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_LEVEL = "pod-security.kubernetes.io/enforce"
# What to do about what a log says.
_ADVICE = {
    "the database does not answer": "look at the Secret that tracking.database names, and at "
    "tracking.egress for an address of its own",
    "older schema": "helm upgrade again: the migration is not done",
    "install a newer celltrail": "a newer version has migrated it: helm upgrade to that, or "
    "restore a backup",
}

type Thing = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """What a cluster holds that concerns an installation."""

    namespace: str
    version: tuple[int, int]
    classes: list[Thing]
    nodes: list[Thing]
    users: list[Thing]
    """Namespaces of users' servers, of other installations, too."""
    workloads: list[Thing]
    pulling: list[Thing]
    """DaemonSets that bring images to nodes, of other installations, too."""
    pods: list[Thing]
    claims: list[Thing]
    jobs: list[Thing]
    events: list[Thing]
    releases: list[Thing]
    """Helm's own Secrets, one for each revision."""
    words: dict[str, str]
    """The last line of what `POD/CONTAINER` has said, of containers that are not ready."""


def examine(namespace: str) -> Iterator[Finding]:
    """Look at the cluster of KUBECONFIG; changes nothing."""
    from celltrail_hub.deployment.reading import read

    try:
        seen = read(namespace)
    except ModuleNotFoundError as error:
        advice = "pip install 'celltrail[kubernetes]'"
        yield Finding("cluster", "broken", f"without {error.name}", advice)
    except CelltrailError as error:
        yield Finding("cluster", "broken", str(error), "look at KUBECONFIG")
    else:
        yield from findings(seen)


def findings(seen: Seen) -> Iterator[Finding]:
    """Say what is well and what is not, and what to do about it."""
    yield _version(seen.version)
    yield _storage(seen.classes)
    yield _gpus(seen.nodes)
    yield from _releases(seen)
    if not seen.workloads:
        text = f"nothing of the chart is in the namespace {seen.namespace}"
        yield Finding("installed", "broken", text, "helm upgrade --install, or name another")
    for workload in seen.workloads:
        yield _workload(workload, seen)
    for claim in seen.claims:
        if claim["status"].get("phase") != "Bound":
            yield _claim(claim, seen)
    for job in seen.jobs:
        if any(each["type"] == "Failed" for each in job["status"].get("conditions") or []):
            yield _job(job, seen)
    for namespace in seen.users:
        if _is_ours(namespace, seen):
            yield _users(namespace)
    for daemon in seen.pulling:
        if _is_ours(daemon, seen):
            yield _pulling(daemon)


def containers_of(pod: Thing) -> list[Thing]:
    """Return the states of a pod's containers, those first that run first."""
    status = pod["status"]
    first, then = status.get("initContainerStatuses"), status.get("containerStatuses")
    return [*(first or []), *(then or [])]


def _version(version: tuple[int, int]) -> Finding:
    text = f"Kubernetes {version[0]}.{version[1]}"
    if version < OLDEST:
        return Finding("cluster", "broken", f"{text} is older than {OLDEST[0]}.{OLDEST[1]}")
    return Finding("cluster", "ok", text)


def _storage(classes: list[Thing]) -> Finding:
    names = [each["metadata"]["name"] for each in classes]
    for each in classes:
        if (each["metadata"].get("annotations") or {}).get(_DEFAULT_CLASS) == "true":
            return Finding("storage", "ok", f"{each['metadata']['name']} is the default class")
    text = f"no default class; there is {', '.join(names) or 'none'}"
    return Finding("storage", "missing", text, "name one for each volume in the values")


def _gpus(nodes: list[Thing]) -> Finding:
    counts: dict[str, int] = {}
    for node in nodes:
        for name, amount in (node["status"].get("allocatable") or {}).items():
            if name.startswith(("nvidia.com/", "amd.com/")):
                counts[name] = counts.get(name, 0) + int(amount)
    if found := [f"{count} {name}" for name, count in sorted(counts.items()) if count]:
        return Finding("GPUs", "ok", ", ".join(found))
    return Finding("GPUs", "missing", "no node has any", "install their vendor's device plugin")


def _releases(seen: Seen) -> Iterator[Finding]:
    ours = {each["metadata"]["labels"]["app.kubernetes.io/instance"] for each in seen.workloads}
    labels = [each["metadata"]["labels"] for each in seen.releases]
    for name in sorted(ours or {each["name"] for each in labels}):
        revisions = [each for each in labels if each["name"] == name]
        for last in sorted(revisions, key=lambda each: int(each["version"]))[-1:]:
            yield _revision(last)
    if len(ours) > 1:
        text = f"{', '.join(sorted(ours))} are in one namespace"
        yield Finding("releases", "missing", text, "give each a namespace of its own")


def _revision(labels: dict[str, str]) -> Finding:
    what, status = f"release {labels['name']}", labels["status"]
    text = f"revision {labels['version']} is {status}"
    if status == "deployed":
        return Finding(what, "ok", text)
    if status == "failed":
        return Finding(what, "broken", text, "mend what is named below, and helm upgrade again")
    # Helm has nothing to go back to before the first.
    way = "uninstall" if labels["version"] == "1" else "rollback"
    advice = f"wait for Helm; where it was stopped: helm {way} {labels['name']}, then upgrade"
    return Finding(what, "missing", text, advice)


def _workload(workload: Thing, seen: Seen) -> Finding:
    name = workload["metadata"]["name"]
    wanted, ready = workload["spec"].get("replicas", 1), workload["status"].get("readyReplicas", 0)
    if ready >= wanted:
        return Finding(name, "ok", f"{ready} of {wanted} ready")
    labels = workload["spec"]["selector"]["matchLabels"].items()
    pods = [pod for pod in seen.pods if labels <= pod["metadata"]["labels"].items()]
    for pod in pods:
        if trouble := _trouble(pod, seen):
            return Finding(name, "broken", *trouble)
    advice = f"kubectl -n {seen.namespace} describe pods; wait, if it has just been installed"
    # Of pods that are not even made, Kubernetes tells their ReplicaSet.
    return Finding(name, "broken", _warning(seen, name) or f"{ready} of {wanted} ready", advice)


def _trouble(pod: Thing, seen: Seen) -> tuple[str, str] | None:
    """Return what keeps a pod from being ready, and what to do; None if nobody knows."""
    name = pod["metadata"]["name"]
    for condition in pod["status"].get("conditions") or []:
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            said = condition.get("message", "")
            return f"no node takes it: {said}", "look at its resources and volumes in the values"
    for each in containers_of(pod):
        waiting = each["state"].get("waiting") or {}
        reason, message = waiting.get("reason", ""), waiting.get("message", "")
        if reason in _NO_IMAGE:
            advice = "build and load it, or mend images.prefix, images.tag, images.pullSecrets"
            return f"no image {each['image']}: {message.split(': ')[-1] or reason}", advice
        if reason.startswith("CreateContainer"):
            return message or reason, "create the Secret or ConfigMap that it names"
        if said := seen.words.get(f"{name}/{each['name']}", ""):
            return said, _advice(said, f"kubectl -n {seen.namespace} logs {name} -c {each['name']}")
    return None


def _claim(claim: Thing, seen: Seen) -> Finding:
    name = claim["metadata"]["name"]
    text = _warning(seen, name) or "it waits for the pod that uses it"
    advice = "mend storageClass in the values, delete the claim, and helm upgrade again"
    return Finding(f"volume {name}", "broken", text, advice)


def _job(job: Thing, seen: Seen) -> Finding:
    name = job["metadata"]["name"]
    said = [words for pod, words in seen.words.items() if pod.startswith(f"{name}-")]
    text = said[-1] if said else "it failed"
    advice = _advice(text, f"kubectl -n {seen.namespace} logs job/{name}")
    return Finding(f"job {name}", "broken", text, advice)


def _is_ours(thing: Thing, seen: Seen) -> bool:
    owner = thing["metadata"].get("annotations", {}).get("meta.helm.sh/release-namespace")
    return bool(owner == seen.namespace)


def _pulling(daemon: Thing) -> Finding:
    name, place = daemon["metadata"]["name"], daemon["metadata"]["namespace"]
    wanted = daemon["status"].get("desiredNumberScheduled", 0)
    ready = daemon["status"].get("numberReady", 0)
    text = f"{ready} of {wanted} nodes have the images of profiles"
    if ready >= wanted:
        return Finding(name, "ok", text)
    return Finding(name, "missing", text, f"wait, or look: kubectl -n {place} describe pods")


def _users(namespace: Thing) -> Finding:
    name = namespace["metadata"]["name"]
    level = namespace["metadata"]["labels"].get(_LEVEL, "no level")
    text = f"enforces {level} of Pod Security"
    if level == "restricted":
        return Finding(f"namespace {name}", "ok", text)
    advice = f"kubectl label --overwrite namespace {name} {_LEVEL}=restricted"
    return Finding(f"namespace {name}", "missing", text, advice)


def _advice(said: str, otherwise: str) -> str:
    return next((advice for words, advice in _ADVICE.items() if words in said), otherwise)


def _warning(seen: Seen, name: str) -> str:
    """Return Kubernetes' last warning about an object, or about one that it made."""
    for event in reversed(seen.events):
        about = event["involvedObject"].get("name", "")
        if event["type"] == "Warning" and (about == name or about.startswith(f"{name}-")):
            return str(event["message"])
    return ""
