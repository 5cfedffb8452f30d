"""MLflow's search language: text → clauses and orderings. Pure; the store turns them into SQL.

    filter    clause (AND clause)*
    clause    [entity "."] key operator value      metrics.loss < 0.1, params.`lr rate` LIKE '%e-%'
    order     [entity "."] key [ASC | DESC]

The language, its operators and its messages are those of `mlflow.utils.search_utils`.
"""

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from celltrail.errors import InvalidError

type Entity = Literal["metric", "param", "tag", "metadata", "attribute"]
type Value = str | float | tuple[str, ...] | None

_ENTITIES: dict[str, Entity] = {
    **dict.fromkeys(("metric", "metrics"), "metric"),
    **dict.fromkeys(("param", "params", "parameter", "parameters"), "param"),
    **dict.fromkeys(("tag", "tags"), "tag"),
    **dict.fromkeys(("metadata", "request_metadata", "trace_metadata"), "metadata"),
    **dict.fromkeys(("attribute", "attributes", "attr", "run", "trace"), "attribute"),
}
_ALIASES = {
    "run name": "run_name",
    "Run name": "run_name",
    "Run Name": "run_name",
    "created": "start_time",
    "Created": "start_time",
}
NUMBER_OPERATORS = ("=", "!=", ">", ">=", "<", "<=")
TEXT_OPERATORS = ("=", "!=", "LIKE", "ILIKE")
NULL_OPERATORS = ("IS NULL", "IS NOT NULL")
LIST_OPERATORS = ("IN", "NOT IN")

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | (?P<backtick>`[^`]*`)
    | (?P<operator><=|>=|!=|<|>|=)
    | (?P<punctuation>[(),.])
    | (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))
    | (?P<word>[^\s'"`<>=!(),.]+)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Fields:
    """What can be searched: entities, and attributes by the type of their values."""

    entities: frozenset[Entity]
    text: frozenset[str]
    numbers: frozenset[str]
    lists: frozenset[str]
    """Text attributes that take IN."""


