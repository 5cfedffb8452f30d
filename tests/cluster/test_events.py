"""Events of a namespace with many: only those of the server that starts get into the hub."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psutil
import pytest
from kubernetes import client
from kubernetes_asyncio import client as asynchronous
from kubernetes_asyncio import config

from celltrail_hub.pods.events import EventWatch

pytestmark = pytest.mark.cluster


def say(core: client.CoreV1Api, namespace: str, name: str, message: str) -> None:
    about = {"kind": "Pod", "name": name, "namespace": namespace, "uid": name}
    metadata = {"generateName": name, "namespace": namespace}
    event = {"metadata": metadata, "involvedObject": about, "reason": "Said", "message": message}
    core.create_namespaced_event(namespace, event)


async def holds(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def watching(namespace: str, kubeconfig: str, user: str = "") -> AsyncIterator[EventWatch]:
    before = connections()
    api = await config.new_client_from_config(kubeconfig)
    if user:
        api.set_default_header("Impersonate-User", user)
    watch = EventWatch(asynchronous.CoreV1Api(api), namespace, logging.getLogger())
    try:
        yield watch
    finally:
        await watch.close()
        await api.close()
        await holds(lambda: connections() <= before)  # they end some turns of the loop later


def connections() -> int:
    return len(psutil.Process().net_connections("tcp"))


async def test_only_the_newest_events_of_the_objects_that_are_followed_are_held(
    core: client.CoreV1Api, namespace: str, kubeconfig: str
) -> None:
    for number in range(120):
        say(core, namespace, "jupyter-ada", f"{number}")
        say(core, namespace, "jupyter-ada-2", "another's")
    async with watching(namespace, kubeconfig) as watch:
        watch.follow("Pod", "jupyter-ada")
        await holds(lambda: "119" in messages(watch))
        say(core, namespace, "jupyter-ada", "new")
        await holds(lambda: messages(watch)[-1:] == ["new"])
        assert messages(watch) == [*(str(number) for number in range(21, 120)), "new"]
        assert watch.of("Pod", "another") == watch.of("PersistentVolumeClaim") == []


def messages(watch: EventWatch) -> list[str]:
    return [event["message"] for event in watch.of("Pod", "jupyter-ada")]


async def test_a_hub_that_may_not_watch_events_does_without(
    core: client.CoreV1Api, namespace: str, kubeconfig: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with watching(namespace, kubeconfig, "nobody") as watch:
        watch.follow("Pod", "jupyter-ada")
        await holds(lambda: "The hub may not watch the events of its pods" in caplog.text)
        assert watch.events == []
