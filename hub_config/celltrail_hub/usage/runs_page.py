"""`/hub/usage/runs`: what one's own runs cost, asked of the tracking server in one's own name.

The hub's administrators see no runs of others here, since they may not at the tracking server.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from jupyterhub import orm  # type: ignore[import-untyped] # noqa: TID253
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.web import HTTPError, authenticated

from celltrail.errors import InvalidError
from celltrail_hub.scopes import ACCESS_SCOPE, READ_SCOPE
from celltrail_hub.usage.days import DaysHandler
from celltrail_hub.usage.run_costs import RunCost, costs_csv, costs_of, filter_of
from celltrail_hub.usage.sums import Span, shown

_PAGE_RUNS = 100
_MOST_RUNS = 1000
_SECONDS = 20
_ROWS_SHOWN = 500


class RunsHandler(DaysHandler):
    """Shows runs and their costs; `?format=csv` as a file. For browsers only."""

    def initialize(self, tracking_url: str) -> None:
        """Take the address of the tracking server."""
        self._tracking_url = tracking_url

    @authenticated
    async def get(self) -> None:
        """Answer for the runs that began in the days asked for."""
        try:
            span = self.days()
        except InvalidError as error:
            raise HTTPError(400, str(error)) from None
        runs, is_cut = await self._runs(span)
        costs = costs_of(runs, time.time())
        self.set_header("Cache-Control", "no-store")
        if self.wants_csv:
            self.write_csv("runs", span, costs_csv(costs))
        else:
            self.finish(await self._page(costs, span, is_cut))

    async def _page(self, costs: list[RunCost], span: Span, is_cut: bool) -> Any:
        days = urlencode({"from": span.first, "to": span.last})
        return await self.render_template(
            "usage_runs.html",
            costs=costs[:_ROWS_SHOWN],
            more=len(costs[_ROWS_SHOWN:]),
            most=_MOST_RUNS if is_cut else 0,
            span=span,
            shown=shown,
            as_csv=f"{self.hub.base_url}usage/runs?{days}&format=csv",
        )

    async def _runs(self, span: Span) -> tuple[list[dict[str, Any]], bool]:
        """Return the latest runs, and whether there are more. Raises HTTPError 503."""
        runs: list[dict[str, Any]] = []
        asked = {"filter": filter_of(span), "limit": str(_PAGE_RUNS)}
        try:
            async with asyncio.timeout(_SECONDS), self._token() as token:
                while len(runs) < _MOST_RUNS:
                    page = await self._ask(token, asked)
                    runs += page["runs"]
                    if page["next"] is None:
                        return runs, False
                    asked["page_token"] = page["next"]
        except (HTTPClientError, OSError, ValueError) as error:
            self.log.error("What runs cost cannot be told: %r", error)
            raise HTTPError(503, "The tracking server does not answer at the moment") from None
        return runs, True

    async def _ask(self, token: str, asked: dict[str, str]) -> Any:
        answer = await AsyncHTTPClient().fetch(
            HTTPRequest(
                f"{self._tracking_url}/api/v1/runs/search?{urlencode(asked)}",
                headers={"Authorization": f"Bearer {token}"},
                request_timeout=_SECONDS,
                follow_redirects=False,  # the token is for one address
            )
        )
        return json.loads(answer.body)

    @asynccontextmanager
    async def _token(self) -> AsyncIterator[str]:
        """Give a token of the user that can read their runs, and only here and now."""
        token = self.current_user.new_api_token(
            note="what runs cost", expires_in=2 * _SECONDS, scopes=[ACCESS_SCOPE, READ_SCOPE]
        )
        try:
            yield token
        finally:
            found = orm.APIToken.find(self.db, token)
            if found is not None:
                self.db.delete(found)
                self.db.commit()


def handlers(tracking_url: str) -> list[tuple[str, Any, dict[str, Any]]]:
    """Return what `c.JupyterHub.extra_handlers` takes."""
    return [(r"/usage/runs", RunsHandler, {"tracking_url": tracking_url})]
