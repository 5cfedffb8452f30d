"""What a process that is gone has left open, and the events that end it. Pure."""

from collections.abc import Iterable
from contextlib import suppress

import msgspec

from celltrail.events import (
    CellEnded,
    CellStarted,
    Event,
    RunEnded,
    RunStarted,
    decode_event,
    kind_of,
)

_KINDS = frozenset({b"run_started", b"run_ended", b"cell_started", b"cell_ended"})


def still_open(payloads: Iterable[bytes]) -> list[bytes]:
    """Return those of the encoded events that begin a run or a cell that does not end in them."""
    opened: dict[str, bytes] = {}
    for payload in payloads:
        if kind_of(payload) not in _KINDS:
            continue  # decoding millions of points would take seconds
        with suppress(msgspec.DecodeError):
            match decode_event(payload):
                case CellStarted(execution_id=key) | RunStarted(run_id=key):
                    opened[key] = payload
                case CellEnded(execution_id=key) | RunEnded(run_id=key):
                    opened.pop(key, None)
    return list(opened.values())


def endings(opened: Iterable[bytes], guest_of: str | None, ended_ms: int) -> list[Event]:
    """Return the events that end, at `ended_ms`, what `opened` begins.

    guest_of: a run that somebody else will end.
    """
    begun = [decode_event(payload) for payload in opened]
    cells = [one for one in begun if isinstance(one, CellStarted)]
    runs = [one.run_id for one in begun if isinstance(one, RunStarted)]
    return [
        *(
            CellEnded(one.execution_id, "aborted", max(0, ended_ms - one.started_ms))
            for one in cells
        ),
        *(RunEnded(run_id, "KILLED", ended_ms) for run_id in runs if run_id != guest_of),
    ]
