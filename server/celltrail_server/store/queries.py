"""Reading runs and cells. Every function sees only what `caller` may read."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    select,
    tuple_,
)

from celltrail.errors import InvalidError
from celltrail_server.callers import Caller
from celltrail_server.store import inputs
from celltrail_server.store.access import find_experiment, find_run, readable, shown_id
from celltrail_server.store.records import Cell, Inputs, MetricSummary, ModelUse, Page, Param, Run
from celltrail_server.store.rights import allowed
from celltrail_server.store.tables import (
    cell_executions,
    cell_sources,
    experiments,
    keys,
    metric_summaries,
    params,
    runs,
    tags,
)

_CHUNK = 1000

# Statements for a page of runs are built once: that takes longer than running them.
_RUN_PKS: BindParameter[Sequence[int]] = bindparam("run_pks", expanding=True)
_RUNS = (
    select(
        runs,
        experiments.c.name.label("experiment_name"),
        experiments.c.owner.label("experiment_owner"),
        experiments.c.is_default,
    )
    .join(experiments)
    .where(runs.c.id.in_(_RUN_PKS))
)


def get_run(connection: Connection, caller: Caller, run_id: str) -> Run:
    """Return a run, deleted or not; raises `NotFoundError`."""
    ref = find_run(connection, caller, run_id)
    return load_runs(connection, caller, [ref.pk])[0]


def list_runs(
    connection: Connection,
    caller: Caller,
    experiment_id: str | None,
    parent_id: str | None,
    limit: int,
    before: str | None,
) -> Page[Run]:
    """Return active runs, newest first: those of a parent, else only top-level ones."""
    statement = (
        select(runs.c.id, runs.c.started_ms)
        .where(runs.c.lifecycle_stage == "active", runs.c.parent_id == parent_id)
        .order_by(runs.c.started_ms.desc(), runs.c.id.desc())
        .limit(limit + 1)
    )
    if parent_id is not None:
        find_run(connection, caller, parent_id)
    if experiment_id is not None:
        pk, _ = find_experiment(connection, caller, experiment_id)
        statement = statement.where(runs.c.experiment_pk == pk)
    elif parent_id is not None:
        statement = statement.join(experiments).where(allowed(caller))
    else:
        statement = statement.where(runs.c.experiment_pk.in_(readable(caller)))
    if before is not None:
        statement = statement.where(tuple_(runs.c.started_ms, runs.c.id) < _cursor(before))
    rows = connection.execute(statement).all()
    page = rows[:limit]
    token = f"{page[-1].started_ms}-{page[-1].id}" if len(rows) > limit else None
    return Page(load_runs(connection, caller, [row.id for row in page]), token)


def list_cells(connection: Connection, caller: Caller, run_id: str) -> list[Cell]:
    """Return the cell runs of a run by ordinal."""
    ref = find_run(connection, caller, run_id)
    table = cell_executions.c
    rows = connection.execute(
        select(
            table.execution_id,
            table.cell_id,
            table.ordinal,
            table.execution_count,
            cell_sources.c.source,
            table.started_ms,
            table.duration_ms,
            table.status,
            table.error_name,
            table.error_message,
        )
        .join(cell_sources)
        .where(table.run_pk == ref.pk)
        .order_by(table.ordinal, table.id)
    )
    return [Cell(**row._mapping) for row in rows]


def load_runs(connection: Connection, caller: Caller, pks: Sequence[int]) -> list[Run]:
    """Return the runs with these internal ids, in this order."""
    found: dict[int, Run] = {}
    for start in range(0, len(pks), _CHUNK):
        chunk = pks[start : start + _CHUNK]
        metrics = _grouped(connection, metric_summaries, chunk)
        parameters = _grouped(connection, params, chunk)
        labels = _grouped(connection, tags, chunk)
        used, made = inputs.of_runs(connection, chunk)
        for row in connection.execute(_RUNS, {"run_pks": list(chunk)}):
            found[row.id] = _run(
                shown_id(caller, row.experiment_pk, row.experiment_owner, row.is_default),
                row,
                metrics.get(row.id, []),
                parameters.get(row.id, []),
                labels.get(row.id, []),
                used.get(row.id, Inputs()),
                made.get(row.id, []),
            )
    return [found[pk] for pk in pks]


def _grouped(connection: Connection, table: Table, pks: Sequence[int]) -> dict[int, list[Row[Any]]]:
    groups: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(_entries_of(table), {"run_pks": list(pks)}):
        groups.setdefault(row.run_pk, []).append(row)
    return groups


@cache
def _entries_of(table: Table) -> Select[Any]:
    return (
        select(keys.c.key, *table.c)
        .join(keys, keys.c.id == table.c.key_id)
        .where(table.c.run_pk.in_(_RUN_PKS))
        .order_by(table.c.run_pk, keys.c.key)
    )


def _run(
    experiment_id: str,
    row: Row[Any],
    metrics: list[Row[Any]],
    parameters: list[Row[Any]],
    labels: list[Row[Any]],
    used: Inputs,
    made: list[ModelUse],
) -> Run:
    return Run(
        run_id=row.run_id,
        experiment_id=experiment_id,
        experiment_name=row.experiment_name,
        name=row.name,
        kind=row.kind,
        status=row.status,
        owner=row.owner,
        lifecycle_stage=row.lifecycle_stage,
        parent_id=row.parent_id,
        notebook=row.notebook,
        execution_id=row.execution_id,
        started_ms=row.started_ms,
        ended_ms=row.ended_ms,
        cell_count=row.cell_count,
        metrics=list(_summaries(metrics)),
        params=[Param(one.key, one.value, one.execution_id) for one in parameters],
        tags={one.key: one.value for one in labels},
        inputs=used,
        outputs=made,
    )


def _summaries(rows: list[Row[Any]]) -> Iterator[MetricSummary]:
    for row in rows:
        values = row._mapping
        yield MetricSummary(
            key=values["key"],
            first=values["first"],
            last=values["last"],
            last_step=values["last_step"],
            last_time_ms=values["last_time_ms"],
            min=values["min"],
            max=values["max"],
            count=values["count"],
            execution_id=values["execution_id"],
        )


def _cursor(token: str) -> tuple[int, int]:
    started_ms, _, pk = token.partition("-")
    if not (started_ms.isascii() and started_ms.isdigit() and pk.isascii() and pk.isdigit()):
        raise InvalidError(f"before={token[:64]!r} is no token of this list")
    return int(started_ms), int(pk)
