"""Literals that a cell assigns at its top level, such as `lr = 0.01`: candidates for params.

Pure.
"""

import ast
import re
from collections.abc import Iterator

from celltrail.literals import parsed
from celltrail.masking import is_secret_name

SOURCE_CHARACTERS = 20_000
VALUE_CHARACTERS = 250
MAX_CANDIDATES = 50

# Most cells assign no literal; looking for one costs a tenth of parsing them. A value that does not
# begin like a literal may be followed by one: `a = b = 2`, `a, b = f(), 2`.
_MAYBE = re.compile(
    r"""^[^\W\d]\w*(?:[ ,\w]*|\s*:[^=\n]*)=\s*
    (?:[-+\d"'(\[{.]|[bBrRuU]{1,2}["']|True\b|False\b|set\(|.*[,;=])""",
    re.MULTILINE | re.VERBOSE,
)


_MAGIC_LINE = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)
_OTHER_LANGUAGE = re.compile(r"\s*%%(?!track\b|time\b|capture\b)")


def literals(source: str) -> dict[str, str]:
    """Return the names that a cell gives literals, with these as text.

    Only assignments that run whenever the cell does; names with a leading underscore, None and
    what takes more than 250 characters are left out.
    """
    if len(source) > SOURCE_CHARACTERS or not _MAYBE.search(source):
        return {}
    if _OTHER_LANGUAGE.match(source):
        return {}
    try:
        body = parsed(_MAGIC_LINE.sub("", source)).body
    except (SyntaxError, ValueError, RecursionError):
        return {}
    found = {name: text for statement in body for name, text in _assigned(statement)}
    return dict(list(found.items())[:MAX_CANDIDATES])


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    match statement:
        case ast.Assign(targets=targets, value=value):
            if len(targets) > 1 and any(map(_is_secret, targets)):
                return  # `a = password = "…"`: the same under an open name
            for target in targets:
                yield from _pairs(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _pairs(target, value)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, str]]:
    match target, value:
        case ast.Name(id=name), _ if not name.startswith("_"):
            text = _text(value)
            if text is not None:
                yield name, text
        case ast.Tuple(elts=names), ast.Tuple(elts=values) if len(names) == len(values):
            for one, literal in zip(names, values, strict=True):
                yield from _pairs(one, literal)


def _is_secret(target: ast.expr) -> bool:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return is_secret_name(name)
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return is_secret_name(name)
    return False


def _text(node: ast.expr) -> str | None:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return None
    text = value if isinstance(value, str) else repr(value)
    if value is None or len(text) > VALUE_CHARACTERS or "\x00" in text:
        return None
    return text
