"""How the server is: open to all whether it lives, to users how it fares."""

import asyncio
from typing import Any

from litestar import MediaType, Request, get

from celltrail import __version__
from celltrail.errors import UnavailableError
from celltrail_server.routes.services import Parts

READY_SECONDS = 1.0
MLFLOW_VERSION = "3.17.0"


@get("/health", media_type=MediaType.TEXT)
async def health() -> str:
    """Say that the process serves; whether its database answers is asked at `/ready`."""
    return "OK"


@get("/ready", media_type=MediaType.TEXT)
async def ready(services: Parts) -> str:
    """Say that the database answers too; 503 if it does not within a second."""
    try:
        await asyncio.wait_for(services.store.ping(), READY_SECONDS)
    except TimeoutError as error:
        raise UnavailableError("the database does not answer in time") from error
    return "OK"


@get("/version", media_type=MediaType.TEXT)
async def version(request: Request[Any, Any, Any]) -> str:
    """Return the server's version; to MLflow's clients, that of MLflow whose calls it takes.

    They send spans only to a server that says 3.4 or later.
    """
    is_mlflow = request.headers.get("user-agent", "").startswith("mlflow-")
    return MLFLOW_VERSION if is_mlflow else __version__


@get("/metrics", media_type="text/plain; version=0.0.4; charset=utf-8")
async def prometheus(services: Parts) -> bytes:
    """Return counts and durations for Prometheus, which needs a token like everybody."""
    counters = services.store.counters()
    return services.observations.exposition(counters, {"live_readers": services.live.count})
