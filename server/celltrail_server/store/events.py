"""Applying a batch of a stream's events: each exactly once, each alone to blame for its faults."""

import msgspec
from sqlalchemy import select

from celltrail.errors import CelltrailError, InvalidError, NotFoundError
from celltrail.events import (
    ArtifactLogged,
    BatchAnswer,
    CellCaptured,
    CellEnded,
    CellStarted,
    CellTraced,
    EnvironmentRecorded,
    Event,
    EventBatch,
    GitRecorded,
    MetricsLogged,
    NotebookRecorded,
    ParamsLogged,
    Rejection,
    RunEnded,
    RunStarted,
    RunUpdated,
    SeriesLogged,
    decode_event,
    now_ms,
)
from celltrail_server import limits
from celltrail_server.errors import StreamGapError
from celltrail_server.store import (
    artifacts,
    cells,
    columns,
    experiments,
    names,
    origins,
    runs,
    traces,
)
from celltrail_server.store.metrics import MetricBuffer
from celltrail_server.store.records import Artifact, NewRun, Param, Point
from celltrail_server.store.tables import streams
from celltrail_server.store.transaction import Transaction, upsert


def append(transaction: Transaction, stream: str, batch: EventBatch) -> BatchAnswer:
    """Apply what is new in `batch` and return the number of the event to go on with.

    An event that can never be accepted is reported and counts as settled. Raises
    `StreamGapError` if events are missing before the batch, or if a part of a merged one is
    there already, and `NotFoundError` for another user's stream.
    """
    next_seq = _next_seq(transaction, stream)
    behind = _behind(batch)
    if behind <= next_seq:
        return BatchAnswer(next_seq)
    is_indivisible = batch.next_seq is not None
    if batch.first_seq > next_seq or (is_indivisible and batch.first_seq < next_seq):
        raise StreamGapError(stream, batch.first_seq, next_seq)
    new = batch.events[next_seq - batch.first_seq :]
    metrics = MetricBuffer(transaction)
    rejected = []
    for seq, data in enumerate(new, next_seq):
        try:
            apply(transaction, decode_event(data), metrics)
        except (CelltrailError, msgspec.DecodeError) as error:
            rejected.append(Rejection(seq, str(error)))
    metrics.flush()
    row = {
        "stream": stream,
        "owner": transaction.caller.name,
        "next_seq": behind,
        "updated_ms": now_ms(),
    }
    upsert(transaction.connection, streams, [row])
    return BatchAnswer(behind, rejected)


def apply(transaction: Transaction, event: Event, metrics: MetricBuffer) -> None:
    """Apply one event; one that is refused with a `CelltrailError` has changed nothing."""
    match event:
        case RunStarted():
            _start_run(transaction, event)
        case RunUpdated():
            _update_run(transaction, event)
        case RunEnded():
            runs.update_run(transaction, event.run_id, status=event.status, ended_ms=event.ended_ms)
        case CellStarted():
            cells.start(transaction, event)
        case CellEnded():
            cells.end(transaction, event)
        case CellCaptured():
            cells.capture(transaction, event)
        case ParamsLogged():
            _log_params(transaction, event)
        case MetricsLogged():
            _log_metrics(transaction, event, metrics)
        case SeriesLogged():
            _log_series(transaction, event, metrics)
        case ArtifactLogged():
            artifacts.log(transaction, event.run_id, _artifact(event))
        case CellTraced():
            traces.record(transaction, event)
        case NotebookRecorded():
            origins.record_notebook(transaction, event)
        case EnvironmentRecorded():
            origins.record_environment(transaction, event)
        case GitRecorded():
            origins.record_git(transaction, event)


def _start_run(transaction: Transaction, event: RunStarted) -> None:
    new = NewRun(
        run_id=event.run_id,
        name=event.name,
        started_ms=event.started_ms,
        kind=event.kind,
        parent_id=event.parent_id,
        notebook=event.notebook,
        tags=event.tags,
    )
    runs.check(new)
    if not runs.is_new(transaction, event.run_id):
        return
    experiment_pk = experiments.ensure_named(transaction, _experiment(event.experiment))
    runs.create(transaction, experiment_pk, new)


def _update_run(transaction: Transaction, event: RunUpdated) -> None:
    transaction.run(event.run_id)
    limits.check_tags(event.tags)
    limits.check_text("name", event.name or "", limits.MAX_NAME)
    experiment_pk = None
    if event.experiment is not None:
        experiment_pk = experiments.ensure_named(transaction, _experiment(event.experiment))
    runs.update_run(transaction, event.run_id, name=event.name, experiment_pk=experiment_pk)
    runs.set_tags(transaction, event.run_id, event.tags)


def _log_params(transaction: Transaction, event: ParamsLogged) -> None:
    _check_execution(event.execution_id)
    for key, value in event.params.items():
        limits.check_key(key)
        limits.check_text(key, value, limits.MAX_PARAM_VALUE)
    runs.log_params(
        transaction,
        event.run_id,
        [Param(key, value, event.execution_id) for key, value in event.params.items()],
    )


def _log_metrics(transaction: Transaction, event: MetricsLogged, metrics: MetricBuffer) -> None:
    _check_execution(event.execution_id)
    limits.check_int64("step", event.step)
    limits.check_time("time_ms", event.time_ms)
    for key in event.metrics:
        limits.check_key(key)
    for key, value in event.metrics.items():
        point = Point(event.step, event.time_ms, value, event.execution_id)
        metrics.add(event.run_id, key, [point])


def _log_series(transaction: Transaction, event: SeriesLogged, metrics: MetricBuffer) -> None:
    _check_execution(event.execution_id)
    limits.check_key(event.key)
    points = columns.from_bytes(event.steps, event.times_ms, event.values, event.execution_id)
    limits.check_time("the first of times_ms", int(points.times_ms.min()))
    metrics.add_columns(event.run_id, event.key, points)


def _artifact(event: ArtifactLogged) -> Artifact:
    _check_execution(event.execution_id)
    return Artifact(
        path=event.path,
        sha256=event.sha256,
        size_bytes=event.size_bytes,
        media_type=event.media_type,
        logged_ms=event.logged_ms,
        execution_id=event.execution_id,
    )


def _check_execution(execution_id: str | None) -> None:
    if execution_id is not None:
        limits.check_id("execution_id", execution_id)


def _experiment(name: str) -> str:
    return name or names.DEFAULT_NAME


def _behind(batch: EventBatch) -> int:
    """Return the number of the event that follows the batch."""
    if batch.first_seq < 1:
        raise InvalidError(f"first_seq is {batch.first_seq}; the first event of a stream has 1")
    behind = batch.first_seq + len(batch.events) if batch.next_seq is None else batch.next_seq
    limits.check_int64("next_seq", behind)
    if behind < batch.first_seq:
        raise InvalidError(f"next_seq is {behind}, which is before first_seq {batch.first_seq}")
    return behind


def _next_seq(transaction: Transaction, stream: str) -> int:
    limits.check_id("stream", stream)
    row = transaction.connection.execute(
        select(streams.c.owner, streams.c.next_seq).where(streams.c.stream == stream)
    ).first()
    if row is None:
        return 1
    if row.owner != transaction.caller.name:
        raise NotFoundError(f"no stream {stream}")
    return int(row.next_seq)
