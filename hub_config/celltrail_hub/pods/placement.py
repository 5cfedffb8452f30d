"""What the scheduler says of a pod that has no place, as a cause.

It counts nodes by what keeps the pod away: "0/3 nodes are available: 1 Insufficient cpu, 2 node(s)
had untolerated taint(s). … preemption: 0/3 nodes are available: 1 No preemption victims found for
incoming pod, 2 Preemption is not helpful for scheduling." The end tells a node that is full from
one that is too small: only on the former would it help if other pods went away.
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from celltrail_hub.pods.causes import Cause
from celltrail_profiles.quantities import Quantity, show_bytes, show_number

_CLAIM_MISSING = re.compile(r'persistentvolumeclaim "([^"]*)" not found')
_INSUFFICIENT = re.compile(r"Insufficient ([\w/-]+(?:\.[\w/-]+)*)")
_OWN_RESOURCES = ("cpu", "memory", "ephemeral-storage")
_FULL = "No preemption victims found"
_COUNTED = re.compile(r"(\d+) (.+?)(?=, \d+ |\. |$)")
_UNAVAILABLE = re.compile(
    r"were unschedulable|Too many pods|node\.kubernetes\.io/(not-ready|unreachable|[a-z-]*pressure)"
)
_NO_NODES = re.compile(r"no nodes available|0/0 nodes")
_NOT_FOR_US = re.compile(r"affinity/selector|untolerated taint|node affinity|topology spread")


def cause_of_placement(said: str, pod: dict[str, Any]) -> Cause:
    """Return what keeps a pod from having a place, by the scheduler's message."""
    nodes, _, preemption = said.partition("preemption: ")
    return (
        _of_volumes(nodes, said)
        or _of_resources(nodes, preemption, said, pod)
        or _of_nodes(nodes, said)
        or Cause("unschedulable", "No node takes your server now.", said)
    )


def _of_volumes(nodes: str, said: str) -> Cause | None:
    if missing := _CLAIM_MISSING.search(nodes):
        return Cause("volume-missing", f"There is no volume claim {missing[1]}.", said)
    if "unbound immediate PersistentVolumeClaims" in nodes:
        return Cause("volume-slow", "The volume of your server is not there yet.", said)
    if "volume node affinity conflict" in nodes or "ReadWriteOncePod" in nodes:
        return Cause(
            "volume-elsewhere", "The volume of your server is bound to a node that is full.", said
        )
    if "available persistent volumes to bind" in nodes or "max volume count" in nodes:
        return Cause("volume-refused", "There is no volume for your server on any node.", said)
    return None


def _of_resources(nodes: str, preemption: str, said: str, pod: dict[str, Any]) -> Cause | None:
    lacking = set(_INSUFFICIENT.findall(nodes))
    if not lacking:
        return None
    full = _FULL in preemption or not preemption
    gpus = sorted(lacking.difference(_OWN_RESOURCES))
    asked = _listed(_asked(pod, name) for name in gpus or sorted(lacking))
    if gpus:
        if full:
            return Cause("gpu-taken", f"All GPUs of this kind are in use: {asked} wanted.", said)
        return Cause("no-such-gpu", f"No node of this cluster has {asked}.", said)
    if full:
        return Cause("resources-taken", f"No node has {asked} left.", said)
    return Cause("too-large", f"No node of this cluster is so large: {asked} wanted.", said)


def _of_nodes(nodes: str, said: str) -> Cause | None:
    counts = {_UNAVAILABLE: 0, _NOT_FOR_US: 0}
    for count, why in _COUNTED.findall(nodes.partition("available: ")[2]):
        for pattern in counts:
            if pattern.search(why):
                counts[pattern] += int(count)
                break
    if counts[_UNAVAILABLE] > counts[_NOT_FOR_US] or _NO_NODES.search(nodes):
        return Cause("nodes-unavailable", "The nodes of this cluster take no servers now.", said)
    if counts[_NOT_FOR_US]:
        return Cause("no-node-for-profile", "No node is meant for this profile.", said)
    return None


def _asked(pod: dict[str, Any], resource: str) -> str:
    """Return how much of a resource a pod's containers ask for, for a person."""
    amounts = [_request(container, resource) for container in pod["spec"]["containers"]]
    total = sum((amount.amount for amount in amounts if amount), Fraction())
    if resource == "cpu":
        return f"{show_number(total)} CPUs"
    if resource in ("memory", "ephemeral-storage"):
        return f"{show_bytes(total)} of {'memory' if resource == 'memory' else 'disk'}"
    return f"{show_number(total)} {resource}"


def _request(container: dict[str, Any], resource: str) -> Quantity | None:
    resources = container.get("resources", {})
    value = resources.get("requests", {}).get(resource)
    value = resources.get("limits", {}).get(resource) if value is None else value
    return None if value is None else Quantity.parse(value)


def _listed(parts: Iterable[str]) -> str:
    return " and ".join(parts)
