"""`/hub/usage`: who used what and what it cost, as a page and as CSV.

Whoever may read somebody's servers (`read:servers`) sees what that somebody used: administrators
everybody, users themselves, and a role may let others see more: `read:servers!group=ml` the members
of `ml`. Works without JavaScript.
"""

import asyncio
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any

from jupyterhub import orm  # type: ignore[import-untyped] # noqa: TID253
from jupyterhub.scopes import Scope  # type: ignore[import-untyped] # noqa: TID253
from tornado.web import HTTPError, authenticated

from celltrail.errors import CelltrailError, InvalidError
from celltrail_hub.sessions import sessions
from celltrail_hub.shared import ledger_of
from celltrail_hub.usage.days import DaysHandler
from celltrail_hub.usage.sums import (
    AMOUNTS,
    KEYS,
    Row,
    Span,
    csv_text,
    keys_of,
    shown,
    summed,
)

_SCOPE = "read:servers"
_ROWS_SHOWN = 500


class UsageHandler(DaysHandler):
    """Shows usage; `?format=csv` as a file. Tokens are taken too, for scripts."""

    _accept_token_auth = True

    def initialize(self, ledger_file: str, has_runs: bool) -> None:
        """Take the path of the ledger, and whether there is a page of runs."""
        self._ledger_file = ledger_file
        self._has_runs = has_runs

    @authenticated
    async def get(self) -> None:
        """Answer for the days, the keys and the group asked for."""
        whose = self._whose()
        try:
            span = self.days()
            everybody = ("user",) if whose is None else ("profile",)
            keys = keys_of(self.get_arguments("by")) or everybody
            rows, totals = await self._rows(span, keys, whose, self.get_argument("group", ""))
        except InvalidError as error:
            raise HTTPError(400, str(error)) from None
        except CelltrailError as error:
            self.log.error("Usage cannot be told: %s", error)
            raise HTTPError(503, "Usage cannot be told at the moment") from None
        self.set_header("Cache-Control", "no-store")
        if self.wants_csv:
            self.write_csv("usage", span, csv_text(rows, span, keys))
        else:
            await self._write_page(rows, totals, span, keys, whose)

    def _whose(self) -> Collection[str] | None:
        """Return who may be seen, or None for everybody; raises HTTPError 403 for nobody."""
        allowed = self.parsed_scopes.get(_SCOPE)
        if allowed == Scope.ALL:
            return None
        names: set[str] = set(allowed.get("user", ())) if allowed else set()
        if allowed and "group" in allowed:
            members = self.db.query(orm.User.name).join(orm.User.groups)
            names |= {name for (name,) in members.filter(orm.Group.name.in_(allowed["group"]))}
        if not names:
            raise HTTPError(403, f"Usage is shown to who has the scope {_SCOPE}")
        return names

    async def _rows(
        self,
        span: Span,
        keys: tuple[str, ...],
        whose: Collection[str] | None,
        group: str,
    ) -> tuple[list[Row], list[Row]]:
        ledger_of(self._ledger_file).mark()  # what runs counts until now
        # In a thread with a connection of its own, so that a year of a busy hub stops nobody.
        return await asyncio.to_thread(
            partial(_read, Path(self._ledger_file), span, keys, whose, group)
        )

    async def _write_page(
        self,
        rows: list[Row],
        totals: list[Row],
        span: Span,
        keys: tuple[str, ...],
        whose: Collection[str] | None,
    ) -> None:
        page = await self.render_template(
            "usage.html",
            rows=rows[:_ROWS_SHOWN],
            more=len(rows[_ROWS_SHOWN:]),
            totals=totals,
            span=span,
            keys=keys,
            all_keys=KEYS,
            amounts=AMOUNTS,
            shown=partial(shown, places=2),
            group=self.get_argument("group", ""),
            is_everybody=whose is None,
            has_runs=self._has_runs,
            as_csv=self._csv_address(),
            no_spawner_check=True,  # a service, which may look too, has none
        )
        self.finish(page)

    def _csv_address(self) -> str:
        """Return where the same is as CSV."""
        asked = self.request.query
        return f"{self.hub.base_url}usage?{asked}{'&' if asked else ''}format=csv"


def _read(
    path: Path,
    span: Span,
    keys: tuple[str, ...],
    whose: Collection[str] | None,
    group: str,
) -> tuple[list[Row], list[Row]]:
    """Return the rows, and those of all together, one for each currency."""
    counted = sessions(path, span.begin, span.end, users=whose, group=group)
    return summed(counted, span, keys), summed(counted, span, ())


def handlers(ledger_file: str, has_runs: bool) -> list[tuple[str, Any, dict[str, Any]]]:
    """Return what `c.JupyterHub.extra_handlers` takes."""
    return [(r"/usage", UsageHandler, {"ledger_file": ledger_file, "has_runs": has_runs})]
