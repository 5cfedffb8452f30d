"""One line that says how far something is, and is gone in the end."""

import sys
import time
from types import TracebackType

from celltrail_dataflow.tracing.traces import Execution

QUIET_SECONDS = 1.0
"""What is over sooner says nothing."""

_WIDTH = 78


class Progress:
    """Shows which cell run is being replayed, in the last line of the output."""

    def __enter__(self) -> "Progress":
        self._started_seconds = time.monotonic()
        self._line = ""
        return self

    def __call__(self, number: int, count: int, cell: Execution) -> None:
        """Cell run `cell`, the `number`th of `count`, is being run again."""
        if time.monotonic() - self._started_seconds > QUIET_SECONDS:
            code = " ".join(cell.source.split())
            self._show(f"running {number} of {count} cell runs again: [{cell.ordinal}] {code}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._show("")

    def _show(self, line: str) -> None:
        if line != self._line:
            sys.stdout.write(f"\r{line[:_WIDTH]:<{_WIDTH}}" if line else f"\r{'':<{_WIDTH}}\r")
            sys.stdout.flush()
        self._line = line
