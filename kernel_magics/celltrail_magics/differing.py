"""What two runs have not in common: params, metrics and the code of cells, as text. Pure."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from celltrail_magics.recorded_runs import RecordedRun

_NOTHING = "-"
_COLUMN = 32


def describe_difference(one: RecordedRun, other: RecordedRun) -> str:
    """Return what differs between two runs as lines of text; says so if nothing does."""
    lines = [
        *_rows("params", one, other),
        *_rows("metrics", one, other),
        *_code(one, other),
    ]
    if not lines:
        return f"{one.name} and {other.name} have the same params, metrics and code"
    return "\n".join([_row("", one.name, other.name), *lines])


def _rows(kind: str, one: RecordedRun, other: RecordedRun) -> Iterator[str]:
    left: Mapping[str, Any] = one.detail[kind]
    right: Mapping[str, Any] = other.detail[kind]
    for key in sorted(left.keys() | right.keys()):
        values = str(left.get(key, _NOTHING)), str(right.get(key, _NOTHING))
        if values[0] != values[1]:
            yield _row(f"{kind[:-1]} {key}", *values)


def _row(key: str, left: str, right: str) -> str:
    return f"{key:<{_COLUMN}}  {left:<{_COLUMN}}  {right}".rstrip()


def _code(one: RecordedRun, other: RecordedRun) -> Iterator[str]:
    """Return what differs in the code as a unified diff."""
    before, after = _lines(one), _lines(other)
    return difflib.unified_diff(before, after, one.name, other.name, n=2, lineterm="")


def _lines(run: RecordedRun) -> list[str]:
    """Return the cells as they ran last; each run is one where the front end sends no cell ids."""
    latest = {cell["cell_id"] or cell["execution_id"]: cell["source"] for cell in run.cells}
    return [line for source in latest.values() for line in ("# %%", *source.splitlines())]
