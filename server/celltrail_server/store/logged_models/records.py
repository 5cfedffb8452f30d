"""What the store returns and takes of logged models: plain, immutable records."""

from typing import Literal

import msgspec

from celltrail_server.store.records import Lifecycle, Point

ModelStatus = Literal["UNSPECIFIED", "PENDING", "READY", "UPLOAD_FAILED"]


class ModelMetric(msgspec.Struct, frozen=True):
    """One point of a metric of a model, logged by a run; names of datasets may be ""."""

    key: str
    point: Point
    run_id: str
    dataset_name: str
    dataset_digest: str


class ModelPoint(msgspec.Struct, frozen=True):
    """One point that a run logs of a model."""

    model_id: str
    key: str
    point: Point
    dataset_name: str = ""
    dataset_digest: str = ""


class Registration(msgspec.Struct, frozen=True):
    """A version of the caller's registry that was made of a logged model."""

    name: str
    version: int


class LoggedModel(msgspec.Struct, frozen=True):
    """A model that was logged; `model_type` and `source_run_id` are "" where nothing was said."""

    model_id: str
    experiment_id: str
    name: str
    owner: str
    """Who logged it."""
    model_type: str
    status: ModelStatus
    lifecycle_stage: Lifecycle
    source_run_id: str
    execution_id: str | None
    """The cell execution that logged it."""
    created_ms: int
    updated_ms: int
    params: dict[str, str]
    tags: dict[str, str]
    metrics: list[ModelMetric]
    registrations: list[Registration]


class NewLoggedModel(msgspec.Struct, frozen=True):
    """What a caller says of a model that it logs."""

    name: str
    model_type: str = ""
    source_run_id: str = ""
    params: dict[str, str] = {}
    tags: dict[str, str] = {}
    execution_id: str | None = None


class OfDataset(msgspec.Struct, frozen=True):
    """Metrics on a dataset of that name and, unless it is "", digest; no name: of all."""

    name: str = ""
    digest: str = ""


class ModelOrder(msgspec.Struct, frozen=True):
    """One key to sort models by: an attribute, or `metrics.KEY` (its latest value)."""

    field_name: str
    ascending: bool = True
    of_dataset: OfDataset = OfDataset()


class ModelSearch(msgspec.Struct, frozen=True):
    """A search for logged models of some experiments.

    `datasets`: metrics count only if they are on one of these; a model without any is left out.
    """

    experiment_ids: tuple[str, ...]
    filter: str = ""
    datasets: tuple[OfDataset, ...] = ()
    order_by: tuple[ModelOrder, ...] = ()
    max_results: int = 50
    page_token: str | None = None
