"""Where the values lie that a search compares and sorts by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Select, Table, and_, select

from celltrail_server.search import Operand


@dataclass(frozen=True, slots=True)
class Rows:
    """Other rows that belong to the row at hand: `inner` of theirs equals `outer` of its own.

    where: which of them are meant, such as those with a name.
    """

    source: FromClause
    inner: ColumnElement[Any]
    outer: ColumnElement[Any]
    where: ColumnElement[bool]

    @property
    def joined(self) -> ColumnElement[bool]:
        """The condition for joining them."""
        return and_(self.inner == self.outer, self.where)

    def having(self, test: ColumnElement[bool], *, as_set: bool) -> ColumnElement[bool]:
        """Return the condition that one of them passes a test.

        as_set: find all rows that pass at once, not those of one row after the other.
        """
        found = select(self.inner).select_from(self.source).where(self.where, test)
        return self.outer.in_(found) if as_set else found.where(self.joined).exists()


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a row, or the values in other rows that belong to it.

    column: the value; NULL means that there is none.
    rows: what the column is in; None if it is a column of the row itself.
    has_nan: NULL in `column` means NaN instead.
    in_order: the query for all values that there are in `rows`, if an index sorts them.
    prefix: the first characters of a text (`tables.base.prefix`), if an index sorts them.
    """

    column: ColumnElement[Any]
    rows: Rows | None = None
    has_nan: bool = False
    in_order: Select[Any] | None = None
    prefix: ColumnElement[str] | None = None

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
    owner = next(iter(entries.primary_key))
    return Value(entries.c[column], Rows(entries, owner, owner_pk, entries.c.key == key))
