"""Experiments: named groups of runs, each with an owner."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, insert, select, update

from celltrail.errors import InvalidError, NotFoundError
from celltrail.events import now_ms
from celltrail_server import limits
from celltrail_server.callers import Caller
from celltrail_server.errors import AlreadyExistsError, StateError
from celltrail_server.store.access import DEFAULT_ID, allowed, find_experiment
from celltrail_server.store.records import Experiment, Lifecycle
from celltrail_server.store.tables import experiment_tags, experiments, runs
from celltrail_server.store.transaction import Transaction, upsert

DEFAULT_NAME = "Default"


def create(transaction: Transaction, name: str, tags: dict[str, str]) -> str:
    """Create an experiment and return its id."""
    limits.check_experiment_name(name)
    pk = _insert(transaction, name)
    for key, value in tags.items():
        set_tag(transaction, str(pk), key, value)
    return str(pk)


def ensure_default(transaction: Transaction) -> None:
    """Create the owner's `Default`, unless it is there (even under another name)."""
    mine = experiments.c.owner == transaction.caller.owner
    found = transaction.connection.execute(
        select(experiments.c.id).where(mine, experiments.c.is_default)
    ).first()
    if found is None:
        pk = ensure_named(transaction, DEFAULT_NAME)
        transaction.connection.execute(
            update(experiments).where(experiments.c.id == pk).values(is_default=True)
        )


def ensure_named(transaction: Transaction, name: str) -> int:
    """Return the internal id of the experiment `name`, made or restored if need be.

    A notebook that records into a deleted experiment must not lose its run, so it comes back.
    """
    limits.check_experiment_name(name)
    row = transaction.connection.execute(
        select(experiments.c.id, experiments.c.lifecycle_stage).where(
            experiments.c.owner == transaction.caller.owner, experiments.c.name == name
        )
    ).first()
    if row is None:
        return _insert(transaction, name)
    if row.lifecycle_stage != "active":
        _update(transaction, row.id, lifecycle_stage="active")
    return int(row.id)


def rename(transaction: Transaction, experiment_id: str, name: str) -> None:
    """Give an active experiment another name."""
    limits.check_experiment_name(name)
    pk, stage = find_experiment(transaction.connection, transaction.caller, experiment_id, "manage")
    if stage != "active":
        raise StateError("Cannot rename a non-active experiment.")
    _refuse_taken(transaction, name, except_pk=pk)
    _update(transaction, pk, name=name)


def set_lifecycle(transaction: Transaction, experiment_id: str, stage: Lifecycle) -> None:
    """Delete or restore an experiment together with its runs; nothing is lost either way."""
    pk, before = find_experiment(
        transaction.connection, transaction.caller, experiment_id, "manage"
    )
    if before == stage:
        raise NotFoundError(f"No Experiment with id={experiment_id} exists")
    _update(transaction, pk, lifecycle_stage=stage)
    transaction.connection.execute(
        update(runs).where(runs.c.experiment_pk == pk).values(lifecycle_stage=stage)
    )
    run_ids = transaction.connection.scalars(
        select(runs.c.run_id).where(runs.c.experiment_pk == pk)
    )
    for run_id in run_ids.all():
        transaction.touch(run_id, "run")


def set_tag(transaction: Transaction, experiment_id: str, key: str, value: str) -> None:
    """Set one tag of an active experiment."""
    limits.check_mlflow_name("key", key)
    limits.check_text("value", value, limits.MAX_EXPERIMENT_TAG_VALUE)
    pk = _find_active(transaction, experiment_id)
    row = {"experiment_pk": pk, "key": key, "value": value}
    upsert(transaction.connection, experiment_tags, [row])


def delete_tag(transaction: Transaction, experiment_id: str, key: str) -> None:
    """Remove one tag; raises `NotFoundError` if it is not set."""
    pk = _find_active(transaction, experiment_id)
    gone = transaction.connection.execute(
        delete(experiment_tags).where(
            experiment_tags.c.experiment_pk == pk, experiment_tags.c.key == key
        )
    )
    if gone.rowcount == 0:
        raise NotFoundError(f"No tag with name: {key} in experiment with id {experiment_id}")


