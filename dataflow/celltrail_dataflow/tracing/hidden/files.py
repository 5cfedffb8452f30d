"""Files and folders: `@file:PATH`.

What Python opens, lists, renames and removes is heard of by audit events. What C code or another
process writes is found when it is read: the file has changed since the last cell that had to do
with it, at a time when some cell ran.
"""

import fnmatch
import importlib
import itertools
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from time import time_ns  # by name: notebooks replace what is in the module
from types import FrameType
from typing import Any, NamedTuple

from celltrail_dataflow.tracing.hidden.auditing import Use, seen_of, uses_of
from celltrail_dataflow.tracing.hidden.cell import TEXT_CHARACTERS, WORD, Cell, Effects
from celltrail_dataflow.tracing.kinds import qualname

_SCRIPTS = (".py", ".sh", ".R", ".jl", ".pl", ".js")
"""What such a file mentions, a process that is given it may read and write."""

SLACK_NS = 12_000_000
"""File systems note times by a clock that may lag so much behind."""

LISTED = 500
"""In a folder with more files only known ones are looked at."""

WATCHED = 20
"""So many of the files that cells had to do with last are looked at after each cell."""

_OWN = f"{Path(__file__).parents[1]}/"
_IMPORTERS = ("<frozen importlib", f"{os.path.dirname(importlib.__file__)}/")
_TESTING = (
    *("exists", "lexists", "isfile", "isdir", "is_file", "is_dir", "stat", "lstat", "getsize"),
    *("getmtime", "samefile"),
)
_NATIVE_PACKAGES = frozenset({
    "pyarrow", "h5py", "tables", "netCDF4", "torch", "xgboost", "lightgbm", "catboost", "polars",
    "duckdb", "fastparquet", "cv2", "soundfile", "rasterio", "tensorflow", "keras", "safetensors",
    "xarray", "dask", "geopandas", "pyogrio", "fiona", "zarr", "tokenizers", "onnxruntime",
})  # fmt: skip
_NATIVE_CALLS = (
    *("read_parquet", "to_parquet", "read_feather", "to_feather", "read_orc", "to_orc"),
    *("read_hdf", "to_hdf", "save_model", "load_model"),
)

_UPDATING = ("to_hdf", "HDFStore", "connect", "attach")
_UPDATING_MODES = frozenset({"a", "a+", "ab", "r+", "r+b", "rb+"})


_QUOTED = re.compile(r"'([^'\n]+\.\w+)'")
_LAZY = frozenset({"LazyFrame", "DuckDBPyRelation", "Relation"})
"""Classes of values that read a file only when they are used."""


