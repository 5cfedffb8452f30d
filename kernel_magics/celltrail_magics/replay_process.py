"""The process that runs a slice again.

    python -m celltrail_magics.replay_process REQUEST ANSWER LIFELINE

It is a plain IPython shell with the extension loaded, but what it records goes nowhere, and
Python code in it writes below one folder only.
"""

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import msgspec

from celltrail.events import Event
from celltrail.recorder import Recorder
from celltrail.session import current_session
from celltrail_dataflow.tracing.comparing import Outcome
from celltrail_dataflow.tracing.portable import portable_digest
from celltrail_dataflow.tracing.traces import Execution
from celltrail_dataflow.tracing.trail import Trail


class OutsideError(PermissionError):
    """A cell would change a file that is the user's; the text is its path."""


class Cell(msgspec.Struct, frozen=True):
    """A cell to run, and the variables to give digests of after it."""

    source: str
    execution_count: int | None
    may_fail: bool
    names: list[str]


class Request(msgspec.Struct, frozen=True):
    """What to run; `root` is the only folder to write below, `folder` the notebook's inside it."""

    cells: list[Cell]
    root: str
    folder: str


def main(request_file: str, answer_file: str, lifeline: str) -> None:
    """Run the cells that the request holds, and write what came of each.

    lifeline: descriptor of a pipe that the asking process holds open for as long as it wants this.
    """
    threading.Thread(target=_end_with, args=[int(lifeline)], daemon=True).start()
    request = msgspec.msgpack.decode(Path(request_file).read_bytes(), type=Request)
    shell, trail = _recorded_shell()
    _guard(request.root)
    outcomes: list[Outcome] = []
    for cell in request.cells:
        if cell.execution_count is not None:
            shell.execution_count = cell.execution_count
        result = shell.run_cell(cell.source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        outcomes.append(_outcome(cell, error, shell.user_ns, request.folder, list(trail)[-1]))
        _write(Path(answer_file), msgspec.msgpack.encode(outcomes))
        if error is not None and not cell.may_fail:
            break


def _write(path: Path, data: bytes) -> None:
    """Write all at once: it is read meanwhile."""
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)


def _end_with(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


def _recorded_shell() -> tuple[Any, Trail]:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from celltrail_magics.explaining import latest
    from celltrail_magics.magics import load

    class Shell(InteractiveShell):
        def enable_gui(self, gui: str | None = None) -> None:
            """Run no event loop: `%matplotlib` asks for one, and nobody looks."""

    session = current_session()
    session.recorder = _Nowhere(session.settings)
    quiet = {"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}}
    shell = Shell.instance(config=Config(quiet))
    load(shell)
    return shell, latest().trail


def _outcome(
    cell: Cell, error: BaseException | None, names: dict[str, Any], folder: str, seen: Execution
) -> Outcome:
    points = current_session().points.last.items()
    return Outcome(
        error_name=None if error is None else type(error).__name__,
        error_message="" if error is None else str(error)[:300],
        digests={
            name: portable_digest(names[name], folder) if name in names else "missing"
            for name in cell.names
        },
        logged={key: one.value for key, one in points if one.execution_id == seen.execution_id},
        writes=seen.writes,
    )


class _Nowhere(Recorder):
    """Takes events and lets them be: a replay is no run of the user's."""

    def record(self, event: Event) -> None:
        """Forget the event."""


def _guard(root: str) -> None:
    """Refuse what Python code would write, move or remove outside of `root`."""
    allowed = (root + os.sep, "/dev/")

    def check(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = args
            writes = set("wax+") & set(mode or "") or (flags or 0) & (os.O_WRONLY | os.O_RDWR)
            paths = [path] if writes else []
        else:
            paths = list(args[: _CHANGING.get(event, 0)])
        for path in paths:
            if isinstance(path, str | bytes | os.PathLike):
                full = os.path.realpath(os.fsdecode(path))
                if not full.startswith(allowed):
                    raise OutsideError(full)

    sys.addaudithook(check)


_CHANGING = {
    "os.remove": 1,
    "os.rename": 2,
    "os.rmdir": 1,
    "os.mkdir": 1,
    "os.truncate": 1,
    "os.chmod": 1,
    "os.chown": 1,
    "os.utime": 1,
    "os.link": 2,
    "shutil.rmtree": 1,
    "shutil.move": 2,
    "sqlite3.connect": 1,
}
"""Audit events, and how many of their arguments are paths that they change."""


if __name__ == "__main__":
    main(*sys.argv[1:])
