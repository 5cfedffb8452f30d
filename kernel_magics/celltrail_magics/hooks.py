"""Records each cell that a shell runs: from IPython's `pre_run_cell` and `post_run_cell`.

A hook never raises into the shell, keeps no object of the user and costs microseconds. A cell that
is run from within a cell (`get_ipython().run_cell`) is part of that cell.
"""

import asyncio
import os
import sys
import threading
from time import perf_counter  # by name: notebooks replace what is in the module
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple

from celltrail.errors import InvalidError
from celltrail.events import CellStatus, new_id, now_ms
from celltrail.masking import mask_text
from celltrail.notices import guarded, notice
from celltrail.session import current_session
from celltrail_dataflow.tracing.traces import Execution
from celltrail_magics.capturing.cells import Capturing
from celltrail_magics.directives import directive_of, is_untracked
from celltrail_magics.grammar import Record, parse_directive
from celltrail_magics.interrupts import HeldBack, dropped
from celltrail_magics.recording import record_values
from celltrail_magics.tracing import CellTracer

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

MESSAGE_CHARACTERS = 1000
COUNTS_FIRST = (9, 8)
"""Since this version IPython counts a cell before it calls hooks, and not at its end."""

UNTRACKED_SOURCE = "# [not tracked]"
"""What stands in the trail for the source of a cell that is not to be recorded."""


class _OpenCell(NamedTuple):
    info: "ExecutionInfo"
    execution_id: str
    ordinal: int
    source: str
    record: Record | None
    execution_count: int
    started_ms: int
    started_seconds: float

    def execution(self, error_name: str) -> Execution:
        """Return what is known of it for the trail."""
        return Execution(
            self.execution_id,
            self.ordinal,
            self.source,
            self.info.cell_id,
            execution_count=self.execution_count,
            started_ms=self.started_ms,
            error_name=error_name or None,
        )


