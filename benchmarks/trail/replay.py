"""What a verified replay costs, as a ratio to running the same cells in a fresh IPython process.

For some natural notebooks: the last variable that they make is replayed through `celltrail.replay`
(process, folder, tracing, comparing), and the same cell runs are run plainly.

    python -m benchmarks.trail.replay
"""

import os
import tempfile
import time
from pathlib import Path

from benchmarks.trail.natural import NOTEBOOKS, read_runs, run_cells
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

CASES = {"shortest_paths": "total", "monte_carlo": "exact", "wine_pca": "loadings", "ab_test": "z"}
ROUNDS = 3


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        os.environ |= {
            "CELLTRAIL_HOME": home,
            "CELLTRAIL_URL": "http://127.0.0.1:9",
            "IPYTHONDIR": f"{home}/ipython",
            "MPLBACKEND": "agg",
        }
        work = Path(home, "work")
        work.mkdir()
        os.chdir(work)
        print(f"{'notebook':<18}{'runs':>6}{'plain, s':>10}{'replay, s':>11}{'ratio':>8}  verdict")
        for name, target in CASES.items():
            print(_row(name, target), flush=True)
        os.chdir(NOTEBOOKS)  # IPython looks at its folder once more when it ends


def _row(name: str, target: str) -> str:
    import celltrail

    quiet = Config(HistoryManager={"enabled": False})
    shell = InteractiveShell(config=quiet)
    shell.extension_manager.load_extension("celltrail")
    with capture_output():
        for source in read_runs(NOTEBOOKS / f"{name}.py"):
            shell.run_cell(source, store_history=True)
    executions = celltrail.explain(target).executions
    cells = [(one.execution_count or 0, one.source) for one in executions]
    plain, again = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        run_cells(cells, is_traced=False)
        plain.append(time.perf_counter() - started)
        started = time.perf_counter()
        found = celltrail.replay(target)
        again.append(time.perf_counter() - started)
    shell.extension_manager.unload_extension("celltrail")
    times = f"{min(plain):>10.2f}{min(again):>11.2f}{min(again) / min(plain):>8.2f}"
    return f"{name:<18}{len(cells):>6}{times}  {found.verdict.partition(':')[0]}"


if __name__ == "__main__":
    main()
