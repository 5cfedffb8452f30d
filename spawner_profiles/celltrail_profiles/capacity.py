"""What nodes have and what is taken of it, as one document: nodes alike are told once.

It is made where nodes and pods may be read, and sent to where they may not: it names neither. Of a
kind of node it tells labels, taints and size, and which amounts are free on how many of them.
"""

from collections.abc import Iterable
from fractions import Fraction

import msgspec

from celltrail_profiles.nodes import ClusterNode, PodShare, Taint, Wants
from celltrail_profiles.placement import refusing, selects
from celltrail_profiles.quantities import Amounts, Quantity
from celltrail_profiles.schema import from_text, to_text

HOSTNAME = "kubernetes.io/hostname"
"""The label by which each node differs, which is left out."""

_COUNTED = ("cpu", "memory", "pods")


class Free(msgspec.Struct, frozen=True):
    """Amounts that are free on each of so many nodes of a kind."""

    nodes: int
    amounts: dict[str, Quantity]


class Kind(msgspec.Struct, frozen=True):
    """Nodes that a server cannot tell apart but by what is free on them; the freest come first.

    `open` tells whether they take pods: they are ready, and not cordoned. `waiting` are the pods
    without a node that could be on such a one, by the GPUs that they ask for.
    """

    labels: dict[str, str]
    taints: tuple[Taint, ...]
    open: bool
    allocatable: dict[str, Quantity]
    free: tuple[Free, ...]
    waiting: dict[str, int] = {}


class Capacity(msgspec.Struct, frozen=True):
    """All kinds of nodes."""

    kinds: tuple[Kind, ...]


def capacity_of(nodes: Iterable[ClusterNode], pods: Iterable[PodShare]) -> Capacity:
    """Return what is free on nodes on which these pods are.

    Pods of negative priority are not counted: they hold room for others, and make way for any
    server of ordinary priority.
    """
    taken: dict[str, dict[str, Fraction]] = {}
    waiting = []
    for pod in pods:
        if not pod.node:
            waiting.append(pod)
        elif pod.priority >= 0:
            on_node = taken.setdefault(pod.node, {"pods": Fraction(0)})
            on_node["pods"] += 1
            for name, amount in pod.requests.items():
                on_node[name] = on_node.get(name, Fraction(0)) + amount
    kinds: dict[bytes, tuple[Kind, dict[tuple[tuple[str, Quantity], ...], int]]] = {}
    for node in nodes:
        kind = _kind(node)
        _, frees = kinds.setdefault(msgspec.json.encode(kind, enc_hook=to_text), (kind, {}))
        free = tuple(_free(kind.allocatable, taken.get(node.name, {})).items())
        frees[free] = frees.get(free, 0) + 1
    return Capacity(
        tuple(
            msgspec.structs.replace(kind, free=_sorted(frees), waiting=_waiting(kind, waiting))
            for kind, frees in kinds.values()
        )
    )


def _waiting(kind: Kind, pods: Iterable[PodShare]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for pod in pods:
        gpus = [name for name in pod.requests if "/" in name and name in kind.allocatable]
        if gpus and pod.wants is not None and _could_be_on(kind, pod.wants):
            for name in gpus:
                counts[name] = counts.get(name, 0) + 1
    return counts


def _could_be_on(kind: Kind, wants: Wants) -> bool:
    return selects(wants.node_selector, kind.labels) and not refusing(
        wants.tolerations, kind.taints
    )


def _kind(node: ClusterNode) -> Kind:
    amounts = {
        name: Quantity.of(node.allocatable[name])
        for name in sorted(node.allocatable)
        if _is_counted(name)
    }
    labels = {name: node.labels[name] for name in sorted(node.labels) if name != HOSTNAME}
    return Kind(labels, node.taints, node.open, amounts, ())


def _is_counted(name: str) -> bool:
    return name in _COUNTED or "/" in name  # extended resources, but not disks and huge pages


def _free(allocatable: dict[str, Quantity], taken: Amounts) -> dict[str, Quantity]:
    return {
        name: Quantity.of(max(all_.amount - taken.get(name, Fraction(0)), Fraction(0)))
        for name, all_ in allocatable.items()
    }


def _sorted(frees: dict[tuple[tuple[str, Quantity], ...], int]) -> tuple[Free, ...]:
    found = [Free(nodes, dict(amounts)) for amounts, nodes in frees.items()]
    return tuple(sorted(found, key=_freedom, reverse=True))


def _freedom(free: Free) -> tuple[Fraction, ...]:
    gpus = sum((each.amount for name, each in free.amounts.items() if "/" in name), Fraction(0))
    return (gpus, *(free.amounts[name].amount for name in _COUNTED if name in free.amounts))


def to_json(capacity: Capacity) -> bytes:
    """Return the document; the same capacity gives the same bytes."""
    return msgspec.json.encode(capacity, enc_hook=to_text)


def from_json(document: bytes) -> Capacity:
    """Return what a document says. Raises ValueError for one that says nothing."""
    return msgspec.json.decode(document, type=Capacity, dec_hook=from_text)
