"""Finding logged models for a caller, who needs a right to their experiment."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from celltrail.errors import NotFoundError
from celltrail_server.callers import Caller
from celltrail_server.store.access import refusal, shown_id
from celltrail_server.store.rights import Need, allowed
from celltrail_server.store.tables import experiments, logged_models


@dataclass(frozen=True, slots=True)
class ModelRef:
    """What is needed to know of a logged model before touching it."""

    pk: int
    model_id: str
    owner: str
    experiment_pk: int
    experiment_id: str
    lifecycle_stage: str


def find_logged_model(
    connection: Connection, caller: Caller, model_id: str, need: Need = "read"
) -> ModelRef:
    """Return the model, deleted or not; raises `NotFoundError` or `ForbiddenError`."""
    row = connection.execute(_model_of(caller, need), {"model_id": model_id}).first()
    if row is None or not (row.may or row.may_read):
        raise missing(model_id)
    if not row.may:
        raise refusal(connection, row.experiment_pk, need)
    return ModelRef(
        pk=row.id,
        model_id=row.model_id,
        owner=row.owner,
        experiment_pk=row.experiment_pk,
        experiment_id=shown_id(caller, row.experiment_pk, row.experiment_owner, row.is_default),
        lifecycle_stage=row.lifecycle_stage,
    )


def made_by(connection: Connection, caller: Caller, run_id: str, name: str) -> ModelRef | None:
    """Return the latest model of that name that a run has made, None if there is none."""
    table = logged_models.c
    model_id = connection.scalar(
        select(table.model_id)
        .where(table.source_run_id == run_id, table.name == name, table.lifecycle_stage == "active")
        .order_by(table.id.desc())
        .limit(1)
    )
    if model_id is None:
        return None
    try:
        return find_logged_model(connection, caller, model_id)
    except NotFoundError:
        return None


def missing(model_id: str) -> NotFoundError:
    """Return MLflow's error for a model that is not there."""
    return NotFoundError(f"Logged model with ID '{model_id[:64]}' not found.")


@lru_cache(maxsize=1024)  # each point of a model asks, and building it takes longer than running it
def _model_of(caller: Caller, need: Need) -> Select[Any]:
    return (
        select(
            logged_models,
            experiments.c.owner.label("experiment_owner"),
            experiments.c.is_default,
            allowed(caller, need).label("may"),
            allowed(caller).label("may_read"),
        )
        .join(experiments)
        .where(logged_models.c.model_id == bindparam("model_id"))
    )
