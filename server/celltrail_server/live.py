"""Telling those who watch that runs have changed.

Changes of one run are merged until the reader takes them, so a slow reader costs one entry a
run, and misses nothing: what it gets says only what to ask for again.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

from msgspec.structs import replace

from celltrail_server.store.records import Change


class Subscription:
    """The changes that one reader has not taken yet."""

    def __init__(self) -> None:
        self._pending: dict[str, Change] = {}
        self._wake = asyncio.Event()
        self._closed = False

    def add(self, change: Change) -> None:
        """Merge a change into what waits."""
        if before := self._pending.get(change.run_id):
            change = replace(change, changed=before.changed | change.changed)
        self._pending[change.run_id] = change
        self._wake.set()

    def close(self) -> None:
        """End the reader's iteration."""
        self._closed = True
        self._wake.set()

    async def batches(self, keepalive_seconds: float) -> AsyncIterator[list[Change]]:
        """Yield the changes as they come, and an empty list after that long without any."""
        while not self._closed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), keepalive_seconds)
            self._wake.clear()
            if self._closed:
                return
            changes, self._pending = list(self._pending.values()), {}
            yield changes


class Live:
    """All readers, by the user whose runs they watch. Used on the event loop only."""

    def __init__(self) -> None:
        self._subscriptions: dict[str, set[Subscription]] = {}
        self._closed = False

    @property
    def count(self) -> int:
        """How many readers there are."""
        return sum(len(of_owner) for of_owner in self._subscriptions.values())

    def publish(self, changes: list[Change]) -> None:
        """Tell each change to the readers of its owner."""
        for change in changes:
            for subscription in self._subscriptions.get(change.owner, ()):
                subscription.add(change)

    @contextlib.contextmanager
    def subscribe(self, owner: str) -> Iterator[Subscription]:
        """Watch the owner's runs inside the block."""
        subscription = Subscription()
        if self._closed:
            subscription.close()
        self._subscriptions.setdefault(owner, set()).add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions[owner].discard(subscription)
            if not self._subscriptions[owner]:
                del self._subscriptions[owner]

    def close(self) -> None:
        """End every reader's stream, now and later: the server stops."""
        self._closed = True
        for of_owner in self._subscriptions.values():
            for subscription in of_owner:
                subscription.close()
