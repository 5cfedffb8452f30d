"""Runs notebooks in IPython shells, each in a fork of one process that has imported much already.

    python -m tests.scenarios.worker [MODULE ...]

A request is a line of JSON: `runs` (sources), `target`, `value`, `ordinals` (which of them to run),
`is_traced`. So is the answer: `value` (whether it holds), and if traced `executions` and `maybe`.
"""

import contextlib
import gc
import importlib
import os
import signal
import sys
import tempfile
from json import dumps, loads
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import celltrail as ct
import celltrail_magics.magics  # noqa: F401
from celltrail.events import Event, MetricsLogged
from celltrail.session import current_session

PRELOADED = (
    *("numpy", "pandas", "sklearn.linear_model", "sklearn.preprocessing", "matplotlib.pyplot"),
    *("pyarrow.parquet", "joblib", "decimal", "sqlite3", "shelve", "logging", "celltrail.client"),
)
SECONDS = 20


def main() -> None:
    """Answer requests until there are none."""
    config = Config(
        HistoryManager={"enabled": False}, InteractiveShell={"colors": "nocolor", "autocall": 0}
    )
    shell = InteractiveShell.instance(config=config)
    for module in (*PRELOADED, *sys.argv[1:]):
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    gc.freeze()  # forks then share what is there
    answers = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    if "CELLTRAIL_SCENARIO_ERRORS" not in os.environ:
        os.dup2(nowhere, 2)
    for line in sys.stdin:
        answers.write(_in_fork(shell, loads(line)))
        answers.flush()


def _in_fork(shell: InteractiveShell, request: dict[str, Any]) -> str:
    reader, writer = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        pid = os.fork()
        if pid == 0:
            signal.alarm(SECONDS)
            answer = _answer(shell, request, folder)
            os.write(writer, (dumps(answer) + "\n").encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            answer_line = pipe.read()
        os.waitpid(pid, 0)
    return answer_line or dumps({"error": "no answer"}) + "\n"


def _answer(shell: InteractiveShell, request: dict[str, Any], folder: str) -> dict[str, Any]:
    os.environ["CELLTRAIL_HOME"] = f"{folder}/celltrail"
    os.mkdir(f"{folder}/work")
    os.chdir(f"{folder}/work")
    if request["is_traced"]:
        shell.extension_manager.load_extension("celltrail")
    logged = _spy_on_metrics()
    for ordinal, source in enumerate(request["runs"], start=1):
        if ordinal in request["ordinals"]:
            shell.execution_count = ordinal
            shell.run_cell(source, store_history=True)
    answer: dict[str, Any] = {}
    if request["is_traced"]:
        try:
            found = ct.explain(request["target"])
        except Exception as error:
            answer["error"] = repr(error)
        else:
            answer["executions"] = [one.ordinal for one in found.executions]
            answer["maybe"] = [(one.execution.ordinal, one.reason) for one in found.maybe]
    try:
        answer["value"] = bool(eval(request["value"], {**shell.user_ns, "logged": logged}))
    except Exception as error:
        answer["value"] = False
        answer["reason"] = repr(error)
    return answer


def _spy_on_metrics() -> dict[str, float]:
    """Return a dictionary that follows what is logged last of each metric."""
    logged: dict[str, float] = {}
    recorder = current_session().recorder
    record = recorder.record

    def spy(event: Event) -> None:
        if isinstance(event, MetricsLogged):
            logged.update(event.metrics)
        record(event)

    recorder.record = spy  # type: ignore[method-assign]
    return logged


if __name__ == "__main__":
    main()
