"""The one place that finds experiments and runs for a caller, who needs a right to each.

What the caller may not read does not exist for them: `NotFoundError`, never a hint. What they may
read, but not change, is a `ForbiddenError` that says who can grant more.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, or_, select

from celltrail.errors import InvalidError, NotFoundError
from celltrail_server.callers import GROUP, Caller, describe_owner
from celltrail_server.errors import ForbiddenError
from celltrail_server.store.rights import Need, allowed, visible
from celltrail_server.store.tables import experiments, runs

DEFAULT_ID = "0"


@dataclass(frozen=True, slots=True)
class RunRef:
    """What is needed to know of a run before touching it."""

    pk: int
    run_id: str
    owner: str
    experiment_pk: int
    experiment_id: str
    experiment_owner: str
    is_in_default: bool
    parent_id: str | None
    lifecycle_stage: str


def find_experiment(
    connection: Connection, caller: Caller, experiment_id: str, need: Need = "read"
) -> tuple[int, str]:
    """Return (internal id, lifecycle_stage); raises `NotFoundError` or `ForbiddenError`."""
    row = connection.execute(
        select(
            experiments.c.id,
            experiments.c.lifecycle_stage,
            allowed(caller, need).label("may"),
            allowed(caller).label("may_read"),
        ).where(is_experiment(caller, experiment_id))
    ).first()
    if row is None or not (row.may or row.may_read):
        raise NotFoundError(f"No Experiment with id={experiment_id} exists")
    if not row.may:
        raise refusal(connection, row.id, need)
    return row.id, row.lifecycle_stage


def find_run(connection: Connection, caller: Caller, run_id: str, need: Need = "read") -> RunRef:
    """Return the run; raises `NotFoundError` or `ForbiddenError`."""
    row = connection.execute(_run_of(caller, need), {"run_id": run_id}).first()
    if row is None or not (row.may or row.may_read):
        raise NotFoundError(f"Run with id={run_id} not found")
    if not row.may:
        raise refusal(connection, row.experiment_pk, need)
    return RunRef(
        pk=row.id,
        run_id=row.run_id,
        owner=row.owner,
        experiment_pk=row.experiment_pk,
        experiment_id=shown_id(caller, row.experiment_pk, row.experiment_owner, row.is_default),
        experiment_owner=row.experiment_owner,
        is_in_default=row.is_default,
        parent_id=row.parent_id,
        lifecycle_stage=row.lifecycle_stage,
    )


def require_own_run(connection: Connection, caller: Caller, ref: RunRef) -> None:
    """Refuse to take away a run that others made, unless the caller manages its experiment.

    Raises `ForbiddenError`.
    """
    require_own(connection, caller, ref.owner, ref.experiment_pk)


def require_own(connection: Connection, caller: Caller, owner: str, experiment_pk: int) -> None:
    """Refuse to take away what `owner` has put into an experiment, as with runs."""
    if owner == caller.name:
        return
    statement = select(allowed(caller, "manage")).where(experiments.c.id == experiment_pk)
    if not connection.scalar(statement):
        raise refusal(connection, experiment_pk, "manage")


def readable(caller: Caller, experiment_ids: Collection[str] | None = None) -> Select[tuple[int]]:
    """Return the query for the internal ids of those of the experiments that the caller may read.

    experiment_ids: None means all that the caller's lists show. Searches begin with this. Raises
    `InvalidError` for what is no id.
    """
    statement = select(experiments.c.id)
    if experiment_ids is None:
        return statement.where(visible(caller))
    numbers = {parse_experiment_id(one) for one in experiment_ids}
    among: ColumnElement[bool] = experiments.c.id.in_(numbers)
    if 0 in numbers:
        among = or_(among, is_experiment(caller, DEFAULT_ID))
    return statement.where(among, allowed(caller))


def parse_experiment_id(experiment_id: str) -> int:
    """Return the number that an experiment's id must be; raises `InvalidError`."""
    if not (experiment_id.isascii() and experiment_id.isdigit() and len(experiment_id) < 19):
        raise InvalidError(
            f"Invalid experiment ID '{experiment_id[:64]}'. Experiment ID must be a valid integer."
        )
    return int(experiment_id)


def is_experiment(caller: Caller, experiment_id: str) -> ColumnElement[bool]:
    """Return the condition that a row has this id; raises `InvalidError`."""
    number = parse_experiment_id(experiment_id)
    if number == 0:
        return and_(experiments.c.owner == caller.owner, experiments.c.is_default)
    return experiments.c.id == number


def shown_id(caller: Caller, pk: int, owner: str, is_default: bool) -> str:
    """Return an experiment's id as the caller knows it: their own `Default` is `0`."""
    return DEFAULT_ID if is_default and owner == caller.owner else str(pk)


def refusal(connection: Connection, experiment_pk: int, need: Need) -> ForbiddenError:
    """Return the error for a caller who may read an experiment, but not do what they want."""
    table = experiments.c
    row = connection.execute(
        select(table.name, table.owner, table.created_by).where(table.id == experiment_pk)
    ).one()
    who = describe_owner(row.owner)
    if row.owner.startswith(GROUP):
        who = f"{row.created_by}, or who leads {who}," if row.created_by else f"who leads {who}"
    return ForbiddenError(
        f"Permission denied: you may not {need} the experiment '{row.name[:100]}' with "
        f"id={experiment_pk}; {who} can let you (PUT /api/v1/experiments/{experiment_pk}/sharing)"
    )


@lru_cache(
    maxsize=1024
)  # every write asks, and building the statement takes longer than running it
def _run_of(caller: Caller, need: Need) -> Select[Any]:
    return (
        select(
            runs.c.id,
            runs.c.run_id,
            runs.c.owner,
            runs.c.experiment_pk,
            runs.c.parent_id,
            runs.c.lifecycle_stage,
            experiments.c.owner.label("experiment_owner"),
            experiments.c.is_default,
            allowed(caller, need).label("may"),
            allowed(caller).label("may_read"),
        )
        .join(experiments)
        .where(runs.c.run_id == bindparam("run_id"))
    )
