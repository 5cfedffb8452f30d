"""How recording speaks to a person whose code it must not disturb: one line on standard error.

Recording fails without a traceback and without stopping anybody's cell or script; `guarded` makes
sure of that for whole functions.
"""

import contextlib
import functools
import sys
from collections.abc import Callable

from celltrail.signals import is_of_signal

_said: set[str] = set()


def notice(text: str) -> None:
    """Print one line for a person; never raises."""
    # Standard error may be closed, full or missing, or the user's: then nobody is there to read.
    with contextlib.suppress(Exception):
        sys.stderr.write(f"celltrail: {' '.join(text.split())}\n")
        sys.stderr.flush()


def notice_once(kind: str, text: str) -> None:
    """Print `text` unless this process has printed a notice of the same `kind`."""
    if kind not in _said:
        _said.add(kind)
        notice(text)


def guarded[**P](what: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Wrap a function so that a failure becomes one notice about `what`, said once.

    An interrupt by the user still interrupts, and so does what a signal handler raises.
    """

    def decorate(function: Callable[P, None]) -> Callable[P, None]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                function(*args, **kwargs)
            except Exception as error:
                notice_failure(what, error)

        return call

    return decorate


def notice_failure(what: str, error: Exception) -> None:
    """Say once that `what` failed with such an error; raises it if a signal handler did."""
    if is_of_signal(error):
        raise error
    name = type(error).__name__
    notice_once(f"{what} {name}", f"{what} failed, nothing is recorded: {name}: {error}")
