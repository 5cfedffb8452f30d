"""The spool: what this machine has recorded and no server has acknowledged yet.

One folder per stream, `$CELLTRAIL_HOME/spool/<stream id>/`:

    events-N.log   the events from number N on, as frames; only ever appended to, each by one write
    opened.log     what began before number N and had not ended then, as frames
    acked.json     how far the server has acknowledged
    meta.json      which server the stream is meant for, and whose run it records into
    run.msgpack    the beginning of the run that goes on now, for child processes to join
    blobs/         copies of logged files, named by their SHA-256, until the server has them

The process that records holds a lock on the events. A stream without that lock is an orphan,
which anybody may adopt and ship. What was written survives the end of the process by any means;
it does not wait for the disk, so that a machine that loses power may lose the last seconds.
What the server has is given back to the disk by going on in a fresh file (`Stream.restart`).
"""

import errno
import fcntl
import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from celltrail.blobs import BlobFolder
from celltrail.errors import InvalidError
from celltrail.events import new_id, now_ms
from celltrail.frames import HEADER_BYTES, frame, frame_bytes, read_frames, split_frames
from celltrail.processes import identity

_CHUNK_BYTES = 1 << 20
_FRESH = ".events.new"


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
    process: str = ""
    """Which process it is, among those of all machines (`processes.identity`)."""

    guest_of: str | None = None
    """A run that somebody else began and will end, recorded into from this stream too."""


class Stream:
    """One stream, held by this process until `close`.

    `append` may be called from any thread, and `blobs` used; the rest from one at a time.
    """

    def __init__(self, path: Path, log: int, meta: Meta, first_seq: int = 1) -> None:
        self.path = path
        self.id = path.name
        self.meta = meta
        self.first_seq = first_seq
        """Number of the first event that is still there."""

        self.acked = Position(first_seq)
        self.blobs = BlobFolder(path / "blobs")
        self._log = log
        self._lock = threading.Lock()

    @classmethod
    def create(cls, spool: Path, url: str | None, guest_of: str | None = None) -> "Stream":
        """Begin an empty stream; raises OSError if the disk does not let us."""
        stream_id = new_id()
        path = spool / stream_id
        # Nobody may see the folder before it is locked: an unlocked stream is an orphan.
        hidden = spool / f".new-{stream_id}"
        hidden.mkdir(parents=True, mode=0o700)
        log = _create_locked(hidden / _log_name(1))
        meta = Meta(url, now_ms(), os.getpid(), identity(os.getpid()), guest_of)
        (hidden / "meta.json").write_bytes(msgspec.json.encode(meta))
        hidden.rename(path)
        return cls(path, log, meta)

    @classmethod
    def adopt(cls, path: Path) -> "Stream | None":
        """Take over an orphan and cut what is not a whole event off its end.

        Returns None if the process that writes it lives, or if it has been shipped meanwhile;
        raises InvalidError if the folder is no stream.
        """
        logs = _logs(path)
        if not logs:
            return None
        *old, (first_seq, file) = logs
        try:
            log = os.open(file, os.O_RDWR | os.O_APPEND)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
            meta = msgspec.json.decode((path / "meta.json").read_bytes(), type=Meta)
            if _logs(path) != logs:  # it was living, and has gone on in another file
                raise BlockingIOError
        except (BlockingIOError, FileNotFoundError):
            os.close(log)
            return None
        except msgspec.DecodeError as error:
            os.close(log)
            raise InvalidError(f"meta.json is damaged: {error}") from error
        for _, left_over in old:
            left_over.unlink(missing_ok=True)
        stream = cls(path, log, meta, first_seq)
        stream._check()
        return stream

    def _check(self) -> None:
        """Find the end of the whole events, and how far they are acknowledged."""
        acked_seq = _read_acked(self.path)
        end = Position(self.first_seq)
        for payload in self.payloads():
            if end.next_seq == acked_seq:
                self.acked = end
            end = advanced(end, [payload])
        if end.next_seq == acked_seq:
            self.acked = end
        if end.offset < self.size_bytes:
            os.ftruncate(self._log, end.offset)

    @property
    def size_bytes(self) -> int:
        """Bytes of the log, acknowledged ones included."""
        return os.fstat(self._log).st_size

    @property
    def waiting_events(self) -> int:
        """How many events the server has not acknowledged; reads them."""
        return sum(1 for _ in self.payloads(self.acked.offset))

    @property
    def last_write_ms(self) -> int:
        """When the last event was written."""
        return os.fstat(self._log).st_mtime_ns // 1_000_000

    def append(self, payload: bytes) -> None:
        """Write one encoded event; raises OSError, and then the event is not in the log.

        An interrupt may come at any moment in here, so the log alone says what has been written.
        """
        data = frame(payload)
        with self._lock:
            written = os.write(self._log, data)
            if written < len(data):
                os.ftruncate(self._log, os.fstat(self._log).st_size - written)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))

    def read(self, start: Position, max_events: int, max_bytes: int) -> list[bytes]:
        """Return the next encoded events from `start` on, at least one if there is any.

        They are not checked: `adopt` has done so, or this process has written them.
        """
        return split_frames(self._data(start.offset, max_bytes), max_events)

    def payloads(self, offset: int = 0) -> Iterator[bytes]:
        """Yield the encoded events from an offset in the log on, up to one that is damaged."""
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
        """Return the place before event `seq`; the nearest one if that is not in the log."""
        position = Position(self.first_seq)
        for payload in self.payloads():
            if position.next_seq >= seq:
                break
            position = advanced(position, [payload])
        return position

    def acknowledge(self, position: Position) -> None:
        """Remember that the server has settled everything before `position`."""
        self.acked = position
        with suppress(OSError):  # forgotten, it costs only time: the server skips what it has
            self._remember(position.next_seq)

    def _remember(self, next_seq: int) -> None:
        _replace(self.path / "acked.json", msgspec.json.encode(_Acked(next_seq)))

    @property
    def opened(self) -> list[bytes]:
        """What began before the first event that is still there, and had not ended then."""
        try:
            return list(read_frames((self.path / "opened.log").read_bytes()))
        except FileNotFoundError:
            return []

    def restart(self, opened: Iterable[bytes]) -> None:
        """Give what is acknowledged back to the disk; raises OSError, and then nothing changes.

        opened: the events among it that are not at their end, to be returned by `opened`.
        """
        _replace(self.path / "opened.log", b"".join(map(frame, opened)))
        self._rewrite(self.acked.next_seq, [], self.acked)

    def announce(self, run: bytes | None) -> None:
        """Let child processes know the run that goes on: the event that began it, or None."""
        file = self.path / "run.msgpack"
        with suppress(OSError):  # then they begin runs of their own
            if run is None:
                file.unlink(missing_ok=True)
            else:
                _replace(file, run)

    def renumber(self, next_seq: int) -> None:
        """Go on with the number `next_seq`, for a server that has lost what is not here any more.

        It is told again what is still open. Raises OSError, and then nothing changes.
        """
        self._remember(next_seq)  # first: by the old count, all that is here might be settled
        self._rewrite(next_seq, self.opened, Position(self.first_seq))

    def _rewrite(self, first_seq: int, head: list[bytes], start: Position) -> None:
        """Go on in a fresh file: `head`, then what lies behind `start`; `append` hardly waits."""
        fresh = self.path / _FRESH
        fresh.unlink(missing_ok=True)
        log = _create_locked(fresh)
        try:
            _write_all(log, b"".join(map(frame, head)))
            offset = start.offset
            while self.size_bytes - offset > _CHUNK_BYTES:
                offset += _write_all(log, os.pread(self._log, _CHUNK_BYTES, offset))
            with self._lock:
                _write_all(log, os.pread(self._log, self.size_bytes - offset, offset))
                fresh.rename(self.path / _log_name(first_seq))
                log, self._log = self._log, log
                self.acked = Position(first_seq)
                if first_seq != self.first_seq:
                    (self.path / _log_name(self.first_seq)).unlink(missing_ok=True)
                self.first_seq = first_seq
        finally:
            os.close(log)

    @property
    def is_shipped(self) -> bool:
        """Whether the server has acknowledged every event of the log; for any thread."""
        with self._lock:
            return self.acked.offset >= self.size_bytes

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


