"""The tracking server side by side with `mlflow server --workers 1`, in the same run.

    python -m benchmarks.versus_mlflow [--quick] [--only sqlite|postgresql] [--work NAME ...]
                                       [--alone]

Prints a row for each kind of work as soon as it is measured: what this server does, what MLflow's
does, the ratio, and the bar. Both run on SQLite and, if PostgreSQL is installed, on PostgreSQL (a
cluster of this run's own with fsync off for both); both are up all the time, and each work is done
by one right after the other. Times are those of a client with one keep-alive connection.
"""

import argparse
import json
import signal
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from benchmarks import peers
from benchmarks.peers import T0, Peer, timed, value_at

from celltrail import events
from celltrail.events import new_id
from tests.server.postgres import running as running_postgres

PATIENCE_SECONDS = 8
"""How long one kind of call is repeated."""

type Work = Callable[[Peer, "Scale"], float | None]
"""Returns the figure of one server; None: it has no such thing."""


class Scale:
    """How much of each work is done."""

    def __init__(self, *, quick: bool) -> None:
        self.batches = 20 if quick else 100
        self.calls = 100 if quick else 500
        self.points = 100_000 if quick else 1_000_000
        self.runs = 5_000 if quick else 100_000
        self.rounds = 3 if quick else 9


def log_batch(peer: Peer, scale: Scale) -> float:
    """Points a second by log-batch, 10 metrics of 100 steps a request."""
    return _batches(peer, scale.batches, keys=10, steps=100)


