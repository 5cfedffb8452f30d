"""Sharing experiments, and reading who did what."""

from typing import Annotated

import msgspec
from litestar import get, put
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from celltrail.errors import InvalidError
from celltrail_server.routes.services import Call, Parts
from celltrail_server.store.audit import AuditEntry
from celltrail_server.store.sharing import NewSharing, Sharing

Limit = Annotated[int, QueryParameter(ge=1, le=1000)]

_decoder = msgspec.json.Decoder(NewSharing)


class Audit(msgspec.Struct):
    """A page of the audit, latest first; `next` is the `before` of the next page."""

    entries: list[AuditEntry]
    next: str | None


@get("/api/v1/experiments/{experiment_id:str}/sharing")
async def get_sharing(request: Call, services: Parts, experiment_id: FromPath[str]) -> Sharing:
    """Return how an experiment is shared, to those who manage it."""
    return await services.store.get_sharing(request.user, experiment_id)


@put("/api/v1/experiments/{experiment_id:str}/sharing")
async def put_sharing(request: Call, services: Parts, experiment_id: FromPath[str]) -> Sharing:
    """Share an experiment anew (`NewSharing`): its grants replace those before."""
    try:
        new = _decoder.decode(await request.body())
    except msgspec.DecodeError as error:
        raise InvalidError(f"the body says not how to share an experiment: {error}") from error
    return await services.store.share(request.user, experiment_id, new)


@get("/api/v1/experiments/{experiment_id:str}/audit")
async def experiment_audit(
    request: Call,
    services: Parts,
    experiment_id: FromPath[str],
    limit: Limit = 100,
    before: FromQuery[str | None] = None,
) -> Audit:
    """Return what was done to an experiment and its runs, to those who manage it."""
    page = await services.store.experiment_audit(request.user, experiment_id, limit, before)
    return Audit(page.items, page.next)


@get("/api/v1/audit")
async def server_audit(
    request: Call, services: Parts, limit: Limit = 100, before: FromQuery[str | None] = None
) -> Audit:
    """Return what was done to anything, to administrators."""
    page = await services.store.server_audit(request.user, limit, before)
    return Audit(page.items, page.next)


handlers: list[ControllerRouterHandler] = [get_sharing, put_sharing, experiment_audit, server_audit]
