"""The pod that a server would run in, made by KubeSpawner itself, without a cluster.

The only module that knows KubeSpawner's class; it is imported when a pod is asked for.
"""

import asyncio
from types import SimpleNamespace
from typing import Any

from celltrail_profiles.kubespawner import overrides
from celltrail_profiles.schema import Settings

_HUB = "http://hub:8081/hub/"


def pods_of(
    settings: list[Settings], user: str, groups: list[str] | None = None
) -> list[dict[str, Any]]:
    """Return the manifest of the pod of each of these settings, for a user.

    All that profiles do not say is KubeSpawner's default; what the hub's own configuration says is
    not known here. Tokens are empty. Needs the extra `kubernetes`.
    """
    return asyncio.run(_pods(settings, user, groups or []))


async def _pods(settings: list[Settings], user: str, groups: list[str]) -> list[dict[str, Any]]:
    from kubernetes_asyncio.client import ApiClient

    async with ApiClient() as api:
        pods = []
        for each in settings:
            spawner = offline_spawner(user, groups)
            spawner._apply_overrides(overrides(each))
            pod = await spawner.get_pod_manifest()
            pods.append(api.sanitize_for_serialization(pod))
        return pods


def offline_spawner(user: str, groups: list[str]) -> Any:
    """Return a KubeSpawner that knows a user and a hub, and no cluster."""
    from kubespawner import KubeSpawner  # type: ignore[import-untyped]

    class OfflineSpawner(KubeSpawner):  # type: ignore[misc]
        def __init__(self, **kwargs: Any) -> None:
            # KubeSpawner's own would look for a cluster; names of objects come of clear_state.
            super(KubeSpawner, self).__init__(**kwargs)
            self.port = 8888
            self.clear_state()

    return OfflineSpawner(
        user=SimpleNamespace(
            name=user, id=1, url=f"/user/{user}/", groups=[SimpleNamespace(name=g) for g in groups]
        ),
        hub=SimpleNamespace(public_host="", url=_HUB, base_url="/hub/", api_url=f"{_HUB}api"),
    )
