"""Server-sent events: what changed of the caller's runs."""

from collections.abc import AsyncIterator

import msgspec
from litestar import get
from litestar.response import Stream

from celltrail_server.live import Live
from celltrail_server.routes.services import Call, Parts
from celltrail_server.store.records import Change

KEEPALIVE_SECONDS = 15


@get("/api/v1/live")
async def live(request: Call, services: Parts) -> Stream:
    """Stream `hello`, then one `run` event for each run that a commit changed."""
    return Stream(
        _events(services.live, request.user.name),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def _events(source: Live, owner: str) -> AsyncIterator[bytes]:
    with source.subscribe(owner) as subscription:
        yield b"event: hello\ndata: {}\n\n"
        async for changes in subscription.batches(KEEPALIVE_SECONDS):
            yield b"".join(map(_event, changes)) or b": still here\n\n"


def _event(change: Change) -> bytes:
    data = {
        "run_id": change.run_id,
        "experiment_id": change.experiment_id,
        "parent_id": change.parent_id,
        "changed": sorted(change.changed),
    }
    return b"event: run\ndata: " + msgspec.json.encode(data) + b"\n\n"
