"""Reading models and versions by their internal ids, in few statements however many they are."""

from collections.abc import Sequence
from itertools import batched
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from celltrail_server.registry.names import DELETED
from celltrail_server.store.registry.records import ModelVersion, RegisteredModel
from celltrail_server.store.tables import (
    model_version_tags,
    model_versions,
    registered_model_aliases,
    registered_model_tags,
    registered_models,
)

_CHUNK = 1000


def load_versions(connection: Connection, pks: Sequence[int]) -> list[ModelVersion]:
    """Return the versions with these internal ids, in this order."""
    found: dict[int, ModelVersion] = {}
    for chunk in batched(pks, _CHUNK):
        tags = _grouped(connection, model_version_tags, "version_pk", chunk)
        aliases = _grouped(connection, registered_model_aliases, "version_pk", chunk)
        statement = (
            select(model_versions, registered_models.c.name)
            .join(registered_models)
            .where(model_versions.c.id.in_(chunk))
        )
        for row in connection.execute(statement):
            found[row.id] = ModelVersion(
                name=row.name,
                version=row.version,
                stage=row.stage,
                description=row.description,
                user_id=row.user_id,
                source=row.source,
                storage_location=row.storage_location,
                run_id=row.run_id,
                run_link=row.run_link,
                model_id=row.model_id,
                execution_id=row.execution_id,
                created_ms=row.created_ms,
                updated_ms=row.updated_ms,
                tags={tag.key: tag.value for tag in tags.get(row.id, ())},
                aliases=sorted(one.alias for one in aliases.get(row.id, ())),
            )
    return [found[pk] for pk in pks]


def load_models(connection: Connection, pks: Sequence[int]) -> list[RegisteredModel]:
    """Return the models with these internal ids, in this order."""
    found: dict[int, RegisteredModel] = {}
    for chunk in batched(pks, _CHUNK):
        tags = _grouped(connection, registered_model_tags, "model_pk", chunk)
        aliases = _aliases(connection, chunk)
        latest = _latest(connection, chunk)
        statement = select(registered_models).where(registered_models.c.id.in_(chunk))
        for row in connection.execute(statement):
            found[row.id] = RegisteredModel(
                name=row.name,
                owner=row.owner,
                description=row.description,
                created_ms=row.created_ms,
                updated_ms=row.updated_ms,
                latest_versions=latest.get(row.id, []),
                tags={tag.key: tag.value for tag in tags.get(row.id, ())},
                aliases=aliases.get(row.id, {}),
            )
    return [found[pk] for pk in pks]


def _latest(connection: Connection, model_pks: Sequence[int]) -> dict[int, list[ModelVersion]]:
    table = model_versions.c
    greatest = (
        select(table.model_pk, func.max(table.version).label("version"))
        .where(table.model_pk.in_(model_pks), table.stage != DELETED)
        .group_by(table.model_pk, table.stage)
        .subquery()
    )
    rows = connection.execute(
        select(table.id, table.model_pk)
        .join(
            greatest,
            (greatest.c.model_pk == table.model_pk) & (greatest.c.version == table.version),
        )
        .order_by(table.model_pk, table.version)
    ).all()
    versions = load_versions(connection, [row.id for row in rows])
    latest: dict[int, list[ModelVersion]] = {}
    for row, version in zip(rows, versions, strict=True):
        latest.setdefault(row.model_pk, []).append(version)
    return latest


def _aliases(connection: Connection, model_pks: Sequence[int]) -> dict[int, dict[str, int]]:
    table = registered_model_aliases.c
    rows = connection.execute(
        select(table.model_pk, table.alias, model_versions.c.version)
        .join(model_versions, model_versions.c.id == table.version_pk)
        .where(table.model_pk.in_(model_pks))
        .order_by(table.alias)
    )
    aliases: dict[int, dict[str, int]] = {}
    for row in rows:
        aliases.setdefault(row.model_pk, {})[row.alias] = row.version
    return aliases


def _grouped(
    connection: Connection, table: Table, key: str, pks: Sequence[int]
) -> dict[int, list[Row[Any]]]:
    groups: dict[int, list[Row[Any]]] = {}
    rows = connection.execute(select(table).where(table.c[key].in_(pks)).order_by(*table.c))
    for row in rows:
        groups.setdefault(row._mapping[key], []).append(row)
    return groups
