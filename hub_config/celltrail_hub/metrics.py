"""What the hub tells Prometheus of profiles and quotas, beside JupyterHub's own, at `/hub/metrics`.

Labels hold what administrators wrote: slugs of profiles and reasons, names of quotas and groups;
nothing that a user made up, and no user, so that there are not more series than these.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from jupyterhub.metrics import (  # type: ignore[import-untyped] # noqa: TID253
    spawn_duration_buckets,
)
from prometheus_client import Counter, Histogram
from prometheus_client.core import GaugeMetricFamily

from celltrail.errors import CelltrailError
from celltrail_hub.shared import ledger_of, profiles_in
from celltrail_profiles.quotas import Holding, Level
from celltrail_profiles.schema import ProfileFile

SPAWNS = Counter(
    "celltrail_spawns",
    "Starts of servers that have ended: ready, failed, or refused before anything was started.",
    ["profile", "outcome", "reason"],
)
SPAWN_SECONDS = Histogram(
    "celltrail_spawn_seconds",
    "From the request of a server until it was ready.",
    ["profile"],
    buckets=spawn_duration_buckets,
)
CULLED = Counter(
    "celltrail_culled",
    "Servers that were stopped as their profile wants: idle, gpu-idle, or for their lifetime.",
    ["profile", "cause"],
)
_HELD = {
    "servers": ("servers", "Servers that run or start"),
    "gpu": ("gpus", "GPUs, slices as their parts, of servers that run or start"),
    "cpu": ("cpu_cores", "Guaranteed cores of servers that run or start"),
    "memory": ("memory_bytes", "Guaranteed memory of servers that run or start"),
}


class Attempt:
    """A start of a server, counted once the hub knows how it ended."""

    profile = ""
    """Empty until it is known to be one that the user may choose."""

    is_admitted = False

    def __init__(self, ending: Any) -> None:
        """Count when the future `ending` is done."""
        self._began = time.perf_counter()
        ending.add_done_callback(self._ended)

    def _ended(self, ending: Any) -> None:
        reason = "cancelled" if ending.cancelled() else _reason(ending.exception())
        outcome = "failed" if self.is_admitted else "refused"
        if not reason:
            outcome = "ready"
            SPAWN_SECONDS.labels(self.profile).observe(time.perf_counter() - self._began)
        SPAWNS.labels(self.profile, outcome, reason).inc()


def _reason(error: BaseException | None) -> str:
    return "" if error is None else str(getattr(error, "reason", None) or "error")


class HeldCollector:
    """What is held now and how full the quotas of groups are, looked up at each scrape."""

    def __init__(self, profiles_file: str, ledger_file: str) -> None:
        self._profiles_file = profiles_file
        self._ledger_file = ledger_file

    def describe(self) -> list[Any]:
        """Return nothing: else the library would collect before the hub's loop runs."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield what can be told; a file that cannot be used takes only its own away."""
        try:
            ledger = ledger_of(self._ledger_file)
            held = ledger.holdings()
            file = profiles_in(self._profiles_file)
            levels = ledger.levels(file, _everybody(file))
        except CelltrailError:  # told where servers are started
            return
        yield from _held("profile", [(holding.profile, holding) for holding in held.values()])
        grouped = [(group, holding) for holding in held.values() for group in holding.groups]
        yield from _held("group", grouped)
        yield from _quotas(levels)


def _everybody(file: ProfileFile) -> Holding:
    """Return a holding of nobody that all quotas of groups concern."""
    groups = {
        group
        for quota in file.quotas
        if quota.per == "group" and not isinstance(quota.who, str)
        for group in quota.who.groups
    }
    return Holding("", frozenset(groups), "")


def _held(label: str, held: Iterable[tuple[str, Holding]]) -> Iterator[GaugeMetricFamily]:
    sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for value, holding in held:
        for resource in _HELD:
            sums[resource, value] += holding.held(resource)
    for resource, (name, about) in _HELD.items():
        family = GaugeMetricFamily(
            f"celltrail_{label}_{name}", f"{about}, by {label}.", labels=[label]
        )
        for (which, value), amount in sums.items():
            if which == resource:
                family.add_metric([value], float(amount))
        yield family


def _quotas(found: Iterable[Level]) -> Iterator[GaugeMetricFamily]:
    labels = ["quota", "group", "resource"]
    used = GaugeMetricFamily(
        "celltrail_quota_used", "How much of a group's quota is used.", labels=labels
    )
    limit = GaugeMetricFamily("celltrail_quota_limit", "A group's quota.", labels=labels)
    for level in found:
        if level.group is not None:
            values = [level.quota.name, level.group, level.resource]
            used.add_metric(values, float(level.used))
            limit.add_metric(values, float(level.limit))
    yield from (used, limit)
