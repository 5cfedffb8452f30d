"""How much room there is for a server now: GPUs that are free, and whether a node has it all."""

from fractions import Fraction
from typing import Literal

import msgspec

from celltrail_profiles.capacity import HOSTNAME, Capacity, Kind, plain
from celltrail_profiles.placement import asked_of, holds, refusing, selects
from celltrail_profiles.quantities import Amounts
from celltrail_profiles.resolving import gpu_resource
from celltrail_profiles.schema import Gpu, Settings

_POD = {"pods": Fraction(1)}


class Room(msgspec.Struct, frozen=True):
    """How many more servers have room now, and how many of their GPUs are free of how many.

    Of GPUs, those are counted that are on nodes where such a server could be. `unit` is what they
    are called (`GPUs`, `slices`, `shares`), empty for a server without. At least `waiting` pods
    wait for one already. `why` tells why there is no
    room: no running node is of the kind, all such nodes are closed, all GPUs are taken, no node
    has enough of them together, or not beside the cores and memory.
    """

    servers: int
    why: Literal["", "no-node", "closed", "taken", "scattered", "no-room"] = ""
    unit: str = ""
    free: int = 0
    total: int = 0
    waiting: int = 0

    def describe(self) -> str:
        """Return for a person what is free, or why there is no room; empty if all is well."""
        counted = f"{self.free} of {self.total} {self.unit} free"
        match self.why:
            case "":
                return counted if self.unit else ""
            case "no-node":
                return "no such node is running, so it starts only if the cluster adds one"
            case "closed":
                return "its nodes are not ready, or closed for maintenance"
            case "taken":
                wait = "waits" if self.waiting == 1 else "wait"
                queue = f", and {self.waiting} already {wait} for one" if self.waiting else ""
                return counted + queue
            case "scattered":
                return f"{counted}, but no node has so many together"
            case "no-room":
                beside = f"{counted}, but " if self.unit else ""
                return f"{beside}no node has the cores and memory it takes"


def room_for(settings: Settings, capacity: Capacity) -> Room | None:
    """Return the room for servers of these settings; None if the document cannot tell."""
    if HOSTNAME in settings.node_selector:
        return None
    asked = asked_of(settings) | _POD
    kinds = [kind for kind in capacity.kinds if _takes(kind, settings, asked)]
    free = [each for kind in kinds if kind.open for each in kind.free]
    if not free:
        return Room(0, "closed" if kinds else "no-node")
    servers = sum(each.nodes * _fitting(plain(each.amounts), asked) for each in free)
    gpu = settings.gpu if settings.gpu and settings.gpu.count else None
    if gpu is None:
        return Room(servers, "" if servers else "no-room")
    resource = gpu_resource(gpu)
    counts = [(each.nodes, int(each.amounts[resource].amount)) for each in free]
    return Room(
        servers,
        "" if servers else _why(gpu, max(count for _, count in counts)),
        _unit(gpu),
        sum(nodes * count for nodes, count in counts),
        sum(_all(kind, resource) for kind in kinds if kind.open),
        max(kind.waiting.get(resource, 0) for kind in kinds),
    )


def _takes(kind: Kind, settings: Settings, asked: Amounts) -> bool:
    """Tell whether a node of this kind would take such a server, were it empty."""
    return (
        selects(settings.node_selector, kind.labels)
        and not refusing(settings.tolerations, kind.taints)
        and holds(plain(kind.allocatable), asked)
    )


def _fitting(free: Amounts, asked: Amounts) -> int:
    return min(int(free.get(name, 0) // amount) for name, amount in asked.items() if amount)


def _why(gpu: Gpu, most: int) -> Literal["taken", "scattered", "no-room"]:
    """Return what is missing, given the most GPUs that are free on one node."""
    if not most:
        return "taken"
    return "scattered" if most < gpu.count else "no-room"


def _all(kind: Kind, resource: str) -> int:
    return int(kind.allocatable[resource].amount) * sum(each.nodes for each in kind.free)


def _unit(gpu: Gpu) -> str:
    if gpu.mig is not None:
        return "slices"
    return "shares" if gpu.time_slicing is not None else "GPUs"
