"""Do slices of natural notebooks show in a fresh process what the notebook showed?

Each notebook of `tests/notebooks` runs once, in its own order, with cells run again and out of
order. Each cell run that shows something is a target: its slice runs in a process of its own, with
an empty namespace and libraries loaded but not used, and what it shows there (text, and figures
pixel by pixel) is compared. What two runs of the whole notebook do not show alike is no target.

    python -m benchmarks.trail.natural [NOTEBOOK ...]
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from benchmarks.trail.notebook_process import Answer, Request

from celltrail_dataflow.tracing.traces import Read
from celltrail_dataflow.tracing.trail import Trail

NOTEBOOKS = Path(__file__).parents[2] / "tests" / "notebooks"
_CELL = re.compile(r"^# %%.*\n", re.MULTILINE)
_ORDER = re.compile(r"^# run: (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Target:
    """A cell run that shows something, and whether its slice shows the same.

    needs_maybe: it does so only with the cell runs that it may depend on.
    """

    ordinal: int
    slice_size: int
    is_same: bool
    needs_maybe: bool
    missing: str = ""


@dataclass(frozen=True)
class Result:
    """What came of one notebook."""

    name: str
    targets: list[Target]
    unrepeatable: int
    plain_seconds: float
    traced_seconds: float


def read_runs(path: Path) -> list[str]:
    """Return the sources of a notebook's cell runs, in order."""
    head, *cells = _CELL.split(path.read_text(encoding="utf-8"))
    order = _ORDER.search(head)
    numbers = map(int, order[1].split()) if order else range(1, len(cells) + 1)
    return [cells[number - 1].strip("\n") for number in numbers]


def run_cells(cells: list[tuple[int, str]], *, is_traced: bool) -> Answer:
    """Run cells, each with its execution count, in a fresh process and an empty folder."""
    with _asked(cells, is_traced=is_traced) as folder:
        command = [sys.executable, "-m", "benchmarks.trail.notebook_process"]
        done = subprocess.run(
            [*command, f"{folder}/request", f"{folder}/answer"],
            cwd=f"{folder}/work",
            env=_environment(folder),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"a notebook died: {done.stderr[-2000:]}")
        return msgspec.json.decode(Path(folder, "answer").read_bytes(), type=Answer)


