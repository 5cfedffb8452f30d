"""What stands between a notebook and its pipeline, as data."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["warning", "error"]


@dataclass(frozen=True)
class Problem:
    """An `error` is known to give another result than the notebook; a `warning` is worth a look.

    `cell` is the number of the code cell, counted from 1; None: the notebook as a whole.
    """

    severity: Severity
    cell: int | None
    message: str

    def describe(self) -> str:
        """Return the problem as one line for a person."""
        place = f"cell {self.cell}: " if self.cell else ""
        return f"{self.severity}: {place}{self.message}"
