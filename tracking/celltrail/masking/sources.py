"""Masking the source of a cell so that it still parses: a literal stays a literal."""

import re

from celltrail.literals import LITERAL, body_of, parsed, quote_of
from celltrail.masking.names import secrecy
from celltrail.masking.shapes import MASK, mask_shapes, mask_tokens
from celltrail.masking.texts import has_hint, hides, mask_text

HIDDEN = "# the source is not recorded: it holds secrets that could not be masked alone"

CHECKED_CHARACTERS = 100_000
"""Longer sources are not parsed to see whether they still can be: that would take too long."""

_PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%track", "%%prun", "%%debug", "%%memit")

_COMMAND_LINE = re.compile(r"(?m)(?:^[ \t]*|(?<==)[ \t]*)[!%][^\n]*")
_ENVIRONMENT = re.compile(r"([ \t]*%(?:set_)?env[ \t]+([\w.-]+)(?:[ \t]*=[ \t]*|[ \t]+))(.+)")
_BEFORE_CHARACTERS = 200

_NAME = r"(?<![\w.-])([A-Za-z_][\w.-]*)"
# name = "…", name: str = "…", f(name="…"), x["name"] = "…", name == "…"
_ASSIGNED = re.compile(
    _NAME + r"(?:[\"'][ \t]*\])?[ \t]*(?::[ \t]*([\w.|]+)(?:\[[^\]\n]{0,40}\])?[ \t]*)?[:+!=]?=\Z"
)
"""What looks like an annotation may be the name: `else: name = "…"`."""

# user, name = "…", "…"
_TUPLE = re.compile(r"(?:\A|[\n;])[ \t]*[(\[]?((?:[\w.]+[ \t]*,[ \t]*)+[\w.]+)[)\]]?[ \t]*=\Z")
# {"name": "…"}, {("x", "name"): "…"}
_KEYED = re.compile(r"[\"']([^\"'\n]{2,80})[\"'][ \t]*\)?[ \t]*:\Z")
# setdefault("name", "…"), setattr(x, "name", "…")
_PASSED = re.compile(r"\(\s*(?:[^()\n,]{1,40},\s*)?[\"']([\w. -]{2,80})[\"']\s*,\Z")
# warning("name=%s", "…")
_FORMATTED = re.compile(_NAME + r"[ \t]*[:=][ \t]*(?:%[sr]|\{\})[\"'](?:\s*,|\.format\()\Z")
# name = SecretStr("…"), b64decode("…")
_WRAPPED = re.compile(
    _NAME
    + r"\s*=\s*[\w.]*(?:[Ss]ecret\w*|b64decode|str|bytes|quote\w*|Field)\(\s*(?:default\s*=)?\Z"
)
# name = … or "…", name = … if … else "…"
_OTHERWISE = re.compile(_NAME + r"\s*=(?!=)[^=\n]{0,160}?\b(?:or|else)\Z")
# name = os.getenv("X", "…")
_DEFAULT = re.compile(
    _NAME + r"\s*=\s*[\w.]*(?:getenv|environ\.get)\([^()\n]{1,80},\s*(?:default\s*=)?\Z"
)
# add_argument("--name", default="…")
_OPTION = re.compile(r"[\"']--?([\w-]{2,80})[\"'][^()\n]{0,120}\bdefault\s*=\Z")
_OWNERS = {
    "=": (_ASSIGNED, _WRAPPED, _DEFAULT, _OPTION),
    ":": (_KEYED,),
    ",": (_PASSED, _DEFAULT, _FORMATTED),
    "(": (_WRAPPED, _FORMATTED),
    "r": (_OTHERWISE,),
    "e": (_OTHERWISE,),
}
"""What may stand before a literal and say what it is, by its last character."""

# "…" == name
_COMPARED = re.compile(r"\s*[!=]=\s*([A-Za-z_][\w.]*)")
# auth=("ada", "…"), HTTPBasicAuth("ada", "…")
_CREDENTIALS = re.compile(r"(?i)auth\s*=?\s*\(\s*(?:[\"'][^\"'\n]*[\"']|[\w.]+)\s*,\Z")
_JOINED = re.compile(r"[\s()+\\]*")
_LISTED = re.compile(r"[\s()+\\,]*")
_NUMBER = re.compile(_NAME + r"(\s*=\s*)(\d[\d_]{3,})(?![\w.])")
_PLACEHOLDERS = re.compile(r"(?:\{[\w.]+\})+")


