"""The pickled stream of an object, hashed as it is made; buffers are hashed in place."""

import pickle
from collections.abc import Callable
from typing import Any

import xxhash
from msgspec import Struct

from celltrail_dataflow.tracing.states import state_of

STREAM_BYTES = 512 << 10
"""Pickled bytes that are taken however short the cell was: 1 to 10 ms."""

BULK_BYTES = 48 << 20
"""Bytes of buffers that are hashed in full however short the cell was: 4 ms."""

OBJECT_COST = 48
"""Bytes that an object counts for in addition, since taking it apart takes a microsecond."""

PAYLOAD_BYTES = 256 << 10
"""Of more than that a piece of the stream can only be bytes or a text: frames are smaller."""

BLOCK, BLOCKS, FEW_BLOCKS = 4 << 10, 256, 4
"""Of a bigger buffer so many blocks of so many bytes are hashed into the stream, or so few of them
if there are too many such buffers."""

SMALL_BYTES, SAMPLE_BYTES = 24 << 20, 8 << 20
"""What may be hashed into the stream of small buffers, and of samples: 3 to 6 ms."""


class Fingerprint(Struct, frozen=True):
    """What an object looked like."""

    prefixes: tuple[tuple[int, bytes], ...]
    """(bytes pickled so far, digest of them), ascending."""

    is_complete: bool
    """Whether the last prefix is all of it."""

    bulk: bytes | None
    """Digest of the buffers that are only sampled in the stream; None if that cost too much."""

    is_opaque: bool = False
    """Whether it holds something that cannot be looked into."""

    is_moving: bool = False
    """Whether any use changes it: an iterator or a file that cannot be looked into."""

    counts: tuple[int, ...] = ()
    """Of each cached function inside: how often its cache had the answer, and how often not."""

    is_counted: bool = False
    """Whether all of it was looked at, or is of tensors that count their own changes."""

    @property
    def is_sampled(self) -> bool:
        """Whether there is more of it than was looked at."""
        return not self.is_complete or self.bulk is None

    @property
    def is_exact(self) -> bool:
        """Whether an equal fingerprint means an equal object."""
        return not (self.is_sampled or self.is_opaque)

    @property
    def hexdigest(self) -> str | None:
        """One text for all of it; None if it cannot be told."""
        if self.is_opaque:
            return None
        return xxhash.xxh3_128_hexdigest(self.prefixes[-1][1] + (self.bulk or b""))


class OverLimitError(Exception):
    """The stream has reached its limit."""


class Sink:
    """Takes the stream of a pickler and buffers beside it; counts and hashes."""

    def __init__(self, stream_limit: int, bulk_limit: int) -> None:
        self.size = 0
        self.owners: set[int] = set()
        self.is_opaque = self.is_moving = self.is_weak = False
        self.is_borrowing = self.is_sampled = self.has_skipped = False
        self.counts: list[int] = []
        self._hash = xxhash.xxh3_128()
        self._bulk = xxhash.xxh3_128()
        self._bulk_left = bulk_limit
        self._has_all_bulk = True
        self._small_left, self._sample_left = SMALL_BYTES, SAMPLE_BYTES
        self._stream_limit = stream_limit
        self._next_mark = STREAM_BYTES
        self._prefixes: list[tuple[int, bytes]] = []

    def write(self, data: bytes | memoryview) -> int:
        """Take a piece of the stream; raises `OverLimitError` at the limit."""
        if len(data) > PAYLOAD_BYTES:  # bytes or a text in one piece
            self.take_buffer(data)
            return len(data)
        self._hash.update(data)
        self.size += len(data)
        if self.size >= self._next_mark:
            self._mark()
            while self._next_mark <= self.size:
                self._next_mark *= 2
            if self.size >= self._stream_limit:
                raise OverLimitError
        return len(data)

    def take_buffer(self, buffer: Any, *, is_counted: bool = False) -> None:
        """Hash a buffer: a sample into the stream, all of it apart if that is cheap enough."""
        view = memoryview(buffer).cast("B")
        if self.take_sample(view):
            return
        self._bulk_left -= len(view)
        if self._bulk_left >= 0:
            self._bulk.update(view)
        else:
            self._has_all_bulk = False
            self.is_sampled |= not is_counted

    def take_sample(self, view: memoryview) -> bool:
        """Hash a sample of a buffer into the stream; returns whether that was all of it."""
        self._hash.update(b"%d" % len(view))
        is_small = len(view) <= BLOCK * BLOCKS and len(view) <= self._small_left
        if is_small or len(view) <= BLOCK * FEW_BLOCKS:
            self._small_left -= len(view)
            self._hash.update(view)
            return True
        blocks = BLOCKS if self._sample_left >= BLOCK * BLOCKS < len(view) else FEW_BLOCKS
        self._sample_left -= BLOCK * blocks
        for number in range(blocks):
            start = (len(view) - BLOCK) * number // (blocks - 1)
            self._hash.update(view[start : start + BLOCK])
        return False

    def charge(self, cost: int) -> None:
        """Count work as if so many bytes had come; raises `OverLimitError` at the limit."""
        self.write(b"")
        self.size += cost

    def sample_rest(self, value: object) -> None:
        """Mix in how long a cut-off container is, and its end."""
        try:
            self._hash.update(b"%d" % len(value))  # type: ignore[arg-type]
            if type(value) is list:
                last = pickle.dumps(value[-8:], protocol=5)
                if len(last) <= BLOCK:
                    self._hash.update(last)
        except Exception:  # no length, or one that raises: the prefix must do
            return
        self._prefixes[-1] = (self.size, self._hash.digest())

    def fingerprint(self, is_complete: bool) -> Fingerprint:
        """Return what was seen."""
        if is_complete:
            self._mark()
        bulk = (
            self._bulk.digest()
            if self._has_all_bulk and not (self.is_sampled or self.has_skipped)
            else None
        )
        return Fingerprint(
            tuple(self._prefixes),
            is_complete,
            bulk,
            self.is_opaque,
            self.is_opaque and self.is_moving,
            tuple(self.counts),
            not (self.is_sampled or self.is_opaque) and is_complete,
        )

    def _mark(self) -> None:
        self._prefixes.append((self.size, self._hash.digest()))


class Pickler(pickle.Pickler):
    """Pickles for the sake of change: by content what would otherwise go by name."""

    def __init__(self, sink: Sink) -> None:
        # The callback holds the sink, not the pickler: a cycle would keep user objects alive.
        super().__init__(sink, protocol=5, buffer_callback=_buffer_callback(sink))
        self._sink = sink

    def reducer_override(self, value: Any) -> Any:
        """Return what an object consists of."""
        self._sink.charge(OBJECT_COST)
        return state_of(value, self._sink)


def _buffer_callback(sink: Sink) -> Callable[[pickle.PickleBuffer], bool]:
    def take(buffer: pickle.PickleBuffer) -> bool:
        sink.take_buffer(buffer.raw())
        return False

    return take
