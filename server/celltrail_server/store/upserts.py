"""Statements that insert rows and overwrite those that are there, as each database likes them."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnClause,
    Insert,
    Table,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects import sqlite

FEW = 16
"""Up to so many rows PostgreSQL takes them one by one as quickly as in columns."""


@cache  # building a statement takes longer than running it
def for_sqlite(table: Table, names: tuple[str, ...]) -> str:
    """Return SQLite's statement for the driver itself, whose parameters are one row, or many.

    The driver takes the values as they are (NaN as NULL, too), and SQLAlchemy would take longer to
    look at each than SQLite to write it.
    """
    statement = _overwriting(sqlite.insert(table), table, names)
    return str(statement.compile(dialect=sqlite.dialect(paramstyle="named"), column_keys=names))


@cache
def of_rows(table: Table, names: tuple[str, ...]) -> Insert:
    """Return PostgreSQL's statement whose parameters are one row, or many."""
    from sqlalchemy.dialects.postgresql import insert

    return _overwriting(insert(table), table, names)


@cache
def of_columns(table: Table, names: tuple[str, ...]) -> Insert:
    """Return PostgreSQL's statement whose parameters are whole columns: one round trip for all."""
    from sqlalchemy.dialects.postgresql import insert

    arrays: list[BindParameter[Any]] = [
        bindparam(name, type_=ARRAY(table.c[name].type)) for name in names
    ]
    columns: list[ColumnClause[Any]] = [column(name) for name in names]
    rows = func.unnest(*arrays).table_valued(*columns, name="new").render_derived()
    statement = insert(table).from_select(names, select(*(rows.c[name] for name in names)))
    return _overwriting(statement, table, names)


def _overwriting(statement: Any, table: Table, names: tuple[str, ...]) -> Insert:
    keys = [one.name for one in table.primary_key]
    values = {name: statement.excluded[name] for name in names if name not in keys}
    changed: Insert = statement.on_conflict_do_update(index_elements=keys, set_=values)
    return changed
