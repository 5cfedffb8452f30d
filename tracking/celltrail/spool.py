"""The spool: what this machine has recorded and no server has acknowledged yet.

One folder per stream, `$CELLTRAIL_HOME/spool/<stream id>/`:

    events.log   the events, as frames; only ever appended to, each by a single write
    acked.json   how far the server has acknowledged
    meta.json    which server the stream is meant for, and whose run it records into
    blobs/       copies of logged files, named by their SHA-256, until the server has them

The process that records holds a lock on `events.log`. A stream without that lock is an orphan,
which anybody may adopt and ship. What was written survives the end of the process by any means;
it does not wait for the disk, so that a machine that loses power may lose the last seconds.
"""

import errno
import fcntl
import hashlib
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from celltrail.errors import InvalidError
from celltrail.events import new_id, now_ms
from celltrail.frames import HEADER_BYTES, frame, frame_bytes, read_frames, split_frames

_CHUNK_BYTES = 1 << 20


class Position(msgspec.Struct, frozen=True):
    """A place between two events: the next sequence number, and its offset in the file."""

    next_seq: int = 1
    offset: int = 0


class Meta(msgspec.Struct, frozen=True):
    """What is known of a stream from its beginning."""

    url: str | None
    """The server that the stream is meant for; None: the embedded one."""

    created_ms: int
    pid: int
    guest_of: str | None = None
    """A run that somebody else began and will end, recorded into from this stream too."""


class Blob(msgspec.Struct, frozen=True):
    """A file of the spool."""

    sha256: str
    size_bytes: int


