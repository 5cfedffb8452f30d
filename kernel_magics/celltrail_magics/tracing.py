"""Tracing the cells of a shell: what each read and wrote goes into the trail and to the server."""

import ast
import re
from collections.abc import Iterable, Set
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

import celltrail
import celltrail_magics
from celltrail.events import CellTraced, VariableRead, VariableVersion
from celltrail.literals import parsed
from celltrail.notices import guarded, notice
from celltrail.session import current_session
from celltrail_dataflow.tracing.purity import changed_names, stored_names
from celltrail_dataflow.tracing.tracer import Tracer
from celltrail_dataflow.tracing.traces import Execution, Read, Trace
from celltrail_dataflow.tracing.watching import WatchError
from celltrail_magics.explaining import Recording, show
from celltrail_magics.interrupts import Interrupt

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


STATIC_CHARACTERS = 20_000
"""Longer cells are not analysed for what they cannot change: that would take milliseconds."""

_MAGIC = re.compile(r"run_(line|cell)_magic\('(\w+)', '((?:[^'\\]|\\.)*)'")
_NAME = re.compile(r"[A-Za-z_]\w*")


class CellTracer:
    """The tracer of one shell, and the recording that it makes."""

    def __init__(self, shell: "InteractiveShell") -> None:
        self._shell = shell
        # Our own code is not the notebook's, also where it is installed from a checkout.
        own = [f"{Path(one.__file__ or '').parent}/" for one in (celltrail, celltrail_magics)]
        self._tracer = Tracer(shell.user_ns, (f"{current_session().settings.home}/", *own))
        self._is_on = False
        self.recording = Recording(shell.user_ns, aside=self._tracer.aside)

    @guarded("tracing")
    def start(self) -> None:
        """Begin to trace; says so if other tools leave no place."""
        try:
            self._tracer.start()
            self._is_on = True
            show(self.recording)
        except WatchError as error:
            notice(f"what cells read and write is not traced: {error}")

    @guarded("tracing")
    def stop(self) -> None:
        """Trace no more; the trail stays."""
        if self._is_on:
            self._is_on = False
            self._tracer.stop()

    @guarded("tracing the start of a cell")
    def begin(self) -> None:
        """A cell is about to run."""
        if self._is_on:
            self._tracer.begin()

    def interrupt(self, interrupt: Interrupt) -> bool:
        """Let the cell be interrupted as soon as it runs; False if it is not traced."""
        return self._is_on and self._tracer.interrupt(interrupt)

    @guarded("tracing the end of a cell")
    def end(self, execution: Execution, code: str | None) -> None:
        """A cell has run: take it into the trail, and record what it read and wrote.

        code: the cell with IPython's own syntax translated, if IPython has told.
        """
        trail = self.recording.trail
        trail.add(execution)  # whatever goes wrong now, it has run
        if self._is_on:
            source = execution.source
            mentioned = self._macros(source) | self._named_to_magics(code or "")
            trace = self._tracer.end(
                execution.execution_id,
                lambda loaded: self._may_change(source, code, loaded),
                mentioned,
                lambda: self._stored(source, code),
            )
            current_session().recorder.record(_event(trace))
            trail.add(replace(execution, trace=trace))

    @guarded("tracing")
    def passed(self, execution: Execution) -> None:
        """A cell has run of which nothing is recorded: later ones may depend on it."""
        self.recording.trail.add(execution)

    def _macros(self, source: str) -> set[str]:
        """Return the macros whose name is a line of the cell: their text runs in its place."""
        space = self._shell.user_ns
        lines = {line.strip() for line in source.splitlines()}
        return {name for name in lines if type(space.get(name)).__name__ == "Macro"}

    def _named_to_magics(self, code: str) -> set[str]:
        """Return the names on the lines of magics that are not IPython's: `%R -i df` reads `df`.

        IPython's own take what they read as code or in braces, which is seen without this.
        """
        found: set[str] = set()
        for kind, magic, line in _MAGIC.findall(code):
            function = self._shell.find_magic(magic, kind)  # type: ignore[no-untyped-call]
            if not getattr(function, "__module__", "IPython.core").startswith("IPython.core"):
                found.update(_NAME.findall(line))
        return found.intersection(self._shell.user_ns)

    def _may_change(self, source: str, code: str | None, loaded: Set[str]) -> Set[str]:
        """Return those of the names that a cell has loaded whose objects it may change in place."""
        tree = self._parsed(source, code)
        if tree is None:
            return loaded
        changed = changed_names(tree, self._tracer.type_of, self._shell.user_ns)
        # What it does not mention it has loaded in other code, such as the text of a magic.
        mentioned = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        return (loaded & changed) | (loaded - mentioned)

    def _stored(self, source: str, code: str | None) -> Iterable[str]:
        """Return the names into whose objects a cell surely puts an item."""
        tree = self._parsed(source, code)
        return stored_names(tree, self._tracer.type_of) if tree else ()

    def _parsed(self, source: str, code: str | None) -> ast.Module | None:
        if len(source) > STATIC_CHARACTERS:
            return None
        try:
            return parsed(code or self._shell.transform_cell(source))  # type: ignore[no-untyped-call]
        except (SyntaxError, ValueError, RecursionError):
            return None


def _event(trace: Trace) -> CellTraced:
    return CellTraced(
        trace.execution_id,
        _distinct(trace.reads),
        [
            VariableVersion(
                one.name,
                one.type_name,
                fingerprint=one.fingerprint,
                is_sampled=one.is_sampled,
                is_deleted=one.is_deleted,
                is_certain=one.is_certain,
            )
            for one in trace.writes
        ],
    )


def _distinct(reads: Iterable[Read]) -> list[VariableRead]:
    """Return the reads with each version once: a cell may read a file twice, or for two names."""
    found: dict[tuple[str, str | None], VariableRead] = {}
    for one in reads:
        read = VariableRead(one.name, one.writer, one.is_certain, one.only_for)
        if other := found.get((one.name, one.writer)):
            only_for = read.only_for if read.only_for == other.only_for else None
            is_certain = read.is_certain or other.is_certain
            read = replace(read, is_certain=is_certain, only_for=only_for)
        found[one.name, one.writer] = read
    return list(found.values())
