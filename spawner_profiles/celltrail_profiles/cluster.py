"""The cluster that the environment names. A thin edge; it imports the Kubernetes client when asked.

Lists are read a page at a time, and of each object only the fields that its type has.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from celltrail.errors import UnavailableError
from celltrail_profiles.nodes import ClusterNode, NodeObject

_SECONDS = 5.0
_PAGE_SECONDS = 30.0
_PAGE = 500

type ListCall = Callable[..., Awaitable[Any]]
"""One of the client's methods that list, such as `CoreV1Api.list_node`."""


class _ListMetadata(msgspec.Struct, frozen=True, rename="camel"):
    resource_version: str
    continue_: str = msgspec.field(default="", name="continue")


class _Page[T](msgspec.Struct, frozen=True):
    metadata: _ListMetadata
    items: tuple[T, ...] = ()


def is_named() -> bool:
    """Tell whether the environment names a cluster: `KUBECONFIG`, or from inside a pod."""
    return bool(os.environ.get("KUBECONFIG") or os.environ.get("KUBERNETES_SERVICE_HOST"))


@asynccontextmanager
async def connected() -> AsyncIterator[Any]:
    """Give the client's `CoreV1Api` of the cluster that the environment names.

    Needs the extra `kubernetes`. Raises UnavailableError if what names the cluster is of no use.
    """
    from kubernetes_asyncio import client, config

    configuration = client.Configuration()
    try:
        if os.environ.get("KUBECONFIG"):
            path = os.environ["KUBECONFIG"]
            await config.load_kube_config(path, client_configuration=configuration)
        else:
            config.load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
    except Exception as error:  # files, YAML, plugins of the clouds
        raise UnavailableError(f"the cluster cannot be read: {in_short(error)}") from error
    async with client.ApiClient(configuration) as api:
        yield client.CoreV1Api(api)


def in_short(error: Exception) -> str:
    """Return what an error of the client says, in one line: they come of HTTP, TLS and files."""
    said = str(getattr(error, "reason", None) or error or type(error).__name__)
    return said.splitlines()[0]


async def read_all[T](call: ListCall, type_: type[T], **query: str) -> tuple[list[T], str]:
    """Return all objects of a kind, and the version of the list, to watch from there.

    Raises UnavailableError for a refusal, and what the client raises.
    """
    found: list[T] = []
    token = ""
    while True:
        answer = await call(
            limit=_PAGE, _continue=token, _request_timeout=_PAGE_SECONDS,
            _preload_content=False, **query,
        )  # fmt: skip
        page = msgspec.json.decode(await good(answer).read(), type=_Page[type_])  # type: ignore[valid-type]
        found += page.items
        token = page.metadata.continue_
        if not token:
            return found, page.metadata.resource_version


def good(answer: Any) -> Any:
    """Return an answer that is one. Raises UnavailableError for a refusal."""
    if answer.status != 200:
        answer.close()
        raise UnavailableError(f"the cluster answers {answer.status} {answer.reason}")
    return answer


def read_nodes() -> tuple[ClusterNode, ...]:
    """Return the nodes that pods can be placed on.

    Needs the extra `kubernetes` and the right to list nodes. Raises UnavailableError if the cluster
    does not answer within seconds, or refuses.
    """
    return read_now(_read_nodes())


def read_now[T](reading: Coroutine[Any, Any, T]) -> T:
    """Run a reading of the cluster to its end. Raises UnavailableError if it cannot be read."""
    try:
        return asyncio.run(reading)
    except (ModuleNotFoundError, UnavailableError):
        raise
    except Exception as error:  # of HTTP, TLS, files and timeouts
        raise UnavailableError(f"the cluster cannot be read: {in_short(error)}") from error


async def _read_nodes() -> tuple[ClusterNode, ...]:
    async with connected() as core, asyncio.timeout(_SECONDS):
        found, _ = await read_all(core.list_node, NodeObject)
    return tuple(node.read() for node in found if not node.spec.unschedulable)
