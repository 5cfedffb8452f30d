"""Errors that handlers of signals raise, such as that of a time limit: at any moment, in any code.

Who catches errors of code of its own must let these through: they are meant for somebody else.
"""

import signal
from types import CodeType
from typing import Any


def is_of_signal(error: BaseException) -> bool:
    """Whether a signal handler of Python has raised this error."""
    codes = {_code(signal.getsignal(number)) for number in signal.valid_signals()} - {None}
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code in codes:
            return True
        trace = trace.tb_next
    return False


def _code(handler: Any) -> CodeType | None:
    function = getattr(handler, "func", handler)  # of a `functools.partial`
    code = getattr(function, "__code__", None)
    return code or getattr(type(function).__call__, "__code__", None)
