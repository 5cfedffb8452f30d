"""Random filters and orders, each as a text and as what it means, without the server's code."""

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.server.recording import T0

type Test = Callable[["Thing"], bool]
type Filter = tuple[str, Test]
type Key = Callable[["Thing"], float | str | None]
type Order = tuple[str, Key, bool]
"""(text, what is sorted by, ascending)"""


@dataclass
class Thing:
    """A run as the tests know it."""

    name: str
    started_ms: int
    duration_ms: int | None
    metrics: dict[str, list[float]]
    params: dict[str, str]
    tags: dict[str, str]
    run_id: str = field(default="")


METRICS = {"loss": "metrics.loss", "a b": "metric.`a b`"}
NAMES = {"lr": "lr", "odd key": "`odd key`"}
NUMBERS = (0.0, 1.0, 1.5, -2.0, 1e300, math.inf, -math.inf, math.nan)
TEXTS = ("1", "1.0", "0.5e1", "x", "X%", "é_", "É", "1_0", "a\nb", "!", "\\.", "")
PATTERNS = ("%", "x%", "%_", "_%", "é%", "!", "%\\_", "%\n_", "X\\%", "")
REGEXES = ("^x", "[0-9]+$", "^.$", "a.b", "a\\nb", "(x|é)?_", "^(1|x){1,2}$", "\\w%", "[^a-z]")

things = st.builds(
    Thing,
    name=st.sampled_from(["a", "b", "B", "c"]),
    started_ms=st.integers(T0, T0 + 3),
    duration_ms=st.none() | st.integers(0, 3),
    metrics=st.dictionaries(
        st.sampled_from(list(METRICS)), st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=3)
    ),
    params=st.dictionaries(st.sampled_from(list(NAMES)), st.sampled_from(TEXTS[:-1])),
    tags=st.dictionaries(st.sampled_from(list(NAMES)), st.sampled_from(TEXTS)),
)

_COMPARING: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _metric(key: str, function: str) -> Key:
    def value(thing: Thing) -> float | None:
        values = thing.metrics.get(key)
        if values is None:
            return None
        numbers = [one for one in values if one == one] or [math.nan]
        return {
            "first": values[0], "last": values[-1], "count": len(values),
            "min": min(numbers), "max": max(numbers),
        }[function]  # fmt: skip

    return value


def _number(key: str) -> Key:
    def value(thing: Thing) -> float | None:
        text = thing.params.get(key, "")
        return float(text) if re.fullmatch(r"[0-9]+(\.[0-9]*)?(e[0-9]+)?", text) else None

    return value


number_keys = st.one_of(
    st.tuples(st.sampled_from(list(METRICS)), st.sampled_from(["", "last", "first", "min", "max",
                                                              "count"])).map(
        lambda one: (
            f"{one[1]}({METRICS[one[0]]})" if one[1] else METRICS[one[0]],
            _metric(one[0], one[1] or "last"),
        )
    ),
    st.sampled_from(list(NAMES)).map(lambda key: (f"number(params.{NAMES[key]})", _number(key))),
    st.just(("duration", lambda thing: thing.duration_ms)),
    st.just(("start_time", lambda thing: thing.started_ms)),
)  # fmt: skip
text_keys = st.one_of(
    st.sampled_from(list(NAMES)).map(
        lambda key: (f"params.{NAMES[key]}", lambda thing: thing.params.get(key))
    ),
    st.sampled_from(list(NAMES)).map(
        lambda key: (f"tag.{NAMES[key]}", lambda thing: thing.tags.get(key))
    ),
    st.just(("run_name", lambda thing: thing.name)),
)
_literals = st.sampled_from([0, 1, 1.5, -2.0, 1e300, 5, T0 + 1, 0.25])


def _of(key: Key, test: Callable[[float | str], bool]) -> Test:
    def passes(thing: Thing) -> bool:
        value = key(thing)
        return value is not None and test(value)

    return passes


