"""Patterns of free fields: valid, and safe to run on what a user types into a hub of one process.

Values are matched as a whole, always. A pattern of which one text can be read in many ways takes
time that doubles with each character; such patterns are found by their structure: within a repeat
without end, alternatives must begin differently, and an inner repeat must be set off by characters
that it does not match itself. Repeats that follow each other are counted, too. The test is
cautious: it may refuse a pattern that would be safe.
"""

import re
import warnings
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

type _Characters = frozenset[int]

# Beyond ASCII, one code stands for all.
_ALL = frozenset(range(129))
_NONE: _Characters = frozenset()
_MANY = 16
_STEPS = 20_000_000  # of the matcher: less than a second
_CLASSES = {
    ops.CATEGORY_DIGIT: r"\d",
    ops.CATEGORY_SPACE: r"\s",
    ops.CATEGORY_WORD: r"\w",
    ops.CATEGORY_NOT_DIGIT: r"\D",
    ops.CATEGORY_NOT_SPACE: r"\S",
    ops.CATEGORY_NOT_WORD: r"\W",
}


def matches(pattern: str, value: str) -> bool:
    """Tell whether the whole of a value matches; not at a line's end before a newline."""
    return re.fullmatch(pattern, value) is not None


def whole(pattern: str, braces: bool = True) -> str:
    """Return a pattern that matches whole values in `re.match` and in browsers alike.

    Without `braces`, no value that holds one matches: KubeSpawner itself formats some values.
    """
    return f"^{'' if braces else '(?![^{}]*[{}])'}(?:{pattern})$(?!\\n)"


def error_in(pattern: str, max_length: int) -> str | None:
    """Return why a pattern cannot be used for values of up to `max_length`, or None."""
    try:
        with warnings.catch_warnings(action="error"):  # of what Python will read otherwise one day
            compiled = re.compile(pattern)
            tree = parser.parse(pattern)
        explosive = _is_explosive(tree)
        ways = max_length ** _adjacent(tree)
    except (re.error, OverflowError, ValueError, Warning) as error:
        return f"this is no regular expression: {error}"
    except RecursionError:
        return "this is nested too deeply"
    if compiled.flags & (re.IGNORECASE | re.VERBOSE):
        return "flags such as (?i) and (?x) are not used here; write the characters out"
    if explosive:
        return (
            "a text can match this in so many ways that a long one would stop the hub; within "
            "a repeated group, begin with a character that the rest of it does not match"
        )
    if ways > _STEPS:
        return (
            "repeats that match the same characters follow each other so often that a long text "
            "would stop the hub; put between them what they do not match, or lower max_length"
        )
    return None


def doubts_about(pattern: str, image: bool) -> str | None:
    """Return why a valid pattern is likely not meant, or None."""
    if between := _bare_dot(parser.parse(pattern)):
        return f"the dot between {between} matches any character; write \\."
    if image and matches(pattern, "evil.example/any/image:1"):
        return "it matches any image of any registry; name the registry"
    return None


def _bare_dot(tree: Any) -> str | None:
    """Return the letters around the first dot that likely stands for itself."""
    items = list(tree)
    for before, (op, _value), after in zip(items, items[1:], items[2:], strict=False):
        if op is ops.ANY and before[0] is ops.LITERAL and after[0] is ops.LITERAL:
            letters = chr(before[1]), chr(after[1])
            if all(letter.isalnum() for letter in letters):
                return " and ".join(letters)
    inner = (part for op, value in items for part in _parts(op, value))
    return next((found for part in inner if (found := _bare_dot(part))), None)


def _is_explosive(tree: Any) -> bool:
    return any(_explodes(op, value) for op, value in tree)


def _explodes(op: Any, value: Any) -> bool:
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        _least, most, body = value
        if most >= _MANY and _is_ambiguous(body):
            return True
    return any(_is_explosive(part) for part in _parts(op, value))


