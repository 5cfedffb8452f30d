"""What this process records: its run, the cell that runs now, and what belongs to them.

A `Session` turns what happens into events. There is one per process (`current_session`), shared
by `celltrail.log` and its kin, the cell hooks and the MLflow headers. Its run begins with the
first thing recorded and ends with the process, unless the user says otherwise. A process that is
given a run (`CELLTRAIL_RUN_ID`, a step of a pipeline) records into that one and does not end it.
"""

import atexit
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from celltrail.events import (
    CellEnded,
    CellStarted,
    CellStatus,
    MetricsLogged,
    ParamsLogged,
    RunEnded,
    RunStarted,
    RunStatus,
    RunUpdated,
    SeriesLogged,
    new_id,
    now_ms,
)
from celltrail.hosting import server_tags
from celltrail.lineage import id_within, is_preparing, run_of_parent, run_of_starter, torchrun_group
from celltrail.masking import mask_value
from celltrail.notices import notice
from celltrail.points import Logged, Points
from celltrail.recorder import Recorder
from celltrail.run import Run
from celltrail.settings import Settings

EXIT_SECONDS = 2.0
"""How long the end of the process may wait for the server; the spool keeps the rest."""

SERIES_POINTS = 20_000
"""Points in one event: half a megabyte."""

NAME_CHARACTERS = 500
"""A server refuses longer names, and with the beginning of a run everything in it."""