@st.composite
def _on_number(draw: st.DrawFn) -> Filter:
    text, key = draw(number_keys)
    if draw(st.booleans()):
        sign, wanted = draw(st.sampled_from(list(_COMPARING))), draw(_literals)
        return f"{text} {sign} {wanted}", _of(key, lambda value: _COMPARING[sign](value, wanted))
    among = draw(st.lists(_literals, min_size=1, max_size=3))
    listed = f"({', '.join(map(str, among))})"
    if draw(st.booleans()):
        return f"{text} IN {listed}", _of(key, lambda value: value in among)
    return f"{text} NOT IN {listed}", _of(key, lambda value: value not in among)


@st.composite
def _on_text(draw: st.DrawFn) -> Filter:
    text, key = draw(text_keys)
    word = draw(st.sampled_from(["=", "!=", "LIKE", "ilike", "RLIKE", "IN"]))
    negated = word not in ("=", "!=") and draw(st.booleans())
    choices = {"LIKE": PATTERNS, "ilike": PATTERNS, "RLIKE": REGEXES}.get(word, TEXTS)
    wanted = draw(st.sampled_from(choices))
    tests: dict[str, Callable[[str], bool]] = {
        "=": lambda value: value == wanted,
        "!=": lambda value: value != wanted,
        "LIKE": lambda value: _is_like(value, wanted),
        "ilike": lambda value: _is_like(value.lower(), wanted.lower()),
        "RLIKE": lambda value: re.search(wanted.replace("$", r"\Z"), value, re.ASCII) is not None,
        "IN": lambda value: value in (wanted, "x"),
    }
    literal = f"('{wanted}', \"x\")" if word == "IN" else f"'{wanted}'"
    said = f"{text} {'NOT ' if negated else ''}{word} {literal}"
    return said, _of(key, lambda value: tests[word](str(value)) != negated)


def _is_like(value: str, pattern: str) -> bool:
    parts = (".*" if one == "%" else "." if one == "_" else re.escape(one) for one in pattern)
    return re.fullmatch("".join(parts), value, re.DOTALL) is not None


_on_presence = st.tuples(number_keys | text_keys, st.booleans()).map(
    lambda one: (
        f"{one[0][0]} IS {'NOT ' if one[1] else ''}NULL",
        lambda thing: (one[0][1](thing) is not None) == one[1],
    )
)


def _combined(parts: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    pairs = st.tuples(parts, parts)
    return st.one_of(
        parts.map(lambda one: (f"NOT ({one[0]})", lambda thing: not one[1](thing))),
        pairs.map(lambda two: (
            f"({two[0][0]}) AND {two[1][0]}", lambda thing: two[0][1](thing) and two[1][1](thing)
        )),
        pairs.map(lambda two: (
            f"(({two[0][0]}) OR ({two[1][0]}))",
            lambda thing: two[0][1](thing) or two[1][1](thing),
        )),
    )  # fmt: skip


simple_filters = st.one_of(_on_number(), _on_text(), _on_presence)
filters: st.SearchStrategy[Filter] = st.one_of(
    st.just(("", lambda thing: True)),
    st.recursive(simple_filters, _combined, max_leaves=6),
)
orders: st.SearchStrategy[list[Order]] = st.lists(
    st.tuples(number_keys | text_keys, st.booleans()).map(lambda one: (*one[0], one[1])),
    max_size=3,
    unique_by=lambda order: order[0].removeprefix("last(").removesuffix(")"),
)


def in_order(found: list[Thing], wanted: list[Order]) -> list[Thing]:
    """Return the things as a search sorts them: what has no value last, NaN just before."""
    found = sorted(found, key=lambda thing: (-thing.started_ms, thing.run_id))
    for _, key, ascending in reversed(wanted):
        plain = [thing for thing in found if _rank(key(thing)) == 0]
        plain.sort(key=key, reverse=not ascending)  # type: ignore[arg-type]
        if not ascending:  # a reversed sort keeps the order of equal ones, too
            plain = sorted(plain, key=key, reverse=True)  # type: ignore[arg-type]
        rest = [thing for rank in (1, 2) for thing in found if _rank(key(thing)) == rank]
        found = plain + rest
    return found


def _rank(value: float | str | None) -> int:
    return 2 if value is None else 1 if value != value else 0
