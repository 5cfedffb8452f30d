"""How many calls of `celltrail.log` a second a real server gets, and whether it gets each once."""

import os
import time
from dataclasses import dataclass

import httpx
from benchmarks.peers import running

CALLS = 2_000_000


@dataclass
class Rate:
    """What `CALLS` calls in a row took, and what the server had of them at the end."""

    median_us: float
    calls_per_second: float
    arrived_seconds: float
    """After the last call, until the server had all."""

    is_exact: bool
    """Whether each point is there, once and in order."""


def measure(home: str) -> Rate:
    """Log in this process, with the spool in `home`, to a server that runs beside it."""
    with running("celltrail", None) as peer:
        os.environ["CELLTRAIL_HOME"] = home
        url = f"http://127.0.0.1:{peer.connection.port}"
        os.environ["CELLTRAIL_URL"] = url
        return _measure(url)


def _measure(url: str) -> Rate:
    import celltrail as ct
    from celltrail.session import current_session

    run = ct.start_run("rate")
    ct.log(first=1.0)
    recorder = current_session().recorder
    recorder.flush(60)
    log, clock, times = ct.log, time.perf_counter_ns, [0] * CALLS
    began = clock()
    for number in range(CALLS):
        start = clock()
        log(loss=0.5)
        times[number] = clock() - start
    took = clock() - began
    recorder.flush(300)
    arrived = clock() - began - took
    steps = _steps(url, run.run_id)
    current_session().close()
    return Rate(
        sorted(times)[CALLS // 2] / 1e3, CALLS / took * 1e9, arrived / 1e9, steps == [*range(CALLS)]
    )


def _steps(url: str, run_id: str) -> list[int]:
    steps: list[int] = []
    with httpx.Client(base_url=url, timeout=60) as client:
        while True:
            params = {"key": "loss", "after": str(len(steps))}
            page = client.get(f"/api/v1/runs/{run_id}/metrics", params=params).json()["steps"]
            if not page:
                return steps
            steps += page
