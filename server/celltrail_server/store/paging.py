"""Pages of a sorted list, each found by what the last row before it was sorted by.

Rows without a value come last, whichever way is sorted, and NaN just before them. A token carries
the place of the last row: rows that come or go meanwhile move no others from page to page. By its
first key a list is read rank by rank (values, NaN, nothing), so that an index can sort it.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    false,
    literal,
    or_,
)

from celltrail.errors import InvalidError
from celltrail_server.search import Ordering
from celltrail_server.store import texts
from celltrail_server.store.values import Reader, Rows, Value

FEW = 3000
"""How many values in order are tried before all rows are looked at."""

type Place = list[tuple[int, Any]]
"""Where a row stands: its rank and value for each term."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to sort by.

    rows: what must be joined for it.
    ranks: the conditions for having a value, NaN, nothing; without any, all rows have a value.
    in_order: the query for all values that there are, if an index sorts them.
    """

    value: ColumnElement[Any]
    ascending: bool = True
    rows: Rows | None = None
    ranks: tuple[ColumnElement[bool], ...] = ()
    in_order: Select[Any] | None = None


def terms_of(orderings: Sequence[Ordering], read: Reader) -> list[Term]:
    """Return the terms of an order of the search language."""
    return [_term(read(one.operand), one.ascending) for one in orderings]


def page(
    connection: Connection,
    statement: Callable[[bool], Select[Any]],
    terms: Sequence[Term],
    *,
    token: str | None,
    limit: int,
    search: object,
) -> tuple[list[int], str | None]:
    """Return the ids of a page, and the token of the next.

    statement: returns what selects the id alone; told whether it will look at many rows.
    terms: the last one differs between any two rows. search: what the token is good for.
    Raises `InvalidError` for a token of another search.
    """
    mark = hashlib.sha256(repr(search).encode("utf-8", "surrogatepass")).digest()[:9]
    place = _parse(token, mark, terms) if token else None
    rows: list[tuple[int, Place]] = []
    first = place[0][0] if place else 0
    for rank in range(first, max(len(terms[0].ranks), 1)):
        after = place if rank == first else None
        rows += _ranked(connection, statement, terms, rank, after, limit + 1 - len(rows))
        if len(rows) > limit:
            return [pk for pk, _ in rows[:limit]], _write(mark, rows[limit - 1][1])
    return [pk for pk, _ in rows], None


def _ranked(
    connection: Connection,
    statement: Callable[[bool], Select[Any]],
    terms: Sequence[Term],
    rank: int,
    after: Place | None,
    wanted: int,
) -> list[tuple[int, Place]]:
    """Return rows that have a rank by the first term.

    If an index sorts its values, the next few are tried before all rows are looked at.
    """
    bound = None if rank else _bound(connection, terms[0], after)
    for is_all in (True,) if bound is None else (False, True):
        part = _sorted(statement(is_all), terms, rank)
        if after:
            part = part.where(_after(terms, after))
        if not is_all:
            # Rows that share the last value of the few may not all be among them.
            value = terms[0].value
            part = part.where(value < bound if terms[0].ascending else value > bound)
        found = connection.execute(part.limit(wanted)).all()
        if is_all or len(found) == wanted:
            break
    return [(row[0], _place(row, terms, rank)) for row in found]


def _bound(connection: Connection, term: Term, after: Place | None) -> ColumnElement[Any] | None:
    """Return the value that ends the next few of a term; None if there are no more than these."""
    if term.in_order is None:
        return None
    [column] = term.in_order.selected_columns
    values = term.in_order.order_by(column.asc() if term.ascending else column.desc())
    if after:
        start = literal(after[0][1], column.type)
        values = values.where(column >= start if term.ascending else column <= start)
    found = connection.execute(values.offset(FEW).limit(1)).first()
    return None if found is None else literal(found[0], column.type)


def _term(value: Value, ascending: bool) -> Term:
    column = value.column
    shown = texts.in_order(column) if isinstance(column.type, String) else column
    ranks: tuple[ColumnElement[bool], ...] = (column.is_not(None), column.is_(None))
    if value.rows is None:
        return Term(shown, ascending, None, ranks if value.is_nullable else ())
    if value.has_nan:
        joined = value.rows.inner
        ranks = (ranks[0], and_(joined.is_not(None), ranks[1]), joined.is_(None))
    return Term(shown, ascending, value.rows, ranks, value.in_order)


def _sorted(statement: Select[Any], terms: Sequence[Term], rank: int) -> Select[Any]:
    """Return the statement for the rows that have a rank by the first term, sorted by all."""
    first, *others = terms
    if first.rows:
        is_outer = rank == len(first.ranks) - 1
        statement = _join(statement, first.rows, is_outer=is_outer)
    if first.ranks:
        statement = statement.where(first.ranks[rank])
    statement = statement.add_columns(literal(rank), first.value)
    if rank == 0:
        statement = statement.order_by(_directed(first))
    for term in others:
        if term.rows:
            statement = _join(statement, term.rows, is_outer=True)
        ranked: ColumnElement[int] = literal(0)
        if term.ranks:
            ranked = case(*((one, place) for place, one in enumerate(term.ranks)))
            statement = statement.order_by(ranked)
        statement = statement.add_columns(ranked, term.value).order_by(_directed(term))
    return statement


def _join(statement: Select[Any], rows: Rows, *, is_outer: bool) -> Select[Any]:
    return statement.join(rows.source, rows.joined, isouter=is_outer)


def _directed(term: Term) -> ColumnElement[Any]:
    return term.value.asc() if term.ascending else term.value.desc()


def _place(row: Any, terms: Sequence[Term], rank: int) -> Place:
    ranks = [rank, *row[3::2]]
    return [(at, None if at else value) for at, value in zip(ranks, row[2::2], strict=True)]


def _after(terms: Sequence[Term], place: Place) -> ColumnElement[bool]:
    options: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for index, (term, (rank, value)) in enumerate(zip(terms, place, strict=True)):
        beyond = list(term.ranks[rank + 1 :]) if index else []
        if rank == 0:
            bound = literal(value, term.value.type)
            beyond.append(term.value > bound if term.ascending else term.value < bound)
        options.append(and_(*same, or_(false(), *beyond)))
        same.append(term.value == bound if rank == 0 else term.ranks[rank])
    if place[0][0]:
        return or_(*options)
    # This says nothing new, but it is what an index can begin at.
    bound = literal(place[0][1], terms[0].value.type)
    start = terms[0].value >= bound if terms[0].ascending else terms[0].value <= bound
    return and_(start, or_(*options))


def _write(mark: bytes, place: Place) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode((mark, place))).decode()


def _parse(token: str, mark: bytes, terms: Sequence[Term]) -> Place:
    try:
        coded = base64.b64decode(token, altchars=b"-_", validate=True)
        made_for, place = msgspec.msgpack.decode(coded, type=tuple[bytes, Place])
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise InvalidError(f"Invalid page token {token[:100]!r}: it is none of this list") from None
    if made_for != mark or not _fits(place, terms):
        raise InvalidError(
            "Invalid page token: it belongs to another search. From page to page all but the token "
            "must stay the same; leave the token out to begin anew"
        )
    return place


def _fits(place: Place, terms: Sequence[Term]) -> bool:
    return len(place) == len(terms) and all(
        0 < rank < len(term.ranks)
        or (rank == 0 and isinstance(value, str if _is_text(term) else int | float))
        for term, (rank, value) in zip(terms, place, strict=True)
    )


def _is_text(term: Term) -> bool:
    return isinstance(term.value.type, String)
