"""Names that are read by their text: `globals()["a"]`, `df.query("x > @limit")`, `!echo {a}`."""

import re
from collections.abc import Callable, Collection, Iterator

from celltrail_dataflow.tracing.hidden.cell import Cell
from celltrail_dataflow.tracing.kinds import packages

_NAMESPACES = ("globals", "locals", "user_ns", "user_global_ns", "f_globals", "__globals__")
_OF_MODULES = ("getattr", "vars", "__dict__", "attrgetter")
_STORING = frozenset({"update", "setdefault", "push"})
_EXPRESSIONS = ("query", "eval")
_COMMANDS = ("system", "getoutput", "run_line_magic", "run_cell_magic")
_QUERIES = ("sql", "execute", "query", "SQL")
_TABLES = frozenset({"pandas", "polars", "pyarrow", "duckdb", "_duckdb", "numpy", "geopandas"})
"""Libraries whose objects a query may name as if they were tables."""

_EXPANDED = re.compile(r"(?<!\$)\$([A-Za-z_]\w*)|\{([^{}]+)\}")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_MARKED = re.compile(r"@([A-Za-z_]\w*)")


def named_by_text(
    cell: Cell, all_names: Callable[[], Collection[str]]
) -> Iterator[tuple[str, bool]]:
    """Yield those of all names that a cell may have read by their text, and whether surely."""
    has_expressions, asks = cell.mentions(*_EXPRESSIONS), _asks(cell)
    has_commands, has_queries = cell.mentions(*_COMMANDS), cell.mentions(*_QUERIES)
    if not (has_expressions or asks or has_commands or has_queries or cell.has_main):
        return
    names = all_names()
    if cell.has_main:
        yield from ((name, True) for name in cell.touches.attributes.intersection(names))
    if has_commands:
        for text in cell.touches.texts:
            for name, expression in _EXPANDED.findall(text):
                inside = {name, *_IDENTIFIER.findall(expression)}
                yield from ((word, True) for word in inside.intersection(names))
    if has_expressions:
        for text in cell.texts:
            yield from ((name, True) for name in _MARKED.findall(text) if name in names)
    if has_queries:
        yield from ((name, True) for name in _tables(cell) if name in names)
    if not asks:
        return
    words = {word for text in cell.texts for word in _IDENTIFIER.findall(text)}
    if found := words.intersection(names) - cell.touches.writes.keys():
        yield from ((name, True) for name in found)
        return
    beginnings = tuple(word for word in words if any(name.startswith(word) for name in names))
    for name in names:
        if not name.startswith("@") and (not beginnings or name.startswith(beginnings)):
            yield name, bool(beginnings)


def _tables(cell: Cell) -> Iterator[str]:
    """Yield the names of tables that stand in a query: DuckDB and polars look them up."""
    if cell.libraries.isdisjoint(("duckdb", "_duckdb", "polars")):
        return
    for word in {word for text in cell.texts for word in _IDENTIFIER.findall(text)}:
        if not packages(type(cell.namespace.get(word))).isdisjoint(_TABLES):
            yield word


def _asks(cell: Cell) -> bool:
    """Whether it looks something up in a namespace, and does not only store into it."""
    touches = cell.touches
    stores = touches.has_set_item or not touches.attributes.isdisjoint(_STORING)
    is_looked_into = (
        cell.mentions(*_NAMESPACES)
        or "vars" in touches.bare_calls
        or "ev" in touches.attributes
        or (cell.has_main and cell.mentions(*_OF_MODULES))
    )
    return is_looked_into and (touches.has_subscripted or not stores)
