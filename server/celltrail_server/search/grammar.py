"""Tokens → conditions and orderings, by recursive descent."""

from collections.abc import Iterable

from celltrail.errors import InvalidError
from celltrail_server.search.cursor import Cursor
from celltrail_server.search.fields import RUN_FIELDS, Fields, Kind
from celltrail_server.search.literals import EXPECTED, literal
from celltrail_server.search.operands import Named, take_operand
from celltrail_server.search.patterns import compiled
from celltrail_server.search.syntax import (
    And,
    Comparison,
    Condition,
    Not,
    Number,
    Operand,
    Or,
    Ordering,
)

MAX_LENGTH = 500_000
MAX_DEPTH = 50
MAX_COMPARISONS = 200
MAX_LISTED = 10_000
MAX_ORDERINGS = 20
MAX_PATTERN = 10_000

NUMBER_OPERATORS = ("=", "!=", ">", ">=", "<", "<=")
PATTERN_OPERATORS = ("LIKE", "ILIKE", "RLIKE", "NOT LIKE", "NOT ILIKE", "NOT RLIKE")
LIST_OPERATORS = ("IN", "NOT IN")
NULL_OPERATORS = ("IS NULL", "IS NOT NULL")

_SYMBOLS = {"=~": "RLIKE", "!~": "NOT RLIKE"}


def parse_filter(text: str, fields: Fields = RUN_FIELDS) -> Condition:
    """Return what a filter says (an empty `And` for an empty one); raises `InvalidError`."""
    if len(text) > MAX_LENGTH:
        raise InvalidError(f"the filter has {len(text)} characters; at most {MAX_LENGTH} are taken")
    return _Parser(text, fields).filter()


def parse_order(orders: Iterable[str], fields: Fields = RUN_FIELDS) -> list[Ordering]:
    """Return what to sort by; raises `InvalidError` for a wrong or a repeated operand."""
    texts = list(orders)
    if len(texts) > MAX_ORDERINGS or sum(map(len, texts)) > MAX_LENGTH:
        raise InvalidError(f"`order_by` is too long: at most {MAX_ORDERINGS} keys are taken")
    orderings = [_ordering(text, fields) for text in texts]
    if len({one.operand for one in orderings}) < len(orderings):
        raise InvalidError(f"`order_by` contains duplicate fields: {texts}")
    return orderings


def _ordering(text: str, fields: Fields) -> Ordering:
    cursor = Cursor(text)
    column = cursor.next.column
    named = take_operand(cursor, fields)
    if named.is_many:
        group = named.operand.group
        raise cursor.mistake(f"there may be several of a {group}: they have no order", column)
    is_descending = cursor.takes("DESC")
    if not is_descending:
        cursor.takes("ASC")
    if not cursor.is_at_end:
        raise cursor.mistake(f"Invalid order_by clause '{text}'. Could not be parsed")
    return Ordering(named.operand, not is_descending)


class _Parser:
    def __init__(self, text: str, fields: Fields) -> None:
        self._cursor, self._fields = Cursor(text), fields
        self._comparisons = self._depth = self._listed = 0

    def filter(self) -> Condition:
        if self._cursor.is_at_end:
            return And()
        condition = self._either()
        if not self._cursor.is_at_end:
            raise self._cursor.unexpected("AND, OR or the end")
        return condition

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._cursor.takes("OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _both(self) -> Condition:
        parts = [self._one()]
        while self._cursor.takes("AND"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self) -> Condition:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._cursor.mistake(f"the filter is nested more than {MAX_DEPTH} times")
        if self._cursor.takes("NOT"):
            condition: Condition = Not(self._one())
        elif self._cursor.takes("("):
            condition = self._either()
            self._cursor.require(")", "AND, OR or )")
        else:
            condition = self._comparison()
        self._depth -= 1
        return condition

    def _comparison(self) -> Comparison:
        cursor = self._cursor
        self._comparisons += 1
        if self._comparisons > MAX_COMPARISONS:
            raise cursor.mistake(f"the filter has more than {MAX_COMPARISONS} comparisons")
        named = take_operand(cursor, self._fields)
        column = cursor.next.column
        operator = _take_operator(cursor)
        allowed = _operators(named.kind)
        if operator not in allowed:
            shown = sorted(allowed)
            raise cursor.mistake(f"Invalid comparator '{operator}' not one of '{shown}'", column)
        if operator in NULL_OPERATORS:
            return Comparison(named.operand, operator, None)
        named = _typed(cursor, named, operator)
        if operator in LIST_OPERATORS:
            return Comparison(named.operand, operator, self._take_list(named))
        column = cursor.next.column
        value = _take_value(cursor, named)
        if operator in PATTERN_OPERATORS:
            _check_pattern(cursor, operator, str(value), column)
        return Comparison(named.operand, operator, value)

    def _take_list(self, named: Named) -> tuple[str, ...] | tuple[Number, ...]:
        cursor = self._cursor
        cursor.require("(", "a list in parentheses")
        values = [_take_value(cursor, named)]
        while cursor.takes(",") and not cursor.is_next(")"):
            values.append(_take_value(cursor, named))
            self._listed += 1
            if self._listed > MAX_LISTED:
                raise cursor.mistake(f"the lists have more than {MAX_LISTED} values")
        cursor.require(")", ", or )")
        return tuple(values)  # type: ignore[return-value]


def _take_operator(cursor: Cursor) -> str:
    token = cursor.next
    if token.kind != "operator" and token.word not in ("IS", "NOT", "IN", *PATTERN_OPERATORS):
        raise cursor.unexpected("an operator")
    cursor.take()
    if token.kind == "operator":
        return _SYMBOLS.get(token.text, token.text)
    if token.word == "IS":
        negation = "NOT " if cursor.takes("NOT") else ""
        cursor.require("NULL", "NULL")
        return f"IS {negation}NULL"
    return f"NOT {cursor.take().word}" if token.word == "NOT" else token.word


def _operators(kind: Kind) -> tuple[str, ...]:
    of_kind = {
        "text": ("=", "!=", *PATTERN_OPERATORS),
        "param": (*NUMBER_OPERATORS, *PATTERN_OPERATORS),
    }
    return (*of_kind.get(kind, NUMBER_OPERATORS), *LIST_OPERATORS, *NULL_OPERATORS)


def _typed(cursor: Cursor, named: Named, operator: str) -> Named:
    """Return a param as a number or as a text, whichever stands on the right."""
    if named.kind != "param":
        return named
    token = cursor.second if cursor.is_next("(") else cursor.next
    is_number = token.kind == "number" or operator in NUMBER_OPERATORS[2:]
    if is_number and operator not in PATTERN_OPERATORS:
        return Named(Operand(named.operand.group, named.operand.key, "number"), "number")
    return Named(named.operand, "text")


def _take_value(cursor: Cursor, named: Named) -> str | Number:
    value = literal(cursor.next, named.kind)
    if value is None:
        operand = named.operand
        name = operand.key if operand.group == "attribute" else operand.group
        found = cursor.next.text[:100] or "nothing"
        raise cursor.mistake(EXPECTED[named.kind].format(name=name, found=found))
    cursor.take()
    return value


def _check_pattern(cursor: Cursor, operator: str, pattern: str, column: int) -> None:
    if len(pattern) > MAX_PATTERN:
        raise cursor.mistake(f"the pattern has more than {MAX_PATTERN} characters", column)
    if operator.endswith("RLIKE"):
        try:
            compiled(pattern)
        except InvalidError as error:
            raise cursor.mistake(str(error), column) from error
