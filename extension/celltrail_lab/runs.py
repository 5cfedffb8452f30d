"""Runs pipeline files as child processes: `celltrail run FILE`."""

import asyncio
import atexit
import json
import logging
import os
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from celltrail.errors import UnavailableError

_log = logging.getLogger(__name__)

ANNOUNCE_SECONDS = 120


class PipelineRuns:
    """The pipelines that this Jupyter server has started; they end with it."""

    def __init__(self) -> None:
        self._running: dict[int, asyncio.Task[str] | None] = {}  # by process id
        atexit.register(self.terminate)

    @property
    def is_running(self) -> bool:
        """Whether any pipeline runs."""
        return bool(self._running)

    async def start(self, file: Path) -> str:
        """Start the pipeline in `file`, in its folder, and return the id of its run.

        Raises UnavailableError with the reason if it ends before it has a run.
        """
        log = tempfile.TemporaryFile()  # noqa: SIM115  # `_see_off` closes it
        process = await asyncio.create_subprocess_exec(
            # -P: a folder may hold a random.py, which Python would import instead of its own.
            *(sys.executable, "-P", "-m", "celltrail", "run", file.name, "--json"),
            cwd=file.parent,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
        self._running[process.pid] = None
        try:
            async with asyncio.timeout(ANNOUNCE_SECONDS):
                run_id = await _announced_run(process)
        except TimeoutError as error:
            process.terminate()
            raise UnavailableError(
                f"{file.name} had no run after {ANNOUNCE_SECONDS} s and was stopped"
            ) from error
        finally:
            task = self._running[process.pid] = asyncio.ensure_future(_see_off(process, file, log))
            task.add_done_callback(lambda _: self._running.pop(process.pid))
        if run_id is None:
            raise UnavailableError(f"{file.name} did not start: {await task}")
        return run_id

    def terminate(self) -> None:
        """Ask all pipelines to stop; the event loop may be closed already."""
        for pid in self._running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)


async def _announced_run(process: asyncio.subprocess.Process) -> str | None:
    """Return the id of the run, or None if the process ends without one."""
    assert process.stdout is not None
    while line := await process.stdout.readline():
        with suppress(ValueError):
            answer = json.loads(line)
            if isinstance(answer, dict) and isinstance(answer.get("run_id"), str):
                return str(answer["run_id"])
    return None


async def _see_off(process: asyncio.subprocess.Process, file: Path, log: IO[bytes]) -> str:
    """Wait for the end of the process; returns the last thing that it said."""
    assert process.stdout is not None
    with log:
        await process.stdout.read()
        code = await process.wait()
        log.seek(0)
        said = log.read().decode(errors="replace").strip().splitlines()
    reason = said[-1].removeprefix("celltrail: ") if said else f"it ended with code {code}"
    if code:
        _log.warning("celltrail: the run of %s failed: %s", file, reason)
    return reason
