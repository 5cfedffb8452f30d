"""Random notebooks run as a whole and step by step, with all that passes pickled in between.

The steps get new namespaces instead of new processes and plain Python instead of IPython, so that
hundreds run in seconds; `test_equivalence` has the real thing.
"""

import contextlib
import io
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import event, given, settings

from celltrail.errors import InvalidError
from celltrail_pipelines.artifacts import find_shared, load_group, save_group
from celltrail_pipelines.building import build_pipeline
from celltrail_pipelines.constants import definition_states
from celltrail_pipelines.errors import StepError
from celltrail_pipelines.pipeline import Pipeline, Step
from tests.dataflow.programs import PRELUDE, TooManyCalls, limited_calls, notebooks
from tests.pipelines.conftest import make_notebook

DEFINITIONS = "def f(*x): return list(x)\ndef g(x=1): return [x]\nclass K: x = 0"
# Identity is compared for lists alone: nobody relies on that of equal strings and numbers.
SHOW = (
    "print([a, b, c, d], [type(v) is K for v in (a, b, c, d)], "
    "[v is w for v in (a, b, c, d) for w in (a, b, c, d) if type(v) is list])"
)


@settings(max_examples=40, deadline=None)
@given(notebooks)
def test_a_pipeline_never_differs_silently_from_its_notebook(cells: list[str]) -> None:
    cells = [PRELUDE, DEFINITIONS, *cells, SHOW]
    try:
        with limited_calls():
            expected, failed = run_whole(cells)
    except TooManyCalls:
        event("endless")
        return
    try:
        pipeline = build_pipeline(make_notebook(*cells))
    except InvalidError:
        event("nothing to run")
        return
    if pipeline.errors:
        event("refused")
        return

    try:
        with TemporaryDirectory() as folder, limited_calls():
            actual = run_steps(pipeline, Path(folder))
    except StepError as error:
        event(f"refused at run time: {str(error)[:30]}")
        return
    except Exception as error:
        actual, also_failed = "", type(error).__name__
    else:
        also_failed = None
    assert also_failed == failed
    event("fails as the notebook does" if failed else "equal")
    assert failed or without_addresses(actual) == without_addresses(expected)


def run_whole(cells: list[str]) -> tuple[str, str | None]:
    """Return what the cells print, and the name of the exception that stops them."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        for source in cells:
            try:
                exec(source, namespace)
            except Exception as error:
                return out.getvalue(), type(error).__name__
    return out.getvalue(), None


def run_steps(pipeline: Pipeline, folder: Path) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        for step in pipeline.steps:
            run_one(step, {p.name: p.default for p in pipeline.parameters}, folder)
    return out.getvalue()


def run_one(step: Step, parameters: dict[str, object], folder: Path) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    namespace |= {name: parameters[name] for name in step.parameters}
    exec(step.preamble, namespace)
    for transfer in step.inputs:
        path = folder / transfer.step / transfer.artifact
        namespace |= load_group(path, transfer.names, namespace)
    before = definition_states(namespace, step.constants)
    for cell in step.cells:
        exec(cell.source, namespace)
    if before != definition_states(namespace, step.constants):
        raise StepError("a definition changed")
    (folder / step.name).mkdir()
    dumps = {
        transfer.artifact: save_group(
            folder / step.name / transfer.artifact, transfer.names, namespace, step.definitions
        )
        for transfer in step.outputs
    }
    if sentence := find_shared(dumps):
        raise StepError(sentence)


def without_addresses(printed: str) -> list[str]:
    return re.sub(r"0x[0-9a-f]+", "0x", printed).splitlines()
