"""What the trail costs: the same cells under plain IPython, Celltrail, ipyflow and Kishu.

Each tool runs in processes of its own, the peers in environments of their own with the newest
release on PyPI; all get the same cells in the same order, without a front end. Celltrail and plain
IPython take turns, and of each the better round counts: the machine's moods do not. Also: the
rate of `celltrail.log`, with a server that takes what it logs.

Prints one Markdown table, in which the bars that are missed are bold; progress goes to standard
error. It takes some four quiet minutes, two without the peers.

    python -m benchmarks.trail.cost [--without-peers]
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.trail import logging_rate
from benchmarks.trail.environments import python_of

CELLS = Path(__file__).with_name("cells.py")
ROUNDS = 8
"""Of plain IPython and Celltrail, in turns; the peers, which take minutes, have one."""

PEERS = ("ipyflow", "kishu")
PEER_SECONDS = 900

FIXED_MS = {"p50": 0.5, "p95": 1.0}
LOOP_RATIO = 1.03
READ_MS, CELL_SHARE = 10, 0.02
MEMORY_SHARE = 0.05
LOG_US, LOG_PER_SECOND = 5, 200_000

type Numbers = dict[str, float]
type Rounds = Mapping[str, list[dict[str, Any]]]
"""By tool: what `cells.py` has measured, each time that it ran; plain IPython comes first."""


class Row(NamedTuple):
    """A line of the table."""

    what: str
    bar: str
    plain: str
    tools: list[str]
    """Of Celltrail, then of the peers."""

    is_met: bool


def run_cells(python: str, tool: str) -> dict[str, Any]:
    """Run the cells under a tool and return what they took."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [python, str(CELLS), tool, folder]
        done = subprocess.run(
            command, capture_output=True, timeout=PEER_SECONDS, text=True, cwd=folder
        )
    if done.returncode:
        raise SystemExit(f"{tool} failed: {done.stderr[-2000:]}")
    print(f"{tool}: {time.monotonic() - began:.0f} s", file=sys.stderr)
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


def cell_rows(rounds: Rounds) -> Iterator[Row]:
    """Yield what each tool adds to a cell, and how many times as long a loop takes."""
    plain, *tools = (summary(measured) for measured in rounds.values())
    for name, numbers in plain.items():
        if name.startswith("loop"):
            ratios = [tool[name]["p50"] / numbers["p50"] for tool in tools]
            yield Row(
                name,
                f"{LOOP_RATIO} x",
                f"{numbers['p50']:.1f} ms",
                [f"{ratio:.2f} x" for ratio in ratios],
                ratios[0] <= LOOP_RATIO,
            )
            continue
        for which in ("p50", "p95") if name.startswith("empty") else ("p50",):
            base = numbers[which]
            more = [tool[name][which] - base for tool in tools]
            bar = FIXED_MS[which] if name.startswith("empty") else max(READ_MS, base * CELL_SHARE)
            yield Row(
                f"{name}, {which}",
                f"+{bar:.3g} ms",
                f"{base:.2f} ms",
                [f"{ms:+.2f}" for ms in more],
                more[0] <= bar,
            )


def memory_rows(rounds: Rounds) -> Iterator[Row]:
    """Yield how much memory a read of one element takes at its peak, as a share of the object."""
    for name in rounds["plain"][0]["memory"]:
        shares = []
        for tool, measured in rounds.items():
            peak, size = min(one["memory"][name] for one in measured)
            if tool != "plain":
                shares.append(peak / size)
        yield Row(
            f"memory for reading one of {name}",
            f"{MEMORY_SHARE:.0%}",
            "",
            [f"{share:.1%}" for share in shares],
            shares[0] <= MEMORY_SHARE,
        )


def rate_rows() -> Iterator[Row]:
    """Yield what `celltrail.log` costs, and how much it takes."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        rate = logging_rate.measure(home)
    yield Row(
        "`celltrail.log(loss=0.5)`, p50",
        f"{LOG_US} µs",
        "",
        [f"{rate.median_us:.1f} µs"],
        rate.median_us <= LOG_US,
    )
    yield Row(
        f"{logging_rate.CALLS:,} calls in a row, "
        f"{'each' if rate.is_exact else 'NOT each'} at the server once, "
        f"{rate.arrived_seconds:.1f} s after the last",
        f"{LOG_PER_SECOND:,} / s",
        "",
        [f"{rate.calls_per_second:,.0f} / s"],
        rate.is_exact and rate.calls_per_second >= LOG_PER_SECOND,
    )


def print_table(titles: list[str], rows: list[Row]) -> None:
    """Print the table; titles: of the columns of the tools."""
    print(f"| what | bar | plain | {' | '.join(titles)} |")
    print("|---" * (3 + len(titles)) + "|")
    for row in rows:
        own, *others = row.tools
        others += [""] * (len(titles) - len(row.tools))
        cells = [row.what, row.bar, row.plain, own if row.is_met else f"**{own}**", *others]
        print(f"| {' | '.join(cells)} |")


def main() -> None:
    """Print the table."""
    peers = () if "--without-peers" in sys.argv else PEERS
    rounds: dict[str, list[dict[str, Any]]] = {"plain": [], "celltrail": []}
    for _ in range(ROUNDS):
        for tool, measured in rounds.items():
            measured.append(run_cells(sys.executable, tool))
    titles = ["Celltrail"]
    for peer in peers:
        python = str(python_of(peer))
        rounds[peer] = [run_cells(python, peer)]
        titles.append(f"{peer} {_version(python, peer)}")
    print_table(titles, [*cell_rows(rounds), *memory_rows(rounds), *rate_rows()])
    print(f"\nPython {sys.version.split()[0]}, IPython {version('ipython')}.")


def _version(python: str, package: str) -> str:
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run(
        [python, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


if __name__ == "__main__":
    main()
