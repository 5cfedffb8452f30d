"""The events about a few objects of a namespace, for as long as somebody waits for them.

KubeSpawner's own reflector keeps all events of all pods of a namespace in the hub's memory. Here
the API server picks those of one server, and they are forgotten when it has started.
"""

import asyncio
from functools import partial
from logging import Logger
from typing import Any

from aiohttp import ClientError
from kubernetes_asyncio.client import ApiException, CoreV1Api
from kubernetes_asyncio.watch import Watch

Json = dict[str, Any]

_MOST = 100  # of the newest events; a pod that starts has about ten
_REFRESH_SECONDS = 60  # after which a watch is opened anew, for some die without a word
_PAUSE_SECONDS = 1


class EventWatch:
    """Follows the events of the objects that it is told of, until it is closed."""

    def __init__(self, api: CoreV1Api, namespace: str, log: Logger) -> None:
        self._list = partial(api.list_namespaced_event, namespace, _preload_content=False)
        self._log = log
        self._events: dict[str, Json] = {}
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}

    def follow(self, kind: str, name: str) -> None:
        """Follow an object's events from now on, those of the last hour included."""
        if (kind, name) not in self._tasks:
            self._tasks[kind, name] = asyncio.create_task(self._follow(kind, name))

    @property
    def events(self) -> list[Json]:
        """Return the newest events, oldest first."""
        return sorted(self._events.values(), key=_version)

    def of(self, kind: str, uid: str | None = None) -> list[Json]:
        """Return the events of the objects of a kind, or of one of them."""
        return [
            event
            for event in self.events
            if event["involvedObject"]["kind"] == kind
            and uid in (None, event["involvedObject"].get("uid"))
        ]

    async def close(self) -> None:
        """Stop following."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _follow(self, kind: str, name: str) -> None:
        selector = f"involvedObject.kind={kind},involvedObject.name={name}"
        while True:
            stream = Watch().stream(
                self._list, field_selector=selector, timeout_seconds=_REFRESH_SECONDS
            )
            try:
                async with stream:
                    async for each in stream:
                        self._take(each["raw_object"])
            except (ApiException, ClientError, TimeoutError) as error:
                if getattr(error, "status", None) in (401, 403):
                    self._log.warning("The hub may not watch the events of its pods: %s", error)
                    return
                self._log.debug("Watching the events of %s %s: %s", kind, name, error)
            await asyncio.sleep(_PAUSE_SECONDS)

    def _take(self, event: Json) -> None:
        self._events[event["metadata"]["name"]] = event
        if len(self._events) > _MOST:
            oldest = self.events[0]
            del self._events[oldest["metadata"]["name"]]


def _version(event: Json) -> int:
    return int(event["metadata"]["resourceVersion"])
