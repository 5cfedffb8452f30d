"""Interrupts by the user that come while a hook keeps its books: they wait until it has done so.

IPython swallows what comes in a hook, and would run the cell that was to be interrupted.
"""

import functools
import signal

# What is behind the functions of `signal`, which take five times as long.
from _signal import getsignal  # type: ignore[import-not-found]
from _signal import signal as set_handler
from collections.abc import Callable
from types import FrameType
from typing import Any

type Interrupt = Callable[[], object]
"""Does what the interrupt would have done, such as to raise `KeyboardInterrupt`."""


class HeldBack:
    """Holds interrupts back while it is entered; only the main thread gets any.

    pass_on: called afterwards if one has come; returns whether it has found a place for it.
    """

    def __init__(self, pass_on: Callable[[Interrupt], bool]) -> None:
        self._pass_on = pass_on
        self._handler: Any = None
        self._has_come = False
        self.is_lifted = False
        """Whether interrupts are let through meanwhile."""

    def __enter__(self) -> "HeldBack":
        handler = getsignal(signal.SIGINT)
        if callable(handler):  # else it is ignored, ends the process, or is none of Python's
            try:
                set_handler(signal.SIGINT, self._hold)
            except ValueError:  # in another thread
                return self
            self._handler = handler
        return self

    def __exit__(self, *_: object) -> None:
        if self._handler is not None:
            set_handler(signal.SIGINT, self._handler)
            if self._has_come:
                interrupt = functools.partial(self._handler, signal.SIGINT, None)
                if not self._pass_on(interrupt):
                    interrupt()

    def _hold(self, number: int, frame: FrameType | None) -> None:
        if self.is_lifted:
            self._handler(number, frame)
        else:
            self._has_come = True


def dropped(interrupt: Interrupt) -> bool:
    """Have no more to interrupt."""
    return True
