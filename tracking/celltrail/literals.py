"""String literals and comments in Python source, found by their text; and parsing it quietly."""

import ast
import re
from functools import lru_cache

LITERAL = re.compile(
    r"""(?P<comment>\#[^\n]*)
    | (?:(?<![\w])(?P<prefix>[rRbBuUfFtT]{1,2}))?
      (?: (?P<q1>\"{3})(?P<b1>[^"\\]*+(?:(?:\\[\s\S]|"(?!""))[^"\\]*+)*+)\"{3}
        | (?P<q2>'{3})(?P<b2>[^'\\]*+(?:(?:\\[\s\S]|'(?!''))[^'\\]*+)*+)'{3}
        | (?P<q3>")(?P<b3>[^"\\\n]*+(?:\\[\s\S][^"\\\n]*+)*+)"
        | (?P<q4>')(?P<b4>[^'\\\n]*+(?:\\[\s\S][^'\\\n]*+)*+)'
      )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\([\s\S])")
_KNOWN_ESCAPES = frozenset("\n\r\\'\"abfnrtvxuUN01234567")


def body_of(literal: re.Match[str]) -> str:
    """Return what stands between the quotes of a match of `LITERAL` that is no comment."""
    return next(body for key in ("b1", "b2", "b3", "b4") if (body := literal[key]) is not None)


def quote_of(literal: re.Match[str]) -> str:
    """Return the quotes of a match of `LITERAL` that is no comment."""
    return literal["q1"] or literal["q2"] or literal["q3"] or literal["q4"]


def parsed(source: str) -> ast.Module:
    r"""Return the syntax tree of `source`; raises SyntaxError or ValueError.

    Of escapes that are none, such as "\d", Python warns whenever it parses them. A person has
    seen that when the cell ran, so here they are written as what they mean.

    Of one cell several ask, so the last tree is kept: it is not to be changed.
    """
    return _parsed(source.rstrip("\n"))


@lru_cache(maxsize=1)
def _parsed(source: str) -> ast.Module:
    if "\\" in source:
        source = LITERAL.sub(_with_known_escapes, source)
    return ast.parse(source)


def _with_known_escapes(literal: re.Match[str]) -> str:
    if literal["comment"] or "r" in (literal["prefix"] or "").lower():
        return literal[0]
    return _ESCAPE.sub(
        lambda one: one[0] if one[1] in _KNOWN_ESCAPES else f"\\{one[0]}", literal[0]
    )
