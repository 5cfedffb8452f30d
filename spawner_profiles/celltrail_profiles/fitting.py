"""Whether the pods of profiles fit on any node of a cluster, as it would be empty."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from celltrail_profiles.cluster import ClusterNode, Taint
from celltrail_profiles.problems import Finding, Path, warning
from celltrail_profiles.quantities import show_bytes, show_number
from celltrail_profiles.resolving import gpu_resource, merged, usage_of
from celltrail_profiles.schema import Profile, Settings, Toleration

_HARD = ("NoSchedule", "NoExecute")


def check_fit(
    profiles: Sequence[Profile | None], nodes: Sequence[ClusterNode]
) -> Iterator[Finding]:
    """Yield a warning for each profile and choice that no node could take, with the reason.

    Warnings, not errors: a pool of nodes that is scaled to zero cannot be seen.
    """
    for index, profile in enumerate(profiles):
        if profile is None:
            continue
        path: Path = ("profiles", index)
        yield from _check(profile, nodes, path)
        for name, option in profile.options.items():
            for key, choice in option.choices.items():
                inside = (*path, "options", name, "choices", key)
                yield from _check(merged(profile, [choice]), nodes, inside)


def _check(settings: Settings, nodes: Sequence[ClusterNode], path: Path) -> Iterator[Finding]:
    chosen = [node for node in nodes if _selected(settings, node)]
    if not chosen:
        labels = ", ".join(f"{name}={value}" for name, value in settings.node_selector.items())
        yield warning((*path, "node_selector"), "no-node", f"no node has the labels {labels}")
        return
    open_ = [node for node in chosen if not _refusing(settings.tolerations, node.taints)]
    if not open_:
        taint = next(iter(_refusing(settings.tolerations, chosen[0].taints)))
        said = f"{taint.key}={taint.value}:{taint.effect}".replace("=:", ":")
        yield warning((*path, "tolerations"), "no-node", f"every node has a taint such as {said}")
        return
    yield from _check_amounts(settings, open_, path)


def _check_amounts(
    settings: Settings, nodes: Sequence[ClusterNode], path: Path
) -> Iterator[Finding]:
    asked = _asked(settings)
    if not any(_holds(node, asked) for node in nodes):
        name, where = next(
            ((name, where) for name, where in _PLACES.items() if not _any(nodes, name, asked)),
            (None, ""),
        )
        gpu = next((each for each in asked if each not in _PLACES), None)
        if name is not None:
            most = max(node.allocatable.get(name, Fraction(0)) for node in nodes)
            said = f"{_shown(name, asked[name])} of {name} are more than any node has"
            yield warning((*path, where), "no-node", f"{said} ({_shown(name, most)})")
        elif gpu is not None and not _any(nodes, gpu, asked):
            most = max(node.allocatable.get(gpu, Fraction(0)) for node in nodes)
            yield warning((*path, "gpu"), "no-node", f"no node has {asked[gpu]} of {gpu} ({most})")
        else:
            yield warning(path, "no-node", "no node has all of this together")
        return
    for name, where in _PLACES.items():
        limit = getattr(getattr(settings, where), "limit", None)
        if limit is not None and not _any(nodes, name, {name: limit.amount}):
            yield warning(
                (*path, where, "limit"), "limit-over-node",
                f"the limit of {name} ({limit}) is larger than any node",
            )  # fmt: skip


_PLACES = {"cpu": "cpu", "memory": "memory"}


def _asked(settings: Settings) -> dict[str, Fraction]:
    usage = usage_of(settings)
    asked = {"cpu": usage.cpu, "memory": usage.memory}
    if settings.gpu is not None and settings.gpu.count:
        asked[gpu_resource(settings.gpu)] = Fraction(settings.gpu.count)
    return asked


def _holds(node: ClusterNode, asked: dict[str, Fraction]) -> bool:
    return all(node.allocatable.get(name, Fraction(0)) >= each for name, each in asked.items())


def _any(nodes: Iterable[ClusterNode], name: str, asked: dict[str, Fraction]) -> bool:
    return any(_holds(node, {name: asked[name]}) for node in nodes)


def _shown(name: str, amount: Fraction) -> str:
    return show_bytes(amount) if name == "memory" else show_number(amount)


def _selected(settings: Settings, node: ClusterNode) -> bool:
    return all(node.labels.get(name) == value for name, value in settings.node_selector.items())


def _refusing(tolerations: Iterable[Toleration], taints: Iterable[Taint]) -> list[Taint]:
    all_ = list(tolerations)
    return [
        taint
        for taint in taints
        if taint.effect in _HARD and not any(_tolerates(each, taint) for each in all_)
    ]


def _tolerates(toleration: Toleration, taint: Taint) -> bool:
    if toleration.effect is not None and toleration.effect != taint.effect:
        return False
    if toleration.key is not None and toleration.key != taint.key:
        return False
    return toleration.operator == "Exists" or (toleration.value or "") == taint.value
