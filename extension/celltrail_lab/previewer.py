"""Asks the previewing process, which starts with the first question and stays for the next."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

from celltrail.errors import UnavailableError

PREVIEW_SECONDS = 120
MAX_ANSWER_BYTES = 64 * 2**20


class Previewer:
    """Makes previews of pipelines, one at a time; for one event loop."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._process: Process | None = None

    async def preview(self, notebook: Path, target: str, filename: str) -> tuple[int, Any]:
        """Return the HTTP status and body that answer the export dialog.

        Raises UnavailableError if the process dies over it or takes too long.
        """
        question = {"notebook": str(notebook), "target": target, "filename": filename}
        async with self._lock:
            process = await self._running()
            try:
                async with asyncio.timeout(PREVIEW_SECONDS):
                    line = await _ask(process, json.dumps(question))
            except TimeoutError:
                process.kill()
                raise UnavailableError(
                    f"{notebook.name} was not exported within {PREVIEW_SECONDS} s"
                ) from None
            except OSError:  # it ended just now
                line = b""
        if not line:
            raise UnavailableError(
                f"the export of {notebook.name} ended without an answer; Jupyter's log says why"
            )
        answer = json.loads(line)
        return answer["status"], answer["body"]

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            # -P: a folder may hold a random.py, which Python would import instead of its own.
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "celltrail_lab.previewing"),
                stdin=PIPE,
                stdout=PIPE,
                limit=MAX_ANSWER_BYTES,
            )
        return self._process


async def _ask(process: Process, question: str) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(question.encode() + b"\n")
    await process.stdin.drain()
    return await process.stdout.readline()
