"""What in a notebook would differ, or may differ, when its cells run in processes of their own."""

import builtins
from collections.abc import Iterator, Sequence

from celltrail_dataflow.flows import CWD, DYNAMIC_NAMES, ENVIRONMENT, FILE, MODULE, Flow
from celltrail_pipelines.notebook import Notebook
from celltrail_pipelines.problems import Problem
from celltrail_pipelines.roles import Analysis, Statement

StepFlow = tuple[frozenset[int], Flow]
"""The numbers of a step's cells, and what they compute."""

_HISTORY = frozenset({"_", "__", "___", "In", "Out", "_i", "_ii", "_iii", "_ih", "_oh", "_dh"})
_PREPARING_TAGS = ("imports", "functions", "pipeline-parameters")
_IPYTHON_NAMES = frozenset({"display", "get_ipython", "exit", "quit"})


def check_notebook(
    notebook: Notebook, analysis: Analysis, steps: Sequence[StepFlow]
) -> list[Problem]:
    """Return the problems, those of the notebook as a whole first, then by cell."""
    found = [
        *_order(notebook),
        *_tags(notebook, analysis),
        *(problem for s in _computing(analysis) for problem in _state(*s)),
        *_questions(analysis),
        *_settings(analysis),
        *_magics(analysis),
        *_unknown_names(analysis, steps),
        *_files(steps),
    ]
    return sorted(dict.fromkeys(found), key=lambda problem: problem.cell or 0)


def _computing(analysis: Analysis) -> Iterator[tuple[Statement, Flow]]:
    for statement, expanded, role in zip(
        analysis.statements, analysis.expanded, analysis.roles, strict=True
    ):
        if role == "computation":
            yield statement, expanded


def _order(notebook: Notebook) -> Iterator[Problem]:
    counts = [c.execution_count for c in notebook.cells if c.execution_count is not None]
    if counts != sorted(counts):
        yield Problem(
            "warning",
            None,
            "the cells were last run in another order than they stand; the pipeline runs them "
            "from top to bottom",
        )


def _tags(notebook: Notebook, analysis: Analysis) -> Iterator[Problem]:
    tags = {cell.number: cell.tags for cell in notebook.cells}
    for statement, _ in _computing(analysis):
        for tag in tags[statement.number].intersection(_PREPARING_TAGS):
            first_line = statement.parsed.text.partition("\n")[0]
            yield Problem(
                "error",
                statement.number,
                f"it is tagged `{tag}`, to be repeated in every step, but `{first_line:.60}` "
                "computes something or is changed elsewhere; move that to a cell of its own",
            )


def _state(statement: Statement, expanded: Flow) -> Iterator[Problem]:
    for name in sorted(expanded.changes):
        reason = ""
        if name == DYNAMIC_NAMES:
            reason = "uses names that are chosen at run time (`eval`, `exec`, `globals()` …)"
        elif name == CWD:
            reason = "changes the working directory, in which no other step runs"
        elif name == ENVIRONMENT:
            reason = "changes environment variables, which other steps do not see"
        elif name.startswith(MODULE):
            module = name.removeprefix(MODULE)
            reason = f"changes the imported `{module}`, which other steps do not see"
        if reason:
            advice = "" if name == DYNAMIC_NAMES else "; use constants only, in a cell of its own"
            yield Problem("error", statement.number, reason + advice)


def _questions(analysis: Analysis) -> Iterator[Problem]:
    for statement, expanded in _computing(analysis):
        if "input" in expanded.names - analysis.bound:
            yield Problem("error", statement.number, "waits for `input()`, which no step gets")


def _settings(analysis: Analysis) -> Iterator[Problem]:
    for statement, expanded, role in zip(
        analysis.statements, analysis.expanded, analysis.roles, strict=True
    ):
        if role != "setting":
            continue
        magics = {name for name, _ in statement.parsed.magics}
        if CWD in expanded.changes or "cd" in magics:
            message = "every later step changes its working directory likewise"
            yield Problem("warning", statement.number, message)
        if ENVIRONMENT in expanded.changes or magics & {"env", "set_env"}:
            message = "every later step sets these environment variables likewise"
            yield Problem("warning", statement.number, message)


def _magics(analysis: Analysis) -> Iterator[Problem]:
    for statement in analysis.statements:
        for name, kind in statement.parsed.magics:
            if kind == "opaque":
                message = f"nobody knows which variables the magic `%{name}` uses; replace it"
                yield Problem("error", statement.number, message)
            elif kind == "shell":
                message = "its shell commands run where the step runs, with its own files"
                yield Problem("warning", statement.number, message)
            elif kind == "install":
                message = "installs packages, which is left out: they come with the step's image"
                yield Problem("warning", statement.number, message)


def _unknown_names(analysis: Analysis, steps: Sequence[StepFlow]) -> Iterator[Problem]:
    known = set(dir(builtins)) | _IPYTHON_NAMES | analysis.repeated
    for numbers, flow in steps:
        reads = {name for name in flow.reads if not name.startswith("@")} - known - flow.writes
        for name in sorted(reads):
            if name in _HISTORY or name.lstrip("_i").isdigit():
                message = f"uses the output history (`{name}`), which a step does not have"
                yield Problem("error", min(numbers), message)
            elif not analysis.has_star_import:
                message = f"uses `{name}`, which no cell above it defines"
                yield Problem("warning", min(numbers), message)
        known |= flow.writes


def _files(steps: Sequence[StepFlow]) -> Iterator[Problem]:
    writers: dict[str, int] = {}
    for numbers, flow in steps:
        for name in sorted(name for name in flow.reads if name.startswith(FILE)):
            if name in writers and writers[name] not in numbers:
                path = name.removeprefix(FILE)
                yield Problem(
                    "error",
                    min(numbers),
                    f"reads the file {path}, which cell {writers[name]} writes; steps do not share "
                    "files, so keep the value in a variable or join the cells",
                )
        written = (name for name in flow.changes if name.startswith(FILE))
        writers |= {name: min(numbers) for name in written}
