"""Reading logged models by their internal ids, in few statements however many they are."""

from collections.abc import Sequence
from itertools import batched
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from celltrail_server.callers import Caller
from celltrail_server.registry.names import DELETED
from celltrail_server.store.access import shown_id
from celltrail_server.store.entries import entries
from celltrail_server.store.logged_models.lookup import find_logged_model, missing
from celltrail_server.store.logged_models.records import LoggedModel, ModelMetric, Registration
from celltrail_server.store.records import Point
from celltrail_server.store.rights import allowed
from celltrail_server.store.tables import (
    experiments,
    keys,
    logged_model_metrics,
    logged_model_params,
    logged_model_tags,
    logged_models,
    model_versions,
    registered_models,
    runs,
)

_CHUNK = 1000


def get(connection: Connection, caller: Caller, model_id: str, allow_deleted: bool) -> LoggedModel:
    """Return one model; raises `NotFoundError`, for a deleted one too unless that is allowed."""
    ref = find_logged_model(connection, caller, model_id)
    if ref.lifecycle_stage == "deleted" and not allow_deleted:
        raise missing(model_id)
    return load(connection, caller, [ref.pk])[0]


def load(connection: Connection, caller: Caller, pks: Sequence[int]) -> list[LoggedModel]:
    """Return the models with these internal ids, in this order; of metrics what may be seen."""
    found: dict[int, LoggedModel] = {}
    for chunk in batched(pks, _CHUNK):
        params = entries(connection, logged_model_params, chunk)
        tags = entries(connection, logged_model_tags, chunk)
        metrics = _metrics(connection, caller, chunk)
        registrations = _registrations(connection, caller, chunk)
        statement = (
            select(
                logged_models,
                experiments.c.owner.label("experiment_owner"),
                experiments.c.is_default,
            )
            .join(experiments)
            .where(logged_models.c.id.in_(chunk))
        )
        for row in connection.execute(statement):
            found[row.id] = LoggedModel(
                model_id=row.model_id,
                experiment_id=shown_id(
                    caller, row.experiment_pk, row.experiment_owner, row.is_default
                ),
                name=row.name,
                owner=row.owner,
                model_type=row.model_type,
                status=row.status,
                lifecycle_stage=row.lifecycle_stage,
                source_run_id=row.source_run_id,
                execution_id=row.execution_id,
                created_ms=row.created_ms,
                updated_ms=row.updated_ms,
                params=params.get(row.id, {}),
                tags=tags.get(row.id, {}),
                metrics=metrics.get(row.id, []),
                registrations=registrations.get(row.model_id, []),
            )
    return [found[pk] for pk in pks]


def visible_metrics(caller: Caller, *columns: ColumnElement[Any]) -> Select[Any]:
    """Return the query for columns of the metrics whose runs the caller may read."""
    joined = logged_model_metrics.join(runs).join(experiments)
    return select(*columns).select_from(joined).where(allowed(caller))


def _metrics(
    connection: Connection, caller: Caller, pks: Sequence[int]
) -> dict[int, list[ModelMetric]]:
    table = logged_model_metrics.c
    statement = (
        visible_metrics(caller, *table, runs.c.run_id, keys.c.key)
        .join(keys, keys.c.id == table.key_id)
        .where(table.model_pk.in_(pks))
        .order_by(table.id)
    )
    found: dict[int, list[ModelMetric]] = {}
    for row in connection.execute(statement):
        point = Point(row.step, row.time_ms, row.value)
        metric = ModelMetric(row.key, point, row.run_id, row.dataset_name, row.dataset_digest)
        found.setdefault(row.model_pk, []).append(metric)
    return found


def _registrations(
    connection: Connection, caller: Caller, pks: Sequence[int]
) -> dict[str, list[Registration]]:
    table = model_versions.c
    rows = connection.execute(
        select(table.model_id, registered_models.c.name, table.version)
        .join(registered_models)
        .where(
            table.model_id.in_(select(logged_models.c.model_id).where(logged_models.c.id.in_(pks))),
            table.stage != DELETED,
            registered_models.c.owner == caller.owner,
        )
        .order_by(registered_models.c.name, table.version)
    )
    found: dict[str, list[Registration]] = {}
    for row in rows:
        found.setdefault(row.model_id, []).append(Registration(row.name, row.version))
    return found
