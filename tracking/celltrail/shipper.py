"""Ships a stream to the tracking server.

`ship_batch` sends one batch; `Shipper` is the thread that does so for the stream of this process,
for as long as it takes, without ever being waited for by who records. What cannot be sent stays
in the spool.
"""

import threading
from collections.abc import Iterable
from time import monotonic, thread_time  # by name: notebooks replace what is in the module

import msgspec

from celltrail.client import Client, StreamGapError
from celltrail.embedded import ensure_server
from celltrail.endings import still_open
from celltrail.errors import DeniedError, InvalidError, UnavailableError
from celltrail.events import (
    ArtifactLogged,
    BatchAnswer,
    EventBatch,
    NotebookRecorded,
    Rejection,
    decode_event,
    kind_of,
)
from celltrail.merging import merged
from celltrail.notices import notice_once
from celltrail.settings import Settings
from celltrail.spool import Stream, advanced

BATCH_EVENTS = 20_000
BATCH_BYTES = 2 << 20
GATHER_SECONDS = 0.05
"""How long events may wait for company; short enough for a live chart."""

REST = 2
"""How long to rest after each batch, in times of the processor time that it took: who logs two
hundred thousand points a second needs the interpreter more than a chart does."""

RESTART_BYTES = 32 << 20
"""So much of what the server has may lie in the spool of a living process."""

RETRY_SECONDS = (0.5, 1, 2, 5, 10, 30)


