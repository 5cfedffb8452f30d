"""What the store returns: plain, immutable records.

Times are integers in milliseconds since the Unix epoch, durations floats in milliseconds. A float
may be NaN or infinite. Ids of runs and cell executions are 32 hexadecimal digits; ids of
experiments are decimal numbers as text, `0` being the owner's `Default`.
"""

from typing import Literal, NamedTuple

import msgspec

from celltrail.events import VariableRead, VariableVersion

Lifecycle = Literal["active", "deleted"]
Level = Literal["read", "write", "manage"]

RUN_NAME_TAG = "mlflow.runName"
USER_TAG = "mlflow.user"
PARENT_TAG = "mlflow.parentRunId"


class Experiment(msgspec.Struct, frozen=True):
    """A named group of runs; its name is unique for its owner."""

    experiment_id: str
    name: str
    owner: str
    lifecycle_stage: Lifecycle
    created_ms: int
    updated_ms: int
    last_activity_ms: int
    tags: dict[str, str]
    run_count: int
    """Active runs without a parent."""
    is_default: bool
    is_public: bool
    level: Level
    """What the caller may do with it."""


class MetricSummary(msgspec.Struct, frozen=True):
    """What is known of one metric of a run without its history.

    First and last are by (step, time, value), as MLflow defines the latest value; `min` and `max`
    leave NaN out, unless there is nothing else. `execution_id` is that of the last point.
    """

    key: str
    first: float
    last: float
    last_step: int
    last_time_ms: int
    min: float
    max: float
    count: int
    execution_id: str | None


class Param(msgspec.Struct, frozen=True):
    """A parameter of a run and the cell execution that logged it."""

    key: str
    value: str
    execution_id: str | None = None


class Dataset(msgspec.Struct, frozen=True):
    """Data that runs of an experiment used, known there by its name and digest.

    `source` (how to read it again), `schema` and `profile` are JSON as their writer made it.
    """

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None = None
    profile: str | None = None


class DatasetInput(msgspec.Struct, frozen=True):
    """That a run used a dataset; the tag `mlflow.data.context` says what for."""

    dataset: Dataset
    tags: dict[str, str] = {}
    execution_id: str | None = None


class DatasetSummary(msgspec.Struct, frozen=True):
    """A dataset of an experiment, and one of the contexts in which runs used it."""

    experiment_id: str
    name: str
    digest: str
    context: str | None


class ModelUse(msgspec.Struct, frozen=True):
    """That a run used or made a logged model; `step` of the run at which it made it."""

    model_id: str
    step: int = 0
    execution_id: str | None = None


class Inputs(msgspec.Struct, frozen=True):
    """What a run used."""

    datasets: list[DatasetInput] = []
    models: list[ModelUse] = []


class Run(msgspec.Struct, frozen=True):
    """A run with its latest values; `tags` holds MLflow's own tags too."""

    run_id: str
    experiment_id: str
    experiment_name: str
    name: str
    kind: str
    status: str
    owner: str
    lifecycle_stage: Lifecycle
    parent_id: str | None
    notebook: str | None
    execution_id: str | None
    started_ms: int
    ended_ms: int | None
    cell_count: int
    metrics: list[MetricSummary]
    params: list[Param]
    tags: dict[str, str]
    inputs: Inputs
    outputs: list[ModelUse]


class OfModel(NamedTuple):
    """A logged model, as what has files."""

    model_id: str


class OfTrace(NamedTuple):
    """A trace, as what has files."""

    trace_id: str


type Holder = str | OfModel | OfTrace
"""What has files: a run, by its id, or something else."""


class Upload(msgspec.Struct, frozen=True):
    """An upload in parts; hash and size are what was announced, if anything was."""

    upload_id: str
    sha256: str | None = None
    size_bytes: int | None = None


class Artifact(msgspec.Struct, frozen=True):
    """A file of a run or of another holder; its bytes are the blob `sha256`."""

    path: str
    sha256: str
    size_bytes: int
    media_type: str
    logged_ms: int
    execution_id: str | None = None


class Cell(msgspec.Struct, frozen=True):
    """One run of a cell."""

    execution_id: str
    cell_id: str | None
    ordinal: int
    execution_count: int | None
    source: str
    started_ms: int
    duration_ms: float | None
    status: str
    error_name: str | None
    error_message: str | None
    has_console: bool = False
    cpu_ms: float | None = None
    memory_start_bytes: int | None = None
    memory_peak_bytes: int | None = None
    gpu_percent: float | None = None
    gpu_memory_bytes: int | None = None
    candidate_params: dict[str, str] = {}
    """Literals that it assigned to names at its top level."""


class Console(msgspec.Struct, frozen=True):
    """The end of what a cell run printed; `is_cut` if it printed more."""

    console: str
    is_cut: bool


class CellTrace(msgspec.Struct, frozen=True):
    """What one run of a cell read and wrote."""

    execution_id: str
    reads: list[VariableRead]
    writes: list[VariableVersion]


class NotebookVersion(msgspec.Struct, frozen=True):
    """A notebook as it was during a run; its bytes are the blob `sha256`."""

    path: str
    sha256: str
    size_bytes: int
    recorded_ms: int


class Environment(msgspec.Struct, frozen=True):
    """What was installed where a run happened; `packages` by name, with their versions."""

    python: str
    platform: str
    packages: dict[str, str]
    recorded_ms: int


class GitState(msgspec.Struct, frozen=True):
    """The commit that a run's code is based on, and what was not committed, as a diff."""

    commit: str
    branch: str | None
    remote: str | None
    diff: str
    recorded_ms: int


class Origin(msgspec.Struct, frozen=True):
    """Where a run came from, as far as it was recorded; notebooks oldest first."""

    notebooks: list[NotebookVersion]
    environment: Environment | None
    git: GitState | None


class Point(msgspec.Struct, frozen=True):
    """One value of a metric."""

    step: int
    time_ms: int
    value: float
    execution_id: str | None = None


class Buckets(msgspec.Struct, frozen=True):
    """A metric by (step, time) in buckets of about as many points each, in columns.

    `mins` and `maxs` are exact; NaN is left out of them, unless a bucket holds nothing else.
    """

    first_steps: list[int]
    last_steps: list[int]
    mins: list[float]
    maxs: list[float]
    lasts: list[float]
    counts: list[int]


class NewRun(msgspec.Struct, frozen=True):
    """What a caller says of a run that it creates."""

    run_id: str
    name: str
    started_ms: int
    kind: str = "script"
    parent_id: str | None = None
    notebook: str | None = None
    execution_id: str | None = None
    tags: dict[str, str] = {}


class Page[T](msgspec.Struct, frozen=True):
    """Some records of a list, and the token that asks for the next ones (None: no more)."""

    items: list[T]
    next: str | None


Changed = Literal[
    "run", "cells", "metrics", "params", "tags", "artifacts", "inputs", "trail", "access"
]


class Change(msgspec.Struct, frozen=True):
    """What one commit changed of a run, or who may see an experiment (`run_id` is empty)."""

    owner: str
    """The owner of the experiment."""
    run_id: str
    experiment_id: str
    """Its number, even if its owner knows it as `0`."""
    parent_id: str | None
    changed: frozenset[Changed]
    is_in_default: bool = False
