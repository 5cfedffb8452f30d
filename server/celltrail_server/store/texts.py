"""Comparing texts alike on SQLite and PostgreSQL: expressions, and the functions that SQLite lacks.

Case is folded as Unicode has it, texts are sorted by their code points, and regular expressions
are those of `search.regexes`.
"""

import sqlite3
from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from celltrail_server.search.patterns import compiled

_ESCAPE = "!"


def like(column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
    """Return whether a text is like a pattern with `%` and `_`; nothing else in it is special."""
    return column.like(_escaped(pattern), escape=_ESCAPE)


def ilike(column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
    """Return `like` without regard to case."""
    folded: ColumnElement[str] = _Folded(column)
    return folded.like(_escaped(pattern.lower()), escape=_ESCAPE)


def matches(column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
    """Return whether a part of a text matches a regular expression."""
    return _Matches(column, literal(pattern), literal(compiled(pattern).printed()))


def in_order(column: ColumnElement[str]) -> ColumnElement[str]:
    """Return a text as one that is sorted and compared by its code points."""
    return _InOrder(column)


def register(connection: sqlite3.Connection) -> None:
    """Give a SQLite connection the functions that the expressions here call."""
    connection.create_function("celltrail_folded", 1, _folded, deterministic=True)
    connection.create_function("celltrail_matches", 2, _matches, deterministic=True)


class _Folded(FunctionElement[str]):
    type = String()
    inherit_cache = True


class _InOrder(FunctionElement[str]):
    type = String()
    inherit_cache = True


class _Matches(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True


@compiles(_Folded, "sqlite")
def _(element: _Folded, compiler: Any, **options: Any) -> str:
    return f"celltrail_folded({compiler.process(element.clauses, **options)})"


@compiles(_Folded, "postgresql")
def _(element: _Folded, compiler: Any, **options: Any) -> str:
    return f'lower(({compiler.process(element.clauses, **options)}) COLLATE "und-x-icu")'


@compiles(_InOrder, "sqlite")
def _(element: _InOrder, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)})"


@compiles(_InOrder, "postgresql")
def _(element: _InOrder, compiler: Any, **options: Any) -> str:
    return f'(({compiler.process(element.clauses, **options)}) COLLATE "C")'


@compiles(_Matches, "sqlite")
def _(element: _Matches, compiler: Any, **options: Any) -> str:
    text, pattern, _ = (compiler.process(one, **options) for one in element.clauses)
    return f"celltrail_matches({text}, {pattern})"


@compiles(_Matches, "postgresql")
def _(element: _Matches, compiler: Any, **options: Any) -> str:
    text, _, printed = (compiler.process(one, **options) for one in element.clauses)
    return f"(({text}) ~ {printed})"


def _folded(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _matches(text: str | None, pattern: str) -> bool | None:
    return None if text is None else compiled(pattern).is_in(text)


def _escaped(pattern: str) -> str:
    return pattern.replace(_ESCAPE, _ESCAPE * 2)
