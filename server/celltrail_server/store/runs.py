"""Writing runs, their params and tags."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, insert, select, update

from celltrail.errors import ConflictError, InvalidError, NotFoundError
from celltrail.events import now_ms
from celltrail_server import limits
from celltrail_server.search.literals import number_of
from celltrail_server.store import audit
from celltrail_server.store.access import RunRef, find_experiment, require_own_run
from celltrail_server.store.records import (
    PARENT_TAG,
    RUN_NAME_TAG,
    USER_TAG,
    Lifecycle,
    NewRun,
    Param,
)
from celltrail_server.store.tables import keys, runs
from celltrail_server.store.tables import params as params_table
from celltrail_server.store.tables import tags as tags_table
from celltrail_server.store.transaction import Transaction, upsert


def is_new(transaction: Transaction, run_id: str) -> bool:
    """Whether nobody has started this run; raises `ConflictError` if another user has."""
    owner = transaction.connection.scalar(select(runs.c.owner).where(runs.c.run_id == run_id))
    if owner is not None and owner != transaction.caller.name:
        raise ConflictError(f"the run id {run_id} is taken")
    return owner is None


def create(transaction: Transaction, experiment_pk: int, new: NewRun) -> None:
    """Start a run, which must be new.

    What is given as name and parent appears as MLflow's tags too.
    """
    check(new)
    pk = transaction.connection.execute(
        insert(runs)
        .returning(runs.c.id)
        .values(
            run_id=new.run_id,
            owner=transaction.caller.name,
            experiment_pk=experiment_pk,
            name=new.name,
            kind=new.kind,
            status="RUNNING",
            lifecycle_stage="active",
            parent_id=new.parent_id,
            notebook=new.notebook,
            execution_id=new.execution_id,
            started_ms=new.started_ms,
        )
    ).scalar_one()
    tags = {USER_TAG: transaction.caller.name, **new.tags, RUN_NAME_TAG: new.name}
    if new.parent_id:
        tags[PARENT_TAG] = new.parent_id
    _write_tags(transaction, pk, tags)
    transaction.touch(new.run_id, "run", "tags")


def update_run(
    transaction: Transaction,
    run_id: str,
    *,
    status: str | None = None,
    ended_ms: int | None = None,
    name: str | None = None,
    experiment_pk: int | None = None,
) -> None:
    """Change what is given of a run; only who may delete it may move it."""
    ref = transaction.run(run_id)
    if experiment_pk not in (None, ref.experiment_pk):
        require_own_run(transaction.connection, transaction.caller, ref)
    if ended_ms is not None:
        limits.check_time("ended_ms", ended_ms)
    values: dict[str, Any] = {
        "status": status,
        "ended_ms": ended_ms,
        "name": name,
        "experiment_pk": experiment_pk,
    }
    values = {column: value for column, value in values.items() if value is not None}
    if name is not None:
        limits.check_text("name", name, limits.MAX_NAME)
        _write_tags(transaction, ref.pk, {RUN_NAME_TAG: name})
    if values:
        transaction.connection.execute(update(runs).where(runs.c.id == ref.pk).values(values))
        transaction.forget(run_id)
        transaction.touch(run_id, "run")


def set_lifecycle(transaction: Transaction, run_id: str, stage: Lifecycle) -> None:
    """Delete or restore a run of one's own, or of an experiment that one manages.

    Nothing is lost either way.
    """
    ref = transaction.run(run_id)
    require_own_run(transaction.connection, transaction.caller, ref)
    transaction.connection.execute(update(runs).where(runs.c.id == ref.pk).values(lifecycle(stage)))
    action = "delete" if stage == "deleted" else "restore"
    audit.record(transaction, action, "run", run_id, experiment_pk=ref.experiment_pk)
    transaction.forget(run_id)
    transaction.touch(run_id, "run")


def lifecycle(stage: Lifecycle) -> dict[str, Any]:
    """Return the values of the columns that say in which stage a run is, and since when."""
    return {"lifecycle_stage": stage, "deleted_ms": now_ms() if stage == "deleted" else None}


def require_active(ref: RunRef) -> None:
    """Refuse a deleted run, as MLflow does."""
    if ref.lifecycle_stage != "active":
        raise InvalidError(
            f"The run {ref.run_id} must be in the 'active' state. "
            f"Current state is {ref.lifecycle_stage}."
        )


def log_params(transaction: Transaction, run_id: str, params: Iterable[Param]) -> None:
    """Log params, all or none: one that changes its value raises `InvalidError`."""
    ref = transaction.run(run_id)
    wanted = {param.key: param for param in params}
    if not wanted:
        return
    known = _known_params(transaction, ref.pk, wanted)
    for key, old in known.items():
        if old != wanted[key].value:
            raise InvalidError(
                f"Changing param values is not allowed. Param with key='{key}' was already logged "
                f"with value='{old}' for run ID='{run_id}'. Attempted logging new value "
                f"'{wanted[key].value}'."
            )
    new = [param for param in wanted.values() if param.key not in known]
    if new:
        key_ids = transaction.key_ids(param.key for param in new)
        rows = [
            {
                "run_pk": ref.pk,
                "key_id": key_ids[param.key],
                "value": param.value,
                "number": number_of(param.value),
                "execution_id": param.execution_id,
            }
            for param in new
        ]
        transaction.connection.execute(insert(params_table), rows)
        transaction.touch(run_id, "params")


def set_tags(transaction: Transaction, run_id: str, tags: dict[str, str]) -> None:
    """Set tags; MLflow's name and parent tags rename and move the run as well.

    An empty name is left out: a run keeps the one it has.
    """
    tags = {key: value for key, value in tags.items() if value or key != RUN_NAME_TAG}
    if not tags:
        return
    ref = transaction.run(run_id)
    _write_tags(transaction, ref.pk, tags)
    fields = {"name": tags.get(RUN_NAME_TAG), "parent_id": tags.get(PARENT_TAG)}
    fields = {column: value for column, value in fields.items() if value is not None}
    if fields:
        transaction.connection.execute(update(runs).where(runs.c.id == ref.pk).values(fields))
        transaction.forget(run_id)
        transaction.touch(run_id, "run")
    transaction.touch(run_id, "tags")


def delete_tag(transaction: Transaction, run_id: str, key: str) -> None:
    """Remove one tag; raises `NotFoundError` if it is not set."""
    ref = transaction.run(run_id)
    key_id = select(keys.c.id).where(keys.c.key == key).scalar_subquery()
    gone = transaction.connection.execute(
        delete(tags_table).where(tags_table.c.run_pk == ref.pk, tags_table.c.key_id == key_id)
    )
    if gone.rowcount == 0:
        raise NotFoundError(f"No tag with name: {key} in run with id {run_id}")
    if key == PARENT_TAG:
        transaction.connection.execute(
            update(runs).where(runs.c.id == ref.pk).values(parent_id=None)
        )
        transaction.forget(run_id)
    transaction.touch(run_id, "tags")


def create_in(transaction: Transaction, experiment_id: str, new: NewRun) -> None:
    """Start a run in an experiment given by its id, which must be active."""
    pk, stage = find_experiment(transaction.connection, transaction.caller, experiment_id, "write")
    if stage != "active":
        raise InvalidError(
            f"The experiment {experiment_id} must be in the 'active' state. "
            f"Current state is {stage}."
        )
    create(transaction, pk, new)


def check(new: NewRun) -> None:
    """Refuse what no run can be started with."""
    limits.check_id("run_id", new.run_id)
    limits.check_text("name", new.name, limits.MAX_NAME)
    limits.check_text("notebook", new.notebook or "", limits.MAX_TAG_VALUE)
    limits.check_text("parent_id", new.parent_id or "", 255)
    limits.check_time("started_ms", new.started_ms)
    limits.check_tags(new.tags)


def _known_params(transaction: Transaction, run_pk: int, names: Iterable[str]) -> dict[str, str]:
    found = transaction.connection.execute(
        select(keys.c.key, params_table.c.value)
        .join(keys, keys.c.id == params_table.c.key_id)
        .where(params_table.c.run_pk == run_pk, keys.c.key.in_(list(names)))
    )
    return {row.key: row.value for row in found}


def _write_tags(transaction: Transaction, run_pk: int, tags: dict[str, str]) -> None:
    key_ids = transaction.key_ids(tags)
    rows = [
        {"run_pk": run_pk, "key_id": key_ids[key], "value": value} for key, value in tags.items()
    ]
    upsert(transaction.connection, tags_table, rows)
