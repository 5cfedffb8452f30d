"""Searching runs by the own API, in the language of `celltrail_server.search`."""

from typing import Annotated

from litestar import get
from litestar.params import FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from celltrail_server.routes.services import Call, Parts
from celltrail_server.routes.shapes import Runs, run_shape
from celltrail_server.store.contract import Search


@get("/api/v1/runs/search")
async def search_runs(
    request: Call,
    services: Parts,
    filter: FromQuery[str] = "",  # the name on the wire
    order_by: FromQuery[list[str] | None] = None,
    experiment_id: FromQuery[list[str] | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 50,
    page_token: FromQuery[str | None] = None,
) -> Runs:
    """Return the active runs that match, child runs too, latest first unless ordered otherwise.

    Without an `experiment_id` all are searched that the caller's lists show.
    """
    search = Search(
        filter=filter,
        order_by=tuple(order_by or ()),
        max_results=limit,
        page_token=page_token,
        experiment_ids=tuple(experiment_id) if experiment_id else None,
    )
    page = await services.store.search_runs(request.user, search)
    return Runs([run_shape(run) for run in page.items], page.next)


handlers: list[ControllerRouterHandler] = [search_runs]
