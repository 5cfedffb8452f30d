"""Running a compiled pipeline on this machine, as a recorded run with one child run per step."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from celltrail.client import Client
from celltrail.embedded import Server, ensure_server
from celltrail.events import RunStatus
from celltrail.queries import list_children
from celltrail.settings import Settings
from celltrail_pipelines.compiled import CompiledPipeline
from celltrail_pipelines.progress import VARIABLE, StepReport, read_report
from celltrail_pipelines.recording import PipelineRun

STOP_SECONDS = 10


@dataclass(frozen=True)
class LocalRun:
    """A pipeline run that is over."""

    run_id: str
    status: RunStatus
    server: Server
    metrics: Mapping[str, Mapping[str, float]]
    """The last value of each metric, by step."""

    log: str
    """All that engine and steps printed."""


def run_local(
    pipeline: CompiledPipeline,
    parameters: Mapping[str, object],
    *,
    experiment: str | None = None,
    on_start: Callable[[str], None] = lambda run_id: None,
    on_step: Callable[[StepReport], None] = lambda report: None,
) -> LocalRun:
    """Run `pipeline` and return how it went; waits until it is over.

    parameters: of the right types. experiment: of the runs; None: `CELLTRAIL_EXPERIMENT`, else
    the pipeline's name. on_start gets the id of the run, on_step the report of each step.
    Raises UnavailableError if there is no tracking server. An interrupt stops all processes.
    """
    settings = Settings.from_env()
    server = ensure_server(settings)
    experiment = experiment or settings.experiment or pipeline.name
    run = PipelineRun(settings, pipeline.name, experiment)
    status: RunStatus = "KILLED"
    try:
        run.log_params(pipeline.defaults | dict(parameters))
        on_start(run.run_id)
        environment = os.environ | {
            "CELLTRAIL_URL": server.url,
            "CELLTRAIL_TOKEN": server.token or "",
            "CELLTRAIL_PARENT_RUN_ID": run.run_id,
            "CELLTRAIL_EXPERIMENT": experiment,
        }
        environment.pop("CELLTRAIL_RUN_ID", None)
        succeeded, log = _run_engine(pipeline.file, parameters, environment, on_step)
        status = "FINISHED" if succeeded else "FAILED"
    finally:
        run.end(status)
    return LocalRun(run.run_id, status, server, _metrics(server, run.run_id), log)


def _run_engine(
    file: Path,
    parameters: Mapping[str, object],
    environment: Mapping[str, str],
    on_step: Callable[[StepReport], None],
) -> tuple[bool, str]:
    """Return whether the engine succeeded, and what was printed."""
    with tempfile.TemporaryDirectory(prefix="celltrail-") as folder:
        reports, log = Path(folder) / "reports", Path(folder) / "log"
        os.mkfifo(reports, 0o600)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "celltrail_pipelines.kfp_engine", str(file), folder],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**environment, VARIABLE: str(reports), "PYTHONWARNINGS": "ignore"},
                start_new_session=True,
            )
        try:
            with contextlib.suppress(BrokenPipeError):  # it died; the log says why
                assert process.stdin
                with process.stdin as stdin:
                    stdin.write(json.dumps(dict(parameters)).encode())
            for report in _reports(reports, process):
                on_step(report)
        finally:
            _stop(process)
        return process.returncode == 0, log.read_text(errors="replace")


def _reports(path: Path, process: "subprocess.Popen[bytes]") -> Iterator[StepReport]:
    """Yield the reports of the steps until the process is over."""
    read_end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    write_end = os.open(path, os.O_WRONLY)  # steps come and go; this keeps the pipe open
    os.set_blocking(read_end, True)

    def close_at_the_end() -> None:
        process.wait()
        os.close(write_end)

    threading.Thread(target=close_at_the_end, daemon=True).start()
    with os.fdopen(read_end, "rb") as lines:
        for line in lines:
            yield read_report(line)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the engine and its steps, if an interrupt left them running."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _metrics(server: Server, run_id: str) -> dict[str, dict[str, float]]:
    with Client(server.url, server.token) as client:
        children = list_children(client, run_id)
    return {
        child["name"]: {key: float(value) for key, value in child["metrics"].items()}
        for child in reversed(children)
        if child["metrics"]
    }
