"""Times and durations as protobuf's JSON has them: `2026-01-31T12:00:00.5Z`, `1.25s`. Pure."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from celltrail.errors import InvalidError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DURATION = re.compile(r"(-?\d{1,12}(?:\.\d{1,9})?)s", re.ASCII)


def parse_time(text: str) -> int:
    """Return milliseconds since the Unix epoch; raises `InvalidError`."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidError(f"Invalid time {text[:50]!r}: {error}") from error
    if parsed.tzinfo is None:
        raise InvalidError(f"Invalid time {text[:50]!r}: it has no time zone")
    return (parsed - _EPOCH) // _MILLISECOND


def format_time(time_ms: int) -> str:
    """Return a time of 1970 or later; the last of year 9999 for what is beyond."""
    try:
        shown = _EPOCH + time_ms * _MILLISECOND
    except OverflowError:
        shown = datetime.max.replace(tzinfo=UTC)
    places = "milliseconds" if time_ms % 1000 else "seconds"
    return shown.isoformat(timespec=places).replace("+00:00", "Z")


def parse_duration(text: str) -> int:
    """Return milliseconds; raises `InvalidError`."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise InvalidError(f"Invalid duration {text[:50]!r}: it must be seconds, such as '1.25s'")
    return int(Decimal(found[1]) * 1000)


def format_duration(duration_ms: int) -> str:
    """Return a duration in seconds, with no or three places, as protobuf's JSON does."""
    seconds, rest = divmod(abs(duration_ms), 1000)
    sign = "-" if duration_ms < 0 else ""
    return f"{sign}{seconds}.{rest:03}s" if rest else f"{sign}{seconds}s"