class Forks:
    """Runs cells in processes that are forked from one with the libraries loaded."""

    def __enter__(self) -> "Forks":
        self._home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.trail.notebook_process"],
            env=_environment(self._home.name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._server.communicate()
        self._home.cleanup()

    def run(self, cells: list[tuple[int, str]]) -> Answer:
        """Run cells, each with its execution count, in an empty folder."""
        assert self._server.stdin
        assert self._server.stdout
        with _asked(cells, is_traced=False) as folder:
            print(folder, file=self._server.stdin, flush=True)
            if self._server.stdout.readline().strip() != "0":
                raise RuntimeError("a slice has died")
            return msgspec.json.decode(Path(folder, "answer").read_bytes(), type=Answer)


@contextmanager
def _asked(cells: list[tuple[int, str]], *, is_traced: bool) -> Iterator[str]:
    """Yield a folder with the request, and an empty one to work in."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder, "request").write_bytes(msgspec.json.encode(Request(cells, is_traced)))
        Path(folder, "work").mkdir()
        yield folder


def _environment(folder: str) -> dict[str, str]:
    return os.environ | {
        "CELLTRAIL_HOME": f"{folder}/home",
        "CELLTRAIL_URL": "http://127.0.0.1:9",
        "IPYTHONDIR": f"{folder}/ipython",
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",  # a process with threads had better not fork
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(NOTEBOOKS.parents[1]), *sys.path])),
    }


@dataclass(frozen=True)
class Session:
    """A notebook that ran twice. Cell runs go by their place in it, from 0."""

    cells: list[tuple[int, str]]
    traced: Answer
    again: Answer

    @property
    def shown(self) -> list[int]:
        """The cell runs that have shown something."""
        return [n for n, output in enumerate(self.traced.outputs) if output.strip()]

    @property
    def targets(self) -> list[int]:
        """Those that have shown the same both times."""
        return [n for n in self.shown if self.traced.outputs[n] == self.again.outputs[n]]

    def slice_of(self, target: int) -> tuple[set[int], set[int]]:
        """Return the cell runs that the output depends on, and those that it may depend on."""
        execution = self.traced.trail[target]
        reads = [Read("output", execution.execution_id)]
        found = Trail(self.traced.trail).explain("output", reads)
        first = self.traced.trail[0].ordinal
        certain = {one.ordinal - first for one in found.executions}
        return certain, {one.execution.ordinal - first for one in found.maybe}

    def replay(self, forks: Forks, places: Collection[int]) -> str:
        """Return what the last of some cell runs shows when only they run."""
        return forks.run([self.cells[place] for place in sorted(places)]).outputs[-1]


def find_notebooks(names: Collection[str]) -> list[Path]:
    """Return the notebooks of these names, all of them if there are none."""
    return sorted(path for path in NOTEBOOKS.glob("*.py") if not names or path.stem in names)


def run_notebook(path: Path) -> Session:
    """Run a notebook, traced and not traced."""
    cells = list(enumerate(read_runs(path), start=1))
    return Session(cells, run_cells(cells, is_traced=True), run_cells(cells, is_traced=False))


def measure(path: Path) -> Result:
    """Run a notebook, and the slice of each cell run that shows something."""
    session = run_notebook(path)
    with Forks() as forks:
        targets = [_replay(forks, session, target) for target in session.targets]
    unrepeatable = len(session.shown) - len(targets)
    seconds = session.again.seconds, session.traced.seconds
    return Result(path.stem, targets, unrepeatable, *seconds)


def _replay(forks: Forks, session: Session, target: int) -> Target:
    certain, maybe = session.slice_of(target)
    wanted = session.traced.outputs[target]
    for needs_maybe, places in ((False, certain), (True, certain | maybe)):
        output = session.replay(forks, places)
        if output == wanted:
            return Target(target + 1, len(places), True, needs_maybe)
        if not maybe:
            break
    return Target(target + 1, len(places), False, bool(maybe), f"{wanted!r} != {output!r}")


def main(names: list[str]) -> None:
    """Print a row for each notebook, and the total."""
    print(f"{'notebook':<28}{'targets':>8}{'same':>6}{'maybe':>7}{'slice':>7}{'time':>7}")
    results = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in pool.map(measure, find_notebooks(names)):
            results.append(result)
            print("\n".join(_rows(result)), flush=True)
    targets = [target for result in results for target in result.targets]
    same = sum(target.is_same for target in targets)
    plain, traced = (sum(getattr(r, f"{k}_seconds") for r in results) for k in ("plain", "traced"))
    print(f"{same} of {len(targets)} ({same / len(targets):.1%}) show the same")
    together = sum(one.slice_size for one in targets) / sum(one.ordinal for one in targets)
    print(f"slice / cell runs up to its target: {_mean_slice(targets):.2f} as mean of the targets,")
    print(f"  {together:.2f} for all slices together")
    print(f"time x{traced / plain:.2f}; not repeatable: {sum(r.unrepeatable for r in results)}")


def _rows(result: Result) -> Iterator[str]:
    same = sum(target.is_same for target in result.targets)
    maybe = sum(target.needs_maybe for target in result.targets)
    size, ratio = _mean_slice(result.targets), result.traced_seconds / result.plain_seconds
    counts = f"{len(result.targets):>8}{same:>6}{maybe:>7}"
    yield f"{result.name:<28}{counts}{size:>7.2f}{ratio:>7.2f}"
    for target in result.targets:
        if not target.is_same:
            yield f"    run {target.ordinal} shows another: {target.missing[:300]}"


def _mean_slice(targets: list[Target]) -> float:
    return sum(one.slice_size / one.ordinal for one in targets) / max(1, len(targets))


if __name__ == "__main__":
    main(sys.argv[1:])
