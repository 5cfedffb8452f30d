"""Telling those who watch that runs have changed.

Changes of one run are merged until the reader takes them, so a slow reader costs one entry a
run, and misses nothing: what it gets says only what to ask for again. Whether a reader may know of
a change is asked when they take it, and remembered until somebody's rights change.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

from msgspec.structs import replace

from celltrail_server.store.records import Change

type Readable = Callable[[set[str]], Awaitable[set[str]]]
"""Returns those of some experiments, given by their numbers, that a reader may read."""


class Subscription:
    """The changes that one reader has not taken yet."""

    def __init__(self, readable: Readable) -> None:
        self._ask = readable
        self._known: dict[str, bool] = {}
        self._pending: dict[str, Change] = {}
        self._wake = asyncio.Event()
        self._closed = False

    def add(self, change: Change) -> None:
        """Merge a change into what waits, unless the reader is known not to see it."""
        if not self._known.get(change.experiment_id, True):
            return
        if before := self._pending.get(change.run_id):
            change = replace(change, changed=before.changed | change.changed)
        self._pending[change.run_id] = change
        self._wake.set()

    def forget(self) -> None:
        """Ask anew what the reader may read."""
        self._known = {}

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

    async def only_readable(self, changes: list[Change]) -> list[Change]:
        """Return those of the changes that the reader may know of now."""
        while True:
            known = self._known
            if unknown := {one.experiment_id for one in changes} - known.keys():
                readable = await self._ask(unknown)
                known |= {one: one in readable for one in unknown}
            if known is self._known:  # else rights have changed while we asked
                return [one for one in changes if known[one.experiment_id]]


class Live:
    """All readers. Used on the event loop only."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()
        self._closed = False

    @property
    def count(self) -> int:
        """How many readers there are."""
        return len(self._subscriptions)

    def publish(self, changes: list[Change]) -> None:
        """Tell each change to the readers who may know of it."""
        for subscription in self._subscriptions:
            for change in changes:
                if "access" in change.changed:
                    subscription.forget()
                else:
                    subscription.add(change)

    @contextlib.contextmanager
    def subscribe(self, readable: Readable) -> Iterator[Subscription]:
        """Watch what may be read inside the block."""
        subscription = Subscription(readable)
        if self._closed:
            subscription.close()
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    def interrupt(self) -> None:
        """End every reader's stream: they come back and ask for everything, as after any cut."""
        for subscription in self._subscriptions:
            subscription.close()

    def close(self) -> None:
        """End every reader's stream, now and later: the server stops."""
        self._closed = True
        self.interrupt()
