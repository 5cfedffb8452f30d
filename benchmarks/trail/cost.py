"""What the trail costs: the same cells under plain IPython, Celltrail, ipyflow and Kishu.

Each tool runs in processes of its own, the peers in environments of their own with the newest
release on PyPI; all get the same cells in the same order, without a front end. Celltrail and plain
IPython take turns, and of each the better round counts: the machine's moods do not. Also: the
rate of `celltrail.log`, with a server that takes what it logs.

    python -m benchmarks.trail.cost [--without-peers]
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.trail import logging_rate
from benchmarks.trail.environments import python_of

CELLS = Path(__file__).with_name("cells.py")
ROUNDS = 3
"""Of plain IPython and Celltrail, in turns; the peers, which take minutes, have one."""

PEERS = ("ipyflow", "kishu")
PEER_SECONDS = 900

FIXED_MS = {"p50": 0.5, "p95": 1.0}
LOOP_RATIO = 1.03
READ_MS, CELL_SHARE = 10, 0.02
MEMORY_SHARE = 0.05
LOG_US, LOG_PER_SECOND = 5, 200_000

type Numbers = dict[str, float]


def run_cells(python: str, tool: str) -> dict[str, Any]:
    """Run the cells under a tool and return what they took."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [python, str(CELLS), tool, folder]
        done = subprocess.run(
            command, capture_output=True, timeout=PEER_SECONDS, text=True, cwd=folder
        )
    if done.returncode:
        raise SystemExit(f"{tool} failed: {done.stderr[-2000:]}")
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def summary(rounds: list[dict[str, Any]]) -> dict[str, Numbers]:
    """Return the median and the 95th percentile of each kind of cell, of its best round."""
    return {
        name: {
            "p50": min(statistics.median(one["cells"][name]) for one in rounds),
            "p95": min(_p95(one["cells"][name]) for one in rounds),
        }
        for name in rounds[0]["cells"]
    }


def print_cells(tools: dict[str, dict[str, Numbers]]) -> None:
    """Print what each tool adds to a cell, in milliseconds, and the bar."""
    plain = tools["plain"]
    others = [tool for tool in tools if tool != "plain"]
    print(f"{'cell, ms':<44}{'plain':>9}" + "".join(f"{'+ ' + one:>12}" for one in others))
    for name, numbers in plain.items():
        for which in ("p50", "p95") if name.startswith("empty") else ("p50",):
            base = numbers[which]
            more = [tools[tool][name][which] - base for tool in others]
            bar_ms = _bar_ms(name, which, base)
            line = f"{name + ', ' + which:<44}{base:>9.2f}" + "".join(f"{ms:>12.2f}" for ms in more)
            print(f"{line}   bar {bar_ms:.2f}{_verdict(more[0] <= bar_ms)}")
    for name, numbers in plain.items():
        if name.startswith("loop"):
            ratios = [tools[tool][name]["p50"] / numbers["p50"] for tool in others]
            line = f"{name + ', ratio':<53}" + "".join(f"{ratio:>11.2f}x" for ratio in ratios)
            print(f"{line}   bar {LOOP_RATIO:.2f}x{_verdict(ratios[0] <= LOOP_RATIO)}")


def print_memory(rounds: dict[str, list[dict[str, Any]]]) -> None:
    """Print how much more memory than the object a read of one element takes at its peak."""
    for name in rounds["plain"][0]["memory"]:
        shares = []
        for tool, measured in rounds.items():
            peak, size = min(one["memory"][name] for one in measured)
            if tool != "plain":
                shares.append(peak / size)
        line = f"{'memory for reading one of ' + name:<53}"
        line += "".join(f"{100 * share:>11.1f}%" for share in shares)
        print(f"{line}   bar {100 * MEMORY_SHARE:.0f}%{_verdict(shares[0] <= MEMORY_SHARE)}")


def print_rate() -> None:
    """Print what `celltrail.log` costs and how much it takes."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        rate = logging_rate.measure(home)
    is_quick = rate.median_us <= LOG_US
    print(f"celltrail.log(loss=0.5): {rate.median_us:.1f} µs   bar {LOG_US} µs{_verdict(is_quick)}")
    print(
        f"{logging_rate.CALLS:,} calls in a row: {rate.calls_per_second:,.0f} a second, "
        f"{'each' if rate.is_exact else 'NOT each'} at the server once, "
        f"{rate.arrived_seconds:.1f} s after the last   "
        f"bar {LOG_PER_SECOND:,}{_verdict(rate.calls_per_second >= LOG_PER_SECOND)}"
    )


def main() -> None:
    """Print the tables."""
    peers = () if "--without-peers" in sys.argv else PEERS
    rounds: dict[str, list[dict[str, Any]]] = {"plain": [], "celltrail": []}
    for _ in range(ROUNDS):
        for tool, measured in rounds.items():
            measured.append(run_cells(sys.executable, tool))
    for peer in peers:
        rounds[peer] = [run_cells(str(python_of(peer)), peer)]
    print_cells({tool: summary(measured) for tool, measured in rounds.items()})
    print_memory(rounds)
    print_rate()


def _bar_ms(name: str, which: str, plain_ms: float) -> float:
    if name.startswith("empty"):
        return FIXED_MS[which]
    if name.startswith("loop"):
        return plain_ms * (LOOP_RATIO - 1)
    return max(READ_MS, plain_ms * CELL_SHARE)


def _verdict(is_met: bool) -> str:
    return "" if is_met else "  MISSED"


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


if __name__ == "__main__":
    main()
