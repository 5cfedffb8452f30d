"""State without a name that cells share, as pseudo-variables: `@rng:random`, `@env:HOME`, `@cwd`.

Each kind has a module of its own, and they share one form: a probe hears of the begin of a cell, of
audit events while it runs, and of its end, when it says what the cell read and wrote. A probe costs
microseconds if a cell has nothing to do with it.
"""

import os
from types import CodeType
from typing import Any

from celltrail_dataflow.tracing.hidden.auditing import EVENTS
from celltrail_dataflow.tracing.hidden.cell import Cell, Effects, Probe
from celltrail_dataflow.tracing.hidden.databases import Databases
from celltrail_dataflow.tracing.hidden.descriptors import Descriptors
from celltrail_dataflow.tracing.hidden.environment import PUTTING, Environment
from celltrail_dataflow.tracing.hidden.figures import Figures
from celltrail_dataflow.tracing.hidden.files import Files
from celltrail_dataflow.tracing.hidden.generators import Generators
from celltrail_dataflow.tracing.hidden.options import Options
from celltrail_dataflow.tracing.hidden.patches import Patches
from celltrail_dataflow.tracing.hidden.settings import Settings
from celltrail_dataflow.tracing.hidden.shell import Shell
from celltrail_dataflow.tracing.hidden.streams import Streams
from celltrail_dataflow.tracing.ownership import is_installed


class HiddenState:
    """All probes of one namespace.

    ignored_files: the beginnings of paths of files that do not count.
    """

    def __init__(self, namespace: dict[str, Any], ignored_files: tuple[str, ...] = ()) -> None:
        self.generators = Generators(namespace)
        self._files = Files(ignored_files)
        self._environment = Environment()
        self._imported: list[CodeType] = []
        self._probes: tuple[Probe, ...] = (
            self.generators,
            self._environment,
            self._files,
            Patches(),
            Options(),
            Settings(),
            Shell(),
            Figures(),
            Streams(),
            Descriptors(),
            Databases(),
        )

    audited = EVENTS | PUTTING
    """The audit events that are to be told of."""

    def audit(self, event: str, args: tuple[Any, ...]) -> None:
        """Take an audit event of the running cell."""
        if event == "exec":
            if not is_installed(os.path.abspath(args[0].co_filename)):
                self._imported.append(args[0])
        elif event in PUTTING:
            self._environment.audit(*args)
        else:
            self._files.audit(event, args)

    def begin(self) -> None:
        """A cell is about to run."""
        self._imported = []
        for probe in self._probes:
            probe.begin()

    def end(self, cell: Cell) -> Effects:
        """Return what the cell read and wrote."""
        cell.children, cell.has_heirs = self._files.children, self._files.has_heirs
        cell.imported, self._imported = self._imported, []
        effects = Effects()
        for probe in self._probes:
            probe.end(cell, effects)
        return effects
