"""The current figure of matplotlib: `@figure`."""

import sys
from typing import Any

from celltrail_dataflow.tracing.hidden.cell import Cell, Effects

_MAKING = ("figure", "subplots", "subplot_mosaic")


class Figures:
    """Follows what pyplot draws on without being told."""

    def __init__(self) -> None:
        self._before: int | None = None

    def begin(self) -> None:
        """A cell is about to run."""
        self._before = _current()

    def end(self, cell: Cell, effects: Effects) -> None:
        """Add whether the cell drew on the current figure, or made another the current one."""
        now = _current()
        if now is None and self._before is None:
            return
        if now == self._before and not cell.draws:
            return
        effects.write("@figure")
        if self._before is not None and not cell.mentions(*_MAKING):
            effects.read("@figure")
            effects.objects.add(self._before)


def _current() -> int | None:
    """Return the id of the current figure."""
    helpers: Any = sys.modules.get("matplotlib._pylab_helpers")
    manager = helpers.Gcf.get_active() if helpers and helpers.Gcf.figs else None
    return id(manager.canvas.figure) if manager else None
