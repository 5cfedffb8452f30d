"""Registered models: their names, descriptions and tags."""

from typing import Any

from sqlalchemy import delete, insert, select, update

from celltrail.events import now_ms
from celltrail_server import limits
from celltrail_server.errors import AlreadyExistsError
from celltrail_server.registry import names
from celltrail_server.store import audit, deliveries
from celltrail_server.store.registry import loading
from celltrail_server.store.registry.lookup import ModelRef, find_model, pk_of
from celltrail_server.store.registry.records import RegisteredModel
from celltrail_server.store.tables import (
    model_version_tags,
    model_versions,
    registered_model_aliases,
    registered_model_tags,
    registered_models,
)
from celltrail_server.store.transaction import Transaction, upsert
from celltrail_server.webhooks import events


def create(
    transaction: Transaction, name: str, description: str, tags: dict[str, str]
) -> RegisteredModel:
    """Create a model without versions; raises `AlreadyExistsError` for a name that is taken."""
    names.check_model_name(name)
    names.check_tags(tags)
    limits.check_text("description", description, names.MAX_DESCRIPTION)
    if pk_of(transaction.connection, transaction.caller, name) is not None:
        raise _taken(find_model(transaction.connection, transaction.caller, name), tags)
    now = now_ms()
    pk = transaction.connection.execute(
        insert(registered_models)
        .returning(registered_models.c.id)
        .values(
            owner=transaction.caller.owner,
            name=name,
            description=description,
            last_version=0,
            created_ms=now,
            updated_ms=now,
        )
    ).scalar_one()
    rows = [{"model_pk": pk, "key": key, "value": value} for key, value in tags.items()]
    upsert(transaction.connection, registered_model_tags, rows)
    deliveries.add(transaction, events.model_created(name, tags, description))
    return loading.load_models(transaction.connection, [pk])[0]


def describe(transaction: Transaction, name: str, description: str) -> RegisteredModel:
    """Replace the description."""
    limits.check_text("description", description, names.MAX_DESCRIPTION)
    ref = find_model(transaction.connection, transaction.caller, name)
    change(transaction, ref.pk, description=description)
    return loading.load_models(transaction.connection, [ref.pk])[0]


def rename(transaction: Transaction, name: str, new_name: str) -> RegisteredModel:
    """Give a model, and so its versions, another name."""
    names.check_model_name(new_name, "new_name")
    ref = find_model(transaction.connection, transaction.caller, name)
    taken_by = pk_of(transaction.connection, transaction.caller, new_name)
    if taken_by not in (None, ref.pk):
        raise AlreadyExistsError(f"Registered Model (name={new_name}) already exists.")
    change(transaction, ref.pk, name=new_name)
    audit.record(transaction, "rename", "registered_model", name, after=new_name)
    transaction.connection.execute(
        update(model_versions)
        .where(model_versions.c.model_pk == ref.pk, model_versions.c.stage != names.DELETED)
        .values(updated_ms=now_ms())
    )
    return loading.load_models(transaction.connection, [ref.pk])[0]


def remove(transaction: Transaction, name: str) -> None:
    """Delete a model with its versions, for good. The files that they name stay."""
    ref = find_model(transaction.connection, transaction.caller, name)
    versions = select(model_versions.c.id).where(model_versions.c.model_pk == ref.pk)
    execute = transaction.connection.execute
    execute(delete(registered_model_aliases).where(registered_model_aliases.c.model_pk == ref.pk))
    execute(delete(model_version_tags).where(model_version_tags.c.version_pk.in_(versions)))
    execute(delete(model_versions).where(model_versions.c.model_pk == ref.pk))
    execute(delete(registered_model_tags).where(registered_model_tags.c.model_pk == ref.pk))
    execute(delete(registered_models).where(registered_models.c.id == ref.pk))
    audit.record(transaction, "delete", "registered_model", name)


def set_tag(transaction: Transaction, name: str, key: str, value: str) -> None:
    """Set one tag."""
    names.check_tags({key: value})
    ref = find_model(transaction.connection, transaction.caller, name)
    row = {"model_pk": ref.pk, "key": key, "value": value}
    upsert(transaction.connection, registered_model_tags, [row])
    if ref.is_prompt:
        deliveries.add(transaction, events.prompt_tagged(name, key, value))


def delete_tag(transaction: Transaction, name: str, key: str) -> None:
    """Remove one tag; one that is not set is no error."""
    ref = find_model(transaction.connection, transaction.caller, name)
    limits.check_mlflow_name("key", key)
    table = registered_model_tags.c
    transaction.connection.execute(
        delete(registered_model_tags).where(table.model_pk == ref.pk, table.key == key)
    )
    if ref.is_prompt:
        deliveries.add(transaction, events.prompt_tagged(name, key, None))


def change(transaction: Transaction, pk: int, **values: Any) -> None:
    """Change columns of a model, and note when."""
    transaction.connection.execute(
        update(registered_models)
        .where(registered_models.c.id == pk)
        .values(updated_ms=now_ms(), **values)
    )


def _taken(by: ModelRef, tags: dict[str, str]) -> AlreadyExistsError:
    old = "prompt" if by.is_prompt else "registered model"
    new = "prompt" if names.is_prompt(tags) else "registered model"
    if old == new:
        return AlreadyExistsError(f"{new.title()} (name={by.name}) already exists.")
    return AlreadyExistsError(
        f"Tried to create a {new} with name '{by.name}', but the name is already taken by a {old}. "
        "MLflow does not allow creating a model and a prompt with the same name."
    )
