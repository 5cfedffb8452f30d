"""What recording adds to a cell: `pass` in an IPython shell, with recording on and off.

Both kinds alternate in one process, so that the machine's moods hit both alike. The spool is the
real one and its thread runs; the server is one that does not answer.

    python benchmarks/empty_cell.py
"""

import os
import statistics
import tempfile
import time

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

ROUNDS = 40
CELLS_PER_ROUND = 50
BAR_MS = 0.5


def cell_ms(shell: InteractiveShell) -> list[float]:
    """Return how long each of some empty cells takes, in milliseconds."""
    times = []
    for _ in range(CELLS_PER_ROUND):
        start = time.perf_counter()
        shell.run_cell("pass", store_history=True)
        times.append((time.perf_counter() - start) * 1000)
    return times


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["CELLTRAIL_HOME"] = folder
        os.environ["CELLTRAIL_URL"] = "http://127.0.0.1:9"
        os.environ["IPYTHONDIR"] = f"{folder}/ipython"
        history = Config(HistoryManager={"hist_file": ":memory:"})
        shell = InteractiveShell.instance(config=history)
        cell_ms(shell)
        off: list[float] = []
        on: list[float] = []
        for _ in range(ROUNDS):
            off += cell_ms(shell)
            shell.extension_manager.load_extension("celltrail")
            on += cell_ms(shell)
            shell.extension_manager.unload_extension("celltrail")
        print(f"{'empty cell, ms':<16}{'median':>10}{'p95':>10}")
        for name, times in {"recording off": off, "recording on": on}.items():
            print(f"{name:<16}{statistics.median(times):>10.3f}{_p95(times):>10.3f}")
        more = statistics.median(on) - statistics.median(off)
        print(f"{'difference':<16}{more:>10.3f}{_p95(on) - _p95(off):>10.3f}")
        print(f"bar: at most {BAR_MS} ms more")

        from celltrail.session import current_session

        current_session().close()


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


if __name__ == "__main__":
    main()
