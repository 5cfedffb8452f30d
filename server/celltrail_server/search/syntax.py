"""What a parsed filter or order says, with every type checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

type Group = Literal[
    "attribute", "metric", "param", "tag", "metadata", "dataset", "cell", "experiment"
]
"""Where a value lies: in the row itself (`attribute`) or in rows that belong to it."""

type Function = Literal["first", "last", "min", "max", "count", "number"]
"""What of a metric is meant; `number`: a param as the number that its text is."""

type Number = int | float
"""Neither NaN nor infinite, but for a literal that is too large for a float."""

type Value = str | Number | tuple[str, ...] | tuple[Number, ...] | None


@dataclass(frozen=True, slots=True)
class Operand:
    """A value that rows have, or may lack."""

    group: Group
    key: str
    function: Function | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison.

    operator: `=`, `!=`, and for numbers `>`, `>=`, `<`, `<=`; for texts `LIKE`, `ILIKE`, `RLIKE`
    (a regular expression, checked), also with `NOT` before; `IN`, `NOT IN`, `IS NULL`,
    `IS NOT NULL`.
    value: a number or a text as the operand is one; several for `IN`; None for `IS`.
    """

    operand: Operand
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class Not:
    """What holds when `part` does not."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    """What holds when all parts do; without parts: always."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """What holds when at least one part does."""

    parts: tuple["Condition", ...]


type Condition = Comparison | Not | And | Or


@dataclass(frozen=True, slots=True)
class Ordering:
    """One operand to sort by."""

    operand: Operand
    ascending: bool


def operands(condition: Condition) -> Iterator[Operand]:
    """Yield the operand of every comparison in a condition."""
    match condition:
        case Comparison(operand):
            yield operand
        case Not(part):
            yield from operands(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from operands(part)
