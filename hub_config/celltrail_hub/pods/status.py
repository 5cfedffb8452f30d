"""What a pod's status and events tell of why it does not get ready. Pure, on JSON as it came."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from celltrail_hub.pods.causes import Cause
from celltrail_hub.pods.placement import cause_of_placement

Json = dict[str, Any]

_DISRUPTIONS = {
    "PreemptionByScheduler": ("preempted", "A more important pod took the place of your server."),
    "EvictionByEvictionAPI": ("node-gone", "The node of your server is being emptied."),
    "DeletionByTaintManager": ("node-gone", "The node of your server went away."),
    "DeletionByPodGC": ("node-gone", "The node of your server is gone."),
    "TerminationByKubelet": ("evicted", "The node of your server ran out of memory or disk."),
}
_NODE_LOST = ("NodeLost", "NodeShutdown", "Shutdown", "Terminated", "NodeAffinity")
_NO_IMAGE = re.compile(
    r"not found|manifest unknown|name unknown|does not exist|no match for platform|NotFound"
)
_NO_RIGHT = re.compile(r"[Uu]nauthorized|denied|[Ff]orbidden|authentication required|no basic auth")
_NO_PROGRAM = re.compile(r'exec: "?([^":]*)"?: .*(?:no such file|not found|permission denied)')
_PULLING = ("ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError",
            "SignatureValidationFailed")  # fmt: skip
_REFUSED = ("CreateContainerConfigError", "CreateContainerError", "RunContainerError",
            "PreCreateHookError", "PostStartHookError")  # fmt: skip
_CLAIM_FAILED = ("ProvisioningFailed", "FailedBinding")
_MISSING = re.compile(r'(secret|configmap|persistentvolumeclaim) "([^"]+)" not found')


def cause_of_pod(pod: Json, events: Sequence[Json], claim_events: Sequence[Json]) -> Cause | None:
    """Return why a pod does not get on, or None if nothing is known to be wrong.

    `events` are those of this very pod, `claim_events` those of its volume claims, oldest first.
    """
    return (
        _disruption(pod)
        or _of_node(events)
        or _of_containers(pod, events)
        or _of_place(pod, claim_events)
        or _of_preparations(pod, events)
    )


def cause_of_absence(pod: Json) -> Cause:
    """Return why a pod that there was is there no more, by how it was last seen."""
    return _disruption(pod) or Cause("pod-deleted", "The pod of your server was deleted.")


def scaling_said(events: Iterable[Json]) -> bool | None:
    """Return what an autoscaler said last of a pod: that it adds a node, or will not."""
    said = None
    for event in events:
        if event["reason"] in ("TriggeredScaleUp", "Nominated"):
            said = True
        elif event["reason"] == "NotTriggerScaleUp":
            said = False
    return said


def condition(pod: Json, kind: str) -> Json:
    """Return a pod's condition of a type, empty if it has none."""
    conditions = pod["status"].get("conditions") or ()
    return next((each for each in conditions if each["type"] == kind), {})


def _disruption(pod: Json) -> Cause | None:
    status = pod["status"]
    disrupted = condition(pod, "DisruptionTarget")
    said = disrupted.get("message", "") or status.get("message", "")
    if disrupted.get("status") == "True" and disrupted.get("reason") in _DISRUPTIONS:
        return Cause(*_DISRUPTIONS[disrupted["reason"]], said)
    if status.get("phase") == "Failed" and status.get("reason"):
        if status["reason"] in _NODE_LOST:
            return Cause("node-gone", "The node of your server went away.", said)
        return Cause("evicted", f"The node does not run your server ({status['reason']}).", said)
    if "deletionTimestamp" in pod["metadata"]:
        return Cause("pod-deleted", "The pod of your server was deleted.", said)
    return None


def _of_node(events: Sequence[Json]) -> Cause | None:
    if events and events[-1]["reason"] == "NodeNotReady":
        return Cause("node-unreachable", "The node of your server does not answer.")
    return None


def _of_containers(pod: Json, events: Sequence[Json]) -> Cause | None:
    status = pod["status"]
    every = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
    causes = (_of_container(each, events) for each in every)
    cause = next((each for each in causes if each), None)
    if cause is None and status.get("phase") == "Succeeded":
        return Cause("server-ended", "Your server ended as soon as it had started.")
    return cause


