"""Whether the node of a pod that starts is still there, where the hub may ask for nodes.

Of a node that stops or is deleted nothing is told in its pods' namespace until Kubernetes deletes
them: five minutes and one minute later. Reading nodes is a right of its own, which a hub need not
have.
"""

from logging import Logger
from typing import Any

from aiohttp import ClientError
from kubernetes_asyncio.client import ApiException

from celltrail_hub.pods.causes import Cause

_PAUSE_SECONDS = 5
_ANSWER_SECONDS = 2


class NodeLook:
    """Looks at one node now and then. It is told the time, in seconds."""

    def __init__(self, api: Any, log: Logger) -> None:
        self._api = api
        self._log = log
        self._next: float | None = None
        self._cause: Cause | None = None

    async def cause(self, node: str, now: float) -> Cause | None:
        """Return what is known to be wrong with a node; most calls do not ask anew."""
        if self._next is None:
            self._next = now + _PAUSE_SECONDS
        if now >= self._next:
            self._next = now + _PAUSE_SECONDS
            self._cause = await self._ask(node)
        return self._cause

    async def _ask(self, node: str) -> Cause | None:
        try:
            found = await self._api.read_node(node, _request_timeout=_ANSWER_SECONDS)
        except ApiException as error:
            if error.status == 404:
                return Cause("node-gone", "The node of your server is gone.", node)
            if error.status in (401, 403):
                self._log.debug("The hub may not ask for nodes: %s", error.reason)
                self._next = float("inf")
            return None
        except (ClientError, TimeoutError) as error:
            self._log.debug("Asking for the node %s: %s", node, error)
            return None
        ready = {each.type: each.status for each in found.status.conditions or ()}.get("Ready")
        if ready == "True":
            return None
        return Cause("node-unreachable", "The node of your server does not answer.", node)
