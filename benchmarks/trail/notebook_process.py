"""Runs cells in a plain IPython shell and tells what each has shown; with a trail if wanted.

python -m benchmarks.trail.notebook_process REQUEST ANSWER
"""

import importlib
import io
import os
import random
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import msgspec
import numpy
import xxhash
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from celltrail_dataflow.tracing.traces import Execution

PRELOADED = (
    *("matplotlib.pyplot", "seaborn", "sklearn.ensemble", "sklearn.cluster", "sklearn.svm"),
    *("sklearn.linear_model", "sklearn.pipeline", "statsmodels.api", "statsmodels.formula.api"),
)


class Request(msgspec.Struct):
    """Cells to run, each with its execution count."""

    cells: list[tuple[int, str]]
    is_traced: bool


class Answer(msgspec.Struct):
    """What each cell has shown: text, and figures as digests of their pixels."""

    outputs: list[str]
    seconds: float
    trail: list[Execution]


class Console(io.StringIO):
    """What cells print; the same stream for all of them, as in a kernel."""


class Shell(InteractiveShell):
    """A shell without an event loop, for which `%matplotlib` asks."""

    def enable_gui(self, gui: str | None = None) -> None:
        """Nobody looks."""


def main(request_file: str, answer_file: str) -> None:
    """Run the cells of the request and write the answer."""
    request = msgspec.json.decode(Path(request_file).read_bytes(), type=Request)
    quiet = {"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}}
    shell = Shell.instance(config=Config(quiet))
    if request.is_traced:
        shell.extension_manager.load_extension("celltrail")
    sys.stdout, sys.stderr = Console(), Console()
    started = time.perf_counter()
    outputs = [run(shell, count, source) for count, source in request.cells]
    seconds = time.perf_counter() - started
    trail: list[Execution] = []
    if request.is_traced:
        from celltrail_magics.explaining import latest

        trail = list(latest().trail)
    Path(answer_file).write_bytes(msgspec.json.encode(Answer(outputs, seconds, trail)))


def serve() -> None:
    """Answer requests from standard input, each with its folder, by a process of its own."""
    warnings.filterwarnings("ignore", "This process .* is multi-threaded")  # by pyarrow's, idle
    for module in PRELOADED:
        importlib.import_module(module)
    for line in sys.stdin:
        folder = line.strip()
        pid = os.fork()
        if pid == 0:
            os.chdir(f"{folder}/work")
            os.environ |= {"HOME": folder, "IPYTHONDIR": f"{folder}/ipython"}
            random.seed()  # or else all would draw the same
            numpy.random.seed()
            main(f"{folder}/request", f"{folder}/answer")
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def run(shell: Any, count: int, source: str) -> str:
    """Run a cell and return what it has shown."""
    shell.execution_count = count
    printed = len(sys.stdout.getvalue())
    with capture_output(stdout=False, stderr=False) as captured:
        shell.run_cell(source, store_history=True)
    shown = [sys.stdout.getvalue()[printed:]]
    for output in captured.outputs:
        shown.append(output.data.get("text/plain", ""))
        if image := output.data.get("image/png"):
            shown.append(f"image {xxhash.xxh3_64_hexdigest(str(image).encode())}")
    return "\n".join([*shown, *figures()])


def figures() -> list[str]:
    """Return digests of the open figures and close them, as a notebook does after a cell."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return []
    found = []
    for number in pyplot.get_fignums():
        canvas = pyplot.figure(number).canvas
        canvas.draw()
        found.append(f"figure {xxhash.xxh3_64_hexdigest(bytes(canvas.buffer_rgba()))}")
    pyplot.close("all")
    return found


if __name__ == "__main__":
    main(*sys.argv[1:]) if sys.argv[1:] else serve()
