"""Amounts as Kubernetes writes them (`500m`, `1.5`, `2Gi`, `2G`) and durations (`1h30m`), exactly.

The grammar is that of `resource.Quantity` in Kubernetes' API machinery; values are fractions, so
that nothing is rounded. JupyterHub's own `2G` means 2 GiB, so a quantity is never passed on as
text: KubeSpawner gets bytes and cores.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import total_ordering
from typing import Any, Self

_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60}
_DECIMAL = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15, "E": 10**18}
_SMALL = {"m": 10**3, "u": 10**6, "n": 10**9}
_QUANTITY = re.compile(
    r"(?P<number>[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})"
    r"(?:[eE](?P<exponent>[+-]?[0-9]{1,2})|(?P<suffix>[KMGTPE]i|[kMGTPEmun]))?"
)
_LARGEST = 2**63 - 1  # of Kubernetes: what does not fit is capped there
QUANTITY_PATTERN = r"^([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2}|[KMGTPE]i|[kMGTPEmun])?$"

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:([0-9]{1,6})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?")
DURATION_PATTERN = r"^([0-9]{1,6}d)?([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?$"

type Amounts = Mapping[str, Fraction]
"""Amounts by the name of what they are of, such as `cpu`."""


@total_ordering
class Quantity:
    """An amount of something, not negative, as it was written and as it is.

    Two quantities are equal if their amounts are, however they are written.
    """

    __slots__ = ("amount", "text")

    def __init__(self, amount: Fraction, text: str) -> None:
        self.amount = amount
        self.text = text

    @classmethod
    def parse(cls, value: Any) -> Self:
        """Return the quantity that `value` (text or a number) stands for.

        Raises ValueError with a message for a person.
        """
        text = str(value) if isinstance(value, str | int | float) else ""
        match = _QUANTITY.fullmatch(text)
        if match is None or isinstance(value, bool):
            raise ValueError(f"{value!r} is no quantity such as 500m, 1.5, 2Gi or 2G")
        amount = Fraction(match["number"]) * _factor(match["exponent"], match["suffix"])
        if amount > _LARGEST:
            raise ValueError(f"{text} is more than Kubernetes can count (2^63 - 1)")
        return cls(amount, text)

    @classmethod
    def of(cls, amount: Fraction | int) -> Self:
        """Return the quantity of an amount, written as shortly as Kubernetes would."""
        return cls(Fraction(amount), _written(Fraction(amount)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and self.amount == other.amount

    def __lt__(self, other: "Quantity") -> bool:
        return self.amount < other.amount

    def __hash__(self) -> int:
        return hash(self.amount)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Quantity({self.text!r})"


def _factor(exponent: str | None, suffix: str | None) -> Fraction:
    if exponent is not None:
        return Fraction(10) ** int(exponent)
    if suffix in _SMALL:
        return Fraction(1, _SMALL[suffix])
    return Fraction((_BINARY | _DECIMAL).get(suffix or "", 1))


def _written(amount: Fraction) -> str:
    if amount.denominator == 1:
        for suffix, factor in reversed(_BINARY.items()):
            if amount and amount % factor == 0:
                return f"{amount // factor}{suffix}"
        return str(amount)
    for suffix, factor in _SMALL.items():
        if (amount * factor).denominator == 1:
            return f"{amount * factor}{suffix}"
    raise ValueError(f"{amount} is finer than the billionth that Kubernetes can count")


@total_ordering
class Duration:
    """A span of time in whole seconds, as it was written (`90m`, `1h30m`, `2d`) and as it is."""

    __slots__ = ("seconds", "text")

    def __init__(self, seconds: int, text: str) -> None:
        self.seconds = seconds
        self.text = text

    @classmethod
    def parse(cls, value: Any) -> Self:
        """Return the duration that a text stands for; raises ValueError for a person."""
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if not match or not value:
            raise ValueError(f"{value!r} is no duration such as 90s, 30m, 1h30m or 2d")
        parts = zip(match.groups(), _UNITS.values(), strict=True)
        return cls(sum(int(number or 0) * unit for number, unit in parts), value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Duration) and self.seconds == other.seconds

    def __lt__(self, other: "Duration") -> bool:
        return self.seconds < other.seconds

    def __hash__(self) -> int:
        return hash(self.seconds)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Duration({self.text!r})"


def show_number(amount: Fraction) -> str:
    """Return a count of cores, GPUs or money for a person, with three decimals at most."""
    return f"{float(amount):.3f}".rstrip("0").rstrip(".")


def show_bytes(amount: Fraction) -> str:
    """Return an amount of memory for a person."""
    for suffix, factor in reversed(_BINARY.items()):
        if amount >= factor:
            return f"{show_number(amount / factor)} {suffix}B"
    return f"{show_number(amount)} bytes"
