"""What is too big to be compared, and yet must have changed."""

from collections.abc import Collection, Mapping
from typing import Any

from celltrail_dataflow.tracing import arrays
from celltrail_dataflow.tracing.memory import addresses

MOST_ITEMS = 2_000_000
"""Longer containers are not searched: that takes milliseconds."""


def holds_changed(container: Any, changed: Collection[str], namespace: Mapping[str, Any]) -> bool:
    """Whether an object behind one of the names `changed` is an item of a container, or a view."""
    values = [namespace[name] for name in changed]
    if any(arrays.is_view(one, container) for one in values):
        return True
    kind = type(container)
    if kind not in (list, tuple, dict) or len(container) > MOST_ITEMS:
        return False
    items = addresses(tuple(container.values() if kind is dict else container))
    return any(_holds(items, addresses((one,))) for one in values)


def _holds(items: bytes, address: bytes) -> bool:
    at = items.find(address)
    while at > 0 and at % len(address):
        at = items.find(address, at + 1)
    return at >= 0
