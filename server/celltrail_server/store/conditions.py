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
    select,
    true,
)
from sqlalchemy import cast as sql_cast

from celltrail_server import limits
from celltrail_server.search import And, Comparison, Condition, Not, Or
from celltrail_server.search.syntax import Number
from celltrail_server.store import texts
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


def condition(parsed: Condition, read: Reader) -> ColumnElement[bool]:
    """Return a condition on the row whose values `read` knows."""
    match parsed:
        case And(parts):
            return and_(true(), *(condition(part, read) for part in parts))
        case Or(parts):
            return or_(false(), *(condition(part, read) for part in parts))
        case Not(part):
            return not_(condition(part, read))
        case Comparison():
            return compare(parsed, read(parsed.operand))


def compare(comparison: Comparison, value: Value) -> ColumnElement[bool]:
    """Return the condition that one comparison holds for a value, or for one of several."""
    is_there = value.column.is_not(None)
    if value.rows is None:
        match comparison.operator:
            case "IS NULL":
                return value.column.is_(None)
            case "IS NOT NULL":
                return is_there
        test = _test(comparison, value.column)
        return and_(is_there, test) if value.is_nullable else test
    source, belongs = value.rows
    rows = select(literal(1)).select_from(source).where(belongs)
    match comparison.operator:
        case "IS NULL" | "IS NOT NULL":
            found = (rows if value.has_nan else rows.where(is_there)).exists()
            return found if comparison.operator == "IS NOT NULL" else ~found
    test = _test(comparison, value.column)
    if value.has_nan and comparison.operator in ("!=", "NOT IN"):
        test = or_(test, value.column.is_(None))
    return rows.where(test).exists()


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
