"""How much room there is for a server now: GPUs that are free, and whether a node has it all."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

import msgspec

from celltrail_profiles.capacity import HOSTNAME, Capacity, Kind
from celltrail_profiles.placement import asked_of, refusing, selects
from celltrail_profiles.quantities import Quantity
from celltrail_profiles.resolving import gpu_resource
from celltrail_profiles.schema import Gpu, Settings

_UNIT = 10**9  # the finest that Kubernetes counts is a billionth


class Room(msgspec.Struct, frozen=True):
    """How many more servers have room now, and how many of their GPUs are free of how many.

    Of GPUs, those are counted that are on nodes where such a server could be. `unit` is what they
    are called (`GPUs`, `slices`, `shares`), empty for a server without. At least `waiting` pods
    wait for one already. `why` tells why there is no room: no running node is of the kind, all such
    nodes are closed, all GPUs are taken, no node has enough of them together, or not beside the
    cores and memory.
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
                return "no such node is running"
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


class Rooms:
    """The room that one document tells of."""

    def __init__(self, capacity: Capacity) -> None:
        self._kinds = [_Kind(kind) for kind in capacity.kinds]

    def room_for(self, settings: Settings) -> Room | None:
        """Return the room for servers of these settings; None if the document cannot tell."""
        if HOSTNAME in settings.node_selector:
            return None
        asked = {name: _units(amount) for name, amount in asked_of(settings).items() if amount}
        asked["pods"] = _units(Fraction(1))
        kinds = [kind for kind in self._kinds if kind.takes(settings, asked)]
        open_ = [kind for kind in kinds if kind.open]
        if not open_:
            return Room(0, "closed" if kinds else "no-node")
        servers = sum(kind.fitting(asked) for kind in open_)
        gpu = settings.gpu if settings.gpu and settings.gpu.count else None
        if gpu is None:
            return Room(servers, "" if servers else "no-room")
        resource = gpu_resource(gpu)
        counts = [count for kind in open_ for count in kind.free_gpus(resource)]
        return Room(
            servers,
            "" if servers else _why(gpu, max((each for _, each in counts), default=0)),
            _unit(gpu),
            sum(nodes * each for nodes, each in counts),
            sum(kind.all_gpus(resource) for kind in open_),
            max(kind.waiting.get(resource, 0) for kind in kinds),
        )


class _Kind:
    """A kind of node, with amounts as whole numbers: hundreds of nodes are looked at for a page."""

    def __init__(self, kind: Kind) -> None:
        self.open, self.waiting = kind.open, kind.waiting
        self._labels, self._taints = kind.labels, kind.taints
        self._all = _whole(kind.allocatable)
        self._free = [(each.nodes, _whole(each.amounts)) for each in kind.free]

    def takes(self, settings: Settings, asked: dict[str, int]) -> bool:
        """Tell whether a node of this kind would take such a server, were it empty."""
        return (
            selects(settings.node_selector, self._labels)
            and not refusing(settings.tolerations, self._taints)
            and all(self._all.get(name, 0) >= amount for name, amount in asked.items())
        )

    def fitting(self, asked: dict[str, int]) -> int:
        """Return how many more such servers have room, given that these nodes take them."""
        return sum(
            nodes * min(free.get(name, 0) // amount for name, amount in asked.items())
            for nodes, free in self._free
        )

    def free_gpus(self, resource: str) -> list[tuple[int, int]]:
        """Return of so many nodes how many GPUs each has free."""
        return [(nodes, free.get(resource, 0) // _UNIT) for nodes, free in self._free]

    def all_gpus(self, resource: str) -> int:
        """Return how many GPUs these nodes have together."""
        return self._all[resource] // _UNIT * sum(nodes for nodes, _ in self._free)


def _whole(amounts: Mapping[str, Quantity]) -> dict[str, int]:
    return {name: _units(each.amount) for name, each in amounts.items()}


def _units(amount: Fraction) -> int:
    return int(amount * _UNIT)


def _why(gpu: Gpu, most: int) -> Literal["taken", "scattered", "no-room"]:
    """Return what is missing, given the most GPUs that are free on one node."""
    if not most:
        return "taken"
    return "scattered" if most < gpu.count else "no-room"


def _unit(gpu: Gpu) -> str:
    if gpu.mig is not None:
        return "slices"
    return "shares" if gpu.time_slicing is not None else "GPUs"
