"""Comparing a session with its replay: is the result the same, and if not, where and why. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from celltrail_dataflow.tracing.traces import Execution, Read, Write, spoken

_GENERATORS = frozenset({"Generator", "RandomState", "Random", "BitGenerator"})
_DIGESTED_ALIKE = _GENERATORS | {
    *("int", "float", "complex", "bool", "str", "bytes", "NoneType", "ndarray"),
}
"""Types whose fingerprints are the same in every process, unlike those of sets."""

_CLOCK = re.compile(r"\b(now|today|utcnow|time|time_ns|perf_counter|monotonic|uuid1|uuid4)\(")
_CHANCE = re.compile(r"\b(random|rand|randn|randint|default_rng|shuffle|sample|choice|secrets)\b")
_HINTS = {
    "FileNotFoundError": "a file that it needs is not there any more",
    "ModuleNotFoundError": "a package that it needs is not installed any more",
}


@dataclass(frozen=True)
class Outcome:
    """What came of running one execution again.

    digests: portable ones of the values that were asked for after it; None: cannot be told.
    logged: the last value that it logged of each metric or param. writes: as the tracer saw them.
    """

    error_name: str | None = None
    error_message: str = ""
    digests: dict[str, str | None] = field(default_factory=dict)
    logged: dict[str, float | str] = field(default_factory=dict)
    writes: tuple[Write, ...] = ()


@dataclass(frozen=True)
class Expected:
    """What the session itself holds, to compare with.

    digests: of the variables that still are as the execution left them, by execution id.
    logged: the last value of each metric and param, by the execution that logged it.
    changed_files: by path, what has become of files since they were read.
    """

    digests: Mapping[str, Mapping[str, str | None]]
    logged: Mapping[str, Mapping[str, float | str]]
    changed_files: Mapping[str, str] = field(default_factory=dict)


def is_same(one: float | str, other: float | str) -> bool:
    """Whether two logged values are the same; NaN is the same as NaN."""
    return one == other or (one != one and other != other)


@dataclass(frozen=True)
class Difference:
    """Where a replay first went another way: the execution with this index, and the likely cause.

    cause: None if there is no sign of any; `names` then came out another.
    """

    index: int
    ordinal: int
    cause: str | None
    names: tuple[str, ...] = ()

    def describe(self, again: Sequence[Outcome] = (), outcomes: Sequence[Outcome] = ()) -> str:
        """Return it as text.

        again: what came of a second replay, beside the `outcomes` of the first: it tells what
        comes out another each time from what only was another in the session.
        """
        cause = self.cause or f"{', '.join(self.names)} came out another"
        if self.cause is None and len(again) > self.index < len(outcomes):
            one, other = outcomes[self.index], again[self.index]
            if (one.digests, one.logged) != (other.digests, other.logged):
                cause += " each time: by the order of a set, an address, or chance"
            else:
                cause += ", the same each time: it depends on more than the trail knows"
        return f"differs at cell {self.ordinal}: {cause}"


def difference(
    executions: Sequence[Execution], outcomes: Sequence[Outcome], expected: Expected
) -> Difference | None:
    """Return where a replay of `executions` first went another way.

    outcomes: one for each execution, up to the one that the replay stopped at.
    """
    for index, (one, outcome) in enumerate(zip(executions, outcomes, strict=False)):
        if outcome.error_name != one.error_name:
            reads = [read for before in executions[: index + 1] for read in before.reads]
            error = _error_cause(outcome, _changed(reads, expected))
            return Difference(index, one.ordinal, error)
        if names := _different(one, outcome, expected):
            cause = _cause(one, outcome, names, expected)
            return Difference(index, one.ordinal, cause, tuple(names))
    return None


def _different(one: Execution, outcome: Outcome, expected: Expected) -> list[str]:
    """Return what an execution made otherwise than before, as far as it can be told."""
    before = expected.digests.get(one.execution_id, {})
    names = [
        name
        for name, digest in before.items()
        if digest and outcome.digests.get(name) and outcome.digests[name] != digest
    ]
    logged = expected.logged.get(one.execution_id, {})
    names += [
        f"the logged {key}"
        for key, value in logged.items()
        if key not in outcome.logged or not is_same(value, outcome.logged[key])
    ]
    again = {write.name: write for write in outcome.writes}
    names += [
        write.name
        for write in one.writes
        if write.name not in before and _is_known_to_differ(write, again.get(write.name))
    ]
    return names


def _is_known_to_differ(one: Write, other: Write | None) -> bool:
    if other is None or None in (one.fingerprint, other.fingerprint):
        return False
    if not (one.name.startswith("@rng") or one.type_name in _DIGESTED_ALIKE):
        return False
    return one.fingerprint != other.fingerprint and not (one.is_sampled or other.is_sampled)


def _cause(
    one: Execution, outcome: Outcome, names: Collection[str], expected: Expected
) -> str | None:
    if one.trace is None:
        return "what it did was not traced"
    types = {write.name: write.type_name for write in one.writes}
    if any(name.startswith("@rng") or types.get(name) in _GENERATORS for name in names):
        return "random generator not seeded"
    if changed := _changed(one.reads, expected):
        return changed[0]
    if _CHANCE.search(one.source):
        return "random generator not seeded"
    if _CLOCK.search(one.source):
        return "it depends on the time"
    if "environ" in one.source or "getenv" in one.source:
        return "the environment is another"
    return None


def _changed(reads: Collection[Read], expected: Expected) -> list[str]:
    """Return what has become of the files that were read."""
    files = [spoken(read.name) for read in reads if read.name.startswith("@file:")]
    return [
        f"{one} {expected.changed_files[one]}" for one in files if one in expected.changed_files
    ]


def _error_cause(outcome: Outcome, changed: Sequence[str]) -> str:
    if outcome.error_name is None:
        return "it does not fail any more"
    if outcome.error_name == "NameError":
        return f"{outcome.error_message}: no recorded cell run made it"
    hint = _HINTS.get(outcome.error_name)
    if changed:
        hint = changed[0]
    message = " ".join(f"{outcome.error_name}: {outcome.error_message}".split())
    return f"{hint} ({message})" if hint else message
