"""`%track` and `%%track`, and putting them and the hooks into a shell."""

from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class

from celltrail.errors import CelltrailError, InvalidError
from celltrail.notices import notice
from celltrail.run import Run
from celltrail.session import current_session
from celltrail_magics.changed_files import modified_ms
from celltrail_magics.differing import describe_difference
from celltrail_magics.directives import as_comment
from celltrail_magics.explaining import describe, explain, latest
from celltrail_magics.grammar import (
    HELP,
    Diff,
    Explain,
    Help,
    Live,
    Off,
    On,
    Record,
    Replay,
    Restore,
    Stale,
    Start,
    Status,
    Stop,
    parse_directive,
    parse_line,
)
from celltrail_magics.hooks import CellHooks
from celltrail_magics.live import show_live
from celltrail_magics.progress import Progress
from celltrail_magics.recorded_runs import fetch_runs
from celltrail_magics.recording import record_values
from celltrail_magics.replaying import replay
from celltrail_magics.restoring import restore

FLUSH_SECONDS = 1.0


@magics_class
class TrackMagics(Magics):
    """The magics of one shell."""

    def __init__(self, shell: InteractiveShell, hooks: CellHooks) -> None:
        super().__init__(shell)
        self.hooks = hooks

    @line_cell_magic
    def track(self, line: str, cell: str | None = None) -> None:
        """Record runs, params and metrics; `%track` alone says how."""
        try:
            if cell is None:
                self._carry_out(line)
            else:
                self._run_and_record(line, cell)
        except CelltrailError as error:
            notice(str(error))

    def _carry_out(self, line: str) -> None:
        match parse_line(line):
            case Start(name, experiment, tags):
                print(_where(current_session().start_run(name, experiment, tags)))
            case Stop():
                self._stop()
            case Status():
                print(_status())
            case Explain(target, is_logged, is_code):
                if is_code:
                    print(explain(target, logged=is_logged).code(), end="")
                else:
                    print(describe(target, logged=is_logged))
            case Stale():
                print(_stale())
            case Diff(one, other):
                print(describe_difference(*fetch_runs(one, other)))
            case Live():
                self._live()
            case Restore(run):
                print(restore(fetch_runs(run)[0], Path.cwd()))
            case Replay(target, is_logged):
                with Progress() as progress:
                    found = replay(target, logged=is_logged, on_cell=progress)
                print(found.verdict)
            case Off():
                self.hooks.switch(is_on=False)
                print("recording is off until %track on")
            case On():
                self.hooks.switch(is_on=True)
                print("recording is on, from the next cell")
            case Record() as record:
                record_values(self.hooks.shell, record)
            case Help():
                print(HELP)

    def _live(self) -> None:
        if not hasattr(self.hooks.shell, "kernel"):
            raise InvalidError("%track live draws in notebooks; here `celltrail runs` lists values")
        show_live(current_session(), self.hooks.cell_id)

    def _stop(self) -> None:
        session = current_session()
        run = session.run
        if run is None:
            raise InvalidError("there is no run to stop; the next cell begins one")
        if run.is_guest:
            raise InvalidError(f"run {run.name} was begun elsewhere and ends there")
        session.end_run("FINISHED")
        print(f"run {run.name} has ended; the next cell begins another one")

    def _run_and_record(self, line: str, cell: str) -> None:
        record = parse_directive(line)
        result = self.hooks.shell.run_cell(cell)  # type: ignore[no-untyped-call]
        if result.success:
            record_values(self.hooks.shell, record)


def load(shell: InteractiveShell) -> None:
    """Put the magics and the hooks into `shell`, unless they are there."""
    if TrackMagics.__name__ in shell.magics_manager.registry:
        return
    magics = TrackMagics(shell, _leaving_hooks(shell) or CellHooks(shell))
    shell.register_magics(magics)
    shell.input_transformers_cleanup.append(as_comment)
    magics.hooks.install()


def _leaving_hooks(shell: InteractiveShell) -> CellHooks | None:
    """Return the hooks that leave with the end of this cell: `%reload_ext` unloads and loads."""
    for callback in shell.events.callbacks["post_run_cell"]:
        owner = getattr(callback, "__self__", None)
        if isinstance(owner, CellHooks):
            return owner
    return None


def unload(shell: InteractiveShell) -> None:
    """Take the magics and the hooks out of `shell`."""
    magics = shell.magics_manager.registry.pop(TrackMagics.__name__, None)
    if magics is None:
        return
    magics.hooks.uninstall()
    shell.input_transformers_cleanup.remove(as_comment)
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("track", None)


def _where(run: Run) -> str:
    return (
        f"recording run {run.name} of experiment {run.experiment}: see it in the Celltrail "
        "sidebar, or with `celltrail runs`"
    )


def _stale() -> str:
    trail = latest().trail
    found = trail.stale(modified_ms(trail))
    return "\n".join(one.describe() for one in found) or "nothing is older than its data"


def _status() -> str:
    session = current_session()
    recorder = session.recorder
    recorder.flush(FLUSH_SECONDS)
    run = session.run
    waiting = recorder.waiting_events
    rows = {
        "run": f"{run.name} ({run.run_id})" if run else "none; the next cell begins one",
        "experiment": run.experiment if run else "-",
        "cells": str(session.cells_recorded),
        "waiting": f"{waiting} events wait in {recorder.folder}" if waiting else "all is sent",
        "server": recorder.url or "not reached yet",
    }
    if recorder.is_stopped:
        rows["waiting"] = "recording has stopped"
    elif recorder.is_paused:
        rows["waiting"] = "recording is off; %track on turns it on"
    return "\n".join(f"{key:<10}  {value}" for key, value in rows.items())
