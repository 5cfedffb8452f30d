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
from celltrail_server.store.values import Reader, Value, entry_value

_ENTRIES: dict[str, Table] = {"metric": metric_summaries, "param": params, "tag": tags}
NO_KEY = -1
"""The number of a name that no run has used."""


def run_values(caller: Caller, key_ids: Mapping[str, int]) -> Reader:
    """Return where the values of `runs`, joined with their `experiments`, lie.

    key_ids: the numbers of the names of metrics, params and tags, as far as they have one.
    """
    attributes = _run_attributes(_experiment_id(caller))

    def read(operand: Operand) -> Value:
        match operand.group:
            case "attribute":
                return Value(attributes[operand.key])
            case "experiment":
                return Value(experiments.c[operand.key])
            case "dataset":
                return _dataset(operand.key)
            case "cell":
                return _cell(operand.key)
        return _entry(operand, key_ids.get(operand.key, NO_KEY))

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


def _run_attributes(experiment_id: ColumnElement[str]) -> dict[str, ColumnElement[Any]]:
    return {
        "run_id": runs.c.run_id,
        "run_name": runs.c.name,
        "user_id": runs.c.owner,
        "owner": runs.c.owner,
        "status": runs.c.status,
        "kind": runs.c.kind,
        "parent_id": runs.c.parent_id,
        "notebook": runs.c.notebook,
        "experiment_id": experiment_id,
        "artifact_uri": literal("mlflow-artifacts:/")
        + experiment_id
        + literal("/")
        + runs.c.run_id
        + literal("/artifacts"),
        "start_time": runs.c.started_ms,
        "end_time": runs.c.ended_ms,
        "duration": type_coerce(runs.c.ended_ms - runs.c.started_ms, BigInteger()),
        "cell_count": runs.c.cell_count,
    }


def _experiment_id(caller: Caller) -> ColumnElement[str]:
    is_own_default = and_(experiments.c.is_default, experiments.c.owner == caller.owner)
    return case((is_own_default, literal(DEFAULT_ID)), else_=cast(experiments.c.id, String))


def _entry(operand: Operand, key_id: int) -> Value:
    table = _ENTRIES[operand.group].alias()
    belongs = and_(table.c.run_pk == runs.c.id, table.c.key_id == key_id)
    if operand.group == "metric":
        column = table.c[operand.function or "last"]
        return Value(column, (table, belongs), has_nan=operand.function != "count")
    return Value(table.c[operand.function or "value"], (table, belongs))


def _dataset(key: str) -> Value:
    used = dataset_inputs.alias()
    belongs = used.c.run_pk == runs.c.id
    if key == "context":
        marks = dataset_input_tags.alias()
        is_context = and_(marks.c.input_pk == used.c.id, marks.c.key == CONTEXT_TAG)
        return Value(marks.c.value, (used.join(marks, is_context), belongs))
    data = datasets.alias()
    joined: FromClause = used.join(data, data.c.id == used.c.dataset_pk)
    return Value(data.c[key], (joined, belongs))


def _cell(key: str) -> Value:
    cells = cell_executions.alias()
    belongs = cells.c.run_pk == runs.c.id
    if key == "source":
        sources = cell_sources.alias()
        joined = cells.join(sources, sources.c.sha256 == cells.c.source_sha256)
        return Value(sources.c.source, (joined, belongs))
    columns: dict[str, ColumnElement[Any]] = {
        "status": cells.c.status,
        "error": cells.c.error_name + literal(": ") + cells.c.error_message,
        "duration": cells.c.duration_ms,
    }
    return Value(columns[key], (cells, belongs))
