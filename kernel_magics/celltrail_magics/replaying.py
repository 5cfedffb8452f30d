"""`celltrail.replay`: runs the cells behind a value again, in a fresh process, and compares."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from celltrail.session import current_session
from celltrail_dataflow.tracing.comparing import Expected, Outcome, difference, is_same
from celltrail_dataflow.tracing.explanation import Explanation
from celltrail_dataflow.tracing.portable import portable_digest
from celltrail_dataflow.tracing.traces import Execution
from celltrail_magics.changed_files import changed_since
from celltrail_magics.explaining import Recording, explained
from celltrail_magics.hooks import UNTRACKED_SOURCE
from celltrail_magics.replay_process import Cell, OutsideError, Request
from celltrail_magics.scratch import scratch_folder

TIMEOUT_SECONDS = 600.0
LOOK_SECONDS = 0.3
_INSIDE = "CELLTRAIL_REPLAYING"

type OnCell = Callable[[int, int, Execution], object]
"""Told which cell run is being run again: its number, of how many, and itself."""

type Names = Mapping[str, list[str]]
"""Variables to compare, by the execution that left them as they are."""


def replay(
    target: str,
    *,
    logged: bool = False,
    timeout_seconds: float = TIMEOUT_SECONDS,
    on_cell: OnCell = lambda number, count, cell: None,
) -> Explanation:
    """Run the cell runs behind `target` again, in a fresh process, and compare the result.

    target: the name of a variable, or of a logged metric or param; only that if `logged`.
    on_cell: called now and then, while it runs. Returns the explanation with `verified` (None if it
    cannot be told) and the `verdict` in words; `explain` gives it too, until the target changes.
    Runs in a copy of the folder: files of the user stay as they are, and nothing is recorded.
    Raises `NotFoundError` if no recorded cell run has made the target.
    """
    recording, explanation = explained(target, logged=logged)
    if os.environ.get(_INSIDE):
        return explanation
    with recording.aside():
        found = _replay(recording, explanation, timeout_seconds, on_cell)
    recording.verdicts[explanation] = found
    return found


def _replay(
    recording: Recording, explanation: Explanation, timeout_seconds: float, on_cell: OnCell
) -> Explanation:
    target = explanation.target
    if not explanation.is_logged and target not in recording.namespace:
        what = "a file is not compared" if target[0] == "@" else f"{target} is not there any more"
        return replace(explanation, verdict=f"not verified: {what}")
    if not explanation.executions:
        return replace(explanation, verdict=f"not verified: no cell run has surely made {target}")
    found = _verify(recording, explanation, timeout_seconds, on_cell)
    # Of a cell that was not to be recorded there is nothing to run.
    doubts = (one.execution for one in explanation.maybe)
    doubtful = [one for one in doubts if one.source != UNTRACKED_SOURCE]
    if found.verified is False and doubtful:
        # What is certain was not enough: perhaps the cell runs that it may depend on are the rest.
        merged = sorted([*explanation.executions, *doubtful], key=lambda one: one.ordinal)
        longer = replace(explanation, executions=tuple(merged), maybe=())
        found = _verify(recording, longer, timeout_seconds, on_cell)
    return found


def _verify(
    recording: Recording, explanation: Explanation, timeout_seconds: float, on_cell: OnCell
) -> Explanation:
    executions, target = explanation.executions, explanation.target
    names = _names(recording, explanation)

    def run() -> list[Outcome]:
        return _run(recording, executions, names, timeout_seconds, on_cell)

    started = time.monotonic()
    try:
        outcomes = run()
    except subprocess.TimeoutExpired:
        verdict = f"not verified: running it again takes longer than {timeout_seconds:g} s"
        return replace(explanation, verdict=verdict)
    seconds = time.monotonic() - started
    verdict = f"differs: {target} came out another, and no cell before it did"
    expected = Expected(
        _digests(recording, names),
        _logged({one.execution_id for one in executions}),
        changed_since(executions),
    )
    verified = _is_same(explanation, outcomes, expected)
    if verified:
        count = "1 cell run" if len(executions) == 1 else f"{len(executions)} cell runs"
        verdict = f"verified: {count} gave the same in a fresh process, in {seconds:.1f} s"
    elif reason := _hindrance(executions, outcomes):
        verified = None
        verdict = f"not verified: {reason}"
    elif found := difference(executions, outcomes, expected):
        again: list[Outcome] = []
        if found.cause is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                again = run()
        verdict = found.describe(again, outcomes)
    elif verified is None:
        kind = type(recording.namespace.get(target)).__name__
        verdict = f"not verified: a {kind} cannot be compared"
    return replace(explanation, verified=verified, verdict=verdict)


def _hindrance(executions: Sequence[Execution], outcomes: Sequence[Outcome]) -> str | None:
    """Return why a replay could not be finished although nothing has come out another."""
    last = outcomes[-1] if outcomes else Outcome()
    if last.error_name == OutsideError.__name__:
        ordinal, path = executions[len(outcomes) - 1].ordinal, last.error_message
        return f"cell {ordinal} writes {path}, and a replay writes in its own folder only"
    if last.error_name is None and len(outcomes) < len(executions):
        ordinal = executions[len(outcomes)].ordinal
        return f"the process died when it ran cell {ordinal} again"
    return None


def _names(recording: Recording, explanation: Explanation) -> Names:
    executions, target = explanation.executions, explanation.target
    found = {
        one.execution_id: [w.name for w in one.writes if recording.is_current(w.name, one)]
        for one in executions
    }
    last = found[executions[-1].execution_id]
    if not explanation.is_logged and target in recording.namespace and target not in last:
        last.append(target)
    return found


def _digests(recording: Recording, names: Names) -> dict[str, dict[str, str | None]]:
    folder = str(recording.folder)
    return {
        execution_id: {name: portable_digest(recording.namespace[name], folder) for name in some}
        for execution_id, some in names.items()
    }


def _logged(execution_ids: Iterable[str]) -> dict[str, dict[str, float | str]]:
    found: dict[str, dict[str, float | str]] = {one: {} for one in execution_ids}
    for key, point in current_session().points.last.items():
        if point.execution_id in found:
            found[point.execution_id][key] = point.value
    return found


def _is_same(
    explanation: Explanation, outcomes: Sequence[Outcome], expected: Expected
) -> bool | None:
    executions, target = explanation.executions, explanation.target
    if len(outcomes) < len(executions):
        return False
    last = executions[-1].execution_id
    if not explanation.is_logged:
        before, after = expected.digests[last][target], outcomes[-1].digests[target]
        return None if before is None or after is None else before == after
    value = outcomes[-1].logged.get(target)
    return value is not None and is_same(expected.logged[last][target], value)


def _run(
    recording: Recording,
    executions: Sequence[Execution],
    names: Names,
    timeout_seconds: float,
    on_cell: OnCell,
) -> list[Outcome]:
    """Run the executions in a process of their own; raises `subprocess.TimeoutExpired`."""
    cells = [
        Cell(one.source, one.execution_count, one.error_name is not None, names[one.execution_id])
        for one in executions
    ]
    with scratch_folder(recording.folder, executions) as (root, folder):
        request, answer = root / "request", root / "answer"
        request.write_bytes(msgspec.msgpack.encode(Request(cells, str(root), str(folder))))
        with _lifeline() as end:
            command = [sys.executable, "-m", "celltrail_magics.replay_process"]
            process = subprocess.Popen(
                [*command, request, answer, str(end)],
                cwd=folder,
                env=_environment(recording, root),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=[end],
            )

            def look() -> None:
                done = _outcomes(answer)
                if len(done) < len(executions):
                    on_cell(len(done) + 1, len(executions), executions[len(done)])

            _wait(process, timeout_seconds, look)
        return _outcomes(answer)


def _outcomes(answer: Path) -> list[Outcome]:
    if not answer.exists():
        return []
    return msgspec.msgpack.decode(answer.read_bytes(), type=list[Outcome])


@contextlib.contextmanager
def _lifeline() -> Iterator[int]:
    """Yield one end of a pipe: who holds it ends itself when this process lets go of the other.

    That may be by an interrupt at any place, or because it was killed.
    """
    end, held = os.pipe()
    try:
        yield end
    finally:
        os.close(end)
        os.close(held)


def _wait(
    process: subprocess.Popen[bytes], timeout_seconds: float, look: Callable[[], None]
) -> None:
    """Wait for a process; whatever comes in between, such as an interrupt, ends it first.

    look: called a few times a second.
    """
    deadline = time.monotonic() + timeout_seconds
    try:
        while process.poll() is None:
            left_seconds = deadline - time.monotonic()
            if left_seconds <= 0:
                raise subprocess.TimeoutExpired(process.args, timeout_seconds)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(min(left_seconds, LOOK_SECONDS))
            look()
    finally:
        with contextlib.suppress(ProcessLookupError):  # also what the cells have left running
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _environment(recording: Recording, root: Path) -> dict[str, str]:
    """Return what the session began with, except for where things are recorded or written."""
    return {
        "MPLBACKEND": "agg",
        **recording.environment,
        _INSIDE: "1",
        "CELLTRAIL_HOME": str(root / "celltrail"),
        "IPYTHONDIR": str(root / "ipython"),
        "MLFLOW_TRACKING_URI": f"sqlite:///{root}/mlflow.db",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, recording.import_path)),
        "TMPDIR": str(root / "tmp"),
    }
