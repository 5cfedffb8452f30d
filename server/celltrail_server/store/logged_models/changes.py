"""Writing logged models: created, finished, deleted; their tags and params."""

import uuid
from typing import Any

from sqlalchemy import delete, insert, select, update

from celltrail.errors import InvalidError, NotFoundError
from celltrail.events import now_ms
from celltrail_server import limits
from celltrail_server.search.literals import number_of
from celltrail_server.store import audit, experiments
from celltrail_server.store.access import require_own
from celltrail_server.store.logged_models import loading
from celltrail_server.store.logged_models.lookup import ModelRef, find_logged_model
from celltrail_server.store.logged_models.records import (
    LoggedModel,
    ModelStatus,
    NewLoggedModel,
)
from celltrail_server.store.tables import (
    logged_model_params,
    logged_model_tags,
    logged_models,
)
from celltrail_server.store.transaction import Transaction, upsert

MAX_NAME = 500
MAX_KEY = 255
MAX_VALUE = 100_000
_BAD_IN_NAMES = ("/", ":", ".", "%", '"', "'")


def create(transaction: Transaction, experiment_id: str, new: NewLoggedModel) -> LoggedModel:
    """Log a model, whose files are still to come, in an active experiment."""
    _check(new)
    experiment_pk = experiments.find_active(transaction, experiment_id)
    now = now_ms()
    pk = transaction.connection.execute(
        insert(logged_models)
        .returning(logged_models.c.id)
        .values(
            model_id=f"m-{uuid.uuid4().hex}",
            experiment_pk=experiment_pk,
            owner=transaction.caller.name,
            name=new.name,
            model_type=new.model_type,
            status="PENDING",
            lifecycle_stage="active",
            source_run_id=new.source_run_id,
            execution_id=new.execution_id,
            created_ms=now,
            updated_ms=now,
        )
    ).scalar_one()
    upsert(transaction.connection, logged_model_params, _param_rows(pk, new.params))
    upsert(transaction.connection, logged_model_tags, _rows(pk, new.tags))
    return loading.load(transaction.connection, transaction.caller, [pk])[0]


def finish(transaction: Transaction, model_id: str, status: ModelStatus) -> LoggedModel:
    """Set how the upload of a model's files went."""
    ref = _writable(transaction, model_id)
    _update(transaction, ref, status=status)
    return loading.load(transaction.connection, transaction.caller, [ref.pk])[0]


def remove(transaction: Transaction, model_id: str) -> None:
    """Delete a model of one's own, or of an experiment that one manages; nothing is erased."""
    ref = _writable(transaction, model_id)
    require_own(transaction.connection, transaction.caller, ref.owner, ref.experiment_pk)
    _update(transaction, ref, lifecycle_stage="deleted")
    pk = ref.experiment_pk
    audit.record(transaction, "delete", "logged_model", model_id, experiment_pk=pk)


def set_tags(transaction: Transaction, model_id: str, tags: dict[str, str]) -> None:
    """Set tags."""
    _check_entries(tags)
    ref = _writable(transaction, model_id)
    upsert(transaction.connection, logged_model_tags, _rows(ref.pk, tags))


def delete_tag(transaction: Transaction, model_id: str, key: str) -> None:
    """Remove one tag; raises `NotFoundError` if it is not set."""
    ref = _writable(transaction, model_id)
    table = logged_model_tags.c
    gone = transaction.connection.execute(
        delete(logged_model_tags).where(table.model_pk == ref.pk, table.key == key)
    )
    if gone.rowcount == 0:
        raise NotFoundError(f"No tag with key {key!r} found for model with ID {model_id!r}.")


def log_params(transaction: Transaction, model_id: str, params: dict[str, str]) -> None:
    """Log params, all or none: one that changes its value raises `InvalidError`."""
    _check_entries(params)
    ref = _writable(transaction, model_id)
    table = logged_model_params.c
    found = transaction.connection.execute(
        select(table.key, table.value).where(table.model_pk == ref.pk, table.key.in_(params))
    )
    for key, old in found:
        if params[key] != old:
            raise InvalidError(
                f"Changing param values is not allowed. Param with key='{key}' was already logged "
                f"with value='{old}' for model ID='{model_id}'. Attempted logging new value "
                f"'{params[key]}'."
            )
    upsert(transaction.connection, logged_model_params, _param_rows(ref.pk, params))


def _writable(transaction: Transaction, model_id: str) -> ModelRef:
    return find_logged_model(transaction.connection, transaction.caller, model_id, "write")


def _update(transaction: Transaction, ref: ModelRef, **values: str) -> None:
    transaction.connection.execute(
        update(logged_models)
        .where(logged_models.c.id == ref.pk)
        .values(updated_ms=now_ms(), **values)
    )


def _rows(pk: int, entries: dict[str, str]) -> list[dict[str, Any]]:
    return [{"model_pk": pk, "key": key, "value": value} for key, value in entries.items()]


def _param_rows(pk: int, params: dict[str, str]) -> list[dict[str, Any]]:
    return [row | {"number": number_of(row["value"])} for row in _rows(pk, params)]


def _check(new: NewLoggedModel) -> None:
    if not new.name or any(one in new.name for one in _BAD_IN_NAMES):
        raise InvalidError(
            f"Invalid model name ({new.name[:MAX_NAME]!r}) provided. Model name must be a "
            "non-empty string and cannot contain the following characters: "
            f"{_BAD_IN_NAMES}"
        )
    limits.check_text("name", new.name, MAX_NAME)
    limits.check_text("model_type", new.model_type, MAX_NAME)
    limits.check_text("source_run_id", new.source_run_id, MAX_KEY)
    _check_entries(new.params)
    _check_entries(new.tags)


def _check_entries(entries: dict[str, str]) -> None:
    for key, value in entries.items():
        limits.check_text("key", key, MAX_KEY)
        limits.check_text("value", value, MAX_VALUE)
