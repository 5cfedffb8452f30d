"""Standard streams that a cell has replaced: `@stream:stdout`.

Who replaces them around cells, to show or to capture what they print, is not meant.
"""

import sys

from celltrail_dataflow.tracing.hidden.cell import Cell, Effects

_STREAMS = {"stdout": ("stdout", "print"), "stderr": ("stderr",), "stdin": ("stdin", "input")}
"""By stream: what a cell mentions that uses it."""


class Streams:
    """Follows the streams that cells have set."""

    def __init__(self) -> None:
        self._before: dict[str, int] = {}
        self._set: dict[str, int] = {}

    def begin(self) -> None:
        """A cell is about to run."""
        self._before = _ids()

    def end(self, cell: Cell, effects: Effects) -> None:
        """Add the streams that the cell replaced, and those that it used."""
        for name, now in _ids().items():
            is_ours = self._set.get(name) == self._before[name]
            if is_ours and cell.mentions(*_STREAMS[name]):
                effects.read(f"@stream:{name}")
                effects.write(f"@stream:{name}")
                effects.objects.add(self._before[name])
            if now != self._before[name]:
                effects.write(f"@stream:{name}")
                self._set[name] = now


def _ids() -> dict[str, int]:
    return {name: id(getattr(sys, name)) for name in _STREAMS}