def get(connection: Connection, caller: Caller, experiment_id: str) -> Experiment:
    """Return one experiment; raises `NotFoundError`."""
    pk, _ = find_experiment(connection, caller, experiment_id)
    return load(connection, [pk])[0]


def get_by_name(connection: Connection, caller: Caller, name: str) -> Experiment:
    """Return the experiment of that name, deleted or not; raises `NotFoundError`."""
    pk = connection.scalar(
        select(experiments.c.id).where(
            experiments.c.owner == caller.owner, experiments.c.name == name
        )
    )
    if pk is None:
        raise NotFoundError(f"Could not find experiment with name '{name}'")
    return load(connection, [pk])[0]


def list_active(connection: Connection, caller: Caller) -> list[Experiment]:
    """Return the owner's experiments, latest activity first; `Default` only once it is used."""
    pks = connection.scalars(
        select(experiments.c.id)
        .where(allowed(caller), experiments.c.lifecycle_stage == "active")
        .order_by(experiments.c.last_activity_ms.desc(), experiments.c.id.desc())
    ).all()
    found = load(connection, pks)
    return [one for one in found if one.run_count or one.experiment_id != DEFAULT_ID]


def load(connection: Connection, pks: Iterable[int]) -> list[Experiment]:
    """Return the experiments with these internal ids, in this order."""
    pks = list(pks)
    rows = {
        row.id: row
        for row in connection.execute(select(experiments).where(experiments.c.id.in_(pks)))
    }
    counts: dict[int, int] = dict(
        tuple(row)
        for row in connection.execute(
            select(runs.c.experiment_pk, func.count())
            .where(
                runs.c.experiment_pk.in_(pks),
                runs.c.parent_id.is_(None),
                runs.c.lifecycle_stage == "active",
            )
            .group_by(runs.c.experiment_pk)
        )
    )
    tags: dict[int, dict[str, str]] = {}
    for row in connection.execute(
        select(experiment_tags).where(experiment_tags.c.experiment_pk.in_(pks))
    ):
        tags.setdefault(row.experiment_pk, {})[row.key] = row.value
    return [
        Experiment(
            experiment_id=DEFAULT_ID if rows[pk].is_default else str(pk),
            name=rows[pk].name,
            owner=rows[pk].owner,
            lifecycle_stage=rows[pk].lifecycle_stage,
            created_ms=rows[pk].created_ms,
            updated_ms=rows[pk].updated_ms,
            last_activity_ms=rows[pk].last_activity_ms,
            tags=tags.get(pk, {}),
            run_count=counts.get(pk, 0),
        )
        for pk in pks
    ]


def _find_active(transaction: Transaction, experiment_id: str) -> int:
    pk, stage = find_experiment(transaction.connection, transaction.caller, experiment_id, "manage")
    if stage != "active":
        raise InvalidError(
            f"The experiment {experiment_id} must be in the 'active' state. "
            f"Current state is {stage}."
        )
    return pk


def _insert(transaction: Transaction, name: str) -> int:
    _refuse_taken(transaction, name, except_pk=None)
    now = now_ms()
    result = transaction.connection.execute(
        insert(experiments)
        .returning(experiments.c.id)
        .values(
            owner=transaction.caller.owner,
            name=name,
            is_default=False,
            lifecycle_stage="active",
            created_ms=now,
            updated_ms=now,
            last_activity_ms=now,
        )
    )
    return int(result.scalar_one())


def _refuse_taken(transaction: Transaction, name: str, *, except_pk: int | None) -> None:
    pk = transaction.connection.scalar(
        select(experiments.c.id).where(
            experiments.c.owner == transaction.caller.owner, experiments.c.name == name
        )
    )
    if pk is not None and pk != except_pk:
        raise AlreadyExistsError(f"Experiment(name={name}) already exists.")


def _update(transaction: Transaction, pk: int, **values: str) -> None:
    transaction.connection.execute(
        update(experiments).where(experiments.c.id == pk).values(updated_ms=now_ms(), **values)
    )