class Shipper:
    """A thread that ships `stream` until `stop`; `wake` it after each event."""

    def __init__(self, stream: Stream, settings: Settings) -> None:
        self.stream = stream
        self.url = settings.url
        """Where the server is, once that is known."""
        self._settings = settings
        self._client: Client | None = None
        self._failures = 0
        self._failures_in_a_row = 0
        self._stopping = False
        self._waited_for = 0
        self._restart_bytes = RESTART_BYTES
        self._opened: list[bytes] = []
        self._news = threading.Event()
        self._hurry = threading.Event()
        self._attempted = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="celltrail-shipper", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that there are events; returns at once."""
        if not self._news.is_set():
            self._news.set()

    def flush(self, timeout_seconds: float) -> bool:
        """Try to send everything now; False if that fails or takes longer."""
        with self._attempted:
            failures = self._failures
            self._waited_for += 1
            self._hurry.set()
            self._news.set()
            self._attempted.wait_for(
                lambda: self.stream.is_shipped or self._failures > failures, timeout_seconds
            )
            self._waited_for -= 1
        return self.stream.is_shipped

    def stop(self, timeout_seconds: float) -> bool:
        """Flush and end the thread; True if it has ended and everything is sent."""
        deadline = monotonic() + timeout_seconds
        self.flush(timeout_seconds)
        self._stopping = True
        self._hurry.set()
        self._news.set()
        self._thread.join(max(0.1, deadline - monotonic()))
        return not self._thread.is_alive() and self.stream.is_shipped

    def _run(self) -> None:
        while not self._stopping:
            self._news.wait()
            self._hurry.wait(self._delay_seconds())
            self._hurry.clear()
            self._news.clear()
            try:
                self._ship()
                self._failures_in_a_row = 0
            except Exception as error:
                self._failed(error)
            with self._attempted:
                self._attempted.notify_all()
        if self._client:
            self._client.close()

    def _delay_seconds(self) -> float:
        if not self._failures_in_a_row:
            return GATHER_SECONDS
        return RETRY_SECONDS[min(self._failures_in_a_row, len(RETRY_SECONDS)) - 1]

    def _ship(self) -> None:
        if self._client is None:
            server = ensure_server(self._settings)
            self._client = Client(server.url, server.token)
            self.url = server.url
        while not self.stream.is_shipped and not self._stopping:
            began = thread_time()
            shipped = ship_batch(self.stream, self._client)
            report(shipped.refusals)
            self._opened = still_open([*self._opened, *shipped.events])
            self._restart_if_worth_it()
            if not self._waited_for:
                self._hurry.wait(REST * (thread_time() - began))

    def _restart_if_worth_it(self) -> None:
        acked_bytes = self.stream.acked.offset
        # What waits must be copied: not more than half as much as is given back.
        if acked_bytes >= max(self._restart_bytes, self.stream.size_bytes * 2 // 3):
            try:
                self.stream.restart(self._opened)
            except OSError:  # the disk is full, or the folder gone: not again with each batch
                self._restart_bytes = 2 * acked_bytes

    def _failed(self, error: Exception) -> None:
        if self._client:
            self._client.close()
        self._client = None  # the embedded server may come back at another address
        self._failures += 1
        self._failures_in_a_row += 1
        self._news.set()
        reason = str(error) or type(error).__name__
        if isinstance(error, DeniedError):
            reason = f"the tracking server at {self.url} refuses the token ({reason})"
        notice_once(
            f"shipping {type(error).__name__}",
            f"{reason}; recording goes on in {self.stream.path} and is sent when the server is "
            "back, or by `celltrail sync`",
        )


class Refusal(msgspec.Struct, frozen=True):
    """An event of the kind `kind` that the server will never accept, and why."""

    kind: str
    message: str


class Shipped(msgspec.Struct, frozen=True):
    """A batch: what has been sent, and what of it the server refuses for good."""

    events: list[bytes]
    refusals: list[Refusal]


class _Kind(msgspec.Struct):
    type: str = "unknown"


def ship_batch(stream: Stream, client: Client) -> Shipped:
    """Send the next events of `stream`, files first, and remember how far the server is.

    Raises `CelltrailError` if nothing can be sent now.
    """
    start = stream.acked
    payloads = stream.read(start, BATCH_EVENTS, BATCH_BYTES)
    behind = advanced(start, payloads)
    events = merged(payloads)
    blobs = _blobs_of(events)
    refusals = [refusal for sha256 in blobs if (refusal := _upload(stream, client, sha256))]
    batch = EventBatch(start.next_seq, [msgspec.Raw(one) for one in events], behind.next_seq)
    try:
        answer = client.post_events(stream.id, batch)
        next_seq = answer.next_seq
    except StreamGapError as gap:
        answer, next_seq = BatchAnswer(gap.next_seq), gap.next_seq
    if next_seq == start.next_seq:
        raise UnavailableError(f"the tracking server does not take event {next_seq}")
    if next_seq < stream.first_seq:
        stream.renumber(next_seq)
        return Shipped([], refusals)
    stream.acknowledge(behind if next_seq == behind.next_seq else stream.position_of(next_seq))
    for sha256 in blobs:
        stream.blobs.path_of(sha256).unlink(missing_ok=True)
    refusals += [_refusal(events, start.next_seq, refused) for refused in answer.rejected]
    return Shipped(events, refusals)


def report(refusals: Iterable[Refusal]) -> None:
    """Say what the server refuses, one line for each kind of event."""
    for refusal in refusals:
        notice_once(f"refused {refusal.kind}", f"the tracking server refuses {refusal.message}")


def _refusal(events: list[bytes], first_seq: int, refused: Rejection) -> Refusal:
    payload = events[refused.seq - first_seq]
    return Refusal(msgspec.msgpack.decode(payload, type=_Kind).type, refused.message)


_WITH_BLOBS = frozenset({b"artifact_logged", b"notebook_recorded"})


def _blobs_of(payloads: list[bytes]) -> list[str]:
    # Looking at the kind first spares the thread from decoding all the rest.
    events = [decode_event(one) for one in payloads if kind_of(one) in _WITH_BLOBS]
    return [one.sha256 for one in events if isinstance(one, ArtifactLogged | NotebookRecorded)]


def _upload(stream: Stream, client: Client, sha256: str) -> Refusal | None:
    file = stream.blobs.path_of(sha256)
    if not file.exists() or client.has_blob(sha256):
        return None
    try:
        client.put_blob(sha256, file)
    except InvalidError as error:
        return Refusal("file", f"a file of {file.stat().st_size} bytes: {error}")
    return None