def log_wide_batch(peer: Peer, scale: Scale) -> float:
    """Points a second by log-batch, 1000 metrics of one step a request."""
    return _batches(peer, scale.batches // 2, keys=1000, steps=1)


def _batches(peer: Peer, number: int, *, keys: int, steps: int) -> float:
    """Points a second by batches of all keys with the next steps, after one to warm up."""
    run_id, bodies = peer.new_run("0"), []
    for batch in range(number + 1):
        metrics = [
            {"key": f"m{key}", "value": value_at(step), "timestamp": T0 + step, "step": step}
            for key in range(keys)
            for step in range(batch * steps, (batch + 1) * steps)
        ]
        bodies.append(json.dumps({"run_id": run_id, "metrics": metrics}).encode())
    times = [
        timed(lambda body=body: peer.call("POST", "/api/2.0/mlflow/runs/log-batch", body))  # type: ignore[misc]
        for body in bodies
    ]
    return keys * steps * number / sum(times[1:])


def log_metric(peer: Peer, scale: Scale) -> float:
    """Milliseconds (p50) of log-metric."""
    run_id, times = peer.new_run("0"), []
    for step in range(scale.calls):
        metric = {"key": "loss", "value": value_at(step), "timestamp": T0 + step, "step": step}
        body = json.dumps({"run_id": run_id, **metric}).encode()
        times.append(
            timed(lambda body=body: peer.call("POST", "/api/2.0/mlflow/runs/log-metric", body))  # type: ignore[misc]
        )
    return 1000 * statistics.median(times)


def own_stream(peer: Peer, scale: Scale) -> float | None:
    """Points a second by the own event stream, in columns."""
    if not peer.is_ours:
        return None
    run_id = peer.new_run("0")
    first, *others = peers.series(run_id, "loss", scale.points + peers.SERIES_POINTS)
    peers.send_events(peer, [first])  # to warm up
    return scale.points / timed(lambda: peers.send_events(peer, others))


def cold_start(peer: Peer, scale: Scale) -> float:
    """Seconds from starting another process, with a new folder, to its first answer."""
    rounds = 3 if peer.is_ours else 1
    return statistics.median(peer.start()[0] for _ in range(rounds))


def memory(peer: Peer, scale: Scale) -> float:
    """MB resident after the first answer."""
    return peer.start()[2]


def storage(peer: Peer, scale: Scale) -> float:
    """Bytes a point, of a metric with many points."""
    before = peer.size()
    long_metric(peer, scale.points)
    return (peer.size() - before) / scale.points


def buckets(peer: Peer, scale: Scale) -> float:
    """Milliseconds for a long metric as 2,000 buckets (MLflow: 2,000 rows)."""
    run_id = long_metric(peer, scale.points)
    path = f"/api/v1/runs/{run_id}/metrics/buckets?key=loss&buckets=2000"
    if not peer.is_ours:
        path = (
            "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval"
            f"?run_ids={run_id}&metric_key=loss&max_results=2000"
        )
    return best(scale, lambda: peer.call("GET", path))


def history(peer: Peer, scale: Scale) -> float:
    """Milliseconds for the full history of a tenth as many points, by MLflow's call."""
    run_id = long_metric(peer, scale.points // 10)
    path = f"/api/2.0/mlflow/metrics/get-history?run_id={run_id}&metric_key=loss"
    return best(scale, lambda: peer.call("GET", path))


def own_history(peer: Peer, scale: Scale) -> float | None:
    """Milliseconds for the same history, by the own API."""
    if not peer.is_ours:
        return None
    run_id = long_metric(peer, scale.points // 10)
    return best(scale, lambda: peer.call("GET", f"/api/v1/runs/{run_id}/metrics?key=loss"))


def search(peer: Peer, scale: Scale) -> float:
    """Milliseconds for the 50 best runs by a metric, with a filter on a param."""
    created = peer.mlflow("experiments/create", {"name": f"many {new_id()}"})
    experiment_id = created["experiment_id"]
    fill_runs(peer, experiment_id, scale.runs)
    peers.analyze(peer)
    wanted = {
        "experiment_ids": [experiment_id],
        "filter": "params.optimizer = 'adam'",
        "order_by": ["metrics.accuracy DESC"],
        "max_results": 50,
    }
    found = peer.mlflow("runs/search", wanted)["runs"]
    assert len(found) == 50
    return best(scale, lambda: peer.mlflow("runs/search", wanted))


def best(scale: Scale, work: Callable[[], object]) -> float:
    """Return the median milliseconds of some calls, of fewer if they are slow."""
    work()
    times = [timed(work)]
    while len(times) < scale.rounds and sum(times) < PATIENCE_SECONDS:
        times.append(timed(work))
    return 1000 * statistics.median(times)


def long_metric(peer: Peer, number: int) -> str:
    """Return a run that has so many points of the metric `loss`; the same one when asked again."""
    if number not in peer.long_metrics:
        run_id = peer.long_metrics[number] = peer.new_run("0")
        if peer.is_ours:
            peers.send_events(peer, peers.series(run_id, "loss", number))
        else:
            points = ((run_id, "loss", value_at(i), T0 + 37 * i, i, False) for i in range(number))
            peers.insert_rows(
                peer, "metrics", "run_uuid, key, value, timestamp, step, is_nan", points
            )
    return peer.long_metrics[number]


def fill_runs(peer: Peer, experiment_id: str, number: int) -> None:
    """Make runs with 5 metrics, 5 params and 3 tags each."""
    if peer.is_ours:
        name = json.loads(
            peer.call("GET", f"/api/2.0/mlflow/experiments/get?experiment_id={experiment_id}")
        )["experiment"]["name"]
        peers.send_events(peer, _run_events(name, number))
        return
    ids = [new_id() for _ in range(number)]
    peers.insert_rows(
        peer,
        "runs",
        "run_uuid, name, status, start_time, lifecycle_stage, experiment_id, artifact_uri, user_id",
        (
            (
                one,
                f"run-{i}",
                "FINISHED",
                T0 + i,
                "active",
                int(experiment_id),
                "mlflow-artifacts:/",
                "",
            )
            for i, one in enumerate(ids)
        ),
    )
    values = [(one, key, value) for i, one in enumerate(ids) for key, value in _metrics(i).items()]
    for table in ("metrics", "latest_metrics"):
        peers.insert_rows(
            peer,
            table,
            "run_uuid, key, value, timestamp, step, is_nan",
            ((one, key, value, T0, 1, False) for one, key, value in values),
        )
    for table, make in (("params", _params), ("tags", _tags)):
        peers.insert_rows(
            peer,
            table,
            "run_uuid, key, value",
            ((one, key, value) for i, one in enumerate(ids) for key, value in make(i).items()),
        )


def _run_events(experiment: str, number: int) -> Iterator[events.Event]:
    for i in range(number):
        run_id = new_id()
        yield events.RunStarted(run_id, f"run-{i}", experiment, "script", T0 + i, tags=_tags(i))
        yield events.ParamsLogged(run_id, _params(i))
        yield events.MetricsLogged(run_id, _metrics(i), 1, T0)


def _metrics(i: int) -> dict[str, float]:
    return {"accuracy": value_at(i * 7919 % 100_003), **{f"m{k}": float(i * k) for k in range(4)}}


def _params(i: int) -> dict[str, str]:
    optimizer = ("adam", "sgd", "lamb", "lion")[i % 4]
    return {"optimizer": optimizer, **{f"p{k}": str(i % (k + 2)) for k in range(4)}}


def _tags(i: int) -> dict[str, str]:
    return {f"t{k}": f"value {i % 10}" for k in range(3)}


WORKS: dict[str, tuple[Work, str, bool, float, float]] = {
    "cold start": (cold_start, "s", False, 1, 0),
    "memory": (memory, "MB", False, 150, 0),
    "log-batch 10x100": (log_batch, "points/s", True, 150_000, 15),
    "log-batch 1000x1": (log_wide_batch, "points/s", True, 0, 0),
    "log-metric p50": (log_metric, "ms", False, 1.5, 4),
    "own stream": (own_stream, "points/s", True, 1_000_000, 0),
    "storage": (storage, "bytes/point", False, 12, 0),
    "2,000 buckets": (buckets, "ms", False, 30, 0),
    "full history": (history, "ms", False, 150, 0),
    "full history, own": (own_history, "ms", False, 150, 0),
    "search": (search, "ms", False, 30, 20),
}
"""Name: (work, unit, whether more is better, bar of the figure, bar of the ratio; 0: none)."""


def compare(database: str, scale: Scale, names: list[str], urls: dict[str, str | None]) -> None:
    """Print the rows of one database; urls: of each server that is measured, None for SQLite."""
    with ExitStack() as stack:
        running = [stack.enter_context(peers.running(name, url)) for name, url in urls.items()]
        for name in names:
            figures = {peer.name: WORKS[name][0](peer, scale) for peer in running}
            print(row(database, name, figures), flush=True)


def row(database: str, name: str, figures: dict[str, float | None]) -> str:
    """Return one row of the table."""
    _, unit, more, bar, ratio_bar = WORKS[name]
    ours, theirs = figures["celltrail"], figures.get("mlflow")
    assert ours is not None
    ratio = None if theirs is None else (ours / theirs if more else theirs / ours)
    reached = (not bar or (ours >= bar if more else ours <= bar)) and (
        not ratio_bar or ratio is None or ratio >= ratio_bar
    )
    bars = " and ".join(
        text
        for wanted, text in ((bar, f"{bar:,.10g} {unit}"), (ratio_bar, f"{ratio_bar:g} x"))
        if wanted
    )
    return (
        f"{database:11} {name:18} {_short(ours):>12} {_short(theirs):>12} {unit:12}"
        f"{_short(ratio):>8} x  {'yes' if reached else 'NO ':4} {bars}"
    )


def _short(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--work", nargs="+", choices=WORKS, default=list(WORKS))
    parser.add_argument("--alone", action="store_true", help="without MLflow")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # takes the servers along
    scale = Scale(quick=args.quick)
    names = ["celltrail"] if args.alone else ["celltrail", "mlflow"]
    head = f"{'database':11} {'work':18} {'celltrail':>12} {'mlflow':>12} {'unit':12}{'ratio':>8}"
    print(f"{head}    bar", flush=True)
    if args.only != "postgresql":
        compare("sqlite", scale, args.work, dict.fromkeys(names))
    if args.only != "sqlite":
        with running_postgres() as server:
            urls = {name: server.url(server.create()) for name in names}
            compare("postgresql", scale, args.work, dict(urls))


if __name__ == "__main__":
    main()
