"""Where the values of runs and experiments lie that a search compares and sorts by."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    String,
    Table,
    and_,
    case,
    cast,
    literal,
    select,
    true,
    type_coerce,
)

from celltrail_server.callers import Caller
from celltrail_server.search import Operand
from celltrail_server.store.access import DEFAULT_ID
from celltrail_server.store.inputs import CONTEXT_TAG
from celltrail_server.store.tables import (
    cell_executions,
    cell_sources,
    dataset_input_tags,
    dataset_inputs,
    datasets,
    experiment_tags,
    experiments,
    metric_summaries,
    params,
    runs,
    tags,
)
from celltrail_server.store.tables.base import prefix
from celltrail_server.store.values import Reader, Rows, Value, entry_value

_ENTRIES: dict[str, Table] = {"metric": metric_summaries, "param": params, "tag": tags}
_ATTRIBUTES: dict[str, ColumnElement[Any]] = {
    "run_id": runs.c.run_id,
    "run_name": runs.c.name,
    "user_id": runs.c.owner,
    "owner": runs.c.owner,
    "status": runs.c.status,
    "kind": runs.c.kind,
    "parent_id": runs.c.parent_id,
    "notebook": runs.c.notebook,
    "start_time": runs.c.started_ms,
    "end_time": runs.c.ended_ms,
    "duration": type_coerce(runs.c.ended_ms - runs.c.started_ms, BigInteger()),
    "cell_count": runs.c.cell_count,
}
NO_KEY = -1
"""The number of a name that no run has used."""


def run_values(caller: Caller, key_ids: Mapping[str, int]) -> Reader:
    """Return where the values of `runs` lie.

    key_ids: the numbers of the names of metrics, params and tags, as far as they have one.
    """
    experiment_id = _experiment_id(caller)

    def read(operand: Operand) -> Value:
        key = operand.key
        match operand.group:
            case "attribute" if key == "experiment_id":
                return _of_experiment(experiment_id)
            case "attribute" if key == "artifact_uri":
                return _of_experiment(_artifact_uri(experiment_id))
            case "attribute":
                return Value(_ATTRIBUTES[key])
            case "experiment":
                return _of_experiment(experiments.c[key])
            case "dataset":
                return _dataset(key)
            case "cell":
                return _cell(key)
        return _entry(operand, key_ids.get(key, NO_KEY))

    return read


def experiment_values(caller: Caller) -> Reader:
    """Return where the values of `experiments` lie."""
    attributes: dict[str, ColumnElement[Any]] = {
        "name": experiments.c.name,
        "owner": experiments.c.owner,
        "experiment_id": _experiment_id(caller),
        "creation_time": experiments.c.created_ms,
        "last_update_time": experiments.c.updated_ms,
    }

    def read(operand: Operand) -> Value:
        if operand.group == "attribute":
            return Value(attributes[operand.key])
        return entry_value(experiment_tags, experiments.c.id, operand.key)

    return read


def _of_experiment(column: ColumnElement[Any]) -> Value:
    return Value(column, Rows(experiments, experiments.c.id, runs.c.experiment_pk, true()))


def _artifact_uri(experiment_id: ColumnElement[str]) -> ColumnElement[str]:
    root = literal("mlflow-artifacts:/") + experiment_id + literal("/")
    return root + runs.c.run_id + literal("/artifacts")


def _experiment_id(caller: Caller) -> ColumnElement[str]:
    is_own_default = and_(experiments.c.is_default, experiments.c.owner == caller.owner)
    return case((is_own_default, literal(DEFAULT_ID)), else_=cast(experiments.c.id, String))


def _entry(operand: Operand, key_id: int) -> Value:
    table = _ENTRIES[operand.group].alias()
    is_named = table.c.key_id == key_id
    rows = Rows(table, table.c.run_pk, runs.c.id, is_named)
    if operand.group != "metric":
        column = table.c[operand.function or "value"]
        return Value(column, rows, prefix=prefix(column) if column is table.c.value else None)
    column = table.c[operand.function or "last"]
    in_order = None if operand.function else select(column).where(is_named, column.is_not(None))
    return Value(column, rows, has_nan=operand.function != "count", in_order=in_order)


def _dataset(key: str) -> Value:
    used = dataset_inputs.alias()
    if key == "context":
        marks = dataset_input_tags.alias()
        is_context = and_(marks.c.input_pk == used.c.id, marks.c.key == CONTEXT_TAG)
        return Value(marks.c.value, _of_run(used.join(marks, is_context), used))
    data = datasets.alias()
    return Value(data.c[key], _of_run(used.join(data, data.c.id == used.c.dataset_pk), used))


def _cell(key: str) -> Value:
    cells = cell_executions.alias()
    if key == "source":
        sources = cell_sources.alias()
        joined = cells.join(sources, sources.c.sha256 == cells.c.source_sha256)
        return Value(sources.c.source, _of_run(joined, cells))
    columns: dict[str, ColumnElement[Any]] = {
        "status": cells.c.status,
        "error": cells.c.error_name + literal(": ") + cells.c.error_message,
        "duration": cells.c.duration_ms,
    }
    return Value(columns[key], _of_run(cells, cells))


def _of_run(source: FromClause, table: FromClause) -> Rows:
    return Rows(source, table.c.run_pk, runs.c.id, true())
