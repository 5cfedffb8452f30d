"""Searching the logged models of experiments, in MLflow's language and with its orderings."""

from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, or_, select, true

from celltrail.errors import InvalidError
from celltrail_server import search as language
from celltrail_server.callers import Caller
from celltrail_server.search import LOGGED_MODEL_FIELDS, Operand
from celltrail_server.search.syntax import operands
from celltrail_server.store.access import readable
from celltrail_server.store.conditions import condition
from celltrail_server.store.logged_models.loading import load, visible_metrics
from celltrail_server.store.logged_models.records import (
    LoggedModel,
    ModelOrder,
    ModelSearch,
    OfDataset,
)
from celltrail_server.store.paging import Term, page, terms_of
from celltrail_server.store.records import Page
from celltrail_server.store.rights import allowed
from celltrail_server.store.tables import (
    experiments,
    keys,
    logged_model_metrics,
    logged_model_params,
    logged_model_tags,
    logged_models,
    runs,
)
from celltrail_server.store.values import Reader, Rows, Value, entry_value

_TIMES: dict[str, ColumnElement[Any]] = {
    "creation_timestamp": logged_models.c.created_ms,
    "last_updated_timestamp": logged_models.c.updated_ms,
}


def search(connection: Connection, caller: Caller, wanted: ModelSearch) -> Page[LoggedModel]:
    """Return the models that match, latest first unless ordered otherwise."""
    parsed = language.parse_filter(wanted.filter, LOGGED_MODEL_FIELDS)
    on_datasets = or_(*(_on(one) for one in wanted.datasets)) if wanted.datasets else true()
    statement = select(logged_models.c.id).where(
        logged_models.c.experiment_pk.in_(readable(caller, wanted.experiment_ids)),
        logged_models.c.lifecycle_stage == "active",
        condition(parsed, _reader(caller, on_datasets)),
    )
    if wanted.datasets and not any(one.group == "metric" for one in operands(parsed)):
        statement = statement.where(_metrics(caller, on_datasets).having(true(), as_set=False))
    latest = [
        Term(logged_models.c.created_ms, ascending=False),
        Term(logged_models.c.id, ascending=False),
    ]
    found, token = page(
        connection,
        lambda is_long: statement,
        [*(_term(caller, one) for one in wanted.order_by), *latest],
        token=wanted.page_token,
        limit=wanted.max_results,
        search=(caller.owner, msgspec.structs.replace(wanted, page_token=None, max_results=0)),
    )
    return Page(load(connection, caller, found), token)


def _reader(caller: Caller, on_datasets: ColumnElement[bool]) -> Reader:
    def read(operand: Operand) -> Value:
        key = operand.key
        match operand.group:
            case "attribute":
                return Value(_attribute(key))
            case "tag":
                return entry_value(logged_model_tags, logged_models.c.id, key)
            case "param":
                column = operand.function or "value"
                return entry_value(logged_model_params, logged_models.c.id, key, column)
        metrics = _metrics(caller, and_(_is_named(key), on_datasets))
        return Value(logged_model_metrics.c.value, metrics, has_nan=True)

    return read


def _attribute(key: str) -> ColumnElement[Any]:
    return _TIMES[key] if key in _TIMES else logged_models.c[key]


def _metrics(caller: Caller, matches: ColumnElement[bool]) -> Rows:
    """Return the metrics of a model that are meant and whose runs the caller may read."""
    joined = logged_model_metrics.join(runs).join(experiments)
    owner = logged_model_metrics.c.model_pk
    return Rows(joined, owner, logged_models.c.id, and_(allowed(caller), matches))


def _term(caller: Caller, order: ModelOrder) -> Term:
    group, dot, key = order.field_name.partition(".")
    if dot and group == "metrics":
        latest = _latest(caller, key, order.of_dataset)
        return Term(latest, order.ascending, None, (latest.is_not(None), latest.is_(None)))
    try:
        [ordering] = language.parse_order([order.field_name], LOGGED_MODEL_FIELDS)
    except InvalidError:
        ordering = None
    if ordering is None or ordering.operand.group != "attribute":
        raise InvalidError(
            f"Invalid order by field name: {order.field_name[:300]}. Attributes and metrics are "
            "supported"
        )
    [term] = terms_of([ordering], _reader(caller, true()))
    return replace(term, ascending=order.ascending)


def _latest(caller: Caller, key: str, dataset: OfDataset) -> ScalarSelect[Any]:
    table = logged_model_metrics.c
    return (
        visible_metrics(caller, table.value)
        .where(table.model_pk == logged_models.c.id, _is_named(key), _on(dataset))
        .order_by(table.time_ms.desc(), table.step.desc(), table.id.desc())
        .limit(1)
        .correlate(logged_models)
        .scalar_subquery()
    )


def _is_named(key: str) -> ColumnElement[bool]:
    number = select(keys.c.id).where(keys.c.key == key).scalar_subquery()
    return logged_model_metrics.c.key_id == number


def _on(dataset: OfDataset) -> ColumnElement[bool]:
    table = logged_model_metrics.c
    return and_(
        *([table.dataset_name == dataset.name] if dataset.name else []),
        *([table.dataset_digest == dataset.digest] if dataset.digest else []),
        true(),
    )
