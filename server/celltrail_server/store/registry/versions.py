"""Versions of registered models: created, changed, moved between stages, deleted."""

from typing import Any

from sqlalchemy import Connection, delete, insert, update

from celltrail.errors import InvalidError
from celltrail.events import now_ms
from celltrail_server import limits
from celltrail_server.registry import names
from celltrail_server.store import audit, deliveries
from celltrail_server.store.registry import loading, models, sources
from celltrail_server.store.registry.lookup import find_model, find_version
from celltrail_server.store.registry.records import ModelVersion, NewVersion
from celltrail_server.store.tables import (
    model_version_tags,
    model_versions,
    registered_model_aliases,
    registered_models,
)
from celltrail_server.store.transaction import Transaction, upsert
from celltrail_server.webhooks import events


def create(transaction: Transaction, name: str, new: NewVersion) -> ModelVersion:
    """Create the next version of a model.

    Raises `InvalidError` for a source that the request may not name, `NotFoundError` for one that
    is not there.
    """
    names.check_model_name(name)
    names.check_tags(new.tags)
    _check_texts(new)
    origin = sources.resolve(transaction.connection, transaction.caller, new)
    model = find_model(transaction.connection, transaction.caller, name)
    now = now_ms()
    number = transaction.connection.execute(
        update(registered_models)
        .where(registered_models.c.id == model.pk)
        .values(last_version=registered_models.c.last_version + 1, updated_ms=now)
        .returning(registered_models.c.last_version)
    ).scalar_one()
    pk = transaction.connection.execute(
        insert(model_versions)
        .returning(model_versions.c.id)
        .values(
            model_pk=model.pk,
            version=number,
            stage="None",
            description=new.description,
            user_id=transaction.caller.name,
            source=origin.source,
            storage_location=origin.storage_location,
            run_id=origin.run_id,
            run_link=new.run_link,
            model_id=origin.model_id,
            execution_id=new.execution_id,
            created_ms=now,
            updated_ms=now,
        )
    ).scalar_one()
    rows = [{"version_pk": pk, "key": key, "value": value} for key, value in new.tags.items()]
    upsert(transaction.connection, model_version_tags, rows)
    told = events.version_created(
        name, number, origin.source, origin.run_id, new.tags, new.description
    )
    deliveries.add(transaction, told)
    return _load(transaction.connection, pk)


def describe(
    transaction: Transaction, name: str, version: int, description: str | None
) -> ModelVersion:
    """Replace the description; None takes it away."""
    limits.check_text("description", description or "", names.MAX_DESCRIPTION)
    ref = find_version(transaction.connection, transaction.caller, name, version)
    _change(transaction, ref.pk, description=description)
    return _load(transaction.connection, ref.pk)


def move(
    transaction: Transaction, name: str, version: int, stage: str, *, archive_others: bool
) -> ModelVersion:
    """Move a version to a stage, and on request the others of that stage to `Archived`."""
    target = names.canonical_stage(stage)
    if archive_others and target not in names.ACTIVE_STAGES:
        raise InvalidError(
            "Model version transition cannot archive existing model versions because "
            f"'{stage}' is not an Active stage. Valid stages are {list(names.ACTIVE_STAGES)}"
        )
    ref = find_version(transaction.connection, transaction.caller, name, version)
    if archive_others:
        table = model_versions.c
        transaction.connection.execute(
            update(model_versions)
            .where(table.model_pk == ref.model_pk, table.stage == target, table.id != ref.pk)
            .values(stage="Archived", updated_ms=now_ms())
        )
    _change(transaction, ref.pk, stage=target)
    audit.record(
        transaction,
        "move",
        "registered_model",
        name,
        version=version,
        stage=target,
        archive_others=archive_others,
    )
    models.change(transaction, ref.model_pk)
    return _load(transaction.connection, ref.pk)


def remove(transaction: Transaction, name: str, version: int) -> None:
    """Delete a version: its number stays taken, what it named is erased, its aliases are gone."""
    ref = find_version(transaction.connection, transaction.caller, name, version)
    execute = transaction.connection.execute
    execute(delete(registered_model_aliases).where(registered_model_aliases.c.version_pk == ref.pk))
    execute(delete(model_version_tags).where(model_version_tags.c.version_pk == ref.pk))
    _change(
        transaction,
        ref.pk,
        stage=names.DELETED,
        description=None,
        user_id="",
        source="",
        storage_location="",
        run_id="",
        run_link="",
        model_id="",
        execution_id=None,
    )
    audit.record(transaction, "delete", "registered_model", name, version=version)
    models.change(transaction, ref.model_pk)


def set_tag(transaction: Transaction, name: str, version: int, key: str, value: str) -> None:
    """Set one tag."""
    names.check_tags({key: value})
    ref = find_version(transaction.connection, transaction.caller, name, version)
    row = {"version_pk": ref.pk, "key": key, "value": value}
    upsert(transaction.connection, model_version_tags, [row])
    told = events.version_tagged(name, version, key, value, of_prompt=ref.is_prompt)
    deliveries.add(transaction, told)


def delete_tag(transaction: Transaction, name: str, version: int, key: str) -> None:
    """Remove one tag; one that is not set is no error."""
    ref = find_version(transaction.connection, transaction.caller, name, version)
    limits.check_mlflow_name("key", key)
    table = model_version_tags.c
    transaction.connection.execute(
        delete(model_version_tags).where(table.version_pk == ref.pk, table.key == key)
    )
    told = events.version_tagged(name, version, key, None, of_prompt=ref.is_prompt)
    deliveries.add(transaction, told)


def _change(transaction: Transaction, pk: int, **values: Any) -> None:
    transaction.connection.execute(
        update(model_versions)
        .where(model_versions.c.id == pk)
        .values(updated_ms=now_ms(), **values)
    )


def _load(connection: Connection, pk: int) -> ModelVersion:
    return loading.load_versions(connection, [pk])[0]


def _check_texts(new: NewVersion) -> None:
    limits.check_text("description", new.description, names.MAX_DESCRIPTION)
    limits.check_text("source", new.source, names.MAX_REFERENCE)
    limits.check_text("run_link", new.run_link, names.MAX_REFERENCE)
    limits.check_text("run_id", new.run_id or "", 255)
    limits.check_text("model_id", new.model_id or "", 255)
