"""Experiments: named groups of runs, each with an owner."""

from collections.abc import Iterable

from sqlalchemy import Connection, case, delete, func, insert, select, update

from celltrail.errors import InvalidError, NotFoundError
from celltrail.events import now_ms
from celltrail_server import limits
from celltrail_server.callers import Caller
from celltrail_server.errors import AlreadyExistsError, StateError
from celltrail_server.store import audit, names
from celltrail_server.store.access import find_experiment, shown_id
from celltrail_server.store.records import Experiment, Lifecycle
from celltrail_server.store.rights import level, visible
from celltrail_server.store.runs import lifecycle
from celltrail_server.store.tables import experiment_tags, experiments, runs
from celltrail_server.store.transaction import Transaction, upsert


def create(transaction: Transaction, name: str, tags: dict[str, str]) -> str:
    """Create an experiment and return its id."""
    limits.check_experiment_name(name)
    pk = _insert(transaction, name, created_by=transaction.caller.name)
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
        # What comes by itself has been created by nobody: in a group, who leads it manages it.
        owner = transaction.caller.owner
        pk = names.owned_by(transaction.connection, owner, names.DEFAULT_NAME)
        if pk is None:
            pk = _insert(transaction, names.DEFAULT_NAME, created_by="")
        transaction.connection.execute(
            update(experiments).where(experiments.c.id == pk).values(is_default=True)
        )


def ensure_named(transaction: Transaction, name: str) -> int:
    """Return the internal id of the experiment `name`, made or restored if need be.

    A notebook that records into a deleted experiment must not lose its run, so it comes back.
    """
    limits.check_experiment_name(name)
    pk = names.find(transaction.connection, transaction.caller, name)
    if pk is None:
        return _insert(transaction, name, created_by=transaction.caller.name)
    stage = select(experiments.c.lifecycle_stage).where(experiments.c.id == pk)
    if transaction.connection.scalar(stage) != "active":
        _update(transaction, pk, lifecycle_stage="active")
        _note(transaction, pk, "restore")
    return pk


def rename(transaction: Transaction, experiment_id: str, name: str) -> None:
    """Give an active experiment another name."""
    limits.check_experiment_name(name)
    pk, stage = find_experiment(transaction.connection, transaction.caller, experiment_id, "manage")
    if stage != "active":
        raise StateError("Cannot rename a non-active experiment.")
    table = experiments.c
    before = transaction.connection.execute(
        select(table.owner, table.name).where(table.id == pk)
    ).one()
    if name == before.name:
        return
    _refuse_taken(transaction, before.owner, name)
    _update(transaction, pk, name=name)
    _note(transaction, pk, "rename", before=before.name, after=name)


