"""State without a name that cells share: random generators, environment, folder, files.

It appears in traces as pseudo-variables: `@rng:random`, `@rng:numpy`, `@rng:torch`, `@env`, `@cwd`,
`@file:PATH`.
"""

import os
import sys
from typing import Any

import xxhash

from celltrail_dataflow.tracing.traces import Write

_WRITING = set("wax+")
_NOT_DATA = (".py", ".pyc", ".so", ".pyi", ".pth", ".json.tmp")


class HiddenState:
    """Compares the hidden state after a cell run with that before."""

    def __init__(self, ignored: tuple[str, ...] = ()) -> None:
        """ignored: the beginnings of paths of files that do not count."""
        self._ignored = ignored
        self._before: dict[str, Any] = {}
        self._files: dict[str, bool] = {}

    def audit(self, event: str, args: tuple[Any, ...]) -> None:
        """Take an audit event of the running cell: which files it opens, and how."""
        if event != "open" or not isinstance(args[0], str):
            return
        path, mode, flags = args
        writes = (
            bool(_WRITING & set(mode)) if mode else bool((flags or 0) & (os.O_WRONLY | os.O_RDWR))
        )
        if _is_data(path) and not path.startswith(self._ignored):
            full = os.path.abspath(path)
            self._files[full] = self._files.get(full, False) or writes

    def begin(self) -> None:
        """A cell is about to run."""
        self._files = {}
        self._before = _states()

    def end(self) -> tuple[list[str], list[Write]]:
        """Return the pseudo-variables that the cell run read, and those that it wrote."""
        after = _states()
        changed = [name for name, state in after.items() if self._before.get(name, state) != state]
        files, self._files = self._files, {}
        reads = [name for name in changed if name.startswith("@rng")]  # drawn from: depends on it
        reads += [f"@file:{path}" for path, writes in files.items() if not writes]
        writes = [Write(name, "state", _digest(after[name])) for name in changed]
        writes += [
            Write(f"@file:{path}", "file") for path, is_written in files.items() if is_written
        ]
        return reads, writes


def _states() -> dict[str, Any]:
    """Return copies to compare; hashing them is left for those that differ."""
    modules = sys.modules
    # What is behind it: to decode each value, twice a cell, takes seventy times as long.
    environ = dict(os.environ._data)  # type: ignore[attr-defined]
    states: dict[str, Any] = {"@env": environ, "@cwd": _folder()}
    if "random" in modules:
        states["@rng:random"] = modules["random"].getstate()
    if "numpy.random" in modules:
        kind, keys, *rest = modules["numpy.random"].get_state()
        states["@rng:numpy"] = (kind, keys.tobytes(), rest)
    if "torch" in modules:
        states["@rng:torch"] = modules["torch"].get_rng_state().numpy().tobytes()
    return states


def _digest(state: Any) -> str:
    return xxhash.xxh3_128_hexdigest(repr(state).encode("utf-8", "surrogateescape"))


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was deleted
        return ""


def _is_data(path: str) -> bool:
    inside = (sys.prefix, sys.base_prefix, "/proc", "/sys", "/dev", "<")
    return not path.startswith(inside) and not path.endswith(_NOT_DATA)
