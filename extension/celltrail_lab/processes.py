"""Runs pipeline files as child processes: `celltrail run FILE`."""

import asyncio
import atexit
import json
import logging
import sys
from collections import deque
from pathlib import Path

from celltrail.errors import UnavailableError

ANNOUNCE_SECONDS = 120


class PipelineProcesses:
    """The pipelines that this Jupyter server has started; they end with it."""

    def __init__(self) -> None:
        self._running: dict[asyncio.subprocess.Process, asyncio.Task[None]] = {}
        atexit.register(self.terminate)

    async def start(self, file: Path) -> str:
        """Start the pipeline in `file`, in its folder, and return the id of its run.

        Raises UnavailableError with the reason if it ends before it has a run.
        """
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "celltrail", "run", file.name, "--json"),
            cwd=file.parent,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said: deque[str] = deque(maxlen=20)
        announced: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        task = asyncio.ensure_future(_follow(process, file, announced, said))
        self._running[process] = task
        task.add_done_callback(lambda _: self._running.pop(process))
        try:
            async with asyncio.timeout(ANNOUNCE_SECONDS):
                return await announced
        except TimeoutError as error:
            process.terminate()
            raise UnavailableError(
                f"{file.name} had no run after {ANNOUNCE_SECONDS} s and was stopped"
            ) from error

    def terminate(self) -> None:
        """Ask all pipelines to stop."""
        for process in self._running:
            if process.returncode is None:
                process.terminate()


async def _follow(
    process: asyncio.subprocess.Process,
    file: Path,
    announced: asyncio.Future[str],
    said: deque[str],
) -> None:
    """Read what the process says to its end, so that it never waits for a reader."""
    assert process.stdout is not None
    assert process.stderr is not None
    errors = asyncio.ensure_future(_keep_lines(process.stderr, said))
    async for line in process.stdout:
        if not announced.done() and (run_id := _run_id(line)):
            announced.set_result(run_id)
    await errors
    code = await process.wait()
    reason = said[-1] if said else f"it ended with code {code} and said nothing"
    if not announced.done():
        reason = reason.removeprefix("celltrail: ")
        announced.set_exception(UnavailableError(f"{file.name} did not start: {reason}"))
    elif code:
        logging.getLogger(__name__).warning("celltrail: the run of %s failed: %s", file, reason)


async def _keep_lines(stream: asyncio.StreamReader, said: deque[str]) -> None:
    async for line in stream:
        if text := line.decode(errors="replace").strip():
            said.append(text)


def _run_id(line: bytes) -> str | None:
    try:
        answer = json.loads(line)
    except ValueError:
        return None
    run_id = answer.get("run_id") if isinstance(answer, dict) else None
    return run_id if isinstance(run_id, str) else None
