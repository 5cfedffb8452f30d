"""Single-user servers as pods. The only module of the hub that knows KubeSpawner."""

from fractions import Fraction
from typing import Any

from kubespawner import KubeSpawner  # type: ignore[import-untyped] # noqa: TID253

from celltrail_hub.culling.culled import CulledSpawner
from celltrail_hub.pods.start import WatchedStart
from celltrail_profiles.kubespawner import overrides
from celltrail_profiles.options import ResolvedSpawn
from celltrail_profiles.quantities import Quantity
from celltrail_profiles.schema import Cpu, Memory, Settings, Toleration

_TOLERATION = ("key", "operator", "value", "effect")
_BY_NAME = ("volumes", "volume_mounts", "tolerations")


class CelltrailSpawner(CulledSpawner, WatchedStart, KubeSpawner):  # type: ignore[misc]
    """KubeSpawner with Celltrail's profiles in place of its `profile_list`, and early failure."""

    def base_settings(self) -> Settings | None:
        """Return what the hub's configuration says of placement, if it demands no affinity."""
        if self.node_affinity_required:
            return None
        tolerations = self._sorted_dict_values(self.tolerations)
        return Settings(
            cpu=Cpu(guarantee=_quantity(self.cpu_guarantee), limit=_quantity(self.cpu_limit)),
            memory=Memory(guarantee=_quantity(self.mem_guarantee), limit=_quantity(self.mem_limit)),
            node_selector=self.node_selector,
            tolerations=tuple(_toleration(each) for each in tolerations),
        )

    def adds_nodes(self) -> bool:
        """Tell whether the hub was told of an autoscaler."""
        return self.autoscaler_seconds > 0

    def traits_of(self, resolved: ResolvedSpawn) -> dict[str, Any]:
        """Return KubeSpawner's traits."""
        return overrides(resolved.settings)

    def put(self, traits: dict[str, Any]) -> None:
        """Set traits as KubeSpawner does, which merges mappings and takes out what is None."""
        for name in _BY_NAME:
            before = getattr(self, name)
            if name in traits and isinstance(before, list):  # the hub's own; they would be replaced
                setattr(self, name, {f"{n:03}": each for n, each in enumerate(before)})
        self._apply_overrides(traits)

    async def load_user_options(self) -> None:
        """Leave to KubeSpawner only what it did before there were profiles here."""
        if not self.profiles_file:
            await super().load_user_options()


def _quantity(amount: float | None) -> Quantity | None:
    return None if amount is None else Quantity.of(Fraction(str(amount)))


def _toleration(toleration: dict[str, Any]) -> Toleration:
    return Toleration(**{name: toleration[name] for name in _TOLERATION if toleration.get(name)})
