"""Whether the pods of profiles fit on any node of a cluster, as it would be empty."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from celltrail_profiles.nodes import ClusterNode
from celltrail_profiles.placement import asked_of, holds, refusing, selects
from celltrail_profiles.problems import Finding, Path, warning
from celltrail_profiles.quantities import show_bytes, show_number
from celltrail_profiles.resolving import merged
from celltrail_profiles.schema import Profile, Settings


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
    chosen = [node for node in nodes if selects(settings.node_selector, node.labels)]
    if not chosen:
        labels = ", ".join(f"{name}={value}" for name, value in settings.node_selector.items())
        yield warning((*path, "node_selector"), "no-node", f"no node has the labels {labels}")
        return
    open_ = [node for node in chosen if not refusing(settings.tolerations, node.taints)]
    if not open_:
        taint = next(iter(refusing(settings.tolerations, chosen[0].taints)))
        said = f"{taint.key}={taint.value}:{taint.effect}".replace("=:", ":")
        yield warning((*path, "tolerations"), "no-node", f"every node has a taint such as {said}")
        return
    yield from _check_amounts(settings, open_, path)


def _check_amounts(
    settings: Settings, nodes: Sequence[ClusterNode], path: Path
) -> Iterator[Finding]:
    asked = asked_of(settings)
    if not any(holds(node.allocatable, asked) for node in nodes):
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


def _any(nodes: Iterable[ClusterNode], name: str, asked: dict[str, Fraction]) -> bool:
    return any(holds(node.allocatable, {name: asked[name]}) for node in nodes)


def _shown(name: str, amount: Fraction) -> str:
    return show_bytes(amount) if name == "memory" else show_number(amount)
