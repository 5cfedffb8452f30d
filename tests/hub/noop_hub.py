"""A JupyterHub whose servers are one web server that answers for all, to test what happens before.

Loaded by name in `jupyterhub_config.py` of the tests; nothing here runs in the test's own process.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from jupyterhub.proxy import Proxy
from jupyterhub.spawner import Spawner
from traitlets import Integer

from celltrail_hub.culling.culled import CulledSpawner
from celltrail_profiles.kubespawner import overrides
from celltrail_profiles.options import ResolvedSpawn


class NoopSpawner(CulledSpawner, Spawner):
    """Starts nothing, at once; a server named `slow` never gets ready, `broken` fails."""

    server_port = Integer(help="Where all servers are.").tag(config=True)
    running = False

    def traits_of(self, resolved: ResolvedSpawn) -> dict[str, Any]:
        traits = overrides(resolved.settings)
        return {name: value for name, value in traits.items() if self.has_trait(name)}

    async def start(self) -> tuple[str, int]:
        if self.name == "slow":
            await asyncio.Event().wait()
        if self.name == "broken":
            raise RuntimeError("it is broken")
        self.running = True
        # The server's own token, beside the hub's other files.
        Path(f"{self.user.name}.{self.name}.token").write_text(self.api_token)
        return "127.0.0.1", self.server_port

    async def stop(self, now: bool = False) -> None:
        self.running = False

    async def poll(self) -> int | None:
        return None if self.running else 0

    def get_state(self) -> dict[str, Any]:
        return {**super().get_state(), "running": self.running, "mem_limit": self.mem_limit}

    def load_state(self, state: dict[str, Any]) -> None:
        super().load_state(state)
        self.running = bool(state.get("running"))


class NoProxy(Proxy):
    """Routes nothing: the tests ask the hub itself."""

    should_start = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.routes: dict[str, dict[str, Any]] = {}

    async def add_route(self, routespec: str, target: str, data: dict[str, Any]) -> None:
        self.routes[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec: str) -> None:
        self.routes.pop(routespec, None)

    async def get_all_routes(self) -> dict[str, dict[str, Any]]:
        return self.routes


class KubeSpawner(NoopSpawner):
    """Has the settings of KubeSpawner, and leaves in a file what its pod's environment would be."""

    async def start(self) -> tuple[str, int]:
        Path(f"{self.user.name}.json").write_text(json.dumps(self.get_env()))
        return await super().start()
