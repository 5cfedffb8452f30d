"""Conditions of the search language as SQL, with bound values only.

This is how every search is compiled: `condition(parse_filter(text, FIELDS), read)`, where `read`
tells for each operand of these fields in which column its value lies (`values.Reader`). A
comparison is true or false, never NULL: false for what is not there, so that NOT turns it around.
"""

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    Integer,
    and_,
    bindparam,
    false,
    literal,
    not_,
    or_,
    true,
)
from sqlalchemy import cast as sql_cast

from celltrail_server import limits
from celltrail_server.search import And, Comparison, Condition, Not, Or
from celltrail_server.search.syntax import Number
from celltrail_server.store import texts
from celltrail_server.store.tables.base import PREFIX
from celltrail_server.store.values import Reader, Value

_ORDERED: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "=": lambda column, value: column == value,
    "!=": lambda column, value: column != value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
}
_PATTERNS = {"LIKE": texts.like, "ILIKE": texts.ilike, "RLIKE": texts.matches}


def condition(parsed: Condition, read: Reader, *, as_sets: bool = False) -> ColumnElement[bool]:
    """Return a condition on the row whose values `read` knows.

    as_sets: look for the rows of each comparison at once. It takes longer to begin with, and less
    for each of many rows.
    """
    match parsed:
        case And(parts):
            return and_(true(), *(condition(part, read, as_sets=as_sets) for part in parts))
        case Or(parts):
            return or_(false(), *(condition(part, read, as_sets=as_sets) for part in parts))
        case Not(part):
            return not_(condition(part, read, as_sets=as_sets))
        case Comparison():
            return _compare(parsed, read(parsed.operand), as_sets=as_sets)


def _compare(comparison: Comparison, value: Value, *, as_sets: bool) -> ColumnElement[bool]:
    test = _test_null(comparison, value)
    if value.rows is None:
        return and_(value.column.is_not(None), test) if _needs_value(comparison, value) else test
    found = value.rows.having(test, as_set=as_sets)
    return ~found if comparison.operator == "IS NULL" else found


def _needs_value(comparison: Comparison, value: Value) -> bool:
    return value.is_nullable and not comparison.operator.startswith("IS")


def _test_null(comparison: Comparison, value: Value) -> ColumnElement[bool]:
    """Return the test of one value; in other rows, `IS NULL` tests for what must not be there."""
    is_nan_or_null = value.column.is_(None)
    match comparison.operator:
        case "IS NULL" if value.rows is None:
            return is_nan_or_null
        case "IS NULL" | "IS NOT NULL":
            return true() if value.has_nan else value.column.is_not(None)
        case "!=" | "NOT IN" if value.has_nan:
            return or_(_test(comparison, value.column), is_nan_or_null)
        case "=" | "IN" if value.prefix is not None and _is_short(comparison.value):
            return _test(comparison, value.prefix)
    return _test(comparison, value.column)


def _is_short(wanted: object) -> bool:
    """Whether these texts can be told from all others by the prefix that an index has."""
    values = wanted if isinstance(wanted, tuple) else (wanted,)
    return all(isinstance(one, str) and len(one) < PREFIX for one in values)


def _test(comparison: Comparison, column: ColumnElement[Any]) -> ColumnElement[bool]:
    operator, value = comparison.operator, comparison.value
    if operator.startswith("NOT "):
        positive = Comparison(comparison.operand, operator.removeprefix("NOT "), value)
        return not_(_test(positive, column))
    if operator in _PATTERNS:
        return _PATTERNS[operator](column, str(value))
    if operator == "IN":
        return _among(column, cast(tuple[Any, ...], value))
    if isinstance(value, str):
        return _ORDERED[operator](column, value)
    return _compared(operator, column, cast(Number, value))


def _among(column: ColumnElement[Any], values: tuple[Any, ...]) -> ColumnElement[bool]:
    if isinstance(values[0], str):
        return column.in_(values)
    if _is_whole(column, *values):
        whole = [int(one) for one in values]
        return column.in_(bindparam(None, whole, BigInteger(), expanding=True))
    numbers = [float(one) for one in values]
    return sql_cast(column, Double).in_(bindparam(None, numbers, Double(), expanding=True))


def _compared(operator: str, column: ColumnElement[Any], value: Number) -> ColumnElement[bool]:
    if _is_whole(column, value):
        return _ORDERED[operator](column, literal(int(value), BigInteger()))
    return _ORDERED[operator](column, literal(float(value), Double()))


def _is_whole(column: ColumnElement[Any], *values: Number) -> bool:
    """Whether a column of whole numbers can be compared with values of its own type."""
    return isinstance(column.type, Integer) and all(
        float(value).is_integer() and int(value) in limits.INT64 for value in values
    )
