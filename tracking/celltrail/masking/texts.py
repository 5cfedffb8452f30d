"""Masking text of any kind: what has a secret's name, and what has a secret's looks."""

import re

from celltrail.masking.names import Secrecy, secrecy
from celltrail.masking.shapes import MASK, looks_random, mask_shapes

_HINTS = (
    "pass", "pwd", "pw", "secret", "cred", "token", "key", "auth", "bearer",
    "cookie", "sig", "sas", "dsn", "salt", "otp", "_pat", "webhook", "://",
    "mysql", "mariadb", "login", "curl", "wget",
)  # fmt: skip
"""Text without any of these, and without a long run of letters, holds nothing to mask."""

_VALUE = r"""(?:
    (?P<quote>\\*["'])(?P<quoted>(?:(?!(?P=quote))(?:\\.|[^\\\n]))*)(?:(?P=quote)|(?=\n)|\Z)
  | (?P<listed>[\[({]\s*\\*["'][^\[\](){}\n]{0,2000}[\])}])
  | (?P<bare>(?:\{[^{}\n]*\}|\\.|[^\s&\\{}"'])(?:\{[^{}\n]*\}|\\.|[^\s&\\{}])*)
)"""
_NAMED = re.compile(
    r"""(?<![\w.-])(?P<head>
        (?P<name>[A-Za-z_][\w.-]{1,80})
        (?P<separator>(?:\\*["'])?\]?[ \t]{0,8}(?::=|=>|[:=!+]=|[:=])[ \t]{0,8})
    )"""
    + _VALUE,
    re.VERBOSE,
)
_OPTION = re.compile(
    r"(?P<head>(?<![\w-])--?(?P<name>[A-Za-z][\w-]{1,80})(?P<separator>[ \t]+))(?!-)" + _VALUE,
    re.VERBOSE,
)
_SPOKEN = re.compile(
    r"(?P<head>(?<![\w.-])(?P<name>[A-Za-z_][\w-]{1,80})(?P<separator>[ \t]+))" + _VALUE,
    re.VERBOSE,
)
# ('name', 'value'), as items of a dict are printed
_PAIR = re.compile(
    r"""(?P<head>\(\\*["'](?P<name>[A-Za-z_][\w.-]{1,80})\\*["'](?P<separator>,[ ]?))"""
    + _VALUE
    + r"(?=\))",
    re.VERBOSE,
)
_URL = re.compile(r"(://[^\s/:@'\"<>]{0,80}:)(?!\{[^{}\s]*\}@)([^\s/'\"<>]+)(?=@)")
_URL_TOKEN = re.compile(r"(?<=://)(?!\{)[^\s/:@'\"<>{}]{16,}(?=@)")
_SCHEME = re.compile(
    r"(?i)\b(authorization(?:\\*[\"'])?\s{0,4}[:=,]\s{0,4}(?:\\*[\"'])?"
    r"(?:(?:bearer|basic|token|digest|apikey|negotiate)\s+)?)(?!\{)([^\s\"'\\{}]+)"
)
_BEARER = re.compile(r"(?i)\b(bearer\s+)(?=[\w.~+/-]*\d)([\w.~+/-]{8,}=*)")
_LOGIN = re.compile(
    r"((?<!\S)(?:-u|--user|--proxy-user)[ =]\s*\\*[\"']?[^\s:\"'{]+:)(?!\{)([^\s\"']+)"
)
_SQL_LOGIN = re.compile(r"(\b(?:mysql|mysqldump|mariadb)\b[^\n]*?\s-p)([^\s\"']+)")
_PASSWORD_OPTION = re.compile(
    r"(\b(?:login|sshpass)\b[^\n]*?\s-p\s*(?:\\*[\"'])?)(?!\{)([^\s\"']+)"
)
_TOLD = re.compile(
    r"(?i)(\b(?:password|passphrase|passcode|secret|token|key)\s+(?:is|was)\s+)"
    r"(?=\S*\d)([^\s\"'{}]{6,})"
)
_PREFIXED = (_URL, _SCHEME, _BEARER, _LOGIN, _SQL_LOGIN, _PASSWORD_OPTION, _TOLD)

_PLAIN = re.compile(
    r"|None|True|False|null|true|false|\d{1,3}(?:\.\d{1,6})?|\*+|[<\[][A-Za-z_|/]{1,12}[>\]]|\W{1,2}"
)
"""Values that are no secret under whatever name."""

_EXPANSION = re.compile(r"\$\w|\$\{|\$\(|%\(|%[sdr]\b|\{")
_CODE = re.compile(r"[A-Za-z_][A-Za-z_.]*(?:[(\[].*)?[,;:.)\]]*")


def mask_text(text: str) -> str:
    """Return `text` with everything that looks like a secret masked."""
    if has_hint(text):
        for pattern in _PREFIXED:
            text = pattern.sub(rf"\1{MASK}", text)
        text = _URL_TOKEN.sub(MASK, text)
        for pattern in (_NAMED, _OPTION, _SPOKEN, _PAIR):
            text = _mask_named(pattern, text)
    return mask_shapes(text)


def mask_value(name: str, value: str) -> str:
    """Return the text of a value that has a name: a param, a tag, a variable of the environment."""
    return MASK if hides(secrecy(name), value) else mask_text(value)


def has_hint(text: str) -> bool:
    """Whether a word of a secret's name, or an address, is in `text`."""
    lower = text.lower()
    return any(hint in lower for hint in _HINTS)


def hides(kind: Secrecy, value: str) -> bool:
    """Whether `value` is secret under a name of this kind."""
    if kind == "open" or _PLAIN.fullmatch(value.strip()):
        return False
    if kind == "doubtful":
        bare = value.strip()
        return not re.search(r"\s", bare) and (looks_random(bare, 8) or _is_digest(bare))
    return True


def _is_digest(value: str) -> bool:
    return re.fullmatch(r"[0-9a-fA-F]{24,}={0,2}", value) is not None


def _mask_named(pattern: re.Pattern[str], text: str) -> str:
    """Mask the values of secret names, going on behind the name where the value is none.

    A value that stays may hold another name with its value.
    """
    parts: list[str] = []
    kept = position = 0
    while found := pattern.search(text, position):
        name, separator, bare = found["name"], found["separator"], found["bare"]
        value = found["quoted"] or found["listed"] or bare or ""
        if _is_hidden(pattern, name, separator, value, is_bare=bare is not None):
            quote = found["quote"] or ""
            end = found.end()
            closing = quote if quote and text.endswith(quote, 0, end) else ""
            parts += [text[kept : found.start()], found["head"], quote, MASK, closing]
            kept = position = end
        else:
            position = found.end("name")
    return "".join([*parts, text[kept:]])


def _is_hidden(
    pattern: re.Pattern[str], name: str, separator: str, value: str, *, is_bare: bool
) -> bool:
    kind = secrecy(name)
    if kind == "open" or not hides(kind, value):
        return False
    if not is_bare:
        return True
    if _EXPANSION.match(value):
        return False
    if pattern is _SPOKEN:
        return looks_random(value, 8) or (kind == "password" and _looks_chosen(value))
    # `token = tokens[i]` in a diff, `unexpected token: end of file` in a message.
    is_loose = separator != "=" and pattern is _NAMED
    return kind == "password" or not (is_loose and _CODE.fullmatch(value))


def _looks_chosen(value: str) -> bool:
    return len(value) >= 6 and re.search(r"\d", value) is not None and not value.isdigit()
