"""Writes the events of this process to its stream and has them shipped.

The stream and the shipping thread begin with the first event. When the disk refuses, recording
stops with one line and the process goes on. A forked child begins a stream of its own: it neither
writes to its parent's nor ships it.
"""

import contextlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from celltrail.blobs import Blob
from celltrail.events import (
    ArtifactLogged,
    EnvironmentRecorded,
    Event,
    GitRecorded,
    RunEnded,
    RunStarted,
    encode_event,
    now_ms,
)
from celltrail.lineage import is_preparing
from celltrail.masking.events import masked
from celltrail.notices import notice, notice_once
from celltrail.settings import Settings
from celltrail.shipper import Shipper
from celltrail.spool import Stream
from celltrail.surrogates import readable

MAX_EVENT_BYTES = 4 << 20
"""No event is larger: the server takes a batch of it, and a cell that long is data, not code."""

_OF_RUNS = (RunEnded, GitRecorded, EnvironmentRecorded)


class Recorder:
    """The way of an event from the caller to the spool; may be used from any thread.

    on_open: called when a process begins its stream; a forked child is such a process too.
    """

    def __init__(self, settings: Settings, on_open: Callable[[], object] = lambda: None) -> None:
        self._settings = settings
        self._on_open = on_open
        self._preface: Sequence[Event] = ()
        self._guest_of: str | None = None
        self._announced: bytes | None = None
        self._lock = threading.RLock()
        self._stream: Stream | None = None
        self._shipper: Shipper | None = None
        self._stopped = False
        self.is_paused = False
        """While it is, only what concerns whole runs is recorded, and nothing of cells and logs."""

    @property
    def url(self) -> str | None:
        """The server that events go to, as far as it is known yet."""
        return self._shipper.url if self._shipper else self._settings.url

    @property
    def is_stopped(self) -> bool:
        """Whether nothing is recorded any more, since the disk refuses or `close` was called."""
        return self._stopped

    @property
    def waiting_events(self) -> int:
        """How many events the server has not acknowledged."""
        stream = self._shipper.stream if self._shipper else self._stream
        return stream.waiting_events if stream else 0

    @property
    def folder(self) -> Path:
        """Where the spool lies."""
        return self._settings.home / "spool"

    def record(self, event: Event) -> None:
        """Write an event to the spool, without secrets; takes microseconds, never raises.

        It never waits for the server.
        """
        if self.is_paused and type(event) not in _OF_RUNS:
            return
        try:
            try:
                payload = encode_event(event)
            except UnicodeEncodeError:
                event = readable(event)
                payload = encode_event(event)
        except (ValueError, OverflowError, TypeError) as error:  # such as 2**70
            notice_once("encoding", f"an event cannot be written down and is lost: {error}")
            return
        if len(payload) > MAX_EVENT_BYTES:
            notice_once("size", f"an event of {len(payload)} bytes is too large and not recorded")
            return
        if (safe := masked(event)) is not event:
            payload = encode_event(safe)
        stream = self._stream or self._open()
        if stream is None:
            return
        try:
            stream.append(payload)
        except OSError as error:
            self._give_up(error)
        if self._shipper:
            self._shipper.wake()

    def keep_blob(self, source: BinaryIO) -> Blob | None:
        """Copy the rest of `source` into the spool; None if nothing is recorded any more.

        Raises OSError if it cannot be read or copied.
        """
        stream = None if self.is_paused else self._stream or self._open()
        return stream.blobs.keep(source) if stream else None

    def keep_file(
        self, source: BinaryIO, run_id: str, path: str, media_type: str, execution_id: str | None
    ) -> None:
        """Copy the rest of `source` and record it as the artifact `path`; raises OSError."""
        blob = self.keep_blob(source)
        if blob is not None:
            self.record(
                ArtifactLogged(
                    run_id, path, blob.sha256, blob.size_bytes, now_ms(), media_type, execution_id
                )
            )

    def flush(self, timeout_seconds: float) -> bool:
        """Try to send everything now; False if that fails or takes longer."""
        return self._shipper.flush(timeout_seconds) if self._shipper else True

    def close(self, timeout_seconds: float) -> None:
        """Stop recording; send what can be sent in time and leave the rest in the spool."""
        with self._lock:
            self._stopped = True
            stream, shipper = self._stream, self._shipper
            self._stream = self._shipper = None
        if shipper and shipper.stop(timeout_seconds):
            shipper.stream.delete()
            shipper.stream.close()
        elif stream and not shipper:
            stream.close()

    def announce(self, run: RunStarted | None) -> None:
        """Let child processes know which run goes on, by the event that began it."""
        self._announced = encode_event(masked(run)) if run else None
        if self._stream:
            self._stream.announce(self._announced)

    def join(self, run: RunStarted) -> None:
        """Record into a run of another process, in a stream that has not begun yet."""
        self._guest_of, self._preface = run.run_id, [run]
        self.announce(run)

    def after_fork(self, guest_of: str | None, preface: Sequence[Event]) -> None:
        """Let go of the parent's stream, in the child.

        guest_of: the run of the parent that the child goes on recording into. preface: events
        that introduce it to the server, in case the child's stream arrives before the parent's.
        """
        if self._stream:
            with contextlib.suppress(OSError):
                self._stream.close()
        self._stream = self._shipper = None
        self._lock = threading.RLock()  # the parent's other threads may have held it
        self._guest_of, self._preface = guest_of, preface

    def _open(self) -> Stream | None:
        with self._lock:
            if self._stream or self._stopped or is_preparing():
                return self._stream
            try:
                stream = Stream.create(self.folder, self._settings.url, self._guest_of)
                for event in self._preface:
                    stream.append(encode_event(event))
            except OSError as error:
                self._give_up(error)
                return None
            self._stream = stream
            stream.announce(self._announced)
            self._on_open()
            with contextlib.suppress(RuntimeError):  # no thread starts while Python shuts down
                self._shipper = Shipper(stream, self._settings)
            return stream

    def _give_up(self, error: OSError) -> None:
        if not self._stopped:
            notice(f"recording stops, since the disk refuses: {error}")
        self._stopped = True
        self._stream = None
