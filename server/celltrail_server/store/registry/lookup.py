"""Finding the caller's models and versions by name, number, stage and alias."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, select

from celltrail.errors import InvalidError, NotFoundError
from celltrail_server.callers import Caller
from celltrail_server.registry import names
from celltrail_server.store.registry import loading
from celltrail_server.store.registry.records import ModelVersion, RegisteredModel
from celltrail_server.store.tables import (
    model_versions,
    registered_model_aliases,
    registered_model_tags,
    registered_models,
)


class ModelRef(NamedTuple):
    """What is needed to know of a registered model before touching it."""

    pk: int
    name: str
    is_prompt: bool


class VersionRef(NamedTuple):
    """What is needed to know of a version before touching it."""

    pk: int
    model_pk: int
    is_prompt: bool


def find_model(connection: Connection, caller: Caller, name: str) -> ModelRef:
    """Return the caller's model of that name; raises `NotFoundError`."""
    names.check_model_name(name)
    pk = pk_of(connection, caller, name)
    if pk is None:
        raise NotFoundError(f"Registered Model with name={name} not found")
    mark = connection.scalar(
        select(registered_model_tags.c.value).where(
            registered_model_tags.c.model_pk == pk, registered_model_tags.c.key == names.PROMPT_TAG
        )
    )
    return ModelRef(pk, name, names.is_prompt({names.PROMPT_TAG: mark or ""}))


def find_version(connection: Connection, caller: Caller, name: str, version: int) -> VersionRef:
    """Return a version that is not deleted; raises `NotFoundError`."""
    missing = NotFoundError(f"Model Version (name={name}, version={version}) not found")
    try:
        model = find_model(connection, caller, name)
    except NotFoundError as error:
        raise missing from error
    table = model_versions.c
    pk = connection.scalar(
        select(table.id).where(
            table.model_pk == model.pk, table.version == version, table.stage != names.DELETED
        )
    )
    if pk is None:
        raise missing
    return VersionRef(pk, model.pk, model.is_prompt)


def get_model(connection: Connection, caller: Caller, name: str) -> RegisteredModel:
    """Return one model; raises `NotFoundError`."""
    return loading.load_models(connection, [find_model(connection, caller, name).pk])[0]


def latest_versions(
    connection: Connection, caller: Caller, name: str, stages: Collection[str]
) -> list[ModelVersion]:
    """Return the greatest version of each of the stages that has one; no stages mean all."""
    wanted = {names.canonical_stage(stage) for stage in stages or names.STAGES}
    return [
        version
        for version in get_model(connection, caller, name).latest_versions
        if version.stage in wanted
    ]


def get_version(connection: Connection, caller: Caller, name: str, version: int) -> ModelVersion:
    """Return a version that is not deleted; raises `NotFoundError`."""
    return loading.load_versions(connection, [find_version(connection, caller, name, version).pk])[
        0
    ]


def by_alias(connection: Connection, caller: Caller, name: str, alias: str) -> ModelVersion:
    """Return the version that an alias means; `latest` is the greatest one.

    Raises `InvalidError`, as MLflow does, for an alias that is not set.
    """
    names.check_model_name(name)
    names.check_alias(alias)
    if alias.lower() == names.LATEST:
        return latest(connection, caller, name)
    ref = find_model(connection, caller, name)
    table = registered_model_aliases.c
    pk = connection.scalar(
        select(table.version_pk).where(table.model_pk == ref.pk, table.alias == alias)
    )
    if pk is None:
        raise InvalidError(f"Registered model alias {alias} not found.")
    return loading.load_versions(connection, [pk])[0]


def latest(connection: Connection, caller: Caller, name: str, stage: str = "") -> ModelVersion:
    """Return the greatest version, of a stage if one is given; raises `NotFoundError`."""
    found = latest_versions(connection, caller, name, [stage] if stage else [])
    if not found:
        raise NotFoundError(f"Latest version not found for model {name}.")
    return max(found, key=lambda version: version.version)


def pk_of(connection: Connection, caller: Caller, name: str) -> int | None:
    """Return the internal id of the caller's model of that name, None if there is none."""
    table = registered_models.c
    return connection.scalar(
        select(table.id).where(table.owner == caller.owner, table.name == name)
    )