class Session:
    """The recording of one process; its methods may be called from any thread."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # Not before: multiprocessing forgets in its children what was registered in the parent.
        self.recorder = Recorder(settings, on_open=lambda: atexit.register(self.close))
        self.is_notebook = False
        self.notebook: str | None = None
        """Path of the notebook, if the process is the kernel of one and the path is known."""

        self.run: Run | None = None
        self.execution_id: str | None = None
        self.cells_recorded = 0
        self._introduction: RunStarted | None = None
        self._is_introduced = False
        self._runs_begun = 0
        self._params: dict[str, str] = {}
        self.points = Points()
        self._lock = threading.RLock()

    def open_run(self) -> Run:
        """Return the run to record into; begins one if there is none."""
        run = self.run
        if run is None:
            with self._lock:
                run = self.run or self._given_run() or self._joined_run() or self._begin(None, None)
                self._hold(run)
        return run

    def start_run(self, name: str | None, experiment: str | None, tags: Mapping[str, str]) -> Run:
        """Begin a run that the user asks for.

        A run that began by itself is taken over, with the cells that it holds already; one that
        the user began is ended first. A given run stays, and only takes the tags.
        """
        with self._lock:
            if self.settings.run_id:
                run = self.open_run()
                notice(f"this process records into run {run.run_id}; no other run is started")
            elif is_preparing() and (joined := self._joined_run()):
                run = joined
            elif self.run and self.run.is_implicit and not self.run.is_guest:
                run = self._take_over(self.run, name, experiment)
            else:
                self.end_run("FINISHED")
                run = self._begin(name, experiment, is_implicit=False)
            self._hold(run)
            self.set_tags(tags)
            return run

    def _hold(self, run: Run) -> None:
        # What the main module of the parent does, run once more in a worker, leaves no trace.
        if not is_preparing():
            self.run = run

    def end_run(self, status: RunStatus) -> None:
        """End the run, if there is one and it is not a given one."""
        with self._lock:
            run = self.run
            if run is None or run.run_id == self.settings.run_id:
                return
            self.run = None
            self.recorder.announce(None)
            if not run.is_guest and self._is_introduced:
                self.recorder.record(RunEnded(run.run_id, status, now_ms()))

    def cell_started(
        self, source: str, *, cell_id: str | None, execution_count: int | None, started_ms: int
    ) -> str:
        """Record that a cell begins to run; returns the id of this execution."""
        run = self.open_run()
        self.cells_recorded += 1
        execution_id = new_id()
        self.recorder.record(
            CellStarted(
                execution_id=execution_id,
                run_id=run.run_id,
                ordinal=self.cells_recorded,
                source=source,
                started_ms=started_ms,
                cell_id=cell_id,
                execution_count=execution_count,
            )
        )
        self.execution_id = execution_id
        return execution_id

    def cell_passed(self) -> int:
        """Count a cell run of which nothing is recorded; returns its number."""
        self.cells_recorded += 1
        return self.cells_recorded

    def pause(self) -> None:
        """Record nothing until `resume`, whoever logs it."""
        self.recorder.is_paused = True

    def resume(self) -> None:
        """Record again, also that a run has begun meanwhile."""
        self.recorder.is_paused = False
        with self._lock:
            self._introduce()

    def cell_ended(
        self, execution_id: str, status: CellStatus, duration_ms: float, error: tuple[str, str]
    ) -> None:
        """Record that a cell run is over; `error`: its name and message, empty without one."""
        self.execution_id = None
        name, message = error
        self.recorder.record(
            CellEnded(execution_id, status, duration_ms, name or None, message or None)
        )

    def log_metrics(self, metrics: Mapping[str, float], step: int | None) -> None:
        """Record one point of each metric; without a step each metric counts on by itself."""
        run_id = (self.run or self.open_run()).run_id
        time_ms, execution_id = now_ms(), self.execution_id
        for at, group in self.points.by_step(metrics, step, execution_id).items():
            self.recorder.record(MetricsLogged(run_id, group, at, time_ms, execution_id))
            for listener in self.points.listeners:
                for key, value in group.items():
                    listener(run_id, key, (at,), (value,))

    def log_series(self, key: str, values: Sequence[float], steps: Sequence[int] | None) -> None:
        """Record many points of one metric; without steps it counts on."""
        run_id, now = self.open_run().run_id, now_ms()
        steps = self.points.steps_of(key, values, steps, self.execution_id)
        for listener in self.points.listeners:
            listener(run_id, key, steps, values)
        for start in range(0, len(values), SERIES_POINTS):
            part = slice(start, start + SERIES_POINTS)
            at = steps[part]
            event = SeriesLogged.of(
                run_id, key, at, [now] * len(at), values[part], self.execution_id
            )
            self.recorder.record(event)

    def log_params(self, params: Mapping[str, str]) -> None:
        """Record params; one that the run has with another value is left as it is, and said."""
        if self.recorder.is_paused:
            return
        run = self.open_run()
        with self._lock:
            there = {key: self._params[key] for key in params if key in self._params}
            self._params |= {key: value for key, value in params.items() if key not in there}
        for key, value in params.items():
            if key not in there:  # one by one, so that one refusal refuses only one
                self.recorder.record(ParamsLogged(run.run_id, {key: value}, self.execution_id))
                self.points.last.setdefault(key, Logged(value, self.execution_id))
            elif value != there[key]:
                first, later = mask_value(key, there[key]), mask_value(key, value)
                notice(
                    f"param {key} is {first:.60} in run {run.name}, so {later:.60} is not "
                    "recorded; start another run for another value"
                )

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Record tags of the run."""
        for key, value in tags.items():  # one by one, so that one refusal refuses only one
            self.recorder.record(RunUpdated(self.open_run().run_id, tags={key: value}))

    def log_artifact(self, source: BinaryIO, path: str, media_type: str) -> None:
        """Copy a file into the spool and record it as the artifact `path`; raises OSError."""
        run_id = self.open_run().run_id
        self.recorder.keep_file(source, run_id, path, media_type, self.execution_id)

    def close(self) -> None:
        """End the run with the process; sends what can be sent in `EXIT_SECONDS`."""
        # A script that dies of an exception leaves it here; a notebook lives on after one.
        failed = not self.is_notebook and getattr(sys, "last_exc", None) is not None
        self.end_run("FAILED" if failed else "FINISHED")
        self.recorder.close(EXIT_SECONDS)

    def after_fork(self) -> None:
        """Make this session that of a forked child: same run, own stream."""
        self._lock = threading.RLock()
        self.points.after_fork()
        guest_of = self.run.run_id if self.run else None
        if self.run:
            self.run = replace(self.run, is_guest=True)
        self.recorder.after_fork(guest_of, [self._introduction] if self._introduction else [])

    def _given_run(self) -> Run | None:
        run_id = self.settings.run_id
        if run_id is None:
            return None
        experiment = self.settings.experiment or self._default_name()
        return Run(run_id, run_id, experiment, "step", is_guest=True)

    def _joined_run(self) -> Run | None:
        """Return the run that the parent of a worker process records into, if it does."""
        started = run_of_parent(self.recorder.folder)
        if started is None:
            return None
        self._introduction, self._is_introduced = started, True
        self.recorder.join(started)
        return Run(started.run_id, started.name, started.experiment, started.kind, is_guest=True)

    def _parent_id(self) -> str | None:
        if self.settings.parent_run_id or self.is_notebook:  # a notebook is nobody's child
            return self.settings.parent_run_id
        started = run_of_starter(self.recorder.folder)
        return started.run_id if started else None

    def _new_run_id(self) -> str:
        """Return an id that is new, or that the other ranks of `torchrun` come to as well."""
        group = torchrun_group()
        self._runs_begun += 1
        return id_within(group, self._runs_begun) if group else new_id()

    def _begin(
        self,
        name: str | None,
        experiment: str | None,
        is_implicit: bool = True,
    ) -> Run:
        default = self._default_name()
        run = Run(
            run_id=self._new_run_id(),
            name=(name or default)[:NAME_CHARACTERS],
            experiment=(experiment or self.settings.experiment or default)[:NAME_CHARACTERS],
            kind="notebook" if self.is_notebook else "script",
            is_implicit=is_implicit,
        )
        self._introduction = RunStarted(
            run_id=run.run_id,
            name=run.name,
            experiment=run.experiment,
            kind=run.kind,
            started_ms=now_ms(),
            parent_id=self._parent_id(),
            notebook=self.notebook,
            tags=server_tags(),
        )
        self._params = {}
        self.points.begin()
        self._is_introduced = False
        self._introduce()
        return run

    def _introduce(self) -> None:
        if self._introduction and not self._is_introduced and not self.recorder.is_paused:
            self._is_introduced = True
            self.recorder.announce(self._introduction)
            self.recorder.record(self._introduction)

    def _take_over(self, run: Run, name: str | None, experiment: str | None) -> Run:
        name = (name or run.name)[:NAME_CHARACTERS]
        experiment = (experiment or run.experiment)[:NAME_CHARACTERS]
        self.recorder.record(RunUpdated(run.run_id, name, experiment))
        return replace(run, name=name, experiment=experiment, is_implicit=False)

    def _default_name(self) -> str:
        if self.is_notebook:
            return Path(self.notebook or "").stem or "notebook"
        return Path(sys.argv[0] if sys.argv else "").stem.strip("-") or "script"


_current: Session | None = None
_current_lock = threading.Lock()


def current_session() -> Session:
    """Return the session of this process; begins it from the environment at the first call."""
    global _current
    if _current is None:
        with _current_lock:
            if _current is None:
                session = Session(Settings.from_env())
                os.register_at_fork(after_in_child=session.after_fork)
                _current = session
    return _current
