"""Matching regular expressions in time that grows with the text alone, and printing them.

The states of all ways to match are followed at once, one character after the other; the sets that
come up are kept as the states of an automaton.
Source: K. Thompson, "Regular Expression Search Algorithm", CACM 11(6), 1968.
"""

from functools import lru_cache

from celltrail.errors import InvalidError
from celltrail_server.search.regexes import (
    Characters,
    Choice,
    Edge,
    Regex,
    Repeat,
    Sequence,
    parse,
)

MAX_STEPS = 1000
"""How many characters, choices and edges an expression may have, repetitions written out."""

_MAX_KEPT = 20_000

_FOUND = -1

type _Step = Characters | Edge | tuple[int, ...] | None
"""A character or an edge leads to the next step, several steps are ways on, None is the end."""


class _State:
    """A set of steps that a text may have come to; `next` is filled as characters come."""

    def __init__(self, steps: frozenset[int], *, is_end: bool, is_end_at_edge: bool) -> None:
        self.steps = steps
        self.is_end, self.is_end_at_edge = is_end, is_end_at_edge
        self.next: dict[str, _State] = {}


class Pattern:
    """A regular expression of the dialect of `regexes`; raises `InvalidError` for any other."""

    def __init__(self, text: str) -> None:
        self._regex = parse(text)
        self._steps: list[_Step] = []
        self._write(self._regex)
        self._steps.append(None)
        self._states: dict[frozenset[int], _State] = {}
        self._kept = 0
        self._start = self._state({0}, is_start=True)

    def is_in(self, text: str) -> bool:
        """Whether any part of the text matches."""
        state = self._start
        for character in text:
            if state.is_end:
                return True
            state = state.next.get(character) or self._follow(state, character)
        return state.is_end or state.is_end_at_edge

    def printed(self) -> str:
        """Return the same expression as PostgreSQL writes it."""
        return _printed(self._regex)

    def _write(self, regex: Regex) -> None:
        """Append the steps of a part; whatever follows it comes right after."""
        if len(self._steps) > MAX_STEPS:
            raise InvalidError(f"the regular expression has more than {MAX_STEPS} steps")
        match regex:
            case Sequence(parts):
                for part in parts:
                    self._write(part)
            case Choice(parts):
                self._write_choice(parts)
            case Repeat(part, low, high):
                for _ in range(low):
                    self._write(part)
                if high is None:
                    self._write_any(part)
                else:
                    self._write_optional(part, high - low)
            case _:
                self._steps.append(regex)

    def _write_choice(self, parts: tuple[Regex, ...]) -> None:
        ends = []
        for part in parts[:-1]:
            fork = self._reserve()
            self._write(part)
            ends.append(self._reserve())
            self._steps[fork] = (fork + 1, len(self._steps))
        self._write(parts[-1])
        for end in ends:
            self._steps[end] = (len(self._steps),)

    def _write_any(self, part: Regex) -> None:
        fork = self._reserve()
        self._write(part)
        self._steps.append((fork,))
        self._steps[fork] = (fork + 1, len(self._steps))

    def _write_optional(self, part: Regex, times: int) -> None:
        forks = []
        for _ in range(times):
            forks.append(self._reserve())
            self._write(part)
        for fork in forks:
            self._steps[fork] = (fork + 1, len(self._steps))

    def _reserve(self) -> int:
        self._steps.append(())
        return len(self._steps) - 1

    def _follow(self, state: _State, character: str) -> _State:
        reached = {step + 1 for step in state.steps if self._takes(step, character)}
        following = self._state(reached | {0}, is_start=False)
        self._kept += 1
        if self._kept > _MAX_KEPT:
            self._kept = 0
            self._states.clear()
            self._start.next.clear()
            return following
        state.next[character] = following
        return following

    def _takes(self, step: int, character: str) -> bool:
        wanted = self._steps[step]
        return isinstance(wanted, Characters) and wanted.has(character)

    def _state(self, steps: set[int], *, is_start: bool) -> _State:
        inside = self._reached(steps, is_start=is_start, is_end=False)
        known = None if is_start else self._states.get(inside)
        if known is None:
            at_edge = self._reached(steps, is_start=is_start, is_end=True)
            known = _State(inside, is_end=_FOUND in inside, is_end_at_edge=_FOUND in at_edge)
            if not is_start:
                self._states[inside] = known
        return known

    def _reached(self, steps: set[int], *, is_start: bool, is_end: bool) -> frozenset[int]:
        seen: set[int] = set()
        found: set[int] = set()
        open_steps = list(steps)
        while open_steps:
            place = open_steps.pop()
            if place in seen:
                continue
            seen.add(place)
            step = self._steps[place]
            match step:
                case None:
                    found.add(_FOUND)
                case Edge(mark):
                    if is_start if mark == "^" else is_end:
                        open_steps.append(place + 1)
                    elif mark == "$":
                        found.add(place)  # tells this set from one that cannot end here
                case tuple():
                    open_steps.extend(step)
                case Characters():
                    found.add(place)
        return frozenset(found)


@lru_cache(maxsize=64)
def compiled(text: str) -> Pattern:
    """Return the pattern of a text; the last ones are kept with what they have learnt."""
    return Pattern(text)


def _printed(regex: Regex) -> str:
    match regex:
        case Characters(ranges, is_negated):
            inside = "".join(f"{_escaped(low)}-{_escaped(high)}" for low, high in ranges)
            return f"[{'^' if is_negated else ''}{inside}]"
        case Edge(mark):
            return mark
        case Sequence(parts):
            return "".join(_printed(part) for part in parts)
        case Choice(parts):
            return f"(?:{'|'.join(_printed(part) for part in parts)})"
        case Repeat(part, low, high):
            most = "" if high is None else high
            return f"(?:{_printed(part)}){{{low},{most}}}"


def _escaped(character: str) -> str:
    return character if character.isalnum() else f"\\{character}"