RUN_FIELDS = Fields(
    entities=frozenset({"metric", "param", "tag", "attribute"}),
    text=frozenset({"run_id", "run_name", "user_id", "status", "artifact_uri", "experiment_id"}),
    numbers=frozenset({"start_time", "end_time"}),
    lists=frozenset({"run_id"}),
)
EXPERIMENT_FIELDS = Fields(
    entities=frozenset({"tag", "attribute"}),
    text=frozenset({"name", "experiment_id"}),
    numbers=frozenset({"creation_time", "last_update_time"}),
    lists=frozenset({"experiment_id"}),
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition; `value` is a float, a text, several texts for IN, None for IS [NOT] NULL."""

    entity: Entity
    key: str
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class Ordering:
    """One key to sort by."""

    entity: Entity
    key: str
    ascending: bool


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def parse_filter(text: str, fields: Fields = RUN_FIELDS) -> list[Clause]:
    """Return the clauses of a filter (none for an empty one); raises `InvalidError`."""
    tokens = _tokens(text)
    clauses = []
    while tokens:
        clauses.append(_clause(tokens, text, fields))
        if tokens:
            word = tokens.pop(0)
            if word.kind != "word" or word.text.upper() != "AND" or not tokens:
                raise InvalidError(f"Invalid clause(s) in filter string: '{word.text}'")
    return clauses


def parse_order(orders: Iterable[str], fields: Fields = RUN_FIELDS) -> list[Ordering]:
    """Return what to sort by; raises `InvalidError` for a wrong or a repeated key."""
    orderings = [_ordering(text, fields) for text in orders]
    keys = [(one.entity, one.key) for one in orderings]
    if len(set(keys)) < len(keys):
        raise InvalidError(f"`order_by` contains duplicate fields: {list(orders)}")
    return orderings


def _tokens(text: str) -> list[_Token]:
    tokens, position = [], 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise InvalidError(
                f"Invalid clause(s) in filter string: {text[position:][:100]!r} at column "
                f"{position + 1}"
            )
        tokens.append(_Token(str(match.lastgroup), match[str(match.lastgroup)]))
        position = match.end()
    return tokens


def _clause(tokens: list[_Token], text: str, fields: Fields) -> Clause:
    entity, key = _identifier(tokens, fields)
    operator = _operator(tokens, text)
    allowed = _operators(entity, key, fields)
    if operator not in allowed:
        raise InvalidError(f"Invalid comparator '{operator}' not one of '{sorted(allowed)}'")
    if operator in NULL_OPERATORS:
        return Clause(entity, key, operator, None)
    if operator in LIST_OPERATORS:
        return Clause(entity, key, operator, _list(tokens, text))
    token = _next(tokens, text)
    if entity == "metric" or (entity == "attribute" and key in fields.numbers):
        return Clause(entity, key, operator, _number(token, entity, key))
    if token.kind != "string":
        raise InvalidError(
            f"Expected a quoted string value for {entity} (e.g. 'my-value'). Got value {token.text}"
        )
    return Clause(entity, key, operator, _unquote(token.text))


def _identifier(tokens: list[_Token], fields: Fields) -> tuple[Entity, str]:
    words = _take_name(tokens)
    joined = "".join(_unquote(word.text) for word in words)
    head = words[0].text if words else ""
    if len(words) > 2 and words[1].text == ".":
        entity = _ENTITIES.get(head)
        key = joined[len(head) + 1 :]
    else:
        entity, key = "attribute", joined
    if entity is None or entity not in fields.entities:
        raise InvalidError(
            f"Invalid entity type '{head}'. Valid values are {sorted(fields.entities)}"
        )
    if entity == "attribute":
        key = _ALIASES.get(key, key)
        if key not in fields.text | fields.numbers:
            raise InvalidError(
                f"Invalid attribute key '{key}' specified. Valid keys are "
                f"'{sorted(fields.text | fields.numbers)}'"
            )
    if not key:
        raise InvalidError(f"Invalid identifier '{head}': it has no key")
    return entity, key


def _take_name(tokens: list[_Token]) -> list[_Token]:
    """Take the tokens of `key`, `entity.key` or `entity."a key"` off the front."""
    taken: list[_Token] = []
    while tokens:
        dotted = bool(taken) and taken[-1].text == "."
        continues = not taken or dotted or tokens[0].text == "."
        kinds = ("word", "number", "backtick", *(("string",) if dotted else ()))
        if not continues or not (tokens[0].kind in kinds or tokens[0].text == "."):
            break
        taken.append(tokens.pop(0))
    return taken


def _operator(tokens: list[_Token], text: str) -> str:
    token = _next(tokens, text)
    if token.kind == "operator":
        return token.text
    word = token.text.upper()
    if word == "IS" and tokens and tokens[0].text.upper() == "NOT":
        tokens.pop(0)
        word = "IS NOT"
    if word in ("IS", "IS NOT") and tokens and tokens[0].text.upper() == "NULL":
        tokens.pop(0)
        return f"{word} NULL"
    if word == "NOT" and tokens and tokens[0].text.upper() == "IN":
        tokens.pop(0)
        return "NOT IN"
    return word


def _operators(entity: Entity, key: str, fields: Fields) -> tuple[str, ...]:
    if entity == "metric" or (entity == "attribute" and key in fields.numbers):
        return NUMBER_OPERATORS
    if entity in ("param", "tag", "metadata"):
        return TEXT_OPERATORS + NULL_OPERATORS + LIST_OPERATORS
    return TEXT_OPERATORS + (LIST_OPERATORS if key in fields.lists else ())


def _list(tokens: list[_Token], text: str) -> tuple[str, ...]:
    if _next(tokens, text).text != "(":
        raise InvalidError(f"Invalid clause(s) in filter string: IN needs a list in {text!r}")
    values = []
    while True:
        token = _next(tokens, text)
        if token.kind != "string":
            raise InvalidError(f"Expected a quoted string in the list, got {token.text}")
        values.append(_unquote(token.text))
        end = _next(tokens, text).text
        if end == ")":
            return tuple(values)
        if end != ",":
            raise InvalidError(f"Invalid clause(s) in filter string: '{end}' in a list")


def _number(token: _Token, entity: Entity, key: str) -> float:
    if token.kind != "number":
        what = "metric" if entity == "metric" else f"numeric attribute: {key}"
        raise InvalidError(f"Expected numeric value type for {what}. Found {token.text}")
    return float(token.text)


def _next(tokens: list[_Token], text: str) -> _Token:
    if not tokens:
        raise InvalidError(f"Invalid clause(s) in filter string: {text[:200]!r} ends too early")
    return tokens.pop(0)


def _unquote(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"`" else text


def _ordering(text: str, fields: Fields) -> Ordering:
    try:
        words = shlex.split(text.replace("`", '"'))
    except ValueError:
        words = []
    ascending = True
    if words and words[-1].upper() in ("ASC", "DESC"):
        ascending = words.pop().upper() == "ASC"
    if not words:
        raise InvalidError(f"Invalid order_by clause '{text}'. Could not be parsed.")
    name = " ".join(words)
    head, dot, key = name.partition(".")
    tokens = [_Token("word", head), _Token("punctuation", "."), _Token("word", key)]
    entity, key = _identifier(tokens if dot and key else [_Token("word", name)], fields)
    return Ordering(entity, key, ascending)
