"""How the processes of a pipeline's steps tell the process that runs the pipeline how it goes.

They write lines of JSON into the named pipe `CELLTRAIL_PROGRESS`, each in one piece.
"""

import os
from pathlib import Path

import msgspec

VARIABLE = "CELLTRAIL_PROGRESS"
MAX_LINE_BYTES = 2048
"""Below PIPE_BUF (4096 on Linux), so that lines of several steps do not mix."""


class StepReport(msgspec.Struct, frozen=True):
    """The end of a step; `error` is None if it went well."""

    step: str
    seconds: float
    error: str | None = None


def report_step(report: StepReport) -> None:
    """Tell whoever runs the pipeline; nothing happens if nobody asked for it."""
    path = os.environ.get(VARIABLE)
    if not path:
        return
    line = msgspec.json.encode(report)
    if len(line) > MAX_LINE_BYTES:
        cut = (report.error or "")[: MAX_LINE_BYTES // 8]  # six bytes at most for a character
        line = msgspec.json.encode(StepReport(report.step, report.seconds, cut))
    with Path(path).open("ab", buffering=0) as pipe:
        pipe.write(line + b"\n")


def read_report(line: bytes) -> StepReport:
    """Return the report in a line."""
    return msgspec.json.decode(line, type=StepReport)
