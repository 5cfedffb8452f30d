"""Answers of MLflow's API about logged models. Fields without a value are left out."""

from typing import get_args

from celltrail.errors import InvalidError
from celltrail_server.routes.mlflow.answers import Json, listed, pairs, point
from celltrail_server.store.logged_models.records import LoggedModel, ModelMetric, ModelStatus

STATUSES: tuple[ModelStatus, ...] = get_args(ModelStatus)
"""MLflow's statuses by their numbers."""

_NAMES: dict[ModelStatus, str] = {
    "UNSPECIFIED": "LOGGED_MODEL_STATUS_UNSPECIFIED",
    "PENDING": "LOGGED_MODEL_PENDING",
    "READY": "LOGGED_MODEL_READY",
    "UPLOAD_FAILED": "LOGGED_MODEL_UPLOAD_FAILED",
}


def logged_model(one: LoggedModel) -> Json:
    """Return MLflow's `LoggedModel`."""
    info = {
        "model_id": one.model_id,
        "experiment_id": one.experiment_id,
        "name": one.name,
        "creation_timestamp_ms": one.created_ms,
        "last_updated_timestamp_ms": one.updated_ms,
        "artifact_uri": model_uri(one),
        "status": _NAMES[one.status],
        "model_type": one.model_type,
        "source_run_id": one.source_run_id,
        **listed("tags", pairs(one.tags)),
        **listed(
            "registrations",
            [{"name": made.name, "version": str(made.version)} for made in one.registrations],
        ),
    }
    data = {
        **listed("params", pairs(one.params)),
        **listed("metrics", [_metric(one.model_id, metric) for metric in one.metrics]),
    }
    return {"info": info, "data": data}


def model_uri(one: LoggedModel) -> str:
    """Return where MLflow's client finds a model's artifacts: with this server, by proxy."""
    return f"mlflow-artifacts:/{one.experiment_id}/models/{one.model_id}/artifacts"


def parse_status(sent: str | int) -> ModelStatus:
    """Return the status that a request gives by name or number; raises `InvalidError`."""
    if isinstance(sent, int) or sent.isdecimal():
        number = int(sent)
        if number in range(len(STATUSES)):
            return STATUSES[number]
    for status, name in _NAMES.items():
        if sent == name:
            return status
    raise InvalidError(f"Invalid value {str(sent)[:100]} for parameter 'status' supplied.")


def _metric(model_id: str, one: ModelMetric) -> Json:
    return {
        **point(one.key, one.point),
        **({"dataset_name": one.dataset_name} if one.dataset_name else {}),
        **({"dataset_digest": one.dataset_digest} if one.dataset_digest else {}),
        "model_id": model_id,
        "run_id": one.run_id,
    }
