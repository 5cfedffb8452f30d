"""The loop of the scripts that run a peer; imports nothing but the standard library.

A request is a line of JSON: `runs` (sources) and `last` (the run whose slice is wanted, from 1).
Each runs in a fork, in an empty folder. The answer is a line too: `slice`, or `error`.
"""

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable

SECONDS = 30


def serve(slice_of: Callable[[list[str], int], set[int]]) -> None:
    """Answer requests until there are none."""
    answers = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    for line in sys.stdin:
        answers.write(_in_fork(slice_of, json.loads(line)) + "\n")
        answers.flush()


def _in_fork(slice_of: Callable[[list[str], int], set[int]], request: dict[str, object]) -> str:
    reader, writer = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        pid = os.fork()
        if pid == 0:
            signal.alarm(SECONDS)
            os.chdir(folder)
            dumps = json.dumps
            try:
                found = slice_of(request["runs"], request["last"])  # type: ignore[arg-type]
                answer = dumps({"slice": sorted(found)})
            except BaseException as error:
                answer = dumps({"error": repr(error)[:300]})
            os.write(writer, answer.encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            answer = pipe.read()
        os.waitpid(pid, 0)
    return answer or json.dumps({"error": "no answer"})
