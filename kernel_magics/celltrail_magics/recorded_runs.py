"""Runs as the tracking server has them: found by name or id, with their cells."""

import re
from dataclasses import dataclass
from typing import Any

from celltrail.client import Client
from celltrail.errors import NotFoundError
from celltrail.queries import list_runs, up_to_date_client
from celltrail.session import current_session

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class RecordedRun:
    """A run and its cell executions, in order; `detail` and `cells` as in docs/wire.md."""

    detail: dict[str, Any]
    cells: list[dict[str, Any]]

    @property
    def name(self) -> str:
        """The run's name."""
        return str(self.detail["name"])


def fetch_runs(*wanted: str) -> list[RecordedRun]:
    """Return runs by their ids or names, the latest of a name; raises `CelltrailError`s."""
    with up_to_date_client(current_session()) as client:
        return [_fetch(client, _run_id(client, one)) for one in wanted]


def _run_id(client: Client, wanted: str) -> str:
    if _ID.fullmatch(wanted):
        return wanted
    quote = '"' if "'" in wanted else "'"
    found = list_runs(client, limit=1, filter=f"run_name = {quote}{wanted}{quote}")
    if not found:
        raise NotFoundError(f"there is no run {wanted!r}; `celltrail runs` lists names")
    return str(found[0]["run_id"])


def _fetch(client: Client, run_id: str) -> RecordedRun:
    path = f"/api/v1/runs/{run_id}"
    return RecordedRun(client.get_json(path), client.get_json(f"{path}/cells")["cells"])
