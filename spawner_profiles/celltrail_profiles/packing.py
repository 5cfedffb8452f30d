"""Sizes of servers that fill a kind of node: so many a node, with nothing left over.

Memory cannot be taken back, so guarantee and limit are one; of cores, each server is guaranteed its
share and may use four times that while others idle. On a node with GPUs, the GPUs decide.
"""

from fractions import Fraction

import msgspec

from celltrail_profiles.errors import ProfileError
from celltrail_profiles.gpus import WHOLE
from celltrail_profiles.quantities import Amounts, Quantity

_GIBI, _MEBI = 2**30, 2**20
_PER_NODE = (1, 2, 4, 8, 16, 32, 64, 100)
_LEAST_MEMORY = _GIBI
_LEAST_CPU = Fraction(1, 20)
_BURST = 4
_SHORT = {"gpu": WHOLE["nvidia"]}


class Size(msgspec.Struct, frozen=True):
    """A size of server of which `per_node` fill one node.

    `unused` is the part of the node's memory that is left over, of 1.
    """

    per_node: int
    cpu_guarantee: Quantity
    cpu_limit: Quantity
    memory: Quantity
    gpu_resource: str | None
    gpus: int
    unused: float


def parse_amounts(text: str) -> dict[str, Fraction]:
    """Return amounts such as `cpu=96,memory=768Gi,gpu=8`. Raises ProfileError."""
    amounts: dict[str, Fraction] = {}
    for part in text.split(","):
        name, equals, value = part.strip().partition("=")
        if not equals or not name:
            raise ProfileError(f"{part!r} is no amount such as cpu=96 or memory=768Gi")
        try:
            amounts[_SHORT.get(name, name)] = Quantity.parse(value).amount
        except ValueError as error:
            raise ProfileError(f"{name}: {error}") from None
    return amounts


def sizes(node: Amounts, reserve: Amounts) -> tuple[Size, ...]:
    """Return the sizes that pack a node, largest first.

    Args:
        node: allocatable amounts by resource (`cpu`, `memory`, GPUs); `pods` bounds the servers.
        reserve: what the node's DaemonSets take of it.

    Raises:
        ProfileError: the node has no cores or memory left, or several kinds of GPUs.
    """
    cpu = node.get("cpu", Fraction(0)) - reserve.get("cpu", Fraction(0))
    memory = node.get("memory", Fraction(0)) - reserve.get("memory", Fraction(0))
    if cpu <= 0 or memory <= 0:
        raise ProfileError("a node needs more cpu and memory than what is reserved")
    gpus = {name: int(count) for name, count in node.items() if "/" in name and int(count)}
    gpus = {name: count for name, count in gpus.items() if _is_gpu(name)}
    if len(gpus) > 1:
        raise ProfileError(f"name one kind of GPU, not {' and '.join(gpus)}")
    resource, count = next(iter(gpus.items()), (None, 0))
    most = int(node.get("pods", Fraction(110)))
    fitting = [n for n in (range(1, count + 1) if count else _PER_NODE) if n <= most]
    made = [
        _size(n, cpu, memory, resource, count // n if count else 0)
        for n in fitting
        if not count or count % n == 0
    ]
    return tuple(
        size
        for size in made
        if size.memory.amount >= _LEAST_MEMORY and size.cpu_guarantee.amount >= _LEAST_CPU
    )


def _is_gpu(resource: str) -> bool:
    return "gpu" in resource or resource.startswith("nvidia.com/mig-")


def _size(per_node: int, cpu: Fraction, memory: Fraction, resource: str | None, gpus: int) -> Size:
    share = _down(cpu / per_node, Fraction(1, 2) if cpu / per_node >= 2 else Fraction(1, 20))
    bytes_ = memory / per_node
    bytes_ = _down(bytes_, Fraction(_GIBI if bytes_ >= 8 * _GIBI else 256 * _MEBI))
    burst = share if gpus else min(share * _BURST, _down(cpu, Fraction(1, 20)))
    return Size(
        per_node=per_node,
        cpu_guarantee=Quantity.of(share),
        cpu_limit=Quantity.of(burst),
        memory=Quantity.of(bytes_),
        gpu_resource=resource,
        gpus=gpus,
        unused=round(float(1 - per_node * bytes_ / memory), 4),
    )


def _down(amount: Fraction, step: Fraction) -> Fraction:
    return amount // step * step


def as_profile(size: Size, name: str) -> str:
    """Return the YAML of a profile of this size, to paste into a file."""
    lines = [
        f"- slug: {name}",
        f"  display_name: {name}",
        f"  cpu: {{guarantee: {size.cpu_guarantee}, limit: {size.cpu_limit}}}",
        f"  memory: {{guarantee: {size.memory}, limit: {size.memory}}}",
    ]
    if size.gpu_resource is not None:
        lines.append(f"  gpu: {_gpu(size.gpu_resource, size.gpus)}")
    return "\n".join([*lines, f"  notes: {size.per_node} to a node."])


def _gpu(resource: str, count: int) -> str:
    if resource.startswith("nvidia.com/mig-"):
        slice_ = resource.removeprefix("nvidia.com/mig-").replace(".me", "+me")
        return f"{{vendor: nvidia, count: {count}, mig: {slice_}}}"
    vendor = next((name for name, whole in WHOLE.items() if whole == resource), None)
    if vendor is not None:
        return f"{{vendor: {vendor}, count: {count}}}"
    vendor = next((name for name in WHOLE if name in resource), "nvidia")
    return f"{{vendor: {vendor}, count: {count}, resource: {resource}}}"
