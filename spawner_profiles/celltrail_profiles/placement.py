"""On which nodes a server may be placed, and what it takes there, by Kubernetes' rules."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from celltrail_profiles.nodes import Taint
from celltrail_profiles.quantities import Amounts
from celltrail_profiles.resolving import gpu_resource, usage_of
from celltrail_profiles.schema import Settings, Toleration


def asked_of(settings: Settings) -> dict[str, Fraction]:
    """Return what a server asks a node for: `cpu`, `memory`, and its GPUs by their resource."""
    usage = usage_of(settings)
    asked = {"cpu": usage.cpu, "memory": usage.memory}
    if settings.gpu is not None and settings.gpu.count:
        asked[gpu_resource(settings.gpu)] = Fraction(settings.gpu.count)
    return asked


def holds(amounts: Amounts, asked: Amounts) -> bool:
    """Tell whether all that is asked for is there."""
    return all(amounts.get(name, Fraction(0)) >= each for name, each in asked.items())


def selects(node_selector: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Tell whether a node with these labels has all that are wanted."""
    return all(labels.get(name) == value for name, value in node_selector.items())


def refusing(tolerations: Iterable[Toleration], taints: Iterable[Taint]) -> list[Taint]:
    """Return the taints that keep a server with these tolerations off a node."""
    all_ = list(tolerations)
    return [
        taint
        for taint in taints
        if taint.is_hard and not any(_tolerates(each, taint) for each in all_)
    ]


def _tolerates(toleration: Toleration, taint: Taint) -> bool:
    if toleration.effect is not None and toleration.effect != taint.effect:
        return False
    if toleration.key is not None and toleration.key != taint.key:
        return False
    return toleration.operator == "Exists" or (toleration.value or "") == taint.value