def _is_import() -> bool:
    """Whether the audit event comes from the search for modules or installed packages."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_filename.startswith(_OWN):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith(_IMPORTERS)


class _Run(NamedTuple):
    """When a cell ran, and what it had to do with files."""

    cell: int
    started_ns: int
    ended_ns: int
    words: frozenset[str]
    has_children: bool


class Files:
    """Knows who wrote the files that the cells read."""

    def __init__(self, ignored: tuple[str, ...] = ()) -> None:
        self._ignored = ignored
        self._uses: list[Use] = []
        self._runs: list[_Run] = []
        self._left: dict[str, tuple[int, int] | None] = {}
        """How the last cell that had to do with a path left it: time of change and size."""

        self._held: dict[str, set[str]] = {}
        """By name of a value that is read late: its files."""

        self._started_ns = time_ns()
        self.children: list[str] = []
        self.has_heirs = False
        """Whether a process was given the environment as it is."""

    def audit(self, event: str, args: tuple[Any, ...]) -> None:
        """Take an audit event of the running cell."""
        for use in uses_of(event, args):
            if use.kind == "run":
                self.children.append(use.path)
                self.has_heirs |= event != "subprocess.Popen" or args[3] is None
            elif use.kind == "list" and _is_import():
                continue  # whatever else lies there
            elif not use.path.startswith(self._ignored):
                self._uses.append(use)

    def begin(self) -> None:
        """A cell is about to run."""
        self._uses = []
        self.children = []
        self.has_heirs = False
        self._started_ns = time_ns()

    def end(self, cell: Cell, effects: Effects) -> None:
        """Add the files that the cell read and wrote."""
        uses = self._uses
        if cell.children or self._is_native(cell):
            uses = [*uses, *self._mentioned(cell)]
        elif cell.mentions(*_TESTING):
            uses = [*uses, *(Use(path, "read") for path in self._paths(cell))]
        held = {path for name in cell.touches.loads for path in self._held.get(name, ())}
        uses = [*uses, *(Use(path, "read", seen_of(path)) for path in held)]
        patterns = [use.path for use in uses if use.kind == "glob"]
        written: set[str] = set()
        for use in uses:
            self._take(use, written, patterns, effects)
        self._watch(written, effects)
        for path in {use.path for use in uses if use.kind in ("read", "write", "change", "remove")}:
            self._left[path] = seen_of(path)
        for name in cell.touches.writes:
            self._held.pop(name, None)
            if qualname(type(cell.namespace.get(name))) in _LAZY:
                self._held[name] = {use.path for use in uses if use.kind == "read"}
        if any(use.is_relative for use in uses):
            effects.read("@cwd")
        if written:
            effects.read("@umask")
        if cell.mentions("umask"):
            effects.write("@umask")
        self._runs.append(
            _Run(
                cell.index,
                self._started_ns,
                time_ns(),
                frozenset(cell.words),
                bool(cell.children),
            )
        )

    def _watch(self, written: set[str], effects: Effects) -> None:
        """Note changes of files that were opened before, as by an open file or a database."""
        for path in list(itertools.islice(reversed(self._left), WATCHED)):
            if path not in written and self._left[path] != (seen := seen_of(path)):
                self._left[path] = seen
                # That something came into a folder matters to those only that list it.
                name = f"@folder:{path}" if os.path.isdir(path) else f"@file:{path}"
                effects.read(name)
                effects.write(name)

    def _take(self, use: Use, written: set[str], patterns: list[str], effects: Effects) -> None:
        if use.kind == "glob":
            return
        for parent in _parents(use.path):
            if parent in self._left:
                effects.read(f"@file:{parent}")
        if use.kind == "list":
            self._list(use.path, patterns, effects)
            return
        makes = use.kind == "change" and use.seen is None  # such as appending to what is not there
        if use.kind in ("read", "change", "remove") and not makes and use.path not in written:
            self._read(use.path, effects, use.seen)
        if use.kind in ("write", "change", "remove"):
            written.add(use.path)
            effects.write(f"@file:{use.path}")

    def _read(self, path: str, effects: Effects, seen: tuple[int, int] | None) -> None:
        effects.read(f"@file:{path}")
        if seen is None or self._left.get(path) == seen:
            return
        for run, is_certain in self._writers(path, seen[0]):
            effects.sources.append((f"@file:{path}", run.cell, is_certain))

    def _writers(self, path: str, changed_ns: int) -> Iterator[tuple[_Run, bool]]:
        """Yield the cells that ran when a file changed, and whether it was surely they."""
        runs = [
            run
            for run in self._runs
            if run.started_ns <= changed_ns + SLACK_NS and changed_ns <= run.ended_ns
        ]
        named = [run for run in runs if os.path.basename(path) in run.words]
        named = named or [run for run in runs if run.has_children]
        exact = [run for run in runs if run.started_ns <= changed_ns]
        for run in named or exact or runs:
            yield run, bool(named) or len(runs) == 1

    def _list(self, folder: str, patterns: list[str], effects: Effects) -> None:
        if folder in self._left:
            effects.read(f"@file:{folder}")
            effects.read(f"@folder:{folder}")
        paths = {path for path in self._left if os.path.dirname(path) == folder}
        if os.path.isdir(folder):
            with os.scandir(folder) as entries:
                paths.update(entry.path for entry in itertools.islice(entries, LISTED))
        for path in paths:
            name = os.path.basename(path)
            if patterns and not any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
                continue
            seen = seen_of(path)
            if path in self._left or (seen and self._runs and seen[0] > self._runs[0].started_ns):
                self._read(path, effects, seen)

    def _is_native(self, cell: Cell) -> bool:
        return cell.mentions(*_NATIVE_CALLS) or not _NATIVE_PACKAGES.isdisjoint(cell.packages)

    def _paths(self, cell: Cell) -> Iterator[str]:
        """Yield the paths of files that the cell has at hand."""
        texts = {*cell.texts, *(cell.words if cell.children else ())}
        for script in [text for text in texts if cell.children and text.endswith(_SCRIPTS)]:
            texts |= _words_of(script)
        texts |= {one for text in cell.texts for one in _QUOTED.findall(text)}  # in a query
        for text in texts:
            if 0 < len(text) < 1000 and "\n" not in text and "\0" not in text:
                path = os.path.abspath(text)
                if path in self._left or os.path.isfile(path) or self._is_new(path):
                    yield path

    def _is_new(self, path: str) -> bool:
        seen = seen_of(path)
        return seen is not None and seen[0] + SLACK_NS >= self._started_ns

    def _mentioned(self, cell: Cell) -> Iterator[Use]:
        """Yield what C code or another process may have done to files that the cell mentions."""
        heard = {use.path for use in self._uses}
        for path in self._paths(cell):
            if path in heard:
                continue
            seen = seen_of(path)
            before = self._left.get(path)
            is_new = seen is not None and seen[0] + SLACK_NS >= self._started_ns
            if seen == before if path in self._left else not is_new:
                yield Use(path, "list" if os.path.isdir(path) else "read", seen)
            else:
                yield Use(path, "change" if before and _may_update(cell) else "write", before)


def _may_update(cell: Cell) -> bool:
    """Whether a file that C code or another process wrote may keep what was in it before."""
    if "w" in cell.texts:
        return False
    is_update = not _UPDATING_MODES.isdisjoint(cell.texts) or cell.mentions(*_UPDATING)
    return bool(cell.children) or is_update


def _words_of(script: str) -> set[str]:
    try:
        text = Path(script).read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        return set()
    return set(WORD.findall(text[:TEXT_CHARACTERS]))


def _parents(path: str) -> Iterator[str]:
    while (parent := os.path.dirname(path)) != path:
        yield parent
        path = parent
