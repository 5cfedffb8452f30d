"""Search clauses and orderings as SQL, with bound values only."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    literal,
    null,
    select,
)

from celltrail.errors import InvalidError
from celltrail_server.search import Clause, Ordering
from celltrail_server.store.access import DEFAULT_ID
from celltrail_server.store.tables import (
    experiment_tags,
    experiments,
    keys,
    metric_summaries,
    params,
    runs,
    tags,
)

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": lambda column, value: column == value,
    "!=": lambda column, value: column != value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
    "LIKE": lambda column, value: column.like(value),
    "ILIKE": lambda column, value: column.ilike(value),
    "IN": lambda column, value: column.in_(value),
    "NOT IN": lambda column, value: column.not_in(value),
}

_EXPERIMENT_ID = case(
    (experiments.c.is_default, DEFAULT_ID),
    else_=cast(experiments.c.id, String),
)
_RUN_ATTRIBUTES: dict[str, ColumnElement[Any]] = {
    "run_id": runs.c.run_id,
    "run_name": runs.c.name,
    "user_id": runs.c.owner,
    "status": runs.c.status,
    "start_time": runs.c.started_ms,
    "end_time": runs.c.ended_ms,
    "experiment_id": _EXPERIMENT_ID,
    "artifact_uri": literal("mlflow-artifacts:/")
    + _EXPERIMENT_ID
    + literal("/")
    + runs.c.run_id
    + literal("/artifacts"),
}
_EXPERIMENT_ATTRIBUTES: dict[str, ColumnElement[Any]] = {
    "name": experiments.c.name,
    "experiment_id": _EXPERIMENT_ID,
    "creation_time": experiments.c.created_ms,
    "last_update_time": experiments.c.updated_ms,
}
_RUN_ENTITIES: dict[str, Table] = {"metric": metric_summaries, "param": params, "tag": tags}


def run_condition(clause: Clause) -> ColumnElement[bool]:
    """Return the condition on `runs` joined with `experiments`."""
    if clause.entity == "attribute":
        return compare(clause, _RUN_ATTRIBUTES[clause.key])
    table = _RUN_ENTITIES[clause.entity]
    return on_entry(clause, table, table.c.run_pk == runs.c.id)


def experiment_condition(clause: Clause) -> ColumnElement[bool]:
    """Return the condition on `experiments`."""
    if clause.entity == "attribute":
        return compare(clause, _EXPERIMENT_ATTRIBUTES[clause.key])
    return on_entry(clause, experiment_tags, experiment_tags.c.experiment_pk == experiments.c.id)


def order_runs(statement: Select[Any], orderings: list[Ordering]) -> Select[Any]:
    """Sort runs: what lacks the key comes last, NaN just before; then by start, newest first."""
    for ordering in orderings:
        if ordering.entity == "attribute":
            value = _RUN_ATTRIBUTES[ordering.key]
            rank = case((value.is_(None), 2), else_=0)
        else:
            table = _RUN_ENTITIES[ordering.entity].alias()
            statement = statement.outerjoin(
                table, and_(table.c.run_pk == runs.c.id, named(table, ordering.key))
            )
            value = _value(table)
            rank = case((table.c.run_pk.is_(None), 2), (value.is_(None), 1), else_=0)
        statement = statement.order_by(rank, value if ordering.ascending else value.desc())
    return statement.order_by(runs.c.started_ms.desc(), runs.c.run_id)


def order_experiments(statement: Select[Any], orderings: list[Ordering]) -> Select[Any]:
    """Sort experiments; without a wish the latest created come first."""
    for ordering in orderings:
        if ordering.entity != "attribute":
            raise InvalidError("experiments are ordered by attributes only")
        value = _EXPERIMENT_ATTRIBUTES[ordering.key]
        statement = statement.order_by(value if ordering.ascending else value.desc())
    if not orderings:
        return statement.order_by(experiments.c.created_ms.desc(), experiments.c.id)
    return statement.order_by(experiments.c.id.desc())


def on_entry(clause: Clause, table: Table, joined: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition on a row's entry in a table of keys and values, such as its tags."""
    entry = select(null()).where(joined, named(table, clause.key))
    if clause.operator == "IS NULL":
        return ~entry.exists()
    if clause.operator == "IS NOT NULL":
        return entry.exists()
    return entry.where(compare(clause, _value(table))).exists()


def named(table: FromClause, key: str) -> ColumnElement[bool]:
    """Return the condition that an entry has this name, as text or as its number."""
    if "key" in table.c:
        return table.c.key == key
    return table.c.key_id == select(keys.c.id).where(keys.c.key == key).scalar_subquery()


def _value(table: FromClause) -> ColumnElement[Any]:
    return table.c["last"] if "last" in table.c else table.c["value"]


def compare(clause: Clause, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition on a column."""
    condition: ColumnElement[bool] = _OPERATORS[clause.operator](column, clause.value)
    return condition
