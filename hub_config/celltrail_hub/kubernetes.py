"""Single-user servers as pods. The only module of the hub that knows KubeSpawner."""

from typing import Any

from kubespawner import KubeSpawner  # type: ignore[import-untyped] # noqa: TID253

from celltrail_hub.profiled import ProfiledSpawner
from celltrail_profiles.kubespawner import overrides
from celltrail_profiles.options import ResolvedSpawn

_BY_NAME = ("volumes", "volume_mounts", "tolerations")


class CelltrailSpawner(ProfiledSpawner, KubeSpawner):  # type: ignore[misc]
    """KubeSpawner with Celltrail's profiles in place of its own `profile_list`."""

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
