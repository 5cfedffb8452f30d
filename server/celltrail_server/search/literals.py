"""What stands right of an operator: numbers, times, durations and texts. Pure."""

import re
from datetime import UTC, datetime

from celltrail_server.search.fields import Kind
from celltrail_server.search.syntax import Number
from celltrail_server.search.tokens import Token, unquoted

_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_UNITS_MS = {"": 1, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_NUMBER = re.compile(r"([-+\d.]+(?:[eE][-+]?\d+)?)(\D*)")
_MAX_DIGITS = 18

EXPECTED = {
    "number": "Expected numeric value type for {name}. Found {found}",
    "time": "Expected numeric value type for numeric attribute: {name}. Found {found}; a time is a "
    "number of milliseconds since 1970, or a text such as '2030-01-31' or '2030-01-31T18:00Z'",
    "duration": "Expected numeric value type for {name}. Found {found}; a duration is a number of "
    "milliseconds, or has a unit: 90s, 5min, 2h, 1d",
    "text": "Expected a quoted string value for {name} (e.g. 'my-value'). Got value {found}",
}
"""What to say of a token that is no literal of a kind."""


def number_of(text: str) -> float | None:
    """Return the number that a param's text is, such as `1e-3`; None if it is none."""
    return float(text) if _DECIMAL.fullmatch(text) else None


def literal(token: Token, kind: Kind) -> str | Number | None:
    """Return the value of a token where that kind is wanted; None if it is none."""
    if token.kind == "text" and kind == "text":
        return unquoted(token.text)
    if token.kind == "text" and kind == "time":
        return _time(unquoted(token.text))
    if token.kind == "number" and kind != "text":
        return _number(token.text, has_unit=kind == "duration")
    return None


def _number(text: str, *, has_unit: bool) -> Number | None:
    match = _NUMBER.fullmatch(text)
    if match is None or (match[2] and not has_unit):
        return None
    digits, unit = match.groups()
    is_whole = digits.lstrip("+-").isdigit() and len(digits) <= _MAX_DIGITS
    number = int(digits) if is_whole else float(digits)
    return number * _UNITS_MS[unit]


def _time(text: str) -> Number | None:
    try:
        time = datetime.fromisoformat(text)
        return round((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
