"""Environment variables and the working folder: `@env:HOME`, `@cwd`."""

import os

from celltrail_dataflow.tracing.hidden.cell import Cell, Effects, changes

_READING = ("environ", "environb", "getenv", "getenvb", "expandvars")
_MAGICS = frozenset({"env", "set_env"})
_LOCATING = (
    *("getcwd", "getcwdb", "cwd", "abspath", "realpath", "resolve", "absolute", "relpath"),
    *("listdir", "scandir", "iterdir", "walk", "glob", "iglob", "rglob", "chdir"),
)


class Environment:
    """Compares the environment and the working folder."""

    def __init__(self) -> None:
        self._before: dict[str, str] = {}
        self._folder = ""
        self._written: set[str] = set()

    def begin(self) -> None:
        """A cell is about to run."""
        # What is behind it: to decode each value takes seventy times as long.
        self._before = dict(os.environ._data)  # type: ignore[attr-defined]
        self._folder = folder()

    def end(self, cell: Cell, effects: Effects) -> None:
        """Add the variables that the cell set, and those that it may have read."""
        written = []
        for key, value in changes(self._before, os.environ._data):  # type: ignore[attr-defined]
            name = os.fsdecode(key)
            effects.write(f"@env:{name}", value or "")
            written.append(name)
        if self._written:
            self._read(cell, effects, set(written))
        self._written.update(written)
        now = folder()
        if "@cwd" in self._written and (cell.children or cell.mentions(*_LOCATING)):
            effects.read("@cwd")
        if now != self._folder:
            effects.write("@cwd", now)
            self._written.add("@cwd")

    def _read(self, cell: Cell, effects: Effects, own: set[str]) -> None:
        has_magic = not _MAGICS.isdisjoint(cell.touches.texts) and cell.mentions("run_line_magic")
        if not (has_magic or cell.children or cell.mentions(*_READING)):
            return
        known = self._written - {"@cwd"}
        if not (cell.touches.has_subscripted or cell.mentions("get", "getenv", "pop")):
            known -= own  # set, and not looked at before
        named = known & cell.words
        for name in named:
            effects.read(f"@env:{name}")
        if not (named or own):  # all of it, or of a name that is made at run time
            for name in known:
                effects.read(f"@env:{name}", is_certain=not cell.children)


def folder() -> str:
    """Return the working folder; empty if it was deleted."""
    try:
        return os.getcwd()
    except OSError:
        return ""
