"""The step runner: what every engine runs for a step, and the only place that knows IPython.

It loads the inputs, makes the definitions, runs the cells as a notebook would, and saves the
outputs. What cannot be passed on exactly fails the step, with the reason.
"""

import os
import pickle
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from celltrail_pipelines.artifacts import find_shared, load_group, save_group
from celltrail_pipelines.constants import definition_states
from celltrail_pipelines.errors import StepError
from celltrail_pipelines.pickling import Dump, Namespace
from celltrail_pipelines.pipeline import RNG_ARTIFACT, Step, StepCell, Transfer
from celltrail_pipelines.progress import StepReport, report_step
from celltrail_pipelines.randomness import random_state, set_random_state


def run_step(
    specification: Mapping[str, Any],
    *,
    parameters: Mapping[str, Any],
    inputs: Mapping[str, str],
    outputs: Mapping[str, str],
) -> None:
    """Run a step as a run of its own, and leave the process with status 1 if it fails.

    specification: a `Step`, as plain data. parameters: values by name. inputs and outputs: paths
    by the names of the artifacts.
    """
    from celltrail_pipelines.recording import recorded_step

    step = msgspec.convert(specification, Step)
    # Whoever stops the pipeline stops the cell as an interrupt of a kernel does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started = time.monotonic()
    failure: str | None = "its process ended"
    try:
        with recorded_step(step.name):
            shell = make_shell()
            shell.extension_manager.load_extension("celltrail")
            execute_step(step, shell, parameters=parameters, inputs=inputs, outputs=outputs)
        failure = None
    except StepError as error:
        failure = str(error)
        print(f"celltrail: step {step.name}: {error}", file=sys.stderr, flush=True)
        sys.exit(1)
    finally:
        report_step(StepReport(step.name, time.monotonic() - started, failure))


def make_shell() -> Any:
    """Return an IPython shell whose namespace is the module `__main__`, as in a notebook."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class StepShell(InteractiveShell):
        def enable_gui(self, gui: str | None = None) -> None:
            """Accept `%matplotlib inline`; a step has no windows."""

    os.environ.setdefault("MPLBACKEND", "agg")
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    return StepShell.instance(config=config)


def execute_step(
    step: Step,
    shell: Any,
    *,
    parameters: Mapping[str, Any],
    inputs: Mapping[str, str],
    outputs: Mapping[str, str],
) -> None:
    """Run the cells of `step` in `shell`; raises StepError."""
    namespace: Namespace = shell.user_ns
    given = set(namespace)
    namespace.update({name: parameters[name] for name in step.parameters})
    if step.preamble:
        _run(shell, step.preamble, "the preamble", silent=True)
    bound = set(namespace) - given
    for transfer in step.inputs:
        _load(transfer, Path(inputs[transfer.artifact]), namespace, bound)
    before = definition_states(namespace, step.constants)
    for cell in step.cells:
        _run_cell(shell, cell)
    _check_constants(step, before, namespace)
    _save(step, {name: Path(path) for name, path in outputs.items()}, namespace)


def _run_cell(shell: Any, cell: StepCell) -> None:
    _run(shell, cell.source, f"cell {cell.number}", silent=False, cell_id=cell.id)


def _run(shell: Any, source: str, what: str, *, silent: bool, cell_id: str | None = None) -> None:
    result = shell.run_cell(source, silent=silent, store_history=not silent, cell_id=cell_id)
    error = result.error_before_exec or result.error_in_exec
    if isinstance(error, KeyboardInterrupt):
        raise error
    if error:
        message = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise StepError(f"{what} failed with {message}")


def _load(transfer: Transfer, path: Path, namespace: Namespace, bound: set[str]) -> None:
    if transfer.artifact == RNG_ARTIFACT:
        set_random_state(pickle.loads(path.read_bytes()))  # noqa: S301 (written by `_save`)
        return
    values = load_group(path, transfer.names, namespace)
    if twice := sorted(bound.intersection(values)):
        raise StepError(
            f"`{twice[0]}` is a variable of the notebook and also comes from a star import; "
            "import by name"
        )
    namespace.update(values)


def _check_constants(step: Step, before: dict[str, object], namespace: Namespace) -> None:
    after = definition_states(namespace, step.constants)
    for name in sorted(before):
        if before[name] != after.get(name):
            numbers = ", ".join(str(cell.number) for cell in step.cells)
            raise StepError(
                f"cell {numbers} changes the state of `{name}`, which each later step makes anew; "
                "keep that state in a variable or join the cells"
            )


def _save(step: Step, paths: Mapping[str, Path], namespace: Namespace) -> None:
    dumps: dict[str, Dump] = {}
    for transfer in step.outputs:
        path = paths[transfer.artifact]
        path.parent.mkdir(parents=True, exist_ok=True)
        if transfer.artifact == RNG_ARTIFACT:
            path.write_bytes(pickle.dumps(random_state()))
            continue
        label = ", ".join(f"`{name}`" for name in transfer.names)
        dumps[label] = save_group(path, transfer.names, namespace, step.definitions)
    if sentence := find_shared(dumps):
        raise StepError(sentence)
