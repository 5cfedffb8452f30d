"""Server-sent events: what changed of the runs that the caller may read."""

import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
from litestar import get
from litestar.response import Stream

from celltrail.errors import CelltrailError
from celltrail_server.callers import Caller
from celltrail_server.live import Live
from celltrail_server.routes.services import Call, Parts
from celltrail_server.store.access import shown_id
from celltrail_server.store.contract import Store
from celltrail_server.store.records import Change

KEEPALIVE_SECONDS = 15
ADMIT_SECONDS = 15
"""How often a stream asks whether its token is still good, and for whom."""

type Admit = Callable[[], Awaitable[Caller]]


@get("/api/v1/live")
async def live(request: Call, services: Parts) -> Stream:
    """Stream `hello`, then one `run` event for each run that a commit changed."""
    admit: Admit = request.scope["admit"]  # type: ignore[typeddict-item]  # set by the gate
    return Stream(
        _events(services.live, services.store, request.user, admit),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def _events(source: Live, store: Store, caller: Caller, admit: Admit) -> AsyncIterator[bytes]:
    async def readable(experiment_ids: set[str]) -> set[str]:
        return await store.readable_experiments(caller, experiment_ids)

    admitted = time.monotonic()
    with (
        source.subscribe(readable) as subscription,
        contextlib.suppress(CelltrailError),  # the end of the stream says it: the reader comes back
    ):
        yield b"event: hello\ndata: {}\n\n"
        async for changes in subscription.batches(KEEPALIVE_SECONDS):
            if time.monotonic() - admitted >= ADMIT_SECONDS:
                caller, admitted = await admit(), time.monotonic()
                subscription.forget()
            if not changes:
                yield b": still here\n\n"
            elif seen := await subscription.only_readable(changes):
                yield b"".join(_event(caller, one) for one in seen)


def _event(caller: Caller, change: Change) -> bytes:
    data = {
        "run_id": change.run_id,
        "experiment_id": shown_id(
            caller, int(change.experiment_id), change.owner, change.is_in_default
        ),
        "parent_id": change.parent_id,
        "changed": sorted(change.changed),
    }
    return b"event: run\ndata: " + msgspec.json.encode(data) + b"\n\n"