class Stream:
    """One stream, held by this process until `close`.

    `append` and `keep_blob` may be called from any thread, the rest from one at a time.
    """

    def __init__(self, path: Path, log: int, meta: Meta) -> None:
        self.path = path
        self.id = path.name
        self.meta = meta
        self.acked = _read_acked(path)
        self.last_seq = 0
        """Sequence number of the last event in the log."""

        self._log = log
        self._lock = threading.Lock()
        self._acquire, self._release = self._lock.acquire, self._lock.release

    @classmethod
    def create(cls, spool: Path, url: str | None, guest_of: str | None = None) -> "Stream":
        """Begin an empty stream; raises OSError if the disk does not let us."""
        stream_id = new_id()
        path = spool / stream_id
        # Nobody may see the folder before it is locked: an unlocked stream is an orphan.
        hidden = spool / f".new-{stream_id}"
        hidden.mkdir(parents=True, mode=0o700)
        log = os.open(hidden / "events.log", os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        fcntl.flock(log, fcntl.LOCK_EX)
        meta = Meta(url, now_ms(), os.getpid(), guest_of)
        (hidden / "meta.json").write_bytes(msgspec.json.encode(meta))
        hidden.rename(path)
        return cls(path, log, meta)

    @classmethod
    def adopt(cls, path: Path) -> "Stream | None":
        """Take over an orphan and cut what is not a whole event off its end.

        Returns None if the process that writes it lives, or if it has been shipped meanwhile;
        raises InvalidError if the folder is no stream.
        """
        try:
            log = os.open(path / "events.log", os.O_RDWR | os.O_APPEND)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
            meta = msgspec.json.decode((path / "meta.json").read_bytes(), type=Meta)
        except (BlockingIOError, FileNotFoundError):
            os.close(log)
            return None
        except msgspec.DecodeError as error:
            os.close(log)
            raise InvalidError(f"meta.json is damaged: {error}") from error
        stream = cls(path, log, meta)
        end = Position()
        for payload in stream.payloads():
            end = advanced(end, [payload])
        if end.offset < stream.size_bytes:
            os.ftruncate(log, end.offset)
        stream.last_seq = end.next_seq - 1
        return stream

    @property
    def size_bytes(self) -> int:
        """Bytes of the log, acknowledged ones included."""
        return os.fstat(self._log).st_size

    @property
    def last_write_ms(self) -> int:
        """When the last event was written."""
        return os.fstat(self._log).st_mtime_ns // 1_000_000

    def append(self, payload: bytes) -> None:
        """Write one encoded event; raises OSError, and then the event is not in the log."""
        data = frame(payload)
        acquire, release = self._acquire, self._release  # `with` takes three times as long
        acquire()
        try:
            written = os.write(self._log, data)
            if written < len(data):
                os.ftruncate(self._log, os.fstat(self._log).st_size - written)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
            self.last_seq += 1
        finally:
            release()

    def read(self, start: Position, max_events: int, max_bytes: int) -> list[bytes]:
        """Return the next encoded events from `start` on, at least one if there is any.

        They are not checked: `adopt` has done so, or this process has written them.
        """
        return split_frames(self._data(start.offset, max_bytes), max_events)

    def payloads(self) -> Iterator[bytes]:
        """Yield every encoded event of the stream, up to one that is damaged."""
        offset = 0
        while payloads := list(read_frames(self._data(offset, _CHUNK_BYTES))):
            yield from payloads
            offset += sum(HEADER_BYTES + len(payload) for payload in payloads)

    def _data(self, offset: int, max_bytes: int) -> bytes:
        """Return bytes of the log, with the first frame whole."""
        data = os.pread(self._log, max_bytes, offset)
        if len(data) >= HEADER_BYTES and frame_bytes(data) > max_bytes:
            there_bytes = self.size_bytes - offset
            data = os.pread(self._log, min(frame_bytes(data), there_bytes), offset)
        return data

    def position_of(self, seq: int) -> Position:
        """Return the place before event `seq`, or the end of the log if there is none."""
        position = Position()
        for payload in self.payloads():
            if position.next_seq >= seq:
                break
            position = advanced(position, [payload])
        return position

    def acknowledge(self, position: Position) -> None:
        """Remember that the server has settled everything before `position`."""
        self.acked = position
        fresh = self.path / "acked.json.new"
        with suppress(OSError):  # forgotten, it costs only time: the server skips what it has
            fresh.write_bytes(msgspec.json.encode(position))
            fresh.replace(self.path / "acked.json")

    @property
    def is_shipped(self) -> bool:
        """Whether the server has acknowledged every whole event of the log."""
        return not self.read(self.acked, max_events=1, max_bytes=HEADER_BYTES)

    def keep_blob(self, source: BinaryIO) -> Blob:
        """Copy the rest of `source` into the spool; raises OSError."""
        blobs = self.path / "blobs"
        blobs.mkdir(mode=0o700, exist_ok=True)
        fresh = blobs / f".new-{new_id()}"
        digest = hashlib.sha256()
        size_bytes = 0
        try:
            with fresh.open("xb") as copy:
                while chunk := source.read(_CHUNK_BYTES):
                    digest.update(chunk)
                    size_bytes += len(chunk)
                    copy.write(chunk)
            fresh.replace(blobs / digest.hexdigest())
        finally:
            fresh.unlink(missing_ok=True)
        return Blob(digest.hexdigest(), size_bytes)

    def blob_path(self, sha256: str) -> Path:
        """Return where the blob lies while the spool keeps it."""
        return self.path / "blobs" / sha256

    def close(self) -> None:
        """Let go of the stream; in a forked child this leaves the parent's lock alone."""
        log, self._log = self._log, -1  # a late `append` must not hit another file
        os.close(log)

    def delete(self) -> None:
        """Delete the stream from the disk; it must be shipped, and stays to be closed."""
        shutil.rmtree(self.path, ignore_errors=True)


def advanced(position: Position, payloads: list[bytes]) -> Position:
    """Return the place behind `payloads`, which follow `position`."""
    size_bytes = sum(HEADER_BYTES + len(payload) for payload in payloads)
    return Position(position.next_seq + len(payloads), position.offset + size_bytes)


def list_streams(spool: Path) -> list[Path]:
    """Return the folders of all streams, living and orphaned, in no particular order."""
    if not spool.is_dir():
        return []
    return [path for path in spool.iterdir() if not path.name.startswith(".")]


def _read_acked(path: Path) -> Position:
    try:
        return msgspec.json.decode((path / "acked.json").read_bytes(), type=Position)
    except (FileNotFoundError, msgspec.DecodeError):
        return Position()
