"""Runs of pipelines and steps, recorded through the client of `celltrail`."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from celltrail.events import ParamsLogged, RunEnded, RunStarted, RunStatus, new_id, now_ms
from celltrail.recorder import Recorder
from celltrail.session import current_session
from celltrail.settings import Settings

FLUSH_SECONDS = 30


@contextmanager
def recorded_step(name: str) -> Iterator[None]:
    """Let this process record into a new run of kind `step`, which ends with the block.

    Its parent is `CELLTRAIL_PARENT_RUN_ID`, its experiment `CELLTRAIL_EXPERIMENT`, or its name.
    """
    run_id = new_id()
    # The session takes it for a given run, which the cells of the step cannot end or replace.
    os.environ["CELLTRAIL_RUN_ID"] = run_id
    session = current_session()
    session.recorder.record(
        RunStarted(
            run_id=run_id,
            name=name,
            experiment=session.settings.experiment or name,
            kind="step",
            started_ms=now_ms(),
            parent_id=session.settings.parent_run_id,
        )
    )
    status: RunStatus = "FAILED"
    try:
        yield
        status = "FINISHED"
    except KeyboardInterrupt:
        status = "KILLED"
        raise
    finally:
        session.recorder.record(RunEnded(run_id, status, now_ms()))
        session.recorder.flush(FLUSH_SECONDS)


class PipelineRun:
    """A run of kind `pipeline`, the parent of its steps' runs."""

    def __init__(self, settings: Settings, name: str, experiment: str) -> None:
        self.run_id = new_id()
        self.experiment = experiment
        # Whoever runs a pipeline from inside of a run must not have it taken for that run.
        self._recorder = Recorder(replace(settings, run_id=None))
        self._recorder.record(
            RunStarted(
                run_id=self.run_id,
                name=name,
                experiment=experiment,
                kind="pipeline",
                started_ms=now_ms(),
                parent_id=settings.parent_run_id,
            )
        )

    def log_params(self, params: Mapping[str, object]) -> None:
        """Record the parameters of the pipeline."""
        if params:
            texts = {name: str(value) for name, value in params.items()}
            self._recorder.record(ParamsLogged(self.run_id, texts))
        self._recorder.flush(FLUSH_SECONDS)

    def end(self, status: RunStatus) -> None:
        """End the run and send what is left."""
        self._recorder.record(RunEnded(self.run_id, status, now_ms()))
        self._recorder.close(FLUSH_SECONDS)
