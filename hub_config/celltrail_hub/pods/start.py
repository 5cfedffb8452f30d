"""The start of a pod, watched: it ends early where it cannot succeed, with the cause and advice.

KubeSpawner creates the pod and waits for it to run. Beside it the pod's status and events are
looked at, and what is wrong for longer than it may be ends the start with a `SpawnException`, which
JupyterHub shows and does not count towards stopping itself.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from aiohttp import ClientError
from kubernetes_asyncio.client import ApiException
from traitlets import Dict, Enum, Float, Instance, Integer, default

from celltrail_hub.pods.causes import KINDS, Cause, Patience
from celltrail_hub.pods.events import EventWatch
from celltrail_hub.pods.nodes import NodeLook
from celltrail_hub.pods.owning import GivenUp, OwnNames
from celltrail_hub.pods.refusals import cause_of_refusal
from celltrail_hub.pods.stages import stage_of
from celltrail_hub.pods.status import cause_of_absence, cause_of_pod, scaling_said
from celltrail_hub.pods.telling import Telling
from celltrail_hub.refusal import refusal

Json = dict[str, Any]

_LOOK_SECONDS = 0.25
_REMOVAL_SECONDS = 5  # of what is left of a failed start; the hub tries again after that
_LONGEST_DETAIL = 1000


class WatchedStart(OwnNames):
    """Goes before KubeSpawner."""

    # What KubeSpawner and ProfiledSpawner bring.
    hub: Any
    http_timeout: int
    internal_ssl: bool
    log: Any
    name: str
    server: Any
    start_timeout: int
    stop: Any
    who_is_before_us: Any

    autoscaler_seconds = Integer(
        0,
        min=0,
        help="""How long a pod that has no place on a node waits for an autoscaler to say that it
        adds one, or will not. Set it (60 is plenty) where nodes come when pods wait for them; a
        pod waits the whole `start_timeout` for a node that was announced. 0: no autoscaler.""",
    ).tag(config=True)
    grace_seconds = Dict(
        key_trait=Enum(list(KINDS)),
        value_trait=Float(min=0),
        help="""How long causes of failure may last before a start is given up, by their names,
        where it is to differ from the defaults in docs/failures.md.""",
    ).tag(config=True)

    _telling = Instance(Telling, args=())
    _events: EventWatch | None = None
    _created = False
    _seen: Json | None = None
    _answering = False

    @default("start_timeout")
    def _default_start_timeout(self) -> int:
        # What cannot succeed ends early; what is left is worth waiting for, such as large images.
        return 600

    @property
    def event_reflector(self) -> EventWatch | None:
        """In place of KubeSpawner's, which keeps the events of all pods."""
        return self._events

    async def _start_watching_events(self, replace: bool = False) -> None:
        """Follow this pod's events only. KubeSpawner calls it, unless `events_enabled` is off."""
        if self._events is None:
            self._events = EventWatch(self.api, self.namespace, self.log)
            self._events.follow("Pod", self.pod_name)

    async def progress(self) -> AsyncIterator[Json]:
        """Yield the stages that are reached, and what the start waits for."""
        async for message in self._telling.follow():
            yield message

    async def get_pod_manifest(self) -> Any:
        """Return the pod; the last words of a container that fails are kept in its status."""
        pod = await super().get_pod_manifest()  # type: ignore[misc]
        pod.spec.containers[0].termination_message_policy = "FallbackToLogsOnError"
        return pod

    async def _start(self) -> str:
        """Start the pod; return its URL once its server answers. Raises SpawnException."""
        self._telling.begin()
        self._created = self._answering = False
        self._seen = None
        starting = asyncio.create_task(self._start_and_answer())
        try:
            return await self._unless_given_up(starting)
        except GivenUp as end:
            cause = end.cause
        except ApiException as error:
            cause = cause_of_refusal(error.status, error.body or error.reason)
        except (ClientError, TimeoutError) as error:
            cause = cause_of_refusal(None, str(error))
        finally:
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            if self._events is not None:
                await self._events.close()
                self._events = None
            self._telling.end()
        if self._created:
            await self._remove()
        raise self._exception(self._with_holders(cause))

    async def _start_and_answer(self) -> str:
        url: str = await super()._start()  # type: ignore[misc]
        if self.internal_ssl:  # only the hub has the certificates; it waits for the answer itself
            return url
        from jupyterhub.utils import (  # type: ignore[import-untyped]
            url_path_join,
            wait_for_http_server,
        )

        self._answering = True
        try:
            address = url_path_join(url, self.server.base_url, "api")
            await wait_for_http_server(address, timeout=self.http_timeout)
        except TimeoutError:
            message = f"Your server runs, but did not answer in {self.http_timeout} seconds."
            silent = Cause("server-silent", message, url)
            raise GivenUp(self._look_at_pod()[0] or silent) from None
        return url

    async def _unless_given_up(self, starting: asyncio.Task[str]) -> str:
        """Return the result of `starting`. Raises GivenUp."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + max(self.start_timeout - 2, 1)  # before JupyterHub's own
        patience = Patience(self.grace_seconds, self.autoscaler_seconds)
        nodes = NodeLook(self.api, self.log)
        while not (await asyncio.wait([starting], timeout=_LOOK_SECONDS))[0]:
            cause, scaling = self._look_at_pod()
            node = self._seen["spec"].get("nodeName") if self._seen else None
            if cause is None and node:
                cause = await nodes.cause(node, clock())
            if patience.is_over(cause, scaling, clock()) and cause:
                self._telling.tell({"message": cause.text})
                raise GivenUp(cause)
            if clock() > deadline:
                raise GivenUp(cause or await self._too_late())
        return starting.result()

    def _look_at_pod(self) -> tuple[Cause | None, bool | None]:
        """Return what is wrong now, and what an autoscaler said; tell how far the start came."""
        reflector = self.pod_reflector
        if not self._created or reflector is None:
            return None, None
        pod: Json | None = reflector.pods.get(f"{self.namespace}/{self.pod_name}")
        if pod is None:
            return (cause_of_absence(self._seen) if self._seen else None), None
        self._seen = pod
        events, claim_events = self._events_of(pod)
        self._telling.tell(stage_of(pod, events, self._answering).as_progress())
        cause, scaling = cause_of_pod(pod, events, claim_events), scaling_said(events)
        if cause is not None and cause.kind.scales and scaling:
            self._telling.tell({"message": "The cluster adds a node; that takes some minutes"})
        elif cause is not None:
            self._telling.tell({"message": f"Waiting: {cause.message}"})
        return cause, scaling

    def _events_of(self, pod: Json) -> tuple[list[Json], list[Json]]:
        """Return the events of a pod and those of its volume claims, which are followed now."""
        if self._events is None:
            return [], []
        for volume in pod["spec"].get("volumes") or ():
            if claim := volume.get("persistentVolumeClaim"):
                self._events.follow("PersistentVolumeClaim", claim["claimName"])
        events = self._events.of("Pod", pod["metadata"]["uid"])
        return events, self._events.of("PersistentVolumeClaim")

    def _with_holders(self, cause: Cause) -> Cause:
        """Add to GPUs that are taken who holds them, as far as this hub knows."""
        holders = self.who_is_before_us() if cause.reason == "gpu-taken" else ""
        return replace(cause, message=f"{cause.message} {holders}.") if holders else cause

    async def _too_late(self) -> Cause:
        """Return the cause where nothing is known to be wrong."""
        if self._seen is None:  # as KubeSpawner: its reflector may have lost the connection
            await self._start_watching_pods(replace=True)
        said = self._telling.last_text()
        message = f"Your server was not ready in {self.start_timeout} seconds. Last: {said}."
        return Cause("start-timeout", message)

    async def _make_create_pod_request(self, pod: Any, request_timeout: float) -> bool:
        """Create the pod in place of one that is left; return False where it is to be tried again.

        Unlike KubeSpawner's it writes no pod to the log: its environment holds secrets.
        """
        request = self.api.create_namespaced_pod(self.namespace, pod)
        try:
            await asyncio.wait_for(request, request_timeout)
        except TimeoutError:
            return False
        except ApiException as error:
            if error.status != 409:
                raise
            self._require_own(await self.api.read_namespaced_pod(self.pod_name, self.namespace))
            self.log.info("There is a pod %s already: deleting it", self.pod_name)
            await self.stop(True)
            return False
        self._created = True
        return True

    async def _remove(self) -> None:
        """Delete what there is of the pod at once: nobody waits for it any longer."""
        try:
            await asyncio.wait_for(self.stop(now=True), _REMOVAL_SECONDS)
        except (ApiException, ClientError, TimeoutError) as error:
            self.log.warning("The pod %s is not deleted yet: %s", self.pod_name, error)

    def _exception(self, cause: Cause) -> Exception:
        said = f" Kubernetes said: {cause.detail[:_LONGEST_DETAIL]}" if cause.detail else ""
        again = f"{self.hub.base_url}spawn/{self.user.escaped_name}/{quote(self.name)}"
        return refusal(
            cause.text, cause.reason, cause.kind.status, f"{cause.text}{said}", again.rstrip("/")
        )
