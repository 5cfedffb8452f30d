"""What the own API answers, as `docs/wire.md` has it, made from the store's records."""

import math
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from celltrail_server.store.columns import Columns
from celltrail_server.store.records import (
    PARENT_TAG,
    RUN_NAME_TAG,
    USER_TAG,
    Artifact,
    Buckets,
    Cell,
    DatasetInput,
    Experiment,
    Level,
    ModelUse,
    Param,
    Run,
)

type Number = float | str
"""A float; JSON has none that are not finite, so these are `NaN`, `Infinity`, `-Infinity`."""

_FIELD_TAGS = (RUN_NAME_TAG, USER_TAG, PARENT_TAG)


def number(value: float) -> Number:
    """Return `value` as JSON can hold it."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def numbers(values: list[float]) -> list[Number]:
    """Return each of `values` as JSON can hold it."""
    if math.isfinite(sum(values)):  # then each of them is
        return values  # type: ignore[return-value]
    return [number(value) for value in values]


class Me(msgspec.Struct):
    """Who the token belongs to, and the names of the workspaces that they may act in."""

    name: str
    workspaces: list[str]


class ExperimentShape(msgspec.Struct):
    """An experiment; `run_count` counts top-level runs."""

    experiment_id: str
    name: str
    owner: str
    created_ms: int
    last_activity_ms: int
    run_count: int
    visibility: Literal["private", "public"]
    level: Level
    """What the caller may do with it."""

    @classmethod
    def of(cls, one: Experiment) -> "ExperimentShape":
        """Make it from a record."""
        return cls(
            one.experiment_id,
            one.name,
            one.owner,
            one.created_ms,
            one.last_activity_ms,
            one.run_count,
            "public" if one.is_public else "private",
            one.level,
        )


class Experiments(msgspec.Struct):
    """A list of experiments."""

    experiments: list[ExperimentShape]


class RunShape(msgspec.Struct, kw_only=True):
    """A run; tags that its fields tell already are left out."""

    run_id: str
    experiment_id: str
    experiment_name: str
    name: str
    kind: str
    status: str
    owner: str
    parent_id: str | None
    notebook: str | None
    execution_id: str | None
    started_ms: int
    ended_ms: int | None
    cell_count: int
    metrics: dict[str, float | str]
    params: dict[str, str]
    tags: dict[str, str]


class MetricSummaryShape(msgspec.Struct):
    """What is known of a metric without its history."""

    key: str
    first: float | str
    last: float | str
    min: float | str
    max: float | str
    count: int
    last_step: int
    execution_id: str | None


class DatasetUse(msgspec.Struct):
    """That a run used a dataset; MLflow's API has its schema and profile, too."""

    name: str
    digest: str
    source_type: str
    source: str
    tags: dict[str, str]
    execution_id: str | None


class RunDetail(RunShape, kw_only=True):
    """A run with everything that it logged, but the points of its metrics."""

    metric_summaries: list[MetricSummaryShape]
    param_records: list[Param]
    artifacts: list[Artifact]
    datasets: list[DatasetUse]
    models_used: list[ModelUse]
    models_made: list[ModelUse]
    children: list[RunShape]


class Runs(msgspec.Struct):
    """A page of runs; `next` is the `before` of the next page."""

    runs: list[RunShape]
    next: str | None


class Cells(msgspec.Struct):
    """The cell runs of a run."""

    cells: list[Cell]


class Points(msgspec.Struct):
    """Points of a metric, in columns; `next` is the `after` that gets what comes later."""

    key: str
    steps: list[int]
    times_ms: list[int]
    values: list[float | str]
    execution_ids: list[str | None]
    next: int


class MetricBuckets(msgspec.Struct):
    """A metric by (step, time) in buckets of about as many points each, in columns.

    `mins` and `maxs` are exact; NaN is left out of them, unless a bucket holds nothing else.
    """

    key: str
    first_steps: list[int]
    last_steps: list[int]
    mins: list[float | str]
    maxs: list[float | str]
    lasts: list[float | str]
    counts: list[int]


def run_shape(run: Run) -> RunShape:
    """Return a run as lists show it."""
    return RunShape(**_run_fields(run))


def run_detail(run: Run, artifacts: list[Artifact], children: Iterable[Run]) -> RunDetail:
    """Return a run as its page shows it."""
    summaries = [
        MetricSummaryShape(
            one.key,
            number(one.first),
            number(one.last),
            number(one.min),
            number(one.max),
            one.count,
            one.last_step,
            one.execution_id,
        )
        for one in run.metrics
    ]
    return RunDetail(
        **_run_fields(run),
        metric_summaries=summaries,
        param_records=run.params,
        artifacts=artifacts,
        datasets=[_dataset_use(one) for one in run.inputs.datasets],
        models_used=run.inputs.models,
        models_made=run.outputs,
        children=[run_shape(child) for child in children],
    )


def _dataset_use(one: DatasetInput) -> DatasetUse:
    data = one.dataset
    return DatasetUse(
        data.name, data.digest, data.source_type, data.source, one.tags, one.execution_id
    )


def points_shape(key: str, points: Columns, after: int) -> Points:
    """Return points in columns."""
    return Points(
        key,
        points.steps.tolist(),
        points.times_ms.tolist(),
        numbers(points.values.tolist()),
        points.execution_ids(),
        after + len(points),
    )


def buckets_shape(key: str, found: Buckets) -> MetricBuckets:
    """Return buckets in columns."""
    return MetricBuckets(
        key,
        found.first_steps,
        found.last_steps,
        numbers(found.mins),
        numbers(found.maxs),
        numbers(found.lasts),
        found.counts,
    )


def _run_fields(run: Run) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "experiment_id": run.experiment_id,
        "experiment_name": run.experiment_name,
        "name": run.name,
        "kind": run.kind,
        "status": run.status,
        "owner": run.owner,
        "parent_id": run.parent_id,
        "notebook": run.notebook,
        "execution_id": run.execution_id,
        "started_ms": run.started_ms,
        "ended_ms": run.ended_ms,
        "cell_count": run.cell_count,
        "metrics": {one.key: number(one.last) for one in run.metrics},
        "params": {one.key: one.value for one in run.params},
        "tags": {key: value for key, value in run.tags.items() if key not in _FIELD_TAGS},
    }
