"""Nodes and pods of a cluster: of what Kubernetes' API tells, the fields that decide on room.

The types decode the API's own JSON; everything else in it is skipped, so that it takes no memory.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Literal

import msgspec

from celltrail_profiles.quantities import Amounts, Quantity
from celltrail_profiles.schema import Toleration

_STATES = (  # taints that Kubernetes and autoscalers put on nodes, and take off again
    "node.kubernetes.io/", "node.cloudprovider.kubernetes.io/",
    "ToBeDeletedByClusterAutoscaler", "karpenter.sh/disrupted",
)  # fmt: skip
_POD_LEVEL = ("cpu", "memory")  # of what a pod may ask for as a whole, what is counted here


class Taint(msgspec.Struct, frozen=True):
    """What keeps pods off a node that do not tolerate it."""

    key: str
    value: str = ""
    effect: str = ""

    @property
    def is_hard(self) -> bool:
        """Whether it keeps pods off for certain (`PreferNoSchedule` does not)."""
        return self.effect in ("NoSchedule", "NoExecute")


class ClusterNode(msgspec.Struct, frozen=True):
    """A node: what pods may take of it at most, and what they must agree with.

    `open` tells whether it takes pods now: it is ready, and not cordoned.
    """

    name: str
    labels: Mapping[str, str]
    taints: tuple[Taint, ...]
    allocatable: Amounts
    open: bool = True


class Wants(msgspec.Struct, frozen=True):
    """What a pod wants of a node: labels, and taints that it tolerates."""

    node_selector: Mapping[str, str]
    tolerations: tuple[Toleration, ...]


class PodShare(msgspec.Struct, frozen=True):
    """What a pod takes of its node; `node` is empty while it waits for one.

    `wants` tells for which nodes it waits, where that is known: affinities are not understood here.
    """

    node: str
    requests: Amounts
    priority: int = 0
    wants: Wants | None = None


class Metadata(msgspec.Struct, frozen=True, rename="camel"):
    """Which object it is, and in which version."""

    name: str = ""
    uid: str = ""
    labels: dict[str, str] = {}
    resource_version: str = ""


class _NodeSpec(msgspec.Struct, frozen=True):
    unschedulable: bool = False
    taints: tuple[Taint, ...] = ()


class _Condition(msgspec.Struct, frozen=True):
    type: str
    status: str


class _NodeStatus(msgspec.Struct, frozen=True):
    allocatable: dict[str, str] = {}
    conditions: tuple[_Condition, ...] = ()


class NodeObject(msgspec.Struct, frozen=True):
    """A node in the API's JSON."""

    metadata: Metadata
    spec: _NodeSpec = _NodeSpec()
    status: _NodeStatus = _NodeStatus()

    def read(self) -> ClusterNode:
        """Return what matters of it; taints that tell of its state only close it."""
        ready = _Condition("Ready", "True") in self.status.conditions
        states = [each for each in self.spec.taints if each.key.startswith(_STATES)]
        return ClusterNode(
            self.metadata.name,
            self.metadata.labels,
            tuple(each for each in self.spec.taints if each not in states),
            _amounts(self.status.allocatable),
            ready and not self.spec.unschedulable and not any(each.is_hard for each in states),
        )


class _Resources(msgspec.Struct, frozen=True):
    requests: dict[str, str] = {}


class _Container(msgspec.Struct, frozen=True, rename="camel"):
    resources: _Resources = _Resources()
    restart_policy: str = ""


class _Toleration(msgspec.Struct, frozen=True):
    key: str | None = None
    operator: Literal["Equal", "Exists"] = "Equal"
    value: str | None = None
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None


class _Affinity(msgspec.Struct, frozen=True):
    """Of which only that there is one is looked at."""


class _PodSpec(msgspec.Struct, frozen=True, rename="camel"):
    containers: tuple[_Container, ...] = ()
    init_containers: tuple[_Container, ...] = ()
    node_name: str = ""
    priority: int = 0
    overhead: dict[str, str] = {}
    resources: _Resources = _Resources()
    node_selector: dict[str, str] = {}
    tolerations: tuple[_Toleration, ...] = ()
    affinity: _Affinity | None = None

    def wants(self) -> Wants | None:
        if self.node_name or self.affinity is not None:
            return None
        tolerations = (Toleration(**msgspec.structs.asdict(each)) for each in self.tolerations)
        return Wants(self.node_selector, tuple(tolerations))


class PodObject(msgspec.Struct, frozen=True):
    """A pod in the API's JSON."""

    metadata: Metadata
    spec: _PodSpec = _PodSpec()

    def read(self) -> PodShare:
        """Return what it takes, as the scheduler counts it.

        That is the sum of its containers and sidecars, or an init container with the sidecars
        before it if those need more at some time; or what the pod asks for as a whole; and its
        overhead (Kubernetes' `resourcehelper.PodRequests`).
        """
        spec = self.spec
        sidecars: dict[str, Fraction] = {}
        most: dict[str, Fraction] = {}
        for container in spec.init_containers:
            needs = _sum([sidecars, _amounts(container.resources.requests)])
            most = _most([most, needs])
            if container.restart_policy == "Always":
                sidecars = needs
        running = _sum([sidecars, *(_amounts(each.resources.requests) for each in spec.containers)])
        whole = _amounts(spec.resources.requests)
        needs = _most([most, running])
        needs |= {name: whole[name] for name in _POD_LEVEL if name in whole}
        needs = _sum([needs, _amounts(spec.overhead)])
        return PodShare(spec.node_name, needs, spec.priority, spec.wants())


def _sum(parts: Iterable[Amounts]) -> dict[str, Fraction]:
    total: dict[str, Fraction] = {}
    for part in parts:
        for name, amount in part.items():
            total[name] = total.get(name, Fraction(0)) + amount
    return total


def _most(parts: Iterable[Amounts]) -> dict[str, Fraction]:
    most: dict[str, Fraction] = {}
    for part in parts:
        for name, amount in part.items():
            most[name] = max(most.get(name, amount), amount)
    return most


def _amounts(texts: Mapping[str, str]) -> dict[str, Fraction]:
    return {name: _amount(text) for name, text in texts.items()}


@lru_cache(4096)
def _amount(text: str) -> Fraction:
    return Quantity.parse(text).amount
