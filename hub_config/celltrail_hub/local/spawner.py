"""Single-user servers as local processes, all under the account that runs the hub."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyterhub.spawner import SimpleLocalProcessSpawner  # type: ignore[import-untyped]
from traitlets import Unicode, default

from celltrail_hub.culling.culled import CulledSpawner
from celltrail_hub.homes import prepare_home
from celltrail_profiles.kubespawner import overrides
from celltrail_profiles.options import ResolvedSpawn


class CelltrailLocalSpawner(CulledSpawner, SimpleLocalProcessSpawner):  # type: ignore[misc]
    """Gives each user a home below `homes_dir`, with the examples in it at first.

    Of a profile's settings, those count that a process can have: its environment, and its sizes
    as `CPU_LIMIT`, `MEM_LIMIT` and the like, which tell programs what to keep to and force nobody.
    """

    homes_dir = Unicode(help="Directory of users' homes.").tag(config=True)

    @default("home_dir")
    def _default_home_dir(self) -> str:
        return str(Path(self.homes_dir, self.user.name))

    def traits_of(self, resolved: ResolvedSpawn) -> dict[str, Any]:
        """Return the traits that JupyterHub's own spawners have."""
        traits = overrides(resolved.settings)
        kept = {name: value for name, value in traits.items() if name.startswith(("cpu_", "mem_"))}
        return kept | {"environment": resolved.settings.environment}

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Forget the process that a hub before us started.

        It ended with its hub, so that after a crash its number may be another program's.
        """
        super().load_state({name: value for name, value in state.items() if name != "pid"})

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Point the server and its kernels at the user's own home, MLflow at the user's token."""
        home = Path(self.home_dir)
        return {
            **super().user_env(env),
            "CELLTRAIL_HOME": str(home / ".local" / "share" / "celltrail"),
            "MLFLOW_TRACKING_TOKEN": self.api_token,
        }

    async def start(self) -> tuple[str, int]:
        """Start the server; returns its address and port."""
        prepare_home(Path(self.home_dir))
        address: tuple[str, int] = await super().start()
        return address

    async def stop(self, now: bool = False) -> None:
        """Stop with SIGTERM, on which Jupyter Server shuts its kernels down; on SIGINT it exits."""
        await super().stop(now=True)
