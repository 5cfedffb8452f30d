"""Regular expressions as trees: the dialect that is searched with, alike on every database.

    characters, `.` (all but a line break), [a-z_], [^a-z], \\d \\w \\s \\D \\W \\S (ASCII), ^ $
    (of the whole text), (…), (?:…), |, ? * + {n} {n,} {n,m}; \\ before a mark takes it as it is

There are no references back and no looking around: such expressions can take for ever to match.
"""

from dataclasses import dataclass

from celltrail.errors import InvalidError

MAX_COUNT = 100

_RANGES = {
    "d": (("0", "9"),),
    "w": (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")),
    "s": (("\t", "\r"), (" ", " ")),
}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}


@dataclass(frozen=True, slots=True)
class Characters:
    """One character out of ranges (first and last one), or out of all others."""

    ranges: tuple[tuple[str, str], ...]
    is_negated: bool = False

    def has(self, character: str) -> bool:
        """Whether a character is one of these."""
        return any(low <= character <= high for low, high in self.ranges) != self.is_negated


@dataclass(frozen=True, slots=True)
class Edge:
    """The start (`^`) or the end (`$`) of the text."""

    mark: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part after the other."""

    parts: tuple["Regex", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the parts."""

    parts: tuple["Regex", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part at least `low` and at most `high` times (None: any number)."""

    part: "Regex"
    low: int
    high: int | None


type Regex = Characters | Edge | Sequence | Choice | Repeat


def parse(text: str) -> Regex:
    """Return a regular expression as a tree; raises `InvalidError` if it is none of the dialect."""
    parser = _Parser(text)
    regex = parser.choice(depth=0)
    if parser.rest:
        raise _refused(text, f"there is no group that '{parser.rest[0]}' ends")
    return regex


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = self.rest = text

    def choice(self, depth: int) -> Regex:
        if depth > 50:
            raise _refused(self._text, "it is nested too deeply")
        parts = [self._sequence(depth)]
        while self._skips("|"):
            parts.append(self._sequence(depth))
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _sequence(self, depth: int) -> Regex:
        parts: list[Regex] = []
        while self.rest and self.rest[0] not in "|)":
            parts.append(self._repeated(self._atom(depth)))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _atom(self, depth: int) -> Regex:
        character = self._take()
        match character:
            case "(":
                if not self._skips("?:") and self.rest.startswith("?"):
                    raise _refused(self._text, f"'({self.rest[:2]}' is not in its dialect")
                inner = self.choice(depth + 1)
                if not self._skips(")"):
                    raise _refused(self._text, "a group is not closed")
                return inner
            case "[":
                return self._bracket()
            case ".":
                return Characters((("\n", "\n"),), is_negated=True)
            case "^" | "$":
                return Edge(character)
            case "*" | "+" | "?" | "{":
                raise _refused(self._text, f"there is nothing that '{character}' repeats")
            case "\\":
                return self._escape()
        return Characters(((character, character),))

    def _repeated(self, part: Regex) -> Regex:
        marks = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if not self.rest or self.rest[0] not in "*+?{":
            return part
        mark = self._take()
        low, high = self._counts() if mark == "{" else marks[mark]
        self._skips("?")  # how much a part takes makes no difference to whether there is a match
        if isinstance(part, Edge) or (self.rest and self.rest[0] in "*+?{"):
            raise _refused(self._text, "a repetition or an edge is repeated")
        return Repeat(part, low, high)

    def _counts(self) -> tuple[int, int | None]:
        inside, closed, self.rest = self.rest.partition("}")
        low, comma, high = inside.partition(",")
        numbers = [low, high] if high else [low]
        if not closed or not all(one.isascii() and one.isdigit() for one in numbers):
            raise _refused(self._text, f"'{{{inside[:10]}' is no number of repetitions")
        most = int(high) if high else None if comma else int(low)
        if max(int(one) for one in numbers) > MAX_COUNT or (most is not None and most < int(low)):
            raise _refused(self._text, f"'{{{inside[:10]}}}' is not within 0 to {MAX_COUNT}")
        return int(low), most

    def _escape(self) -> Characters:
        character = self._take()
        if character.lower() in _RANGES:
            return Characters(_RANGES[character.lower()], is_negated=character.isupper())
        return Characters(((self._plain(character),) * 2,))

    def _plain(self, character: str) -> str:
        if character in _CONTROLS:
            return _CONTROLS[character]
        if character.isalnum():
            raise _refused(self._text, f"'\\{character}' is not in its dialect")
        return character

    def _bracket(self) -> Characters:
        is_negated = self._skips("^")
        ranges: list[tuple[str, str]] = []
        while not ranges or not self.rest.startswith("]"):
            low = self._take()
            if low == "\\":
                low = self._take()
                if low in _RANGES:
                    ranges.extend(_RANGES[low])
                    continue
                low = self._plain(low)
            elif low == "[" and self.rest[:1] in (":", ".", "="):
                raise _refused(self._text, f"'[{self.rest[0]}' is not in its dialect")
            high = low
            if self.rest[:1] == "-" and self.rest[1:2] != "]":
                self._take()
                high = self._take()
                high = self._plain(self._take()) if high == "\\" else high
            if low > high:
                raise _refused(self._text, f"'{low}-{high}' is no range")
            ranges.append((low, high))
        self._take()
        return Characters(tuple(ranges), is_negated)

    def _take(self) -> str:
        if not self.rest:
            raise _refused(self._text, "it ends too early")
        character, self.rest = self.rest[0], self.rest[1:]
        return character

    def _skips(self, mark: str) -> bool:
        found = self.rest.startswith(mark)
        self.rest = self.rest.removeprefix(mark)
        return found


def _refused(text: str, reason: str) -> InvalidError:
    return InvalidError(f"Invalid regular expression '{text[:100]}': {reason}")
