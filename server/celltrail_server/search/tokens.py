"""Text → tokens that know their column, and errors that point at one.

Texts in quotes have no escapes, as in MLflow: a text with `'` stands in `"`, and the other way
around.
"""

import re
from dataclasses import dataclass
from typing import Literal

from celltrail.errors import InvalidError

type Kind = Literal["text", "number", "name", "operator", "mark", "end"]

_TOKEN = re.compile(
    r"""
      (?P<text>'(?:''|\\'|[^'])*'|"(?:""|\\"|[^"])*")
    | (?P<operator>=~|!~|<=|>=|!=|<|>|=)
    | (?P<mark>[(),])
    | (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?:ms|s|min|h|d)?(?![\w.]))
    | (?P<name>(?:[^\s'"`<>=!~(),.]+|`[^`]*`)
        (?:\.(?:[^\s'"`<>=!~(),.]+|`[^`]*`|"[^"]*"|'[^']*'))*)
    """,
    re.VERBOSE | re.ASCII,
)
_SPACE = re.compile(r"\s*")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a filter; `column` counts from 1."""

    kind: Kind
    text: str
    column: int

    @property
    def word(self) -> str:
        """The token as a keyword: in capitals, empty if it cannot be one."""
        return self.text.upper() if self.kind == "name" else ""


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a filter, the last one an `end`; raises `InvalidError`."""
    tokens: list[Token] = []
    position = _skip(text, 0)
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            what = "is not closed" if text[position] in "'\"`" else "has no place here"
            raise mistake(
                text,
                position + 1,
                f"Invalid clause(s) in filter string: {text[position]} {what}",
            )
        kind: Kind = match.lastgroup  # type: ignore[assignment]
        tokens.append(Token(kind, match[0], position + 1))
        position = _skip(text, match.end())
    return [*tokens, Token("end", "", len(text.rstrip()) + 1)]


def unquoted(text: str) -> str:
    """Return a text without the quotes or backticks around it, if there are any."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"`" else text


def name_parts(name: str) -> tuple[str, str]:
    """Return the group and the key of a name; the group is empty if there is none."""
    parts = re.findall(r"`[^`]*`|\"[^\"]*\"|'[^']*'|[^.]+", name)
    head, *rest = (unquoted(part) for part in parts)
    return (head, ".".join(rest)) if rest else ("", head)


def mistake(text: str, column: int, message: str) -> InvalidError:
    """Return the error that says what is wrong where, with the place marked below the text."""
    start = max(0, column - 1 - _SHOWN // 2)
    line = re.sub(r"\s", " ", text[start : start + _SHOWN])
    return InvalidError(f"{message}, at column {column}\n  {line}\n  {' ' * (column - 1 - start)}^")


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
