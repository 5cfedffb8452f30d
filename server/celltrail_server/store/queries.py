"""Reading runs and cells. Every function sees only what `caller` may read."""

from collections.abc import Sequence
from itertools import batched
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    func,
    select,
    tuple_,
)

from celltrail.errors import InvalidError, NotFoundError
from celltrail_server.callers import Caller
from celltrail_server.store import inputs
from celltrail_server.store.access import find_experiment, find_run, readable, shown_id
from celltrail_server.store.records import (
    Cell,
    Console,
    Inputs,
    MetricSummary,
    ModelUse,
    Page,
    Param,
    Run,
)
from celltrail_server.store.rights import allowed
from celltrail_server.store.tables import (
    cell_captures,
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


def _of_runs(table: Table, *fields: str) -> Select[Any]:
    """Return the query for a run, the number of a name, and the fields of a record after it."""
    columns = (table.c.run_pk, table.c.key_id, *(table.c[name] for name in fields))
    return select(*columns).where(table.c.run_pk.in_(_RUN_PKS))


_ENTRIES = (
    _of_runs(metric_summaries, *MetricSummary.__struct_fields__[1:]),
    _of_runs(params, *Param.__struct_fields__[1:]),
    _of_runs(tags, "value"),
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
    captured = cell_captures.c
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
            func.coalesce(captured.console != "", False).label("has_console"),
            captured.cpu_ms,
            captured.memory_start_bytes,
            captured.memory_peak_bytes,
            captured.gpu_percent,
            captured.gpu_memory_bytes,
            func.coalesce(captured.candidate_params, "{}").label("candidate_params"),
        )
        .join(cell_sources)
        .outerjoin(cell_captures)
        .where(table.run_pk == ref.pk)
        .order_by(table.ordinal, table.id)
    )
    return [_cell(row) for row in rows]


def get_console(connection: Connection, caller: Caller, run_id: str, execution_id: str) -> Console:
    """Return the end of what a cell run of a run printed; raises `NotFoundError`."""
    ref = find_run(connection, caller, run_id)
    row = connection.execute(
        select(cell_captures.c.console, cell_captures.c.is_console_cut)
        .join(cell_executions)
        .where(cell_executions.c.run_pk == ref.pk, cell_executions.c.execution_id == execution_id)
    ).first()
    if row is None:
        raise NotFoundError(f"the run {run_id} has no console of a cell run {execution_id[:64]}")
    return Console(*row)


def _cell(row: Row[*tuple[Any, ...]]) -> Cell:
    fields = dict(row._mapping)
    fields["candidate_params"] = msgspec.json.decode(fields["candidate_params"])
    return Cell(**fields)


def load_runs(connection: Connection, caller: Caller, pks: Sequence[int]) -> list[Run]:
    """Return the runs with these internal ids, in this order."""
    found: dict[int, Run] = {}
    for chunk in batched(pks, _CHUNK):
        entries = [
            connection.execute(statement, {"run_pks": list(chunk)}).all() for statement in _ENTRIES
        ]
        names = _names(connection, {row[1] for rows in entries for row in rows})
        metrics, parameters, labels = (_grouped(rows, names) for rows in entries)
        used, made = inputs.of_runs(connection, chunk)
        for row in connection.execute(_RUNS, {"run_pks": list(chunk)}):
            found[row.id] = _run(
                shown_id(caller, row.experiment_pk, row.experiment_owner, row.is_default),
                row,
                [MetricSummary(*one) for one in metrics.get(row.id, [])],
                [Param(*one) for one in parameters.get(row.id, [])],
                dict(labels.get(row.id, [])),
                used.get(row.id, Inputs()),
                made.get(row.id, []),
            )
    return [found[pk] for pk in pks]


def _names(connection: Connection, key_ids: set[int]) -> dict[int, str]:
    rows = connection.execute(select(keys.c.id, keys.c.key).where(keys.c.id.in_(key_ids)))
    return {row.id: row.key for row in rows}


def _grouped(rows: Sequence[Any], names: dict[int, str]) -> dict[int, list[tuple[Any, ...]]]:
    """Return what each run has, by name."""
    groups: dict[int, list[tuple[Any, ...]]] = {}
    for run_pk, key_id, *values in rows:
        groups.setdefault(run_pk, []).append((names[key_id], *values))
    for group in groups.values():
        group.sort(key=itemgetter(0))
    return groups


def _run(
    experiment_id: str,
    row: Row[Any],
    metrics: list[MetricSummary],
    parameters: list[Param],
    labels: dict[str, str],
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
        metrics=metrics,
        params=parameters,
        tags=labels,
        inputs=used,
        outputs=made,
    )


def _cursor(token: str) -> tuple[int, int]:
    started_ms, _, pk = token.partition("-")
    if not (started_ms.isascii() and started_ms.isdigit() and pk.isascii() and pk.isdigit()):
        raise InvalidError(f"before={token[:64]!r} is no token of this list")
    return int(started_ms), int(pk)
