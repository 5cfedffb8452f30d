"""What can be written behind `%track` and `%%track`, as plain data.

Pure: it neither knows IPython nor carries anything out. All that is wrong is an `InvalidError`
whose text says what was meant.
"""

import argparse
import difflib
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from celltrail.errors import InvalidError

HELP = """\
%track start [NAME] [--experiment E] [--tag k=v]   begin a run
%track stop                                        end it
%track status                                      what is recorded, and where to
%track explain acc [--logged] [--code]             the cells behind a variable or metric
%track replay acc [--logged]                       run them again, and compare
%track stale                                       what is older than its data
%track diff RUN1 RUN2                              params, metrics, code of two runs
%track restore RUN                                 write the notebook as it ran
%track live                                        curves of this run, as they grow
%track params lr batch_size                        record variables as params
%track log acc=0.93 loss=loss                      record metrics
%track off, %track on                              record nothing in between
%%track --metrics acc,loss [--params lr]           record variables after this cell"""


@dataclass(frozen=True)
class Start:
    """Begin a run."""

    name: str | None
    experiment: str | None
    tags: dict[str, str]


@dataclass(frozen=True)
class Stop:
    """End the run."""


@dataclass(frozen=True)
class Status:
    """Say what is recorded."""


@dataclass(frozen=True)
class Explain:
    """Show the cell runs behind a variable or a metric; only their code if `is_code`.

    is_logged: the metric or param is meant, also if there is a variable of that name.
    """

    target: str
    is_logged: bool = False
    is_code: bool = False


@dataclass(frozen=True)
class Replay:
    """Run them again in a fresh process, and compare."""

    target: str
    is_logged: bool = False


@dataclass(frozen=True)
class Stale:
    """Say what is older than that which it was made from."""


@dataclass(frozen=True)
class Diff:
    """Show what differs between two recorded runs."""

    one: str
    other: str


@dataclass(frozen=True)
class Restore:
    """Write the notebook of a recorded run as it ran."""

    run: str


@dataclass(frozen=True)
class Live:
    """Show curves of the run that grow as it is recorded."""


@dataclass(frozen=True)
class Off:
    """Record nothing any more."""


@dataclass(frozen=True)
class On:
    """Record again."""


@dataclass(frozen=True)
class Help:
    """Say what there is."""


@dataclass(frozen=True)
class Record:
    """Record params and metrics: the key, and the expression of its value."""

    params: dict[str, str]
    metrics: dict[str, str]


type Command = (
    Start
    | Stop
    | Status
    | Explain
    | Replay
    | Stale
    | Diff
    | Restore
    | Live
    | Off
    | On
    | Help
    | Record
)


_ALONE: dict[str, type[Stop | Status | Stale | Live | Off | On]] = {
    "stop": Stop,
    "status": Status,
    "stale": Stale,
    "live": Live,
    "off": Off,
    "on": On,
}
_WORDS = (*_ALONE, "start", "explain", "replay", "diff", "restore", "params", "log", "help")


def parse_line(line: str) -> Command:
    """Return what `%track LINE` asks for; raises InvalidError."""
    word, _, rest = line.strip().partition(" ")
    match word:
        case "" | "help":
            return Help()
        case "start":
            return _start(_split(rest))
        case _ if word in _ALONE:
            if rest.strip():
                raise InvalidError(
                    f"%track {word} takes nothing more, but there is {rest.strip()!r}"
                )
            return _ALONE[word]()
        case "explain":
            options = _target("explain", rest, "--logged", "--code")
            return Explain(options.target, options.logged, options.code)
        case "replay":
            options = _target("replay", rest, "--logged")
            return Replay(options.target, options.logged)
        case "diff":
            return Diff(*_exactly(rest, 2, "%track diff RUN1 RUN2"))
        case "restore":
            return Restore(*_exactly(rest, 1, "%track restore RUN"))
        case "params":
            return Record(_expressions(_words(rest), "%track params lr batch_size"), {})
        case "log":
            return Record({}, _expressions(_words(rest), "%track log acc=0.93"))
    meant = did_you_mean(word, _WORDS)
    raise InvalidError(f"there is no %track {word}{meant or '; %track help says what there is'}")


def parse_directive(line: str) -> Record:
    """Return what `%%track LINE` asks to be recorded after the cell; raises InvalidError."""
    parser = _parser("%%track")
    parser.add_argument("--metrics", nargs="+", default=[])
    parser.add_argument("--params", nargs="+", default=[])
    options = _parse(parser, _split(line))
    record = Record(_names(options.params), _names(options.metrics))
    if not record.params and not record.metrics:
        raise InvalidError("%%track names nothing to record: %%track --metrics acc,loss")
    return record


def _exactly(rest: str, count: int, example: str) -> list[str]:
    words = _split(rest)
    if len(words) != count:
        wants = "one name" if count == 1 else f"{count} names"
        there = repr(rest.strip()) if words else "nothing"
        raise InvalidError(f"there is {there} where {wants} should be: {example}")
    return words


def _target(word: str, rest: str, *flags: str) -> argparse.Namespace:
    """Return what is named, once, and which of the flags are set."""
    parser = _parser(f"%track {word}")
    for flag in flags:
        parser.add_argument(flag, action="store_true")
    parser.add_argument("target", nargs="*")
    options = _parse(parser, _split(rest))
    [options.target] = _exactly(shlex.join(options.target), 1, f"%track {word} acc")
    return options


def _start(words: list[str]) -> Start:
    parser = _parser("%track start")
    parser.add_argument("name", nargs="?")
    parser.add_argument("--experiment")
    parser.add_argument("--tag", action="append", default=[])
    options = _parse(parser, words)
    tags = dict(_pair(tag, "--tag k=v") for tag in options.tag)
    return Start(options.name, options.experiment, tags)


def _expressions(words: list[str], example: str) -> dict[str, str]:
    if not words:
        raise InvalidError(f"there is nothing to record: {example}")
    return dict(_pair(word, example) if "=" in word else (word, word) for word in words)


def _words(text: str) -> list[str]:
    """Split at white space outside brackets, since a value may be an expression."""
    words: list[str] = []
    is_open = False
    for part in text.split():
        words[-1:] = [f"{words[-1]} {part}"] if is_open else [*words[-1:], part]
        is_open = sum(map(words[-1].count, "([{")) > sum(map(words[-1].count, ")]}"))
    return words


def _pair(word: str, example: str) -> tuple[str, str]:
    key, _, value = word.partition("=")
    if not key or not value:
        raise InvalidError(f"{word!r} is no name=value: {example}")
    return key, value


def _names(words: Iterable[str]) -> dict[str, str]:
    return {name: name for word in words for name in word.split(",") if name}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InvalidError(f"{self.prog}: {message}")


def _parser(prog: str) -> _Parser:
    return _Parser(prog=prog, add_help=False, allow_abbrev=False)


def _parse(parser: _Parser, words: list[str]) -> argparse.Namespace:
    options, unknown = parser.parse_known_args(words)
    if unknown:
        known = tuple(parser._option_string_actions)
        meant = did_you_mean(unknown[0], known)
        raise InvalidError(f"{parser.prog} does not know {unknown[0]!r}{meant}")
    return options


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise InvalidError(f"{text.strip()!r} cannot be read: {error}") from error


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Return what to add to an error about an unknown word: the nearest known one, if any is."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
