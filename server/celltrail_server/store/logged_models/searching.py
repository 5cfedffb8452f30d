"""Searching the logged models of experiments, in MLflow's language and with its orderings."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, or_, select, true

from celltrail.errors import InvalidError
from celltrail_server import search as language
from celltrail_server.callers import Caller
from celltrail_server.search import Clause, Fields
from celltrail_server.store.access import readable
from celltrail_server.store.conditions import compare, named, on_entry
from celltrail_server.store.logged_models.loading import load, visible_metrics
from celltrail_server.store.logged_models.records import (
    LoggedModel,
    ModelOrder,
    ModelSearch,
    OfDataset,
)
from celltrail_server.store.records import Page
from celltrail_server.store.searching import next_token, parse_token
from celltrail_server.store.tables import (
    logged_model_metrics,
    logged_model_params,
    logged_model_tags,
    logged_models,
)

_TEXT: dict[str, ColumnElement[Any]] = {
    name: logged_models.c[name]
    for name in ("model_id", "name", "model_type", "status", "source_run_id", "lifecycle_stage")
}
_TIMES: dict[str, ColumnElement[Any]] = {
    **dict.fromkeys(
        ("creation_time", "creation_timestamp", "creation_timestamp_ms"), logged_models.c.created_ms
    ),
    **dict.fromkeys(
        ("last_updated_timestamp", "last_updated_timestamp_ms"), logged_models.c.updated_ms
    ),
}
FIELDS = Fields(
    entities=frozenset({"metric", "param", "tag", "attribute"}),
    text=frozenset(_TEXT),
    numbers=frozenset(_TIMES),
    lists=frozenset(_TEXT),
)
_ATTRIBUTES = _TEXT | _TIMES
_ENTRIES = {"param": logged_model_params, "tag": logged_model_tags}


def search(connection: Connection, caller: Caller, wanted: ModelSearch) -> Page[LoggedModel]:
    """Return the models that match, latest first unless ordered otherwise."""
    clauses = language.parse_filter(wanted.filter, FIELDS)
    on_datasets = or_(*(_on(one) for one in wanted.datasets)) if wanted.datasets else None
    conditions = [_condition(caller, clause, on_datasets) for clause in clauses]
    if on_datasets is not None and not any(clause.entity == "metric" for clause in clauses):
        conditions.append(_has_metric(caller, on_datasets))
    offset = parse_token(wanted.page_token)
    pks = connection.scalars(
        select(logged_models.c.id)
        .where(
            logged_models.c.experiment_pk.in_(readable(caller, wanted.experiment_ids)),
            logged_models.c.lifecycle_stage == "active",
            *conditions,
        )
        .order_by(*(_ordering(caller, one) for one in wanted.order_by))
        .order_by(logged_models.c.created_ms.desc(), logged_models.c.id.desc())
        .offset(offset)
        .limit(wanted.max_results + 1)
    ).all()
    page = pks[: wanted.max_results]
    return Page(load(connection, caller, page), next_token(offset, len(page), len(pks)))


def _condition(
    caller: Caller, clause: Clause, on_datasets: ColumnElement[bool] | None
) -> ColumnElement[bool]:
    if clause.entity == "attribute":
        return compare(clause, _ATTRIBUTES[clause.key])
    if clause.entity in _ENTRIES:
        table = _ENTRIES[clause.entity]
        return on_entry(clause, table, table.c.model_pk == logged_models.c.id)
    matches = and_(
        named(logged_model_metrics, clause.key), compare(clause, logged_model_metrics.c.value)
    )
    return _has_metric(caller, matches if on_datasets is None else and_(matches, on_datasets))


def _has_metric(caller: Caller, matches: ColumnElement[bool]) -> ColumnElement[bool]:
    table = logged_model_metrics.c
    of_model = visible_metrics(caller, table.id).where(
        table.model_pk == logged_models.c.id, matches
    )
    return of_model.correlate(logged_models).exists()


def _ordering(caller: Caller, order: ModelOrder) -> ColumnElement[Any]:
    entity, dot, key = order.field_name.partition(".")
    value: ColumnElement[Any] | ScalarSelect[Any]
    if not dot:
        if order.field_name not in _ATTRIBUTES:
            raise InvalidError(f"Invalid order by field name: {order.field_name[:300]}")
        value = _ATTRIBUTES[order.field_name]
    elif entity == "metrics":
        value = _latest(caller, key, order.of_dataset)
    else:
        raise InvalidError(
            f"Invalid order by field name: {order.field_name[:300]}. Only metrics are supported."
        )
    return (value.asc() if order.ascending else value.desc()).nulls_last()


def _latest(caller: Caller, key: str, dataset: OfDataset) -> ScalarSelect[Any]:
    table = logged_model_metrics.c
    return (
        visible_metrics(caller, table.value)
        .where(table.model_pk == logged_models.c.id, named(logged_model_metrics, key), _on(dataset))
        .order_by(table.time_ms.desc(), table.step.desc(), table.id.desc())
        .limit(1)
        .correlate(logged_models)
        .scalar_subquery()
    )


def _on(dataset: OfDataset) -> ColumnElement[bool]:
    table = logged_model_metrics.c
    return and_(
        *([table.dataset_name == dataset.name] if dataset.name else []),
        *([table.dataset_digest == dataset.digest] if dataset.digest else []),
        true(),
    )