def _of_container(status: Json, events: Sequence[Json]) -> Cause | None:
    waiting = status["state"].get("waiting") or {}
    reason, said = waiting.get("reason", ""), waiting.get("message", "")
    image = status["image"]
    if reason == "InvalidImageName":
        return Cause("image-missing", f"{image} is no name of an image.", said)
    if reason == "ErrImageNeverPull":
        return Cause("image-missing", f"There is no image {image} on the node.", said)
    if reason in _PULLING:
        return _of_pulling(image, said + _last(events, "Failed", "Failed to pull"))
    if reason in _REFUSED and not _NO_PROGRAM.search(said):
        return Cause("container-refused", f"The container cannot be made: {said}.", said)
    ended = status["state"].get("terminated") or (status.get("lastState") or {}).get("terminated")
    running = "running" in status["state"]
    if reason in _REFUSED or (ended and not (running and status["restartCount"] < 2)):
        return _of_ending(ended or {"message": said, "reason": reason, "exitCode": 128})
    return None


def _of_pulling(image: str, said: str) -> Cause:
    if _NO_RIGHT.search(said):
        message = f"There is no image {image}, or the cluster may not have it."
        return Cause("image-denied", message, said)
    if _NO_IMAGE.search(said):
        return Cause("image-missing", f"There is no image {image}.", said)
    return Cause("image-unreachable", f"The registry of the image {image} does not answer.", said)


def _of_ending(ended: Json) -> Cause | None:
    said, code = ended.get("message") or "", ended["exitCode"]
    if ended.get("reason") == "OOMKilled" or "OOM-killed" in said:
        return _out_of_memory(said)
    if missing := _NO_PROGRAM.search(said):
        return Cause("command-missing", f"The image cannot run {missing[1]}.", said)
    if code == 0:
        return None
    words = f" Its last words: {_tail(said).rstrip('.')}." if said else ""
    return Cause("server-crashed", f"Your server ended with exit code {code}.{words}", said)


def _out_of_memory(said: str) -> Cause:
    return Cause("out-of-memory", "Your server needs more memory than it may have.", said)


def _of_place(pod: Json, claim_events: Sequence[Json]) -> Cause | None:
    placed = condition(pod, "PodScheduled")
    if placed.get("status") == "True" or pod["status"].get("nominatedNodeName"):
        return None
    latest = claim_events[-1] if claim_events else {}
    if latest.get("reason") in _CLAIM_FAILED:
        said = latest["message"]
        message = f"The volume of your server cannot be made: {said}."
        return Cause("volume-refused", message, said)
    if placed.get("reason") == "SchedulingGated" or not placed.get("message"):
        return None
    return cause_of_placement(placed["message"], pod)


def _of_preparations(pod: Json, events: Sequence[Json]) -> Cause | None:
    """Return what keeps a node from preparing a pod: volumes, network."""
    if condition(pod, "PodReadyToStartContainers").get("status") == "True":
        return None
    failed = [each for each in events if each["type"] == "Warning"]
    said = failed[-1]["message"] if failed else ""
    match failed[-1]["reason"] if failed else "":
        case "FailedMount" | "FailedAttachVolume" | "FailedMapVolume":
            if missing := _MISSING.search(said):
                message = f"There is no {missing[1]} {missing[2]}, which your server mounts."
                return Cause("volume-missing", message, said)
            if "Multi-Attach" in said:
                message = "The volume of your server is still in use on another node."
                return Cause("volume-elsewhere", message, said)
            return Cause("volume-not-mounted", "The volume of your server is not mounted.", said)
        case "FailedCreatePodSandBox" if "OOM-killed" in said:
            return _out_of_memory(said)
        case "FailedCreatePodSandBox" | "NetworkNotReady":
            return Cause("network-not-ready", "The node gives your server no network yet.", said)
    return None


def _last(events: Sequence[Json], reason: str, start: str) -> str:
    said = [each["message"] for each in events if each["reason"] == reason]
    return next((f" {each}" for each in reversed(said) if each.startswith(start)), "")


def _tail(text: str, lines: int = 4, longest: int = 400) -> str:
    return " / ".join(line.strip() for line in text.strip().splitlines()[-lines:])[-longest:]
