"""Pod Security's level `restricted`, as Kubernetes' documentation lists it."""

from collections.abc import Iterator
from typing import Any

VOLUMES = {
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim",
    "projected", "secret",
}  # fmt: skip


def breaches(spec: dict[str, Any]) -> Iterator[str]:
    """Say what in a pod's spec the level `restricted` refuses."""
    for name in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(name):
            yield name
    for volume in spec.get("volumes") or []:
        if kinds := set(volume) - {"name"} - VOLUMES:
            yield f"volume {volume['name']} is {kinds}"
    pod = spec.get("securityContext") or {}
    for container in [*(spec.get("initContainers") or []), *spec["containers"]]:
        own = container.get("securityContext") or {}
        for breach in _of_container(pod, own, container):
            yield f"{container['name']}: {breach}"


def _of_container(
    pod: dict[str, Any], own: dict[str, Any], container: dict[str, Any]
) -> Iterator[str]:
    both = pod | own
    if own.get("privileged"):
        yield "privileged"
    if own.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation"
    if not both.get("runAsNonRoot"):
        yield "runAsNonRoot"
    if both.get("runAsUser") == 0:
        yield "runAsUser is root"
    if (both.get("seccompProfile") or {}).get("type") not in ("RuntimeDefault", "Localhost"):
        yield "seccompProfile"
    capabilities = own.get("capabilities") or {}
    if "ALL" not in (capabilities.get("drop") or []):
        yield "capabilities are not dropped"
    if set(capabilities.get("add") or []) - {"NET_BIND_SERVICE"}:
        yield "capabilities are added"
    if any("hostPort" in port for port in container.get("ports") or []):
        yield "hostPort"
