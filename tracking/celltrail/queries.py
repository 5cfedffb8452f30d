"""Questions to the tracking server about what has been recorded."""

import importlib
import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from celltrail.client import Client
from celltrail.embedded import ensure_server
from celltrail.errors import NotFoundError
from celltrail.hosting import cost_of
from celltrail.session import Session, current_session

PAGE_RUNS = 100
FLUSH_SECONDS = 2.0


def get_runs(
    experiment: str | None = None,
    limit: int = 100,
    *,
    filter: str | None = None,  # what MLflow and users call it
    order_by: str | Sequence[str] = (),
) -> Any:
    """Return the latest top-level runs as a pandas DataFrame, one row each.

    With a `filter` (`"metrics.loss < 0.1 AND params.lr > 0.01"`) or an order (`"metrics.loss"`,
    `"start_time DESC"`): the runs that match, child runs too, in that order.

    Columns: run_id, name, experiment, kind, status, started (UTC), duration_seconds, and
    `metrics.KEY` (the last value), `params.KEY`, `tags.KEY`; where a hub says what its servers
    cost, `cost` (`celltrail.hosting.cost_of`). Without pandas: a list of dicts with
    these keys. Raises UnavailableError, DeniedError, or NotFoundError for an unknown experiment.
    """
    with up_to_date_client(current_session()) as client:
        rows = [_row(run) for run in list_runs(client, experiment, limit, filter, order_by)]
    if importlib.util.find_spec("pandas") is None:
        return rows
    pandas = importlib.import_module("pandas")
    frame = pandas.DataFrame(rows, columns=None if rows else list(_ROW))
    frame["started"] = pandas.to_datetime(frame["started"], unit="ms", utc=True)
    return frame


@contextmanager
def up_to_date_client(session: Session) -> Iterator[Client]:
    """Give a client of the server that has, if it is quick, all that was recorded so far.

    Raises UnavailableError or DeniedError.
    """
    server = ensure_server(session.settings)
    session.recorder.flush(FLUSH_SECONDS)
    with Client(server.url, server.token) as client:
        yield client


def list_runs(
    client: Client,
    experiment: str | None = None,
    limit: int = 100,
    filter: str | None = None,
    order_by: str | Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Return the latest top-level runs, or those that match, as the server describes them."""
    asked: dict[str, Any] = {}
    if experiment is not None:
        asked["experiment_id"] = experiment_id(client, experiment)
    if filter or order_by:
        orders = [order_by] if isinstance(order_by, str) else list(order_by)
        found = _found(client, asked | {"filter": filter or "", "order_by": orders}, limit)
    else:
        found = _runs(client, asked, min(limit, PAGE_RUNS))
    return list(islice(found, max(limit, 0)))


def list_children(client: Client, run_id: str) -> list[dict[str, Any]]:
    """Return all child runs of a run as the server describes them, newest first."""
    return list(_runs(client, {"parent_id": run_id}, PAGE_RUNS))


def experiment_id(client: Client, name: str) -> str:
    """Return the id of the caller's experiment `name`; raises NotFoundError naming the others."""
    experiments = client.get_json("/api/v1/experiments")["experiments"]
    for experiment in experiments:
        if experiment["name"] == name:
            return str(experiment["experiment_id"])
    names = ", ".join(sorted(experiment["name"] for experiment in experiments)) or "none"
    raise NotFoundError(f"there is no experiment {name!r}; there are: {names}")


def _runs(client: Client, asked: dict[str, str], page_runs: int) -> Iterator[dict[str, Any]]:
    before: dict[str, str] | None = {}
    while before is not None and page_runs > 0:
        page = client.get_json("/api/v1/runs", **asked, **before, limit=page_runs)
        yield from page["runs"]
        before = None if page["next"] is None else {"before": page["next"]}


def _found(client: Client, asked: dict[str, Any], limit: int) -> Iterator[dict[str, Any]]:
    token: dict[str, str] | None = {}
    while token is not None and limit > 0:
        page = client.get_json("/api/v1/runs/search", **asked, **token, limit=min(limit, PAGE_RUNS))
        yield from page["runs"]
        token = None if page["next"] is None else {"page_token": page["next"]}


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
    # Values that are not finite come as text.
    row |= {f"metrics.{key}": float(value) for key, value in run["metrics"].items()}
    for group in ("params", "tags"):
        row |= {f"{group}.{key}": value for key, value in run[group].items()}
    if ended_ms is not None and (cost := cost_of(run["tags"], row["duration_seconds"])) is not None:
        row["cost"] = cost
    return row
