"""The left side of a comparison, and what is sorted by: which value of a row is meant."""

from dataclasses import dataclass

from celltrail_server.search.cursor import Cursor
from celltrail_server.search.fields import ATTRIBUTE_NAMES, Fields, Kind
from celltrail_server.search.syntax import Operand
from celltrail_server.search.tokens import Token, name_parts, unquoted


@dataclass(frozen=True, slots=True)
class Named:
    """An operand and what its values are; `is_many`: a row may have several."""

    operand: Operand
    kind: Kind
    is_many: bool = False


def take_operand(cursor: Cursor, fields: Fields) -> Named:
    """Return the operand that comes next; raises `InvalidError`."""
    token = cursor.next
    if token.kind == "text" and token.text[0] == '"':
        cursor.take()
        return _attribute(cursor, fields, unquoted(token.text), token)
    if token.kind != "name":
        raise cursor.unexpected("a name such as metrics.loss")
    cursor.take()
    if cursor.takes("("):
        return _function(cursor, fields, token)
    group, key = name_parts(token.text)
    if not group or group in ATTRIBUTE_NAMES:
        return _attribute(cursor, fields, key, token)
    return _in_rows(cursor, fields, token)


def _attribute(cursor: Cursor, fields: Fields, key: str, token: Token) -> Named:
    key = fields.aliases.get(key, key)
    if key not in fields.attributes:
        raise cursor.mistake(
            f"Invalid attribute key '{key[:100]}' specified. Valid keys are "
            f"'{sorted(fields.attributes)}'",
            token.column,
        )
    return Named(Operand("attribute", key), fields.attributes[key])


def _in_rows(cursor: Cursor, fields: Fields, token: Token) -> Named:
    group, key = name_parts(token.text)
    rows = fields.group(group)
    if rows is None:
        valid = [*(one.names[-1] for one in fields.groups), "attributes"]
        raise cursor.mistake(
            f"Invalid entity type '{group[:100]}'. Valid values are {valid}", token.column
        )
    if isinstance(rows.kinds, str):
        return Named(Operand(rows.group, key), rows.kinds, rows.is_many)
    if key not in rows.kinds:
        raise cursor.mistake(
            f"Invalid {rows.group} key '{key[:100]}' specified. Valid keys are "
            f"'{sorted(rows.kinds)}'",
            token.column,
        )
    return Named(Operand(rows.group, key), rows.kinds[key], rows.is_many)


def _function(cursor: Cursor, fields: Fields, name: Token) -> Named:
    token = cursor.take()
    group, key = name_parts(token.text) if token.kind == "name" else ("", "")
    rows = fields.group(group)
    word = name.text.lower()
    function = next((one for one in rows.functions if one == word), None) if rows else None
    if rows is None or function is None:
        there_are = [f"{one}({rows.names[-1]}.KEY)" for rows in fields.groups
                     for one in rows.functions]  # fmt: skip
        raise cursor.mistake(
            f"Invalid function '{name.text[:100]}({token.text[:100]})': there are "
            f"{', '.join(there_are) or 'none'}",
            name.column,
        )
    cursor.require(")", ")")
    operand = Operand(rows.group, key, None if function == "last" else function)
    return Named(operand, "number", rows.is_many)
