"""Cold start of the tracking server: from starting the process to its first answered request.

    python -m benchmarks.server_start [--rounds N] [--peer]

Prints seconds (median, worst), the seconds of CPU in them (what remains of the wall time on a quiet
machine), and resident memory in MB after the first answer, for an empty data folder and for one
that is there already. Bar: 1.0 s and 150 MB. `--peer` measures `mlflow server
--workers 1` on the same machine in the same way.
"""

import argparse
import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil

BAR_SECONDS, BAR_MB = 1.0, 150
GIVE_UP_SECONDS = 120

type Command = Callable[[Path, int], list[str]]


def celltrail(folder: Path, port: int) -> list[str]:
    """Return the command that starts this project's server."""
    return [
        sys.executable, "-m", "celltrail", "server", "--port", str(port),
        "--data-dir", str(folder / "celltrail"),
    ]  # fmt: skip


def mlflow(folder: Path, port: int) -> list[str]:
    """Return the command that starts MLflow's server."""
    return [
        sys.executable, "-m", "mlflow", "server", "--port", str(port), "--workers", "1",
        "--backend-store-uri", f"sqlite:///{folder}/mlflow.db",
        "--artifacts-destination", str(folder / "mlflow-artifacts"),
    ]  # fmt: skip


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a server whose data are in `folder`."""
    env = {**os.environ, "CELLTRAIL_HOME": str(folder), "MLFLOW_DISABLE_TELEMETRY": "true"}
    # An installed package has its bytecode, and MLflow would compile a module for each search.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env


def start_once(command: Command, folder: Path) -> tuple[float, float, float]:
    """Return (seconds to the first answer, CPU seconds, MB) of the process and its children."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        command(folder, port),
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        seconds = wait_for_answer(f"http://127.0.0.1:{port}/health", began)
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(True)]
        memory = sum(member.memory_info().rss for member in family) / 1e6
        cpu = sum(sum(member.cpu_times()[:2]) for member in family)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return seconds, cpu, memory


def wait_for_answer(url: str, began: float) -> float:
    """Return the seconds from `began` to the first answer of `url`."""
    with httpx.Client() as client:
        while time.perf_counter() - began < GIVE_UP_SECONDS:
            with contextlib.suppress(httpx.TransportError):
                if client.get(url).status_code == 200:
                    return time.perf_counter() - began
            time.sleep(0.005)
    raise SystemExit(f"no answer from {url} in {GIVE_UP_SECONDS} s")


def measure(name: str, command: Command, rounds: int, *, reuse: bool) -> None:
    """Print one line of the table; `reuse`: every round opens the same database."""
    with tempfile.TemporaryDirectory() as base:
        start_once(command, Path(base))  # fills the caches of disk and bytecode
        results = []
        for number in range(rounds):
            folder = Path(base) if reuse else Path(base) / str(number)
            folder.mkdir(exist_ok=True)
            results.append(start_once(command, folder))
    seconds, cpu, memory = zip(*results, strict=True)
    print(
        f"{name:34} {statistics.median(seconds):9.2f} {max(seconds):9.2f} "
        f"{statistics.median(cpu):9.2f} {max(memory):9.0f}"
    )


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer", action="store_true", help="measure `mlflow server` too")
    args = parser.parse_args()
    print(f"{'server':34} {'median s':>9} {'worst s':>9} {'CPU s':>9} {'MB':>9}")
    measure("celltrail, new data folder", celltrail, args.rounds, reuse=False)
    measure("celltrail, existing data folder", celltrail, args.rounds, reuse=True)
    if args.peer:
        measure("mlflow server, new database", mlflow, min(args.rounds, 2), reuse=False)
        measure("mlflow server, existing database", mlflow, min(args.rounds, 2), reuse=True)
    print(f"{'bar':34} {BAR_SECONDS:9.2f} {'':9} {'':9} {BAR_MB:9}")


if __name__ == "__main__":
    main()