def mask_source(source: str) -> str:
    """Return the source of a cell with its secrets masked.

    What parsed still parses: literals keep their quotes and prefixes. In the rare case that this
    cannot be kept, a comment stands for the whole source.
    """
    if not has_hint(source) and mask_shapes(source) == source:
        return source
    masked = _mask_literals(_COMMAND_LINE.sub(_mask_command, _mask_foreign(source)))
    if masked == source or len(source) > CHECKED_CHARACTERS:
        return masked
    return HIDDEN if _parses(source) and not _parses(masked) else masked


def _mask_foreign(source: str) -> str:
    """Mask a cell in another language, such as `%%bash`, as text."""
    start = source.lstrip()
    is_foreign = start.startswith("%%") and not start.startswith(_PYTHON_MAGICS)
    return mask_text(source) if is_foreign else source


def _mask_command(found: re.Match[str]) -> str:
    line = found[0]
    set_ = _ENVIRONMENT.match(line)
    if set_ and hides(secrecy(set_[2]), set_[3]):
        return f"{set_[1]}{MASK}"
    return mask_text(line)


def _mask_literals(source: str) -> str:
    parts: list[str] = []
    position, carry = 0, _Carry()
    for found in LITERAL.finditer(source):
        between = source[position : found.start()]
        parts.append(_mask_code(between))
        position = found.end()
        if found["comment"]:
            parts.append(mask_text(found[0]))
            continue
        before = source[max(0, found.start() - _BEFORE_CHARACTERS) : found.start()]
        is_secret = carry.covers(between) or carry.begins(before, found) or _is_compared(found)
        parts.append(_mask_literal(found, is_secret))
    return "".join([*parts, _mask_code(source[position:])])


class _Carry:
    """Whether the name of one literal is that of the next too: parts, tuples, lists, dicts."""

    def __init__(self) -> None:
        self._is_on = False
        self._link = _JOINED
        self._depth = 0
        """Of open lists and dicts."""

    def covers(self, between: str) -> bool:
        """Whether the literal behind `between` belongs to the secret one before it."""
        if not self._is_on:
            return False
        if self._depth:
            self._depth += sum(map(between.count, "([{")) - sum(map(between.count, ")]}"))
            self._is_on = self._depth > 0
        else:
            self._is_on = self._link.fullmatch(between) is not None
        return self._is_on

    def begins(self, before: str, literal: re.Match[str]) -> bool:
        """Whether a secret's name stands before the literal."""
        body = body_of(literal)
        self._is_on, self._link, self._depth = False, _JOINED, 0
        text = before.rstrip(" \t\r\n\\")
        inner, opening = text, ""
        if text.endswith(("=(", "= (", "[", "{")):
            inner, opening = text[:-1].rstrip(), text[-1]
        last = inner[-1:]
        if last not in _OWNERS or not has_hint(inner):
            return False
        if last == "=" and (found := _TUPLE.search(inner)):
            self._is_on = any(hides(secrecy(name.strip()), body) for name in found[1].split(","))
            self._link = _LISTED
            return self._is_on
        if last == "," and _CREDENTIALS.search(inner):
            self._is_on = True
            return True
        for owner in _OWNERS[last]:
            found = owner.search(inner)
            if found and any(hides(secrecy(name or ""), body) for name in found.groups()):
                self._is_on = True
                self._link = _LISTED if opening == "(" else _JOINED
                self._depth = 1 if opening in ("[", "{") else 0
        return self._is_on


def _is_compared(literal: re.Match[str]) -> bool:
    found = _COMPARED.match(literal.string, literal.end())
    return found is not None and hides(secrecy(found[1]), body_of(literal))


def _mask_literal(found: re.Match[str], is_secret: bool) -> str:
    body = body_of(found)
    prefix = found["prefix"] or ""
    quote = quote_of(found)
    if "f" in prefix.lower() and _PLACEHOLDERS.fullmatch(body):
        return found[0]
    if is_secret and body.strip():
        return f"{prefix}{quote}{MASK}{quote}"
    masked = mask_text(body)
    return found[0] if masked == body else f"{prefix}{quote}{masked}{quote}"


def _mask_code(code: str) -> str:
    if has_hint(code):
        code = _NUMBER.sub(_mask_number, code)
    # No Python has an address there, but a line for another program may.
    return mask_text(code) if "://" in code else mask_tokens(code)


def _mask_number(found: re.Match[str]) -> str:
    name, equals, number = found.groups()
    return f'{name}{equals}"{MASK}"' if hides(secrecy(name), number) else found[0]


def _parses(source: str) -> bool:
    try:
        parsed(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
