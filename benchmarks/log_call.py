"""What one call of `celltrail.log` costs its caller, beside a bare call and MLflow's file store.

Each number is the median and the 99th percentile over many calls, in microseconds. The spool is
the real one and its thread runs; the server is one that does not answer. Also: how long
`import celltrail` and the first call take in a fresh interpreter.

    python benchmarks/log_call.py
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

CALLS = 20_000
SLOW_CALLS = 200
PROCESSES = 7
BAR_LOG_US = 5
BAR_IMPORT_MS = 50


def measure(call: Callable[[], object], calls: int) -> tuple[float, float]:
    """Return the median and the 99th percentile of `calls` calls, in microseconds."""
    times = []
    for _ in range(calls):
        start = time.perf_counter_ns()
        call()
        times.append((time.perf_counter_ns() - start) / 1000)
    return statistics.median(times), sorted(times)[int(len(times) * 0.99)]


def import_ms(statement: str) -> float:
    """Return the median time of `statement` in a fresh interpreter, in milliseconds."""
    code = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    run = [sys.executable, "-c", code]
    times = [
        float(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
        for _ in range(PROCESSES)
    ]
    return statistics.median(times) * 1000


def mlflow_call(folder: str) -> Callable[[], object]:
    """Return a call that logs one metric with MLflow into a folder."""
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    import mlflow

    mlflow.set_tracking_uri(f"file://{folder}")
    mlflow.start_run()
    return lambda: mlflow.log_metric("loss", 0.5)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["CELLTRAIL_HOME"] = f"{folder}/home"
        os.environ["CELLTRAIL_URL"] = "http://127.0.0.1:9"
        import celltrail as ct
        from celltrail.session import current_session

        ct.start_run("benchmark")
        rows = {
            "bare function call": measure(lambda: None, CALLS),
            "celltrail.log(loss=0.5)": measure(lambda: ct.log(loss=0.5), CALLS),
            "celltrail.log of 5 metrics": measure(lambda: ct.log(a=1, b=2, c=3, d=4, e=5), CALLS),
            "mlflow.log_metric, file store": measure(mlflow_call(f"{folder}/mlruns"), SLOW_CALLS),
        }
        print(f"{'call, µs':<36}{'median':>10}{'p99':>10}")
        for name, (median, p99) in rows.items():
            print(f"{name:<36}{median:>10.1f}{p99:>10.1f}")
        print(f"bar: celltrail.log ≤ {BAR_LOG_US} µs median\n")
        current_session().close()

        print(f"{'fresh interpreter, ms':<36}{'median':>10}")
        print(f"{'import celltrail':<36}{import_ms('import celltrail'):>10.1f}")
        first = "import celltrail; celltrail.log(loss=0.5)"
        print(f"{'import celltrail and a first log':<36}{import_ms(first):>10.1f}")
        print(f"{'import httpx':<36}{import_ms('import httpx'):>10.1f}")
        print(f"bar: import celltrail ≤ {BAR_IMPORT_MS} ms")


if __name__ == "__main__":
    main()
