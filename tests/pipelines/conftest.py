"""Running notebooks and their pipelines for tests, in real processes."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from celltrail_pipelines.building import build_pipeline
from celltrail_pipelines.notebook import Cell, Notebook
from celltrail_pipelines.pipeline import Pipeline


@dataclass
class Outcome:
    """What a run printed, or why it stopped."""

    printed: str
    error: str | None = None


class Runner:
    """Runs notebooks as a whole and as pipelines."""

    def __init__(self, worker: "subprocess.Popen[str]", folder: Path) -> None:
        self._worker = worker
        self._folder = folder

    def notebook(self, cells: Sequence[str]) -> Outcome:
        return self._do({"cells": list(cells)})

    def pipeline(self, pipeline: Pipeline, **parameters: object) -> Outcome:
        """Run the steps one after the other; stops at the first that fails."""
        values = {p.name: p.default for p in pipeline.parameters} | parameters
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        printed = ""
        for step in pipeline.steps:
            outcome = self._do(
                {
                    "step": msgspec.to_builtins(step),
                    "parameters": values,
                    "inputs": {t.artifact: str(folder / t.step / t.artifact) for t in step.inputs},
                    "outputs": {
                        t.artifact: str(folder / step.name / t.artifact) for t in step.outputs
                    },
                }
            )
            printed += outcome.printed
            if outcome.error:
                return Outcome(printed, outcome.error)
        return Outcome(printed)

    def _do(self, job: dict[str, Any]) -> Outcome:
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        assert self._worker.stdin
        assert self._worker.stdout
        print(json.dumps(job | {"folder": str(folder)}), file=self._worker.stdin, flush=True)
        assert self._worker.stdout.readline() == '"done"\n'
        error = json.loads((folder / "error").read_text())
        assert not (error or "").startswith("CRASH"), error
        return Outcome((folder / "stdout").read_text(), error)


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", str(Path(__file__).with_name("step_worker.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    ) as worker:
        yield Runner(worker, tmp_path_factory.mktemp("steps"))
        assert worker.stdin
        worker.stdin.close()


@pytest.fixture
def notebook() -> Callable[..., Notebook]:
    """Make a notebook of code cells."""
    return make_notebook


def make_notebook(*sources: str, tags: dict[int, str] | None = None) -> Notebook:
    """Return a notebook of code cells; `tags`: the tag of a cell by its number, from 1."""
    return Notebook(
        "test",
        tuple(
            Cell(
                id=f"cell{number}",
                number=number,
                source=source,
                tags=frozenset([tags[number]] if tags and number in tags else []),
            )
            for number, source in enumerate(sources, start=1)
        ),
    )


@pytest.fixture
def pipeline_of() -> Callable[..., Pipeline]:
    """Build the pipeline of code cells."""

    def build(*sources: str, tags: dict[int, str] | None = None) -> Pipeline:
        return build_pipeline(make_notebook(*sources, tags=tags))

    return build
