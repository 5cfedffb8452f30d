"""The one place that knows who may see and change which experiments and their runs.

What the caller may not read does not exist for them: `NotFoundError`, never a hint.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, bindparam, select

from celltrail.errors import InvalidError, NotFoundError
from celltrail_server.callers import Caller
from celltrail_server.store.tables import experiments, runs

DEFAULT_ID = "0"

Level = Literal["read", "write", "manage"]
"""What a caller wants to do with an experiment; each includes the ones before."""


@dataclass(frozen=True, slots=True)
class RunRef:
    """What is needed to know of a run before touching it."""

    pk: int
    run_id: str
    experiment_pk: int
    experiment_id: str
    parent_id: str | None
    lifecycle_stage: str


def allowed(caller: Caller, need: Level = "read") -> ColumnElement[bool]:
    """Return the condition on `experiments` that the caller has the level `need`."""
    return experiments.c.owner == caller.owner


def find_experiment(
    connection: Connection, caller: Caller, experiment_id: str, need: Level = "read"
) -> tuple[int, str]:
    """Return (internal id, lifecycle_stage); raises `NotFoundError`."""
    row = connection.execute(
        select(experiments.c.id, experiments.c.lifecycle_stage).where(
            _is(caller, experiment_id), allowed(caller, need)
        )
    ).first()
    if row is None:
        raise NotFoundError(f"No Experiment with id={experiment_id} exists")
    return row.id, row.lifecycle_stage


def find_run(connection: Connection, caller: Caller, run_id: str, need: Level = "read") -> RunRef:
    """Return the run; raises `NotFoundError`."""
    row = connection.execute(_run_of(caller, need), {"run_id": run_id}).first()
    if row is None:
        raise NotFoundError(f"Run with id={run_id} not found")
    return RunRef(
        pk=row.id,
        run_id=row.run_id,
        experiment_pk=row.experiment_pk,
        experiment_id=DEFAULT_ID if row.is_default else str(row.experiment_pk),
        parent_id=row.parent_id,
        lifecycle_stage=row.lifecycle_stage,
    )


def parse_experiment_id(experiment_id: str) -> int:
    """Return the number that an experiment's id must be; raises `InvalidError`."""
    if not (experiment_id.isascii() and experiment_id.isdigit() and len(experiment_id) < 19):
        raise InvalidError(
            f"Invalid experiment ID '{experiment_id[:64]}'. Experiment ID must be a valid integer."
        )
    return int(experiment_id)


@lru_cache(
    maxsize=1024
)  # every write asks, and building the statement takes longer than running it
def _run_of(caller: Caller, need: Level) -> Select[Any]:
    return (
        select(
            runs.c.id,
            runs.c.run_id,
            runs.c.experiment_pk,
            experiments.c.is_default,
            runs.c.parent_id,
            runs.c.lifecycle_stage,
        )
        .join(experiments)
        .where(runs.c.run_id == bindparam("run_id"), allowed(caller, need))
    )


def _is(caller: Caller, experiment_id: str) -> ColumnElement[bool]:
    number = parse_experiment_id(experiment_id)
    if number == 0:
        return experiments.c.is_default & (experiments.c.owner == caller.owner)
    return experiments.c.id == number
