"""Whether the node of a pod that starts is still there, where the hub may ask for nodes.

Kubernetes takes about a minute to delete the pods of a node that was deleted, and tells nothing in
their namespace before. Reading nodes is a right of its own, which a hub need not have.
"""

from logging import Logger
from typing import Any

from aiohttp import ClientError
from kubernetes_asyncio.client import ApiException

_PAUSE_SECONDS = 5
_ANSWER_SECONDS = 2


class NodeLook:
    """Looks for one node now and then. It is told the time, in seconds."""

    def __init__(self, api: Any, log: Logger) -> None:
        self._api = api
        self._log = log
        self._next: float | None = None

    async def is_gone(self, name: str, now: float) -> bool:
        """Return whether a node is known to be gone; most calls do not ask."""
        if self._next is None:
            self._next = now + _PAUSE_SECONDS
        if now < self._next:
            return False
        self._next = now + _PAUSE_SECONDS
        try:
            await self._api.read_node(name, _request_timeout=_ANSWER_SECONDS)
        except ApiException as error:
            if error.status in (401, 403):
                self._log.debug("The hub may not ask for nodes: %s", error.reason)
                self._next = float("inf")
            return bool(error.status == 404)
        except (ClientError, TimeoutError) as error:
            self._log.debug("Asking for the node %s: %s", name, error)
        return False