def set_lifecycle(transaction: Transaction, experiment_id: str, stage: Lifecycle) -> None:
    """Delete or restore an experiment together with its runs; nothing is lost either way."""
    pk, before = find_experiment(
        transaction.connection, transaction.caller, experiment_id, "manage"
    )
    if before == stage:
        raise NotFoundError(f"No Experiment with id={experiment_id} exists")
    _update(transaction, pk, lifecycle_stage=stage)
    _note(transaction, pk, "delete" if stage == "deleted" else "restore")
    transaction.connection.execute(
        update(runs).where(runs.c.experiment_pk == pk).values(lifecycle(stage))
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
    pk = find_active(transaction, experiment_id)
    row = {"experiment_pk": pk, "key": key, "value": value}
    upsert(transaction.connection, experiment_tags, [row])


def delete_tag(transaction: Transaction, experiment_id: str, key: str) -> None:
    """Remove one tag; raises `NotFoundError` if it is not set."""
    pk = find_active(transaction, experiment_id)
    gone = transaction.connection.execute(
        delete(experiment_tags).where(
            experiment_tags.c.experiment_pk == pk, experiment_tags.c.key == key
        )
    )
    if gone.rowcount == 0:
        raise NotFoundError(f"No tag with name: {key} in experiment with id {experiment_id}")


def find_active(transaction: Transaction, experiment_id: str) -> int:
    """Return the internal id of an active experiment that the caller may write."""
    pk, stage = find_experiment(transaction.connection, transaction.caller, experiment_id, "write")
    if stage != "active":
        raise InvalidError(
            f"The experiment {experiment_id} must be in the 'active' state. "
            f"Current state is {stage}."
        )
    return pk


def get(connection: Connection, caller: Caller, experiment_id: str) -> Experiment:
    """Return one experiment; raises `NotFoundError`."""
    pk, _ = find_experiment(connection, caller, experiment_id)
    return load(connection, caller, [pk])[0]


def get_by_name(connection: Connection, caller: Caller, name: str) -> Experiment:
    """Return the experiment that a run started under `name` would go to; raises `NotFoundError`."""
    pk = names.find(connection, caller, name)
    if pk is None:
        several = ", ".join(map(str, names.shared(connection, caller, name)))
        hint = f"; it could be one that is shared with you: say which by its id, {several}"
        raise NotFoundError(
            f"Could not find experiment with name '{name}'{hint if several else ''}"
        )
    return load(connection, caller, [pk])[0]


def list_active(connection: Connection, caller: Caller) -> list[Experiment]:
    """Return what the caller may read, the own first, then by latest activity.

    A `Default` is there only once it is used.
    """
    table = experiments.c
    pks = connection.scalars(
        select(table.id)
        .where(visible(caller), table.lifecycle_stage == "active")
        .order_by(
            case((table.owner == caller.owner, 0), else_=1),
            table.last_activity_ms.desc(),
            table.id.desc(),
        )
    ).all()
    found = load(connection, caller, pks)
    return [one for one in found if one.run_count or not one.is_default]


def load(connection: Connection, caller: Caller, pks: Iterable[int]) -> list[Experiment]:
    """Return the experiments with these internal ids, in this order."""
    pks = list(pks)
    rows = {
        row.id: row
        for row in connection.execute(
            select(experiments, level(caller).label("level")).where(experiments.c.id.in_(pks))
        )
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
            experiment_id=shown_id(caller, pk, rows[pk].owner, rows[pk].is_default),
            name=rows[pk].name,
            owner=rows[pk].owner,
            lifecycle_stage=rows[pk].lifecycle_stage,
            created_ms=rows[pk].created_ms,
            updated_ms=rows[pk].updated_ms,
            last_activity_ms=rows[pk].last_activity_ms,
            tags=tags.get(pk, {}),
            run_count=counts.get(pk, 0),
            is_default=rows[pk].is_default,
            is_public=rows[pk].is_public,
            level=rows[pk].level,
        )
        for pk in pks
    ]


def _insert(transaction: Transaction, name: str, *, created_by: str) -> int:
    _refuse_taken(transaction, transaction.caller.owner, name)
    now = now_ms()
    result = transaction.connection.execute(
        insert(experiments)
        .returning(experiments.c.id)
        .values(
            owner=transaction.caller.owner,
            created_by=created_by,
            name=name,
            is_default=False,
            lifecycle_stage="active",
            created_ms=now,
            updated_ms=now,
            last_activity_ms=now,
        )
    )
    return int(result.scalar_one())


def _refuse_taken(transaction: Transaction, owner: str, name: str) -> None:
    if names.owned_by(transaction.connection, owner, name) is not None:
        raise AlreadyExistsError(f"Experiment(name={name}) already exists.")


def _update(transaction: Transaction, pk: int, **values: str) -> None:
    transaction.connection.execute(
        update(experiments).where(experiments.c.id == pk).values(updated_ms=now_ms(), **values)
    )


def _note(transaction: Transaction, pk: int, action: str, **detail: str) -> None:
    audit.record(transaction, action, "experiment", str(pk), experiment_pk=pk, **detail)
