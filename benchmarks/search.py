"""Searches among many runs over HTTP: how long each kind takes, and how the database finds it.

    python -m benchmarks.search [--runs 100000] [--postgresql] [--explain]

Each run has ten metrics, params and tags; they are written by SQL, not through the API. A second
experiment has a hundred runs with the same names.
"""

import argparse
import statistics
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.peers import T0, Peer, timed
from sqlalchemy import Connection, event, insert, text

from celltrail.events import new_id
from celltrail_server.callers import Caller
from celltrail_server.store import keys, searching
from celltrail_server.store.contract import Search
from celltrail_server.store.engines import open_engine
from celltrail_server.store.tables import runs
from tests.server.postgres import running as running_postgres

ENTRIES = 10
SMALL = 100
ROUNDS = 15

# From the number of a run and of a name: one of 1000 values, much the same in every column.
_SHARE = "(((r.id * 7919 + k.id * 104729) * 31) % 1000)"
_FILL = (
    "INSERT INTO metric_summaries (run_pk, key_id, count, tail, merged, first, first_step, "
    f"first_time_ms, last, last_step, last_time_ms, min, max) SELECT r.id, k.id, 100, 100, 100, "
    f"1.0, 0, {T0}, {_SHARE} / 1000.0, 99, {T0}, 0.0, 1.0 FROM runs r CROSS JOIN keys k "
    "WHERE k.key LIKE 'metric%'",
    "INSERT INTO params (run_pk, key_id, value, number) SELECT r.id, k.id, "
    f"CAST({_SHARE} AS TEXT), {_SHARE} FROM runs r CROSS JOIN keys k WHERE k.key LIKE 'param%'",
    "INSERT INTO tags (run_pk, key_id, value) SELECT r.id, k.id, "
    f"'value ' || ({_SHARE} % 10) FROM runs r CROSS JOIN keys k WHERE k.key LIKE 'tag%'",
    "UPDATE params SET value = 'sgd', number = NULL WHERE number < 500 AND key_id = "
    "(SELECT id FROM keys WHERE key = 'param0')",
)

SEARCHES: dict[str, dict[str, Any]] = {
    "best by a metric": {"order_by": ["metrics.metric0 DESC"]},
    "… with a param, half match": {"filter": "params.param0 = 'sgd'"},
    "… with a number, 1 % match": {"filter": "params.param1 < 10"},
    "… with a param, 1 in 1000": {"filter": "params.param2 = '77'"},
    "… with a param, none match": {"filter": "params.param2 = 'x'"},
    "… with two metrics and a tag": {
        "filter": "metrics.metric1 > 0.5 AND min(metrics.metric2) < 0.5 AND tags.tag0 LIKE '%3'"
    },
    "… with OR and NOT": {
        "filter": "NOT (params.param0 = 'sgd' OR params.param1 > 100) OR tags.tag1 =~ '[12]$'"
    },
    "… worst first, of few runs": {"small": True},
    "latest": {"order_by": []},
    "latest with a param": {"order_by": [], "filter": "params.param0 = 'sgd'"},
    "by two keys": {"order_by": ["params.param0", "metrics.metric0"]},
    "by id": {"filter": "run_id IN ('x', 'y')"},
}


def fill(database: str, run_count: int, big: str, small: str) -> None:
    """Write the runs into the database of a running server."""
    engine = open_engine(database if "://" in database else Path(database))
    with engine.execution_options(writes=True).begin() as connection:
        names = [f"{kind}{n}" for kind in ("metric", "param", "tag") for n in range(ENTRIES)]
        keys.ensure(connection, names)
        rows = [
            {
                "run_id": new_id(), "owner": "me", "kind": "script", "status": "FINISHED",
                "experiment_pk": int(small if number < SMALL else big), "name": f"run {number}",
                "lifecycle_stage": "active", "started_ms": T0 + number, "ended_ms": T0 + 2 * number,
            }
            for number in range(run_count + SMALL)
        ]  # fmt: skip
        for start in range(0, len(rows), 10_000):
            connection.execute(insert(runs), rows[start : start + 10_000])
        for statement in _FILL:
            connection.execute(text(statement))
        if "://" in database:
            connection.execute(text("ANALYZE"))  # autovacuum would, within a minute
    engine.dispose()


def measure(peer: Peer, run_count: int, *, explain: bool) -> None:
    """Print a row for each search."""
    names = (f"{size} {new_id()}" for size in ("big", "small"))
    big, small = (
        peer.mlflow("experiments/create", {"name": name})["experiment_id"] for name in names
    )
    fill(peer.database, run_count, big, small)
    for name, asked in SEARCHES.items():
        body = {
            "experiment_ids": [small if asked.get("small") else big],
            "filter": asked.get("filter", ""),
            "order_by": asked.get("order_by", ["metrics.metric0 DESC"]),
            "max_results": 50,
        }
        first = peer.mlflow("runs/search", body)
        body["page_token"] = first.get("next_page_token", "")
        next_page = best(peer, body) if body["page_token"] else None
        del body["page_token"]
        count = len(first.get("runs", []))
        shown = "" if next_page is None else f"   next page {next_page:7.1f} ms"
        print(f"{name:34} {count:3} runs {best(peer, body):8.1f} ms{shown}", flush=True)
        if explain:
            _explain(peer.database, body)


def best(peer: Peer, body: dict[str, Any]) -> float:
    """Return the median milliseconds of a search."""
    rounds = (timed(lambda: peer.mlflow("runs/search", body)) for _ in range(ROUNDS))
    return 1000 * statistics.median(rounds)


def _explain(database: str, body: dict[str, Any]) -> None:
    is_file = "://" not in database
    engine = open_engine(Path(database) if is_file else database)

    @event.listens_for(engine, "before_cursor_execute")
    def show(connection: Connection, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "ORDER BY runs.started_ms" in statement or "started_ms DESC" in statement:
            plan = "EXPLAIN QUERY PLAN " if is_file else "EXPLAIN ANALYZE "
            cursor.execute(plan + statement, parameters)
            for row in cursor.fetchall():
                print("      ", row[-1])

    with engine.connect() as connection:
        search = Search(
            body["filter"], tuple(body["order_by"]), ("active",), 50, None,
            tuple(body["experiment_ids"]),
        )  # fmt: skip
        searching.search_runs(connection, Caller("me"), search)
    engine.dispose()


def main() -> None:
    """Measure on SQLite or PostgreSQL."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--explain", action="store_true", help="also show how they are found")
    args = parser.parse_args()
    with ExitStack() as stack:
        url = None
        if args.postgresql:
            server = stack.enter_context(running_postgres())
            url = server.url(server.create())
        peer = stack.enter_context(peers.running("celltrail", url))
        measure(peer, args.runs, explain=args.explain)


if __name__ == "__main__":
    main()
