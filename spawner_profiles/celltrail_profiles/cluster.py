"""The nodes of a cluster, read once. A thin edge: the Kubernetes client is imported when asked."""

import asyncio
import os
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import msgspec

from celltrail.errors import UnavailableError
from celltrail_profiles.quantities import Quantity

_SECONDS = 5.0


class Taint(msgspec.Struct, frozen=True):
    """What keeps pods off a node that do not tolerate it."""

    key: str
    value: str
    effect: str


class ClusterNode(msgspec.Struct, frozen=True):
    """A node: what pods may take of it at most, and what they must agree with."""

    name: str
    labels: Mapping[str, str]
    taints: tuple[Taint, ...]
    allocatable: Mapping[str, Fraction]


def is_named() -> bool:
    """Tell whether the environment names a cluster: `KUBECONFIG`, or from inside a pod."""
    return bool(os.environ.get("KUBECONFIG") or os.environ.get("KUBERNETES_SERVICE_HOST"))


def read_nodes() -> tuple[ClusterNode, ...]:
    """Return the nodes that pods can be placed on.

    Needs the extra `kubernetes` and the right to list nodes. Raises UnavailableError if the cluster
    does not answer within seconds, or refuses.
    """
    try:
        return asyncio.run(_read_nodes())
    except ModuleNotFoundError:
        raise
    except Exception as error:
        # The client raises what its many parts raise: HTTP, TLS, files, YAML.
        said = str(getattr(error, "reason", None) or error or type(error).__name__)
        raise UnavailableError(f"the cluster cannot be read: {said.splitlines()[0]}") from error


async def _read_nodes() -> tuple[ClusterNode, ...]:
    from kubernetes_asyncio import client, config

    if os.environ.get("KUBECONFIG"):
        await config.load_kube_config(config_file=os.environ["KUBECONFIG"])
    else:
        config.load_incluster_config()  # type: ignore[no-untyped-call]
    async with asyncio.timeout(_SECONDS), client.ApiClient() as api:
        found = await client.CoreV1Api(api).list_node()
    return tuple(_node(item) for item in found.items if not item.spec.unschedulable)


def _node(item: Any) -> ClusterNode:
    amounts = {}
    for name, text in (item.status.allocatable or {}).items():
        amounts[name] = Quantity.parse(text).amount
    taints = tuple(
        Taint(taint.key, taint.value or "", taint.effect) for taint in item.spec.taints or []
    )
    return ClusterNode(item.metadata.name, item.metadata.labels or {}, taints, amounts)
