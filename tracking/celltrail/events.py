"""The events that a kernel or script records, and how a batch of them travels.

This is the vocabulary between the client (which spools events and ships them) and the tracking
server (which applies them to its store); `docs/wire.md` shows it on the wire. The module only
describes: it neither reads nor writes anything.

Times are integers in milliseconds since the Unix epoch (`*_ms`), as in MLflow; durations are
floats in milliseconds. Ids are 32 hexadecimal digits made by the client, so that recording never
waits for a server. Encoding is MessagePack, which keeps NaN, infinities and 64-bit integers exact.
"""

import os
import sys
from array import array
from collections.abc import Iterable
from time import time_ns  # by name: notebooks replace what is in the module
from typing import Literal

import msgspec

RunKind = Literal["notebook", "script", "pipeline", "step", "trial"]
RunStatus = Literal["RUNNING", "FINISHED", "FAILED", "KILLED", "SCHEDULED"]
CellStatus = Literal["running", "ok", "error", "aborted"]


class _Base(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type"):
    """An event; `type` on the wire names its class."""


class RunStarted(_Base, frozen=True, tag="run_started"):
    """A run begins. A second one with the same `run_id` is ignored by the server."""

    run_id: str
    name: str
    experiment: str
    kind: RunKind
    started_ms: int
    parent_id: str | None = None
    notebook: str | None = None
    tags: dict[str, str] = {}


class RunUpdated(_Base, frozen=True, tag="run_updated"):
    """A run gets another name or experiment, or more tags; None leaves what there is."""

    run_id: str
    name: str | None = None
    experiment: str | None = None
    tags: dict[str, str] = {}


class RunEnded(_Base, frozen=True, tag="run_ended"):
    """A run is over."""

    run_id: str
    status: RunStatus
    ended_ms: int


class CellStarted(_Base, frozen=True, tag="cell_started"):
    """A cell begins to run; `ordinal` counts the session's cell runs from 1."""

    execution_id: str
    run_id: str
    ordinal: int
    source: str
    started_ms: int
    cell_id: str | None = None
    execution_count: int | None = None


class CellEnded(_Base, frozen=True, tag="cell_ended"):
    """A cell run is over; `error_name` is the exception's class, without a traceback."""

    execution_id: str
    status: CellStatus
    duration_ms: float
    error_name: str | None = None
    error_message: str | None = None


class CellCaptured(_Base, frozen=True, tag="cell_captured"):
    """What a cell run printed last and what it took. A later one of the same run replaces it.

    `console` is the end of its standard output and error in their order. Memory is what the
    process held, GPU figures are those of the busiest device, whoever used it; None: not
    measured. `candidate_params` are the literals that it assigned to names at its top level.
    """

    execution_id: str
    console: str = ""
    is_console_cut: bool = False
    cpu_ms: float | None = None
    memory_start_bytes: int | None = None
    memory_peak_bytes: int | None = None
    gpu_percent: float | None = None
    gpu_memory_bytes: int | None = None
    candidate_params: dict[str, str] = {}


class ParamsLogged(_Base, frozen=True, tag="params_logged"):
    """Parameters of a run. A parameter keeps its first value: another one is refused."""

    run_id: str
    params: dict[str, str]
    execution_id: str | None = None


class MetricsLogged(_Base, frozen=True, tag="metrics_logged"):
    """One point for each of the named metrics."""

    run_id: str
    metrics: dict[str, float]
    step: int
    time_ms: int
    execution_id: str | None = None


class SeriesLogged(_Base, frozen=True, tag="series_logged"):
    """Many points of one metric, in columns of little-endian numbers of 8 bytes each.

    `steps` and `times_ms` are signed integers, `values` IEEE 754 floats.
    """

    run_id: str
    key: str
    steps: bytes
    times_ms: bytes
    values: bytes
    execution_id: str | None = None

    @classmethod
    def of(
        cls,
        run_id: str,
        key: str,
        steps: Iterable[int],
        times_ms: Iterable[int],
        values: Iterable[float],
        execution_id: str | None = None,
    ) -> "SeriesLogged":
        """Pack columns of numbers, as many in each."""
        packed = (_packed("q", steps), _packed("q", times_ms), _packed("d", values))
        return cls(run_id, key, *packed, execution_id)


class ArtifactLogged(_Base, frozen=True, tag="artifact_logged"):
    """A file of a run, whose bytes the server already holds as the blob `sha256`."""

    run_id: str
    path: str
    sha256: str
    size_bytes: int
    logged_ms: int
    media_type: str = "application/octet-stream"
    execution_id: str | None = None


class VariableVersion(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a name stood for after a cell run that wrote it.

    Hidden state has names too: `@rng:numpy`, `@file:data.csv`. `summary` is one line for people,
    `fingerprint` is equal for equal values (None: unknown), of a sample only if `is_sampled`;
    `is_certain` is false if the value may have changed, but need not have.
    """

    name: str
    type_name: str = ""
    summary: str = ""
    fingerprint: str | None = None
    is_sampled: bool = False
    is_deleted: bool = False
    is_certain: bool = True


class VariableRead(msgspec.Struct, frozen=True, omit_defaults=True):
    """A name that a cell run read before writing it itself.

    `written_by` is the cell execution whose version it was, None for one from before the
    recording; `is_certain` is false if it may have read that version, but need not have. Of one
    name several versions may be given: the certain one, and those that may have changed it.
    `only_for`: a name that the cell run changed in place; the read matters for that alone.
    """

    name: str
    written_by: str | None = None
    is_certain: bool = True
    only_for: str | None = None


class CellTraced(_Base, frozen=True, tag="cell_traced"):
    """What a cell run read, wrote and deleted. A later trace of the same run replaces it."""

    execution_id: str
    reads: list[VariableRead] = []
    writes: list[VariableVersion] = []


class NotebookRecorded(_Base, frozen=True, tag="notebook_recorded"):
    """The notebook of a run as it was; the server already holds its bytes as a blob."""

    run_id: str
    path: str
    sha256: str
    recorded_ms: int


class EnvironmentRecorded(_Base, frozen=True, tag="environment_recorded"):
    """What is installed where a run happens; `packages` by name, with their versions."""

    run_id: str
    python: str
    platform: str
    packages: dict[str, str]
    recorded_ms: int


class GitRecorded(_Base, frozen=True, tag="git_recorded"):
    """The commit that a run's code is based on, and what is not committed, as a diff."""

    run_id: str
    commit: str
    recorded_ms: int
    branch: str | None = None
    remote: str | None = None
    diff: str = ""


Event = (
    RunStarted
    | RunUpdated
    | RunEnded
    | CellStarted
    | CellEnded
    | CellCaptured
    | ParamsLogged
    | MetricsLogged
    | SeriesLogged
    | ArtifactLogged
    | CellTraced
    | NotebookRecorded
    | EnvironmentRecorded
    | GitRecorded
)


class EventBatch(msgspec.Struct, frozen=True, omit_defaults=True):
    """Body of `POST /api/v1/streams/{stream}/events`: consecutive events from `first_seq` on.

    Each event stays encoded (`msgspec.Raw`), so that shipping copies bytes instead of values and
    one malformed event can be refused without its neighbours. The first event of a stream has
    the sequence number 1.

    next_seq: the number behind the batch, if its events stand for more than were recorded one by
    one (`merging`). Such a batch is applied as a whole or not at all.
    """

    first_seq: int
    events: list[msgspec.Raw]
    next_seq: int | None = None


class Rejection(msgspec.Struct, frozen=True):
    """An event that the server understood and will never accept, and why.

    `seq` less the batch's `first_seq` is its place in the batch.
    """

    seq: int
    message: str


class BatchAnswer(msgspec.Struct, frozen=True):
    """Answer to an `EventBatch`: everything below `next_seq` is settled for good."""

    next_seq: int
    rejected: list[Rejection] = []


def encode_event(event: Event) -> bytes:
    """Return `event` as MessagePack."""
    return _encoder.encode(event)


def kind_of(data: bytes) -> bytes:
    """Return the tag of an encoded event, such as `b"run_started"`, without decoding it.

    Behind the number of fields, one byte, comes the field `type` with a short text. Empty for
    bytes that do not begin so.
    """
    if not data.startswith(b"\xa4type", 1) or len(data) < 7:
        return b""
    return data[7 : 7 + (data[6] & 0x1F)]


def decode_event(data: bytes | msgspec.Raw) -> Event:
    """Return the event in `data`; raises `msgspec.DecodeError` if it is none."""
    return _decoder.decode(data)


def _packed(code: Literal["q", "d"], column: Iterable[float]) -> bytes:
    numbers = array(code, column)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def new_id() -> str:
    """Return a new run or execution id: 32 hexadecimal digits, random."""
    return os.urandom(16).hex()


def now_ms() -> int:
    """Return the current time in milliseconds since the Unix epoch."""
    return time_ns() // 1_000_000


_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Event] = msgspec.msgpack.Decoder(Event)