def announced_run(spool: Path, processes: Sequence[str]) -> bytes | None:
    """Return the event that began the run that the first of some processes records that does.

    processes: their `identity`, which a process that has ended shares with none that lives.
    """
    runs: dict[str, Path] = {}
    for path in list_streams(spool):
        with suppress(OSError, msgspec.DecodeError):
            meta = msgspec.json.decode((path / "meta.json").read_bytes(), type=Meta)
            if meta.process in processes:
                runs[meta.process] = path / "run.msgpack"
    for process in processes:
        with suppress(OSError, KeyError):
            return runs[process].read_bytes()
    return None


class _Acked(msgspec.Struct):
    next_seq: int


def _read_acked(path: Path) -> int:
    try:
        return msgspec.json.decode((path / "acked.json").read_bytes(), type=_Acked).next_seq
    except (FileNotFoundError, msgspec.DecodeError):
        return 1


def _log_name(first_seq: int) -> str:
    return f"events-{first_seq}.log"


def _logs(path: Path) -> list[tuple[int, Path]]:
    """Return the files of events with the number that each begins with, the newest last."""
    files = path.glob("events-*.log")
    return sorted((int(file.stem.removeprefix("events-")), file) for file in files)


def _create_locked(file: Path) -> int:
    log = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
    fcntl.flock(log, fcntl.LOCK_EX)
    return log


def _write_all(file: int, data: bytes) -> int:
    if data and os.write(file, data) < len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return len(data)


def _replace(file: Path, data: bytes) -> None:
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_bytes(data)
    fresh.replace(file)
