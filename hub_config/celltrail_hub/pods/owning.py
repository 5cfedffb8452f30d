"""Pods and volumes of one user that another's names come to are left alone.

Names of users are shortened to names of Kubernetes with a hash of 32 bits: who can choose their own
could find one that comes to somebody else's. What KubeSpawner makes says whose it is.
"""

from typing import Any

from kubernetes_asyncio.client import ApiException
from traitlets.config import Configurable

from celltrail_hub.pods.causes import Cause

_OWNER = "hub.jupyter.org/username"


class GivenUp(Exception):
    """A start that is not waited for any longer; `cause` says why."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.text)
        self.cause = cause


class OwnNames(Configurable):
    """Goes before KubeSpawner: uses, watches and deletes only what is this user's."""

    # What KubeSpawner brings.
    api: Any
    log: Any
    namespace: str
    pod_name: str
    pod_reflector: Any
    user: Any
    _start_watching_pods: Any

    async def poll(self) -> int | None:
        """Return None while the pod runs or starts, as KubeSpawner; another's does not count."""
        await self._start_watching_pods()
        pod = self.pod_reflector.pods.get(f"{self.namespace}/{self.pod_name}")
        if pod and not self._is_own(pod["metadata"].get("annotations")):
            return 1
        status: int | None = await super().poll()  # type: ignore[misc]
        return status

    async def _make_create_pvc_request(self, pvc: Any, request_timeout: float) -> bool:
        """Create the volume claim, or use the one that this user has."""
        made: bool = await super()._make_create_pvc_request(  # type: ignore[misc]
            pvc, request_timeout
        )
        if made:
            read = self.api.read_namespaced_persistent_volume_claim
            self._require_own(await read(pvc.metadata.name, self.namespace))
        return made

    async def _make_delete_pvc_request(self, pvc_name: str, request_timeout: float) -> bool:
        """Delete the volume claim of a server or user that is deleted; another's stays."""
        try:
            found = await self.api.read_namespaced_persistent_volume_claim(pvc_name, self.namespace)
        except ApiException as error:
            if error.status == 404:
                return True
            raise
        if not self._is_own(found.metadata.annotations):
            self.log.warning("The claim %s stays: it is not %s's", pvc_name, self.user.name)
            return True
        deleted: bool = await super()._make_delete_pvc_request(  # type: ignore[misc]
            pvc_name, request_timeout
        )
        return deleted

    def _require_own(self, found: Any) -> None:
        """Raise GivenUp if a pod or claim is another user's."""
        if not self._is_own(found.metadata.annotations):
            message = "The name that your server has in Kubernetes is another user's."
            raise GivenUp(Cause("name-taken", message, f"{found.metadata.name} is not theirs"))

    def _is_own(self, annotations: dict[str, str] | None) -> bool:
        """Return whether these annotations name this user, or nobody."""
        name: str = self.user.name
        return (annotations or {}).get(_OWNER, name) == name
