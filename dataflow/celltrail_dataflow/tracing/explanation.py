"""What a trail says of one value: the cell runs behind it, for programs and for people. Pure."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from celltrail_dataflow.tracing.traces import Execution, Write, is_data, spoken

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$])")


@dataclass(frozen=True)
class Maybe:
    """An execution that a result may depend on, and why that is not certain."""

    execution: Execution
    reason: str


@dataclass(frozen=True, repr=False)
class Explanation:
    """Where a variable, or a metric, came from.

    executions: the cell runs that it depends on, in order. maybe: those that it may depend on
    besides. verified: whether a replay in a fresh process gave the same; None before one, and where
    it could not tell. verdict: what the replay found, in words. is_logged: the target is what was
    logged as a metric or param, not a variable.
    """

    target: str
    executions: tuple[Execution, ...]
    maybe: tuple[Maybe, ...] = ()
    verified: bool | None = None
    verdict: str = ""
    is_logged: bool = False

    def describe(self, values: Mapping[str, str] | None = None) -> str:
        """Return the chain of cell runs as text: code, when, and what each made that matters here.

        values: what the versions that are still there look like, by name, in one line each.
        """
        lines = [self._headline(spoken(self.target))]
        for one, made in self._made(values or {}):
            lines += as_lines(one, made)
        lines += self._doubts()
        return "\n".join([*lines, self.verdict] if self.verdict else lines)

    def code(self) -> str:
        """Return the sources of the cell runs as one text, a `# %%` cell each."""
        return "\n\n".join(f"# %% [{one.ordinal}]\n{one.source}" for one in self.executions) + "\n"

    def __repr__(self) -> str:
        found = f"{spoken(self.target)!r}, executions {[one.ordinal for one in self.executions]}"
        maybe = f", maybe {[one.execution.ordinal for one in self.maybe]}" if self.maybe else ""
        return f"<Explanation of {found}{maybe}, verified={self.verified}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        # IPython shows a value in a container by this, too.
        alone = len(printer.stack) <= 1
        printer.text(self.describe() if alone and not cycle else repr(self))

    def _repr_markdown_(self) -> str:
        parts = [self._headline(f"**{_MARKDOWN.sub(r'\\\1', spoken(self.target))}**")]
        for one, made in self._made({}):
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", one.source)), default=0))
            parts.append(f"**\\[{one.ordinal}\\]**{_when(one)}")
            parts.append(f"{fence}python\n{one.source}\n{fence}")
            if made:
                parts.append("→ " + ", ".join(_MARKDOWN.sub(r"\\\1", line) for line in made))
        lines = [*self._doubts(), self.verdict]
        return "\n\n".join([*parts, *(_MARKDOWN.sub(r"\\\1", line) for line in lines if line)])

    def _headline(self, target: str) -> str:
        count = len(self.executions)
        logged = ", as logged," if self.is_logged else ""
        return f"{target}{logged} comes from {count} cell run{'' if count == 1 else 's'}"

    def _doubts(self) -> list[str]:
        """Return one line for each reason why something may matter."""
        ordinals: dict[str, list[str]] = {}
        for doubt in self.maybe:
            ordinals.setdefault(doubt.reason, []).append(f"[{doubt.execution.ordinal}]")
        return [f"may depend on {', '.join(them)}: {why}" for why, them in ordinals.items()]

    def _made(self, values: Mapping[str, str]) -> Iterator[tuple[Execution, list[str]]]:
        """Yield each execution with lines on what it made that matters here."""
        latest = {write.name: one for one in self.executions for write in one.writes}
        wanted = {(read.writer, read.name) for one in self.executions for read in one.reads}
        target = None if self.is_logged else self.target
        for one in self.executions:
            shown = {name: text for name, text in values.items() if latest.get(name) is one}
            lines = list(described(_of_use(one, wanted, target), shown))
            if self.is_logged and one is self.executions[-1]:
                value = values.get(f"logged {self.target}", "")
                lines.append(f"logged {self.target}{': ' if value else ''}{value}")
            yield one, lines


def as_lines(one: Execution, made: Iterable[str]) -> list[str]:
    """Return an execution as lines of text: code, when, and what it made."""
    code = (f"    {line}" for line in one.source.splitlines())
    return [f"[{one.ordinal}]{_when(one)}", *code, *(f"    → {line}" for line in made)]


def described(writes: Iterable[Write], values: Mapping[str, str]) -> Iterator[str]:
    """Return one line for each variable or file that was written."""
    for write in writes:
        if not is_data(write.name):
            continue
        kind = "" if write.name[0] == "@" else write.type_name
        what = "deleted" if write.is_deleted else values.get(write.name) or kind
        doubt = "" if write.is_certain else " (perhaps)"
        yield f"{spoken(write.name)}{': ' if what else ''}{what}{doubt}"


def _of_use(
    execution: Execution, wanted: Container[tuple[str | None, str]], target: str | None
) -> Iterator[Write]:
    """Yield what an execution has made of the target, or for one that is wanted."""
    for write in execution.writes:
        if write.name == target or (execution.execution_id, write.name) in wanted:
            yield write


def _when(one: Execution) -> str:
    when = ""
    if one.started_ms is not None:
        when = f"  {datetime.fromtimestamp(one.started_ms / 1000):%H:%M:%S}"
    return f"{when}  inferred" if one.trace and one.trace.evidence == "inferred" else when
