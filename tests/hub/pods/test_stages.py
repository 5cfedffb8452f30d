"""The stages that a pod's status and events show, and who gets told of them."""

import asyncio
from typing import Any

import pytest

from celltrail_hub.pods.stages import stage_of
from celltrail_hub.pods.telling import Telling
from tests.hub.pods.saying import Json, event, pod, true

RUNNING = {"state": {"running": {}}}
CREATING = {"state": {"waiting": {"reason": "ContainerCreating"}}}
READY = true("PodReadyToStartContainers")
PULLING = event("Pulling", 'Pulling image "a:1"', "Normal")
PULLED = event("Pulled", 'Successfully pulled image "a:1" in 3.2s', "Normal")


def on_node(*conditions: Json, **more: Any) -> Json:
    placed = pod(true("PodScheduled"), *conditions, **more)
    placed["spec"]["nodeName"] = "node-1"
    return placed


@pytest.mark.parametrize(
    ("pod", "events", "answering", "stage"),
    [
        (pod(), [], False, "accepted"),
        (on_node(), [], False, "scheduled"),
        (on_node(READY), [], False, "prepared"),
        (on_node(READY, container=CREATING), [PULLING], False, "pulling"),
        (on_node(READY, container=CREATING), [PULLING, PULLED], False, "pulled"),
        (on_node(READY, container=RUNNING), [PULLING, PULLED], False, "started"),
        (on_node(READY, container=RUNNING), [], True, "answering"),
    ],
)
def test_a_stage_is_reached_when_kubernetes_says_so(
    pod: Json, events: list[Json], answering: bool, stage: str
) -> None:
    assert stage_of(pod, events, answering).slug == stage


async def test_all_who_follow_a_start_are_told_all_of_it_once() -> None:
    telling = Telling()
    telling.tell({"message": "one"})
    first = asyncio.create_task(texts(telling))
    await asyncio.sleep(0)
    telling.tell({"message": "one"})
    telling.tell({"message": "two"})
    late = asyncio.create_task(texts(telling))
    await asyncio.sleep(0)
    telling.end()
    assert await first == await late == await texts(telling) == ["one", "two"]


async def test_a_server_that_crashes_does_not_move_the_bar_back() -> None:
    telling = Telling()
    for percent in (40, 80, 70, 90):
        telling.tell({"message": f"{percent} %", "progress": percent})
    telling.tell({"message": "waiting"})
    telling.end()
    assert await texts(telling) == ["40 %", "80 %", "90 %", "waiting"]


async def test_a_second_start_tells_nothing_of_the_first() -> None:
    telling = Telling()
    telling.tell({"message": "one"})
    telling.end()
    telling.begin()
    telling.tell({"message": "two"})
    telling.end()
    assert await texts(telling) == ["two"]


async def texts(telling: Telling) -> list[str]:
    return [message["message"] async for message in telling.follow()]