class CellHooks:
    """The hooks of one shell."""

    def __init__(self, shell: "InteractiveShell") -> None:
        from IPython import version_info

        self.shell = shell
        self._counts_first = version_info >= COUNTS_FIRST
        self._open: _OpenCell | None = None
        self._thread = threading.get_ident()
        self._untracked: ExecutionInfo | None = None
        """The running cell, if it is not to be recorded."""

        self._is_off = False
        self._loaded: tuple[int, float] | None = None
        self._is_leaving = False
        self._interrupts = HeldBack(dropped)
        self.tracer = CellTracer(shell)
        self.capturing = Capturing(shell)

    @property
    def cell_id(self) -> str | None:
        """The id of the cell that runs now, if the front end sends one."""
        return self._open.info.cell_id if self._open else None

    def install(self) -> None:
        """Begin to listen to the shell, or go on if the cell that ended it still runs."""
        if self._is_leaving:
            self._is_leaving = False
            self.shell.events.register("pre_run_cell", self.pre_run_cell)
            return
        session = current_session()
        session.is_notebook = True
        session.notebook = notebook_path(self.shell)
        if session.execution_id is None:
            # The cell that loads the extension runs already, and is recorded when it ends.
            self._loaded = (now_ms(), perf_counter())
        self.tracer.start()
        self.capturing.install()
        self.shell.events.register("pre_run_cell", self.pre_run_cell)
        self.shell.events.register("post_run_cell", self.post_run_cell)

    def uninstall(self) -> None:
        """Stop listening, after the end of the cell that runs now."""
        self.shell.events.unregister("pre_run_cell", self.pre_run_cell)
        self._is_leaving = True
        if not self._open and not self._untracked:
            self._leave()

    @guarded("turning the recording on or off")
    def switch(self, *, is_on: bool) -> None:
        """Record nothing from now on, or again from the next cell on."""
        self._is_off = not is_on
        if not is_on:
            self._pause()
        elif self._untracked is None:
            current_session().resume()

    @guarded("recording the start of a cell")
    def pre_run_cell(self, info: "ExecutionInfo") -> None:
        """IPython is about to run a cell."""
        with HeldBack(self.tracer.interrupt) as self._interrupts:
            self._before(info)

    @guarded("recording the end of a cell")
    def post_run_cell(self, result: "ExecutionResult | None") -> None:
        """IPython has run a cell; without a result it was cancelled."""
        with HeldBack(dropped) as self._interrupts:
            self._after(result)

    def _before(self, info: "ExecutionInfo") -> None:
        self._loaded = None
        if not self._is_cell(info) or self._is_within_cell():
            return
        self._close_lost()
        if self._is_off or is_untracked(info.raw_cell or "", self._tags(info)):
            self._untracked = info
            self._pause()
        else:
            cell = self._begin(info, now_ms())
            self.capturing.begin(cell.execution_id, cell.ordinal, cell.execution_count)
            self._go_last()
            self.tracer.begin()

    def _go_last(self) -> None:
        """See to it that what the user lets run after each cell is still part of it."""
        callbacks = self.shell.events.callbacks["post_run_cell"]
        if callbacks[-1] != self.post_run_cell:
            callbacks.remove(self.post_run_cell)
            callbacks.append(self.post_run_cell)

    def _after(self, result: "ExecutionResult | None") -> None:
        info = result.info if result else None
        if self._untracked and (not info or _is_same(info, self._untracked)):
            self._pass()
            return
        if self._loaded and info and self._is_cell(info):
            started_ms, started_seconds = self._loaded
            self._loaded = None
            if is_untracked(info.raw_cell or "", self._tags(info)):
                return
            self._begin(info, started_ms, started_seconds)
            self.tracer.begin()
        cell = self._open
        if cell is None or (info and not _is_same(info, cell.info)):
            return
        self._end(cell, _error_of(result) if result else asyncio.CancelledError())

    def _end(self, cell: _OpenCell, error: BaseException | None) -> None:
        duration_ms = (perf_counter() - cell.started_seconds) * 1000
        self._open = None
        name, message = _name_and_message(error)
        if self._is_leaving:
            self._leave()
        try:
            self._interrupts.is_lifted = True  # what comes may take long
            # Not all releases of IPython tell it.
            self.tracer.end(cell.execution(name), getattr(cell.info, "transformed_cell", None))
            self.capturing.end(cell.source, succeeded=error is None)
            if cell.record and error is None:
                record_values(self.shell, cell.record)
        except KeyboardInterrupt:
            notice(f"interrupted: not all that cell run {cell.ordinal} did is recorded")
        finally:
            self._interrupts.is_lifted = False
        current_session().cell_ended(
            cell.execution_id, _status(error), duration_ms, (name, message)
        )

    def _is_within_cell(self) -> bool:
        """Whether the cell that IPython is about to run is part of one that runs already."""
        if self._open is None and self._untracked is None:
            return False
        if threading.get_ident() != self._thread:
            return True
        running = 0
        frame: FrameType | None = sys._getframe()
        while frame:
            running += frame.f_code.co_name == "run_cell_async"
            frame = frame.f_back
        return running > 1

    def _close_lost(self) -> None:
        """End a cell whose end IPython has not told, interrupted in between."""
        self._thread = threading.get_ident()
        if self._untracked:
            self._pass()
        elif self._open:
            self._end(self._open, KeyboardInterrupt())

    def _pause(self) -> None:
        current_session().pause()
        self.capturing.pause()

    def _pass(self) -> None:
        """The cell that is not to be recorded has run."""
        self._untracked = None
        session = current_session()
        self.tracer.passed(Execution(new_id(), session.cell_passed(), UNTRACKED_SOURCE))
        if not self._is_off:
            session.resume()
        if self._is_leaving:
            self._leave()

    def _leave(self) -> None:
        self.tracer.stop()
        self.capturing.uninstall()
        self.shell.events.unregister("post_run_cell", self.post_run_cell)

    def _begin(
        self, info: "ExecutionInfo", started_ms: int, started_seconds: float | None = None
    ) -> _OpenCell:
        is_counted = info.store_history and (self._counts_first or started_seconds is not None)
        count = self.shell.execution_count - (1 if is_counted else 0)
        source = info.raw_cell or ""
        execution_id = current_session().cell_started(
            source, cell_id=info.cell_id, execution_count=count, started_ms=started_ms
        )
        record = _wanted(source)
        started_seconds = started_seconds or perf_counter()
        ordinal = current_session().cells_recorded
        self._open = _OpenCell(
            info, execution_id, ordinal, source, record, count, started_ms, started_seconds
        )
        return self._open

    def _tags(self, info: "ExecutionInfo") -> object:
        """Return the cell's tags, which JupyterLab and VS Code send with its metadata."""
        metadata = getattr(info, "cell_meta", None)
        if metadata is None and hasattr(self.shell, "get_parent"):  # IPython before 9.9
            metadata = self.shell.get_parent().get("metadata")
        return metadata.get("tags") if isinstance(metadata, dict) else None

    def _is_cell(self, info: "ExecutionInfo") -> bool:
        # Front ends ask kernels for their own purposes with store_history=False.
        asked_by_user = info.store_history or not hasattr(self.shell, "kernel")
        return asked_by_user and bool((info.raw_cell or "").strip())


def notebook_path(shell: "InteractiveShell") -> str | None:
    """Return the path of the notebook that `shell` runs for, as far as its front end says."""
    path = shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME") or ""
    return str(path) if str(path).endswith(".ipynb") else None


def _wanted(source: str) -> Record | None:
    options = directive_of(source)
    if options is None:
        return None
    try:
        return parse_directive(options)
    except InvalidError as error:
        notice(str(error))
        return None


def _is_same(info: "ExecutionInfo", other: "ExecutionInfo") -> bool:
    # After an interrupt outside of the user's code IPython reports a copy.
    return info is other or info.raw_cell == other.raw_cell


def _error_of(result: "ExecutionResult") -> BaseException | None:
    return result.error_before_exec or result.error_in_exec


def _status(error: BaseException | None) -> CellStatus:
    if error is None:
        return "ok"
    return "aborted" if isinstance(error, KeyboardInterrupt | asyncio.CancelledError) else "error"


def _name_and_message(error: BaseException | None) -> tuple[str, str]:
    if error is None:
        return "", ""
    name = type(error).__name__
    try:
        # Masked before it is cut: of a secret that is cut in two, neither half looks like one.
        return name, mask_text(str(error)[: 2 * MESSAGE_CHARACTERS])[:MESSAGE_CHARACTERS]
    except Exception:  # a stranger's `__str__`
        return name, ""
