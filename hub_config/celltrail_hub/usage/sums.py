"""Who used what, and what it cost: sums of the ledger's sessions over a span of days, in UTC.

Pure. A session counts with the part of it that lies in the span, at the price and with the groups
of when it started. It counts for each group of its user, so that the rows of groups do not add up.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import msgspec

from celltrail.errors import InvalidError
from celltrail_hub.sessions import Session
from celltrail_profiles.resolving import Usage

KEYS = ("user", "group", "profile", "server", "month", "day")
"""What rows can be made by."""

NO_GROUP = "(no group)"
DEFAULT_SERVER = "(default)"
_GIB = 2**30
_HOUR = 3600
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_MAX_DAYS = 3660
_YEARS = range(1970, 3000)


class Span(msgspec.Struct, frozen=True):
    """Days from the first to the last, both of them whole, in UTC."""

    first: date
    last: date

    @property
    def begin(self) -> float:
        """When it begins, in seconds since 1970."""
        return _midnight(self.first)

    @property
    def end(self) -> float:
        """When it is over, in seconds since 1970."""
        return _midnight(self.last + timedelta(days=1))


class Row(msgspec.Struct, frozen=True):
    """What was used and what it cost by one value of each key, in one currency.

    `servers` is how many ran. A server that was left on without work has used its hours.
    """

    values: tuple[str, ...]
    currency: str
    servers: int
    hours: Fraction
    gpu_hours: Fraction
    cpu_hours: Fraction
    memory_gib_hours: Fraction
    cost: Fraction


AMOUNTS = ("servers", "hours", "gpu_hours", "cpu_hours", "memory_gib_hours", "cost")


def span_of(first: str | None, last: str | None, today: date) -> Span:
    """Return the days between two dates such as 2026-11-28; of this month where none is given.

    Raises InvalidError for what is no date, or no span that ends after it begins.
    """
    span = Span(_date(first) if first else today.replace(day=1), _date(last) if last else today)
    days = (span.last - span.first).days
    if not 0 <= days <= _MAX_DAYS or {span.first.year, span.last.year}.difference(_YEARS):
        raise InvalidError(
            f"from {span.first} to {span.last} is no span of at most ten years since 1970, the "
            "last day not before the first"
        )
    return span


def keys_of(names: Sequence[str]) -> tuple[str, ...]:
    """Return what to make rows by, in the order of `KEYS`; raises InvalidError."""
    unknown = [name for name in names if name not in KEYS]
    if unknown:
        raise InvalidError(f"usage by {unknown[0][:50]!r} is not told; by {', '.join(KEYS)} it is")
    return tuple(key for key in KEYS if key in names)


def summed(sessions: Iterable[Session], span: Span, keys: Sequence[str]) -> list[Row]:
    """Return one row for each combination of values of `keys`, the most expensive first.

    With `month` or `day` among the keys the rows come in the order of time.
    """
    seconds: dict[tuple[tuple[str, ...], str, Usage], int] = defaultdict(int)
    ran: dict[tuple[tuple[str, ...], str], int] = defaultdict(int)
    for session in sessions:
        for period, length in _parts(session, span, keys):
            for values in _values(session, period, keys):
                seconds[values, session.currency, session.usage] += length
                ran[values, session.currency] += 1
    sums: dict[tuple[tuple[str, ...], str], list[Fraction]] = {
        each: [Fraction(0)] * 5 for each in ran
    }
    for (values, currency, usage), length in seconds.items():
        hours = Fraction(length, _HOUR)
        rates = (Fraction(1), usage.gpu, usage.cpu, usage.memory / _GIB, usage.cost_per_hour)
        sums[values, currency] = [
            total + hours * rate for total, rate in zip(sums[values, currency], rates, strict=True)
        ]
    rows = [
        Row(values, currency, ran[values, currency], *amounts)
        for (values, currency), amounts in sums.items()
    ]
    times = [place for place, key in enumerate(keys) if key in ("month", "day")]
    return sorted(
        rows, key=lambda row: ([row.values[n] for n in times], -row.cost, -row.hours, row.values)
    )


def csv_text(rows: Iterable[Row], span: Span, keys: Sequence[str]) -> str:
    """Return rows as CSV that no spreadsheet takes for formulas."""
    lines = [
        [
            *(str(span.first), str(span.last), *map(csv_cell, row.values)),
            *(shown(getattr(row, name)) for name in AMOUNTS),
            row.currency,
        ]
        for row in rows
    ]
    return csv_of([["from", "to", *keys, *AMOUNTS, "currency"], *lines])


def csv_of(lines: Iterable[Iterable[str]]) -> str:
    """Return lines of cells as CSV (RFC 4180)."""
    file = io.StringIO()
    csv.writer(file).writerows(lines)
    return file.getvalue()


def shown(amount: Fraction | float, places: int = 4) -> str:
    """Return an amount as a decimal number, rounded."""
    return str(amount) if isinstance(amount, int) else f"{float(amount):.{places}f}"


def csv_cell(text: str) -> str:
    """Return a text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _parts(session: Session, span: Span, keys: Collection[str]) -> Iterator[tuple[str, int]]:
    """Yield the names of the months or days that a session ran in, each with its seconds.

    Whole seconds of the clock, so that the parts of a session are together what all of it is.
    """
    begin = int(max(session.started, span.begin))
    end = max(begin, int(min(session.ended, span.end)))
    digits = len("2026-11-28") if "day" in keys else len("2026-11") if "month" in keys else 0
    while True:
        day = datetime.fromtimestamp(begin, UTC).date()
        until = min(end, int(_next(day, digits))) if digits else end
        yield day.isoformat()[:digits], until - begin
        if until == end:
            return
        begin = until


def _next(day: date, digits: int) -> float:
    if digits == len("2026-11-28"):
        return _midnight(day + timedelta(days=1))
    return _midnight((day.replace(day=1) + timedelta(days=31)).replace(day=1))


def _values(session: Session, period: str, keys: Sequence[str]) -> Iterator[tuple[str, ...]]:
    groups: Iterable[str] = ("",)
    if "group" in keys:
        groups = sorted(session.groups) or (NO_GROUP,)
    for group in groups:
        known = {
            "user": session.user,
            "group": group,
            "profile": session.profile,
            "server": session.server or DEFAULT_SERVER,
            "month": period[:7],
            "day": period,
        }
        yield tuple(known[key] for key in keys)


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidError(f"{text[:50]!r} is no day such as 2026-11-28") from None
