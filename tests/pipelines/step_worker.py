"""Runs steps and whole notebooks, each in a process of its own, forked from a warm one.

Started as a program; takes one JSON job per line and answers with one JSON line. So a step costs
milliseconds instead of the seconds that a new Python with IPython takes.
"""

import contextlib
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import IPython.core.interactiveshell  # noqa: F401 (loaded before the fork)
import msgspec
import numpy  # noqa: F401
import pandas  # noqa: F401

from celltrail_pipelines.errors import StepError
from celltrail_pipelines.pipeline import Step
from celltrail_pipelines.step import execute_step, make_shell


def run_job(job: dict[str, Any], shell: Any) -> str | None:
    if "cells" in job:
        for source in job["cells"]:
            result = shell.run_cell(source)
            if not result.success:
                return f"{result.error_before_exec or result.error_in_exec!r}"
        return None
    step = msgspec.convert(job["step"], Step)
    try:
        execute_step(
            step,
            shell,
            parameters=job["parameters"],
            inputs=job["inputs"],
            outputs=job["outputs"],
        )
    except StepError as error:
        return str(error)
    return None


def main() -> None:
    shell = make_shell()
    for line in sys.stdin:
        job = json.loads(line)
        folder = Path(job["folder"])
        child = os.fork()
        if child == 0:
            with (folder / "stdout").open("w") as out, contextlib.redirect_stdout(out):
                try:
                    error = run_job(job, shell)
                except BaseException:
                    error = "CRASH " + traceback.format_exc()
            (folder / "error").write_text(json.dumps(error))
            os._exit(0)
        os.waitpid(child, 0)
        print(json.dumps("done"), flush=True)


if __name__ == "__main__":
    main()
