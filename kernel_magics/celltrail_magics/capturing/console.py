"""The end of what a cell prints, to standard output and error in their order.

IPython keeps what a cell prints in its history, so that reading the end of that costs a chatty
loop nothing. It does not for cells with a top-level `await` in a kernel: their streams are
listened to here, by the same means, an attribute `write` on the stream.
"""

import re
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from celltrail.masking import mask_text

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

TAIL_CHARACTERS = 16_000
RAW_CHARACTERS = 250_000
"""How much is looked at: a progress bar writes one line over and over."""

HEARD_PIECES = 50_000
"""Of what a cell that is listened to writes, so many pieces are held; `print` writes two a line."""

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_STREAMS = ("out_stream", "err_stream")


class Tail(NamedTuple):
    """The end of a cell's output, and whether there was more."""

    text: str = ""
    is_cut: bool = False


class Console:
    """What the cells of one shell print."""

    def __init__(self, shell: "InteractiveShell") -> None:
        self._shell = shell
        self._read: Callable[[], Iterator[str]] | None = None

    def begin(self, count: int) -> None:
        """A cell begins to run, for which IPython's history has the number `count`."""
        history = self._shell.history_manager
        entries = getattr(history, "outputs", None)
        if entries is not None and _is_kept_by_ipython(sys.stdout):
            self._read = _from_history(entries, count)
        else:
            self._read = _listen([sys.stdout, sys.stderr])

    def end(self) -> Tail:
        """Return the end of what the cell has printed."""
        read, self._read = self._read, None
        if read is None:
            return Tail()
        pieces, size = [], 0
        for piece in read():
            pieces.append(piece)
            size += len(piece)
            if size > RAW_CHARACTERS:
                break
        raw = "".join(reversed(pieces))
        return tail(raw[-RAW_CHARACTERS:], is_cut=len(raw) > RAW_CHARACTERS)


def tail(raw: str, *, is_cut: bool) -> Tail:
    """Return the end of a text as a terminal shows it: without colours and overwritten lines."""
    lines = _ESCAPES.sub("", raw).replace("\r\n", "\n").split("\n")
    text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
    # Masked before it is cut: of a secret that is cut in two, neither half looks like one.
    if len(text) > 2 * TAIL_CHARACTERS:
        text, is_cut = text[-2 * TAIL_CHARACTERS :], True
    text = mask_text(text)
    if len(text) > TAIL_CHARACTERS:
        text, is_cut = text[-TAIL_CHARACTERS:], True
    return Tail(text, is_cut)


def _is_kept_by_ipython(stream: object) -> bool:
    write = getattr(stream, "__dict__", {}).get("write")
    return "InteractiveShell._tee" in getattr(write, "__qualname__", "")


def _from_history(entries: dict[int, list[Any]], count: int) -> Callable[[], Iterator[str]]:
    """Return what yields, last first, the pieces that IPython notes under `count` from now on."""
    before = entries.get(count) or [None]
    last = before[-1]
    # Without store_history cells share a number, and IPython appends to the last stream.
    is_stream = last is not None and last.output_type in _STREAMS
    first = len(before) - 1
    skipped = len(last.bundle["stream"]) if last is not None and is_stream else 0

    def read() -> Iterator[str]:
        found = entries.get(count, [])
        for index in range(len(found) - 1, first - 1, -1):
            if found[index].output_type in _STREAMS:
                pieces = found[index].bundle["stream"]
                yield from _backwards(pieces, skipped if index == first else 0)

    return read


def _backwards(pieces: Sequence[str], first: int) -> Iterator[str]:
    return (pieces[index] for index in range(len(pieces) - 1, first - 1, -1))


def _listen(streams: Iterable[Any]) -> Callable[[], Iterator[str]]:
    """Listen to what is written; the result stops that and yields the pieces, last first."""
    pieces: deque[str] = deque(maxlen=HEARD_PIECES)
    stops = [_tap(stream, pieces) for stream in streams]

    def read() -> Iterator[str]:
        for stop in stops:
            stop()
        return reversed(pieces)

    return read


def _tap(stream: Any, pieces: deque[str]) -> Callable[[], None]:
    original, hear = stream.write, pieces.append

    def write(text: str, /) -> Any:
        result = original(text)
        hear(text)
        return result

    def stop() -> None:
        if getattr(stream, "__dict__", {}).get("write") is write:
            del stream.write

    with suppress(AttributeError):  # a stream of the user's that takes no attributes
        stream.write = write
    return stop
