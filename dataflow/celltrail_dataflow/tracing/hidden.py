"""State without a name that cells share: random generators, environment, folder, files.

It appears in traces as pseudo-variables: `@rng:random`, `@rng:numpy`, `@rng:torch`, `@env`, `@cwd`,
`@file:PATH`.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

import xxhash

from celltrail_dataflow.tracing.traces import Write

_WRITING = set("wax+")
_NOT_DATA = (".py", ".pyc", ".so", ".pyi", ".pth", ".json.tmp")


class HiddenState:
    """Compares the hidden state after a cell run with that before."""

    def __init__(self) -> None:
        self._before: dict[str, str] = {}
        self._files: dict[str, bool] = {}

    def audit(self, event: str, args: tuple[Any, ...]) -> None:
        """Take an audit event of the running cell: which files it opens, and how."""
        if event != "open" or not isinstance(args[0], str):
            return
        path, mode, flags = args
        writes = (
            bool(_WRITING & set(mode)) if mode else bool((flags or 0) & (os.O_WRONLY | os.O_RDWR))
        )
        if _is_data(path):
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
        writes = [Write(name, "state", after[name]) for name in changed]
        writes += [
            Write(f"@file:{path}", "file") for path, is_written in files.items() if is_written
        ]
        return reads, writes


def _states() -> dict[str, str]:
    return {name: _digest(state()) for name, state in _PROBES.items() if name in _available()}


def _available() -> set[str]:
    there = {"@env", "@cwd", "@rng:random"}
    if "numpy" in sys.modules:
        there.add("@rng:numpy")
    if "torch" in sys.modules:
        there.add("@rng:torch")
    return there


def _digest(data: bytes) -> str:
    return xxhash.xxh3_128_hexdigest(data)


def _random() -> bytes:
    import random

    _, internal, gauss = random.getstate()
    # Only the place in the state moves with each draw, the words with each 624.
    return repr((internal[-1], internal[0], internal[1], gauss)).encode()


def _numpy() -> bytes:
    _, keys, *rest = sys.modules["numpy"].random.get_state()
    return bytes(keys.data) + repr(rest).encode()


def _torch() -> bytes:
    return bytes(sys.modules["torch"].get_rng_state().numpy().data)


def _environment() -> bytes:
    return repr(sorted(os.environ.items())).encode("utf-8", "surrogateescape")


def _folder() -> bytes:
    try:
        return os.getcwdb()
    except OSError:  # it was deleted
        return b""


_PROBES: dict[str, Callable[[], bytes]] = {
    "@env": _environment,
    "@cwd": _folder,
    "@rng:random": _random,
    "@rng:numpy": _numpy,
    "@rng:torch": _torch,
}


def _is_data(path: str) -> bool:
    inside = (sys.prefix, sys.base_prefix, "/proc", "/sys", "/dev", "<")
    return not path.startswith(inside) and not path.endswith(_NOT_DATA)
