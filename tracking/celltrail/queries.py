"""Questions to the tracking server about what has been recorded."""

import importlib
import importlib.util
from collections.abc import Iterator
from typing import Any

from celltrail.client import Client
from celltrail.embedded import ensure_server
from celltrail.errors import NotFoundError
from celltrail.session import current_session

PAGE_RUNS = 100
FLUSH_SECONDS = 2.0


def get_runs(experiment: str | None = None, limit: int = 100) -> Any:
    """Return the latest top-level runs as a pandas DataFrame, one row each.

    Columns: run_id, name, experiment, kind, status, started (UTC), duration_seconds, and
    `metrics.KEY` (the last value), `params.KEY`, `tags.KEY`. Without pandas: a list of dicts with
    these keys. Raises UnavailableError, DeniedError, or NotFoundError for an unknown experiment.
    """
    session = current_session()
    server = ensure_server(session.settings)
    session.recorder.flush(FLUSH_SECONDS)
    with Client(server.url, server.token) as client:
        rows = [_row(run) for run in list_runs(client, experiment, limit)]
    if importlib.util.find_spec("pandas") is None:
        return rows
    pandas = importlib.import_module("pandas")
    frame = pandas.DataFrame(rows, columns=None if rows else list(_ROW))
    frame["started"] = pandas.to_datetime(frame["started"], unit="ms", utc=True)
    return frame


def list_runs(
    client: Client, experiment: str | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Return the latest top-level runs as the server describes them, newest first."""
    asked: dict[str, str | int] = {}
    if experiment is not None:
        asked["experiment_id"] = experiment_id(client, experiment)
    runs: list[dict[str, Any]] = []
    for page in _pages(client, asked, limit):
        runs += page
    return runs[:limit]


def experiment_id(client: Client, name: str) -> str:
    """Return the id of the caller's experiment `name`; raises NotFoundError naming the others."""
    experiments = client.get_json("/api/v1/experiments")["experiments"]
    for experiment in experiments:
        if experiment["name"] == name:
            return str(experiment["experiment_id"])
    names = ", ".join(sorted(experiment["name"] for experiment in experiments)) or "none"
    raise NotFoundError(f"there is no experiment {name!r}; there are: {names}")


def _pages(
    client: Client, asked: dict[str, str | int], limit: int
) -> Iterator[list[dict[str, Any]]]:
    while limit > 0:
        page = client.get_json("/api/v1/runs", **asked, limit=min(limit, PAGE_RUNS))
        yield page["runs"]
        limit -= len(page["runs"])
        if page["next"] is None:
            return
        asked = {**asked, "before": page["next"]}


_ROW = ("run_id", "name", "experiment", "kind", "status", "started", "duration_seconds")


def _row(run: dict[str, Any]) -> dict[str, Any]:
    ended_ms = run["ended_ms"]
    row = {
        "run_id": run["run_id"],
        "name": run["name"],
        "experiment": run["experiment_name"],
        "kind": run["kind"],
        "status": run["status"],
        "started": run["started_ms"],
        "duration_seconds": None if ended_ms is None else (ended_ms - run["started_ms"]) / 1000,
    }
    for group in ("metrics", "params", "tags"):
        row |= {f"{group}.{key}": value for key, value in run[group].items()}
    return row
