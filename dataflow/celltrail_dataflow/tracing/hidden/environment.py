"""Environment variables and the working folder: `@env:HOME`, `@cwd`."""

import os
from typing import Any

from celltrail_dataflow.tracing.hidden.cell import Cell, Effects, changes

PUTTING = frozenset({"os.putenv", "os.unsetenv"})
"""The audit events that tell of a variable that was set."""

_READING = ("environ", "environb", "getenv", "getenvb", "expandvars")
_MAGICS = frozenset({"env", "set_env"})
_LOCATING = (
    *("getcwd", "getcwdb", "cwd", "abspath", "realpath", "resolve", "absolute", "relpath"),
    *("listdir", "scandir", "iterdir", "walk", "glob", "iglob", "rglob", "chdir"),
)


class Environment:
    """Compares the environment and the working folder."""

    def __init__(self) -> None:
        self._before: dict[Any, Any] = {}
        self._folder = ""
        self._written: set[str] = set()
        self._put: dict[str, object] = {}

    def audit(self, name: bytes, value: bytes | None = None) -> None:
        """A variable was set, or taken away: by `os.environ`, or for other processes alone."""
        self._put[os.fsdecode(name)] = value

    def begin(self) -> None:
        """A cell is about to run."""
        # What is behind it: to decode each value takes seventy times as long.
        self._put = {}
        self._before = dict(_variables())
        self._folder = folder()

    def end(self, cell: Cell, effects: Effects) -> None:
        """Add the variables that the cell set, and those that it may have read."""
        written = []
        for key, value in changes(self._before, _variables()):
            name = os.fsdecode(key)
            effects.write(f"@env:{name}", value or "")
            written.append(name)
        for name, value in self._put.items():
            if _variables().get(os.fsencode(name)) != value:
                effects.write(f"@env:{name}", value or "")
                written.append(name)
        if self._written:
            self._read(cell, effects, set(written))
        self._written.update(written)
        now = folder()
        if "@cwd" in self._written and (cell.children or cell.reaches(*_LOCATING)):
            effects.read("@cwd")
        if now != self._folder:
            effects.write("@cwd", now)
            self._written.add("@cwd")

    def _read(self, cell: Cell, effects: Effects, own: set[str]) -> None:
        has_magic = not _MAGICS.isdisjoint(cell.touches.texts) and cell.mentions("run_line_magic")
        if cell.reaches("tzset") and "TZ" in self._written - own:
            effects.read("@env:TZ")
        if not (has_magic or cell.has_heirs or cell.reaches(*_READING)):
            return
        known = self._written - {"@cwd"}
        if not (cell.touches.has_subscripted or cell.reaches("get", "getenv", "pop")):
            known -= own  # set, and not looked at before
        named = known & (cell.words | cell.elsewhere.texts)
        for name in named:
            effects.read(f"@env:{name}")
        if not (named or own):  # all of it, or of a name that is made at run time
            for name in known:
                effects.read(f"@env:{name}", is_certain=not cell.has_heirs)


def _variables() -> dict[Any, Any]:
    """Return the variables as they are kept, as bytes; or what the user has put in their place."""
    environ: Any = os.environ
    variables: dict[Any, Any] = getattr(environ, "_data", environ)
    return variables


def folder() -> str:
    """Return the working folder; empty if it was deleted."""
    try:
        return os.getcwd()
    except OSError:
        return ""
