"""Where the values lie that a search compares and sorts by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Table, and_

from celltrail_server.search import Operand


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a row, or the values in other rows that belong to it.

    column: the value; NULL means that there is none.
    rows: what the column is in and the condition that its rows belong to the row at hand; None if
        it is a column of that row itself.
    has_nan: NULL in `column` means NaN instead.
    """

    column: ColumnElement[Any]
    rows: tuple[FromClause, ColumnElement[bool]] | None = None
    has_nan: bool = False

    @property
    def is_nullable(self) -> bool:
        """Whether the column may be NULL."""
        return not isinstance(self.column, Column) or bool(self.column.nullable)


type Reader = Callable[[Operand], Value]
"""Tells where the values of an operand lie. Each kind of thing that is searched has its own."""


def entry_value(
    table: Table, owner_pk: ColumnElement[int], key: str, column: str = "value"
) -> Value:
    """Return where a value lies in a table of (internal id of its owner, key, value)."""
    entries = table.alias()
    belongs = and_(next(iter(entries.primary_key)) == owner_pk, entries.c.key == key)
    return Value(entries.c[column], (entries, belongs))
