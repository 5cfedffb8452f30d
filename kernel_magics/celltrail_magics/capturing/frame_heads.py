"""The head of a frame of pandas, polars or PyArrow, as plain data. Imports none of them.

Only eager frames: one that is computed when somebody looks, such as a LazyFrame, is left alone.
"""

import math
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec

from celltrail.masking import MASK, is_secret_name, mask_text, mask_value
from celltrail_dataflow.tracing.kinds import package, qualname

MAX_ROWS = 10
MAX_COLUMNS = 50
TEXT_CHARACTERS = 200

_WORD = re.compile(r"[\w.-]{1,80}")

type Cell = str | int | float | bool | None


class Column(msgspec.Struct, frozen=True):
    """A column and its type, as the library writes it."""

    name: str
    type: str


class FrameHead(msgspec.Struct, frozen=True):
    """The shape of a frame, its first columns and the first rows of these.

    `index` labels the rows, where the library has labels. Values that are not short, such as
    lists and arrays, are only named by their type.
    """

    kind: str
    row_count: int
    column_count: int
    columns: list[Column]
    rows: list[list[Cell]]
    index: list[Cell] | None = None


def frame_head(value: object) -> FrameHead | None:
    """Return the head of `value`, None if it is no frame; may raise what the library raises."""
    library, name = package(type(value)), qualname(type(value))
    reader = _READERS.get((library, name))
    if reader is None:
        return None
    # A class of the user's may have the name of a frame's.
    known = getattr(sys.modules.get(library), name, None)
    if type(value) is not known:
        return None
    labels = value.index.names if library == "pandas" else ()  # type: ignore[attr-defined]
    return _without_secrets(reader(value), has_secret_labels=any(map(_is_secret_word, labels)))


def _pandas(frame: Any) -> FrameHead:
    head = frame.iloc[:MAX_ROWS, :MAX_COLUMNS]
    names = [_text(name) for name in head.columns.tolist()]
    columns = [head.iloc[:, place].tolist() for place in range(len(names))]
    return FrameHead(
        "pandas.DataFrame",
        len(frame),
        len(frame.columns),
        _columns(names, head.dtypes.tolist()),
        _rows(columns, len(head)),
        [_cell(label) for label in head.index.tolist()],
    )


def _pandas_series(series: Any) -> FrameHead:
    head = series.iloc[:MAX_ROWS]
    name = "" if series.name is None else _text(series.name)
    return FrameHead(
        "pandas.Series",
        len(series),
        1,
        _columns([name], [series.dtype]),
        _rows([head.tolist()], len(head)),
        [_cell(label) for label in head.index.tolist()],
    )


def _polars(frame: Any) -> FrameHead:
    columns = frame.get_columns()[:MAX_COLUMNS]
    return FrameHead(
        "polars.DataFrame",
        len(frame),
        len(frame.columns),
        _columns([one.name for one in columns], [one.dtype for one in columns]),
        _rows([one.head(MAX_ROWS).to_list() for one in columns], min(MAX_ROWS, frame.height)),
    )


def _pyarrow(table: Any) -> FrameHead:
    fields = list(table.schema)[:MAX_COLUMNS]
    columns = [table.column(place).slice(0, MAX_ROWS).to_pylist() for place in range(len(fields))]
    return FrameHead(
        "pyarrow.Table",
        table.num_rows,
        table.num_columns,
        _columns([field.name for field in fields], [field.type for field in fields]),
        _rows(columns, min(MAX_ROWS, table.num_rows)),
    )


_READERS: dict[tuple[str, str], Callable[[Any], FrameHead]] = {
    ("pandas", "DataFrame"): _pandas,
    ("pandas", "Series"): _pandas_series,
    ("polars", "DataFrame"): _polars,
    ("pyarrow", "Table"): _pyarrow,
}


def _columns(names: Iterable[str], types: Iterable[object]) -> list[Column]:
    return [Column(name, _text(kind)) for name, kind in zip(names, types, strict=True)]


def _rows(columns: Sequence[Sequence[Any]], count: int) -> list[list[Cell]]:
    return [[_cell(column[row]) for column in columns] for row in range(count)]


def _without_secrets(head: FrameHead, *, has_secret_labels: bool) -> FrameHead:
    """Mask by the names of columns and of the index, by labels, and by looks."""
    columns = [Column(mask_text(one.name), one.type) for one in head.columns]
    names = [one.name for one in head.columns]
    labels = head.index or [None] * len(head.rows)
    rows = [_safe_row(names, label, row) for label, row in zip(labels, head.rows, strict=True)]
    name = "password" if has_secret_labels else ""
    index = head.index and [_safe(name, label) for label in head.index]
    return msgspec.structs.replace(head, columns=columns, rows=rows, index=index)


def _safe_row(names: Sequence[str], label: Cell, row: Sequence[Cell]) -> list[Cell]:
    if _is_secret_word(label):  # a frame that lies on its side
        return [value if value is None else MASK for value in row]
    safe: list[Cell] = []
    before: Cell = None
    for name, value in zip(names, row, strict=True):
        # "DB_PASSWORD" | "hunter2": names in one column, values in the next
        is_named = isinstance(value, str) and _is_secret_word(before)
        safe.append(_safe(str(before) if is_named else name, value))
        before = value
    return safe


def _is_secret_word(name: object) -> bool:
    is_word = isinstance(name, str) and _WORD.fullmatch(name) is not None
    return is_word and is_secret_name(str(name))


def _safe(name: str, value: Cell) -> Cell:
    if isinstance(value, str):
        return mask_value(name, value)[:TEXT_CHARACTERS]
    return MASK if is_secret_name(name) and value is not None else value


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)  # what JSON's readers keep
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str | date | time | timedelta | Decimal | UUID | Enum | tuple):
        # Cut for good once it is masked: half a secret does not look like one.
        return str(value)[: 2 * TEXT_CHARACTERS]
    return f"<{type(value).__name__}>"


def _text(value: object) -> str:
    return str(value)[:TEXT_CHARACTERS]
