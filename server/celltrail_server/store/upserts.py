"""Statements that insert rows and overwrite those that are there, as each database likes them."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnClause,
    Executable,
    Table,
    bindparam,
    column,
    func,
    select,
)

FEW = 16
"""Up to so many rows PostgreSQL takes them one by one as quickly as in columns."""


@cache  # building it takes longer than running it
def of_rows(dialect: str, table: Table, names: tuple[str, ...]) -> Executable:
    """Return a statement whose parameters are one row, or many."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    return _overwriting(insert(table), table, names)


@cache
def of_columns(table: Table, names: tuple[str, ...]) -> Executable:
    """Return PostgreSQL's statement whose parameters are whole columns: one round trip for all."""
    from sqlalchemy.dialects.postgresql import insert

    arrays: list[BindParameter[Any]] = [
        bindparam(name, type_=ARRAY(table.c[name].type)) for name in names
    ]
    columns: list[ColumnClause[Any]] = [column(name) for name in names]
    rows = func.unnest(*arrays).table_valued(*columns, name="new").render_derived()
    statement = insert(table).from_select(names, select(*(rows.c[name] for name in names)))
    return _overwriting(statement, table, names)


def _overwriting(statement: Any, table: Table, names: tuple[str, ...]) -> Executable:
    keys = [one.name for one in table.primary_key]
    values = {name: statement.excluded[name] for name in names if name not in keys}
    changed: Executable = statement.on_conflict_do_update(index_elements=keys, set_=values)
    return changed
