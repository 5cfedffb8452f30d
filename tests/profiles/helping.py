"""Files as text, and what a real KubeSpawner makes of a profile_list."""

import asyncio
from typing import Any

from celltrail_profiles.pods import offline_spawner
from celltrail_profiles.problems import Problem
from celltrail_profiles.reading import read_text, usable
from celltrail_profiles.schema import ProfileFile

HEAD = "profiles:\n- slug: a\n  display_name: A\n  who: everyone\n"


def file_of(text: str) -> ProfileFile:
    """Return the file of a text, which must have no errors."""
    return usable(read_text(text))


def problems_of(text: str) -> list[Problem]:
    return read_text(text).problems


def only_problem(text: str) -> Problem:
    [problem] = problems_of(text)
    return problem


def started(profile_list: Any, user_options: dict[str, Any], **base: Any) -> Any:
    """Return a real KubeSpawner after it loaded the options, as it does at each start."""

    async def load() -> Any:
        spawner = offline_spawner("ada", ["ml"])
        for name, value in base.items():
            setattr(spawner, name, value)
        spawner.profile_list = profile_list
        spawner.user_options = user_options
        await spawner.load_user_options()
        return spawner

    return asyncio.run(load())


def pod_of(spawner: Any) -> dict[str, Any]:
    """Return the pod that a KubeSpawner would create."""

    async def make() -> dict[str, Any]:
        from kubernetes_asyncio.client import ApiClient

        async with ApiClient() as api:
            pod: dict[str, Any] = api.sanitize_for_serialization(await spawner.get_pod_manifest())
            return pod

    return asyncio.run(make())
