"""What a cell says of its own recording: `%%track …` or `# notrack` at its top, or a tag.

`%%track` only says what to record after the cell; the cell below it is ordinary code. So IPython
gets it as a comment: line numbers in tracebacks, top-level await and the display of the last
expression stay as they are.
"""

import re
from collections.abc import Sequence

NO_TRACK = "notrack"
"""The tag of cells that are not recorded."""

_NO_TRACK = re.compile(r"\s*(?:%%[^\n]*\n\s*)?(?:#[ \t]*notrack\b|%track[ \t]+off\b)")

_DIRECTIVE = re.compile(r"\s*%%track(?:[ \t]+(?P<options>[^\n]*))?(?:\n|$)")


def directive_of(source: str) -> str | None:
    """Return what follows `%%track` on the first line of a cell, or None without such a line."""
    found = _DIRECTIVE.match(source)
    return None if found is None else (found["options"] or "").strip()


def is_untracked(source: str, tags: object = ()) -> bool:
    """Whether a cell is not to be recorded.

    Its first line says so, below a cell magic the second: `# notrack`, or `%track off`; or its
    tags do, where the front end sends them.
    """
    return _NO_TRACK.match(source) is not None or (isinstance(tags, list) and NO_TRACK in tags)


def as_comment(lines: Sequence[str]) -> list[str]:
    """Return the lines of a cell with its `%%track` as a comment (an IPython input transform).

    Another cell magic below it must become the first line: there the directive is left out.
    """
    if not lines or directive_of(lines[0]) is None:
        return list(lines)
    if len(lines) > 1 and lines[1].startswith("%%"):
        return list(lines[1:])
    return [f"# {lines[0]}", *lines[1:]]
