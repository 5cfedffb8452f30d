"""Answers of MLflow's API, made from the store's records. Fields without a value are left out."""

from typing import Any

import msgspec

from celltrail_server.paths import children
from celltrail_server.routes.shapes import Number, number
from celltrail_server.store.records import (
    Artifact,
    DatasetInput,
    Experiment,
    Lifecycle,
    MetricSummary,
    Point,
    Run,
)

type Json = dict[str, Any]

STAGES: dict[str, tuple[Lifecycle, ...]] = {
    "ACTIVE_ONLY": ("active",),
    "DELETED_ONLY": ("deleted",),
    "ALL": ("active", "deleted"),
}


def experiment(one: Experiment) -> Json:
    """Return MLflow's `Experiment`."""
    return {
        "experiment_id": one.experiment_id,
        "name": one.name,
        "artifact_location": f"mlflow-artifacts:/{one.experiment_id}",
        "lifecycle_stage": one.lifecycle_stage,
        "last_update_time": one.updated_ms,
        "creation_time": one.created_ms,
        "workspace": one.owner,
        **listed("tags", pairs(one.tags)),
    }


def run(one: Run) -> Json:
    """Return MLflow's `Run`."""
    return {
        "info": run_info(one),
        "data": {
            **listed("metrics", [_latest(metric) for metric in one.metrics]),
            **listed("params", [{"key": p.key, "value": p.value} for p in one.params]),
            **listed("tags", pairs(one.tags)),
        },
        "inputs": {
            **listed("dataset_inputs", [_dataset_input(used) for used in one.inputs.datasets]),
            **listed("model_inputs", [{"model_id": used.model_id} for used in one.inputs.models]),
        },
        "outputs": listed(
            "model_outputs",
            [{"model_id": made.model_id, "step": made.step} for made in one.outputs],
        ),
    }


def run_info(one: Run) -> Json:
    """Return MLflow's `RunInfo`."""
    info = {
        "run_id": one.run_id,
        "run_uuid": one.run_id,
        "run_name": one.name,
        "experiment_id": one.experiment_id,
        "user_id": one.owner,
        "status": one.status,
        "start_time": one.started_ms,
        "artifact_uri": artifact_uri(one),
        "lifecycle_stage": one.lifecycle_stage,
    }
    return info if one.ended_ms is None else info | {"end_time": one.ended_ms}


def artifact_uri(one: Run) -> str:
    """Return where MLflow's client finds the run's artifacts: with this server, by proxy."""
    return f"mlflow-artifacts:/{one.experiment_id}/{one.run_id}/artifacts"


def point(key: str, one: Point) -> Json:
    """Return MLflow's `Metric`."""
    return _metric(key, number(one.value), one.time_ms, one.step)


def page(name: str, items: list[Json], token: str | None) -> Json:
    """Return a list and the token of what follows."""
    return listed(name, items) | ({"next_page_token": token} if token else {})


def files(artifacts: list[Artifact], folder: str, *, base: str) -> list[Json]:
    """Return MLflow's `FileInfo` of each direct child of `folder`, named relative to `base`."""
    sizes = {artifact.path: artifact.size_bytes for artifact in artifacts}
    prefix = f"{base}/" if base else ""
    return [
        {"path": path.removeprefix(prefix), "is_dir": True}
        if size is None
        else {"path": path.removeprefix(prefix), "is_dir": False, "file_size": size}
        for path, size in children(sizes, folder)
    ]


def _dataset_input(one: DatasetInput) -> Json:
    fields = msgspec.structs.asdict(one.dataset)
    return {
        **listed("tags", pairs(one.tags)),
        "dataset": {name: value for name, value in fields.items() if value is not None},
    }


def _latest(one: MetricSummary) -> Json:
    return _metric(one.key, number(one.last), one.last_time_ms, one.last_step)


def _metric(key: str, value: Number, timestamp: int, step: int) -> Json:
    return {"key": key, "value": value, "timestamp": timestamp, "step": step}


def pairs(values: dict[str, str]) -> list[Json]:
    """Return tags as MLflow lists them."""
    return [{"key": key, "value": value} for key, value in values.items()]


def listed(name: str, items: list[Json]) -> Json:
    """Return a field that is left out when its list is empty."""
    return {name: items} if items else {}
