"""`celltrail runs`: the latest runs as a table."""

import argparse
import contextlib
import time
from typing import Any

from celltrail.commands import Command, print_result
from celltrail.errors import CelltrailError
from celltrail.settings import Settings
from celltrail.tables import duration_text, table

_HEADER = ("RUN", "EXPERIMENT", "KIND", "STATUS", "STARTED", "DURATION", "METRICS")
_METRICS_SHOWN = 4


def runs_table(runs: list[dict[str, Any]], now_seconds: float) -> str:
    """Return runs, as the server describes them, as a table; times are local."""
    if not runs:
        return "no runs yet: `%load_ext celltrail` in a notebook or `celltrail.log(…)` records one"
    return table(_HEADER, [_cells(run, now_seconds) for run in runs])


def _cells(run: dict[str, Any], now_seconds: float) -> list[str]:
    started_seconds = run["started_ms"] / 1000
    ended_seconds = now_seconds if run["ended_ms"] is None else run["ended_ms"] / 1000
    return [
        run["name"],
        run["experiment_name"],
        run["kind"],
        run["status"],
        time.strftime("%Y-%m-%d %H:%M", time.localtime(started_seconds)),
        duration_text(max(0.0, ended_seconds - started_seconds)),
        _metrics_text(run["metrics"]),
    ]


def _metrics_text(metrics: dict[str, float | str]) -> str:
    shown = sorted(metrics.items())[:_METRICS_SHOWN]
    # Values that are not finite come as text.
    texts = [f"{key}={float(value):.4g}" for key, value in shown]
    more = len(metrics) - len(shown)
    return " ".join([*texts, f"(+{more})"] if more else texts)


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--experiment", metavar="NAME", help="only runs of this experiment")
    parser.add_argument("--filter", metavar="TEXT", help="only those that match, child runs too")
    parser.add_argument("--order-by", metavar="KEY", action="append", help="sort, repeatable")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="at most N (default 20)")


def _run(args: argparse.Namespace) -> int:
    from celltrail.client import Client
    from celltrail.embedded import ensure_server
    from celltrail.queries import list_runs
    from celltrail.syncing import sync_orphans

    settings = Settings.from_env()
    server = ensure_server(settings)
    with contextlib.suppress(CelltrailError):  # what cannot be sent does not hide what there is
        sync_orphans(settings)
    with Client(server.url, server.token) as client:
        runs = list_runs(client, args.experiment, args.limit, args.filter, args.order_by or ())
    print_result(args, runs_table(runs, time.time()), runs)
    return 0


command = Command(
    help="list the latest runs",
    example="celltrail runs --experiment digits --filter 'metrics.acc > 0.9'",
    configure=_configure,
    run=_run,
)
