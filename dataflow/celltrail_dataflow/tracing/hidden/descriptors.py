"""What waits in pipes behind file descriptors, which are only numbers: `@descriptors`."""

import os

from celltrail_dataflow.tracing.hidden.cell import Cell, Effects

_NAMES = ("read", "write", "readv", "writev", "splice", "sendfile")


class Descriptors:
    """Follows what cells put through descriptors, and take from them."""

    def begin(self) -> None:
        """A cell is about to run."""

    def end(self, cell: Cell, effects: Effects) -> None:
        """Add what the cell did."""
        if not cell.mentions(*_NAMES):
            return
        functions = [getattr(os, name, None) for name in _NAMES]
        if any(value in functions for chain, value in cell.objects.items() if chain[-1] in _NAMES):
            effects.read("@descriptors")
            effects.write("@descriptors")