def _is_ambiguous(body: Any) -> bool:
    """Tell whether a repeated body can match one text in several ways."""
    items = list(_unwrapped(body))
    if any(op is ops.GROUPREF for op, _ in items):
        return True
    repeats = [each for each in items if _has_repeat(*each)]
    for op, value in items:
        if op is ops.BRANCH:
            firsts = [_first(part) for part in value[1]]
            if any(a & b for n, a in enumerate(firsts) for b in firsts[:n]):
                return True
            if any(_is_ambiguous(part) for part in value[1]):
                return True
    if not repeats:
        return False
    return not any(
        op not in (ops.AT, ops.BRANCH)
        and not _has_repeat(op, value)
        and not (_any_of([(op, value)]) & frozenset().union(*(_any_of([r]) for r in repeats)))
        for op, value in items
    )


def _adjacent(tree: Any) -> int:
    """Return how many repeats in a row could each take the characters of the next.

    A text that does not match in the end is tried in as many ways as it can be divided among them.
    """
    longest, row, taken = 0, 0, _NONE
    for op, value in _unwrapped(tree):
        here = _any_of([(op, value)])
        many = op in (ops.MAX_REPEAT, ops.MIN_REPEAT) and value[1] >= _MANY
        inner = max((_adjacent(part) for part in _parts(op, value)), default=0)
        if weight := max(int(many), inner):
            if here & taken:
                row, taken = row + weight, taken | here
            elif _may_be_empty(op, value):
                row, taken = max(row, weight), taken | here
            else:
                row, taken = weight, here
        elif not _has_repeat(op, value) and not here & taken and op is not ops.AT:
            row, taken = 0, _NONE
        longest = max(longest, row)
    return longest


def _may_be_empty(op: Any, value: Any) -> bool:
    return op is ops.BRANCH or (op in (ops.MAX_REPEAT, ops.MIN_REPEAT) and value[0] == 0)


def _unwrapped(body: Any) -> Any:
    for op, value in body:
        if op is ops.SUBPATTERN:
            yield from _unwrapped(value[3])
        else:
            yield op, value


def _has_repeat(op: Any, value: Any) -> bool:
    """Tell whether something of no fixed length is in it."""
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT) and value[0] != value[1]:
        return True
    return any(_has_repeat(*each) for part in _parts(op, value) for each in part)


def _parts(op: Any, value: Any) -> list[Any]:
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
        return [value[2]]
    if op is ops.SUBPATTERN:
        return [value[3]]
    if op is ops.BRANCH:
        return list(value[1])
    if op in (ops.ASSERT, ops.ASSERT_NOT):
        return [value[1]]
    if op is ops.ATOMIC_GROUP:
        return [value]
    return []


def _first(body: Any) -> _Characters:
    """Return the characters with which a match can begin; all, if it may be empty."""
    for op, value in _unwrapped(body):
        if op is ops.AT:
            continue
        if op in (ops.MAX_REPEAT, ops.MIN_REPEAT) and value[0] > 0:
            return _first(value[2])
        return _any_of([(op, value)]) if op in (ops.LITERAL, ops.IN, ops.NOT_LITERAL) else _ALL
    return _ALL


def _any_of(body: Any) -> _Characters:
    """Return all characters that occur in matches."""
    found: set[int] = set()
    for op, value in body:
        if op is ops.LITERAL:
            found.add(min(value, 128))
        elif op is ops.IN:
            found |= _in_set(value)
        elif op is ops.AT:
            continue
        elif parts := _parts(op, value):
            for part in parts:
                found |= _any_of(part)
        else:
            return _ALL
    return frozenset(found)


def _in_set(members: Any) -> _Characters:
    found: set[int] = set()
    for op, value in members:
        if op is ops.LITERAL:
            found.add(min(value, 128))
        elif op is ops.RANGE:
            found |= set(range(min(value[0], 128), min(value[1], 128) + 1))
        elif op is ops.CATEGORY:
            inside = re.compile(_CLASSES[value])
            found |= {code for code in range(128) if inside.match(chr(code))} | {128}
    negated = bool(members) and members[0][0] is ops.NEGATE
    return frozenset(_ALL - (found - {128})) if negated else frozenset(found)
