"""Reads from a cluster what `installed` judges. A thin edge; needs the extra `kubernetes`."""

import asyncio
import json
from typing import Any

from celltrail_hub.deployment.installed import Seen, Thing, containers_of
from celltrail_profiles.cluster import ListCall, connected, good, read_now

OURS = "app.kubernetes.io/name=celltrail"
_SECONDS = 20.0
_LINES = 5
_LONGEST = 500


def read(namespace: str) -> Seen:
    """Return what the cluster holds. Raises UnavailableError if it does not answer or refuses."""
    return read_now(_read(namespace))


async def _read(namespace: str) -> Seen:
    from kubernetes_asyncio import client

    async with connected() as core, asyncio.timeout(_SECONDS):
        api = core.api_client
        apps, storage = client.AppsV1Api(api), client.StorageV1Api(api)
        version = await client.VersionApi(api).get_code()
        mine = {"namespace": namespace, "label_selector": OURS}
        pods = await _items(core.list_namespaced_pod, **mine)
        words = [await _words(core, pod) for pod in pods]
        return Seen(
            namespace=namespace,
            version=(int(version.major), int(version.minor.rstrip("+"))),
            classes=await _items(storage.list_storage_class),
            nodes=await _items(core.list_node),
            users=await _items(
                core.list_namespace, label_selector=f"{OURS},app.kubernetes.io/component=users"
            ),
            workloads=await _items(apps.list_namespaced_deployment, **mine)
            + await _items(apps.list_namespaced_stateful_set, **mine),
            pulling=await _items(apps.list_daemon_set_for_all_namespaces, label_selector=OURS),
            pods=pods,
            claims=await _items(core.list_namespaced_persistent_volume_claim, **mine),
            jobs=await _items(client.BatchV1Api(api).list_namespaced_job, **mine),
            events=await _items(core.list_namespaced_event, namespace=namespace),
            releases=await _items(
                core.list_namespaced_secret, namespace=namespace, label_selector="owner=helm"
            ),
            words={name: said for each in words for name, said in each.items()},
        )


async def _items(call: ListCall, **query: str) -> list[Thing]:
    answer = good(await call(_preload_content=False, **query))
    items: list[Thing] = json.loads(await answer.read())["items"]
    return items


async def _words(core: Any, pod: Thing) -> dict[str, str]:
    """Return the last line that each container has said which is not ready."""
    name, found = pod["metadata"]["name"], {}
    for each in containers_of(pod):
        if each.get("ready"):
            continue
        for previous in (False, True):
            answer = await core.read_namespaced_pod_log(
                name, pod["metadata"]["namespace"], container=each["name"], previous=previous,
                tail_lines=_LINES, _preload_content=False,
            )  # fmt: skip
            lines = (await answer.read()).decode(errors="replace").strip().splitlines()
            if answer.status == 200 and lines:
                found[f"{name}/{each['name']}"] = lines[-1][:_LONGEST]
                break
    return found
