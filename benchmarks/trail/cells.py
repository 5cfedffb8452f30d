"""Runs the cells of `cost.py` under one tool and prints what each took; needs only IPython.

python cells.py plain|celltrail|ipyflow|kishu FOLDER
"""

import contextlib
import io
import json
import os
import sys
import time
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell

EMPTY_CELLS = 100
LOOPS = 10
READS = 4
PAUSE_SECONDS = 0.005
"""Before each cell: whoever runs them takes longer, and IPython writes its history meanwhile."""
FITS = 2

IDLE = """
import numpy as np
idle = [np.full(12_500_000, float(number)) for number in range(20)]
for number in range(1000):
    globals()[f"v{number}"] = number / 7
"""
LOOP = """
total = 0
for i in range(1_000_000):
    total += i % 7
"""
FUNCTION = """
def work(n):
    total = 0
    for i in range(n):
        total += i % 7
    return total
"""
OBJECTS = {
    "array, 400 MB": ("a = np.arange(50_000_000.0)", "first = a[0]"),
    "list of 1M": ("l = list(range(1_000_000))", "first = l[0]"),
    "dict of 200k lists": ("d = {n: [n, n + 1] for n in range(200_000)}", "first = d[0]"),
    "column of 500k strings": (
        "import pandas as pd\nf = pd.DataFrame({'s': [f'text {n}' for n in range(500_000)]})",
        "first = f['s'][0]",
    ),
}
FOREST = """
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
X, y = make_classification(4000, 20, random_state=0)
"""
FIT = "model = RandomForestClassifier(40, random_state=0).fit(X, y)"


class Bench:
    """A shell with a tool in it, and what its cells took."""

    def __init__(self, tool: str, folder: Path) -> None:
        self.shell = _LOADERS[tool](folder)
        self.cells: dict[str, list[float]] = {}
        self.memory: dict[str, tuple[int, int]] = {}
        """Bytes that a read took at its peak, and those of the object that it read."""

    def run(self, source: str, name: str = "") -> None:
        """Run a cell; its milliseconds go under `name`."""
        time.sleep(PAUSE_SECONDS)
        began = time.perf_counter()
        result = self.shell.run_cell(source, store_history=True)
        took = (time.perf_counter() - began) * 1000
        if not result.success:
            raise SystemExit(f"the cell failed: {source}")
        if name:
            self.cells.setdefault(name, []).append(took)

    def run_all(self) -> None:
        """Run the cells, every tool the same ones in the same order."""
        for _ in range(EMPTY_CELLS):
            self.run("pass", "empty")
        self.run(IDLE)
        for _ in range(EMPTY_CELLS):
            self.run("pass", "empty, 1,000 variables and 2 GB idle")
        self.run("del idle")
        for _ in range(LOOPS):
            self.run(LOOP, "loop of 1M, top level")
        self.run(FUNCTION)
        for _ in range(LOOPS):
            self.run("total = work(1_000_000)", "loop of 1M, function")
        for name, (make, read) in OBJECTS.items():
            before = _resident()
            self.run(make)
            size = _resident() - before
            for number in range(READS):
                if number == 1:
                    _forget_peak()
                    before = _resident()
                self.run(read, f"read one of {name}")
            self.memory[name] = (max(0, _peak() - before), size)
        self.run(FOREST)
        for _ in range(FITS):
            self.run(FIT, "random forest")


def _plain(folder: Path) -> InteractiveShell:
    return InteractiveShell.instance()


def _celltrail(folder: Path) -> InteractiveShell:
    os.environ["CELLTRAIL_HOME"] = str(folder / "celltrail")
    os.environ["CELLTRAIL_URL"] = "http://127.0.0.1:9"  # nobody: it waits in the spool
    shell = InteractiveShell.instance()
    shell.extension_manager.load_extension("celltrail")
    return shell


def _ipyflow(folder: Path) -> InteractiveShell:
    shell = InteractiveShell.instance()
    shell.extension_manager.load_extension("ipyflow.shell")
    return shell


def _kishu(folder: Path) -> InteractiveShell:
    # Its own switch for use without a front end, which it would ask to save the notebook.
    os.environ["ENV_KISHU_TEST_MODE"] = "1"
    os.environ["KISHU_PATH_ROOT"] = str(folder)
    import nbformat
    from kishu.jupyterint import KishuForJupyter
    from kishu.notebook_id import NotebookId

    notebook = folder / "notebook.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), notebook)
    shell = InteractiveShell.instance()
    KishuForJupyter(NotebookId("cost", notebook, "kernel"), shell).install_kishu_hooks()
    return shell


_LOADERS = {"plain": _plain, "celltrail": _celltrail, "ipyflow": _ipyflow, "kishu": _kishu}


def _resident() -> int:
    return _status("VmRSS")


def _peak() -> int:
    return _status("VmHWM")


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(f"{field}:")]
    return int(line.split()[1]) << 10


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def main() -> None:
    """Run the cells and print the measurements as JSON."""
    tool, folder = sys.argv[1], Path(sys.argv[2])
    os.environ["IPYTHONDIR"] = str(folder / "ipython")
    bench = Bench(tool, folder)
    with contextlib.redirect_stdout(io.StringIO()):
        bench.run_all()
    json.dump({"cells": bench.cells, "memory": bench.memory}, sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # what a tool does at the end is not measured


if __name__ == "__main__":
    main()
