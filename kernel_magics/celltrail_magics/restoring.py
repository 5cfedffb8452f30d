"""The notebook of a recorded run, written anew as it ran."""

import json
import re
from pathlib import Path
from typing import Any

from celltrail_magics.recorded_runs import RecordedRun


def restore(run: RecordedRun, folder: Path) -> Path:
    """Write the cells of a run, in the order in which they ran, as a notebook; returns its path.

    No file is overwritten: the name is that of the run's notebook, or of the run, with
    `-restored`, and a number where that is taken.
    """
    stem = Path(run.detail["notebook"] or "").stem or run.name
    stem = re.sub(r"[^\w.-]+", "-", stem).strip("-.")[:100] or "run"
    text = json.dumps(notebook_of(run), indent=1, ensure_ascii=False) + "\n"
    number = 1
    while True:
        suffix = "" if number == 1 else f"-{number}"
        path = folder / f"{stem}-restored{suffix}.ipynb"
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
            return path
        except FileExistsError:
            number += 1


def notebook_of(run: RecordedRun) -> dict[str, Any]:
    """Return the cell runs of a run as a notebook (nbformat 4.5): run it and it does the same."""
    return {
        "cells": [_cell(cell) for cell in run.cells],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "celltrail": {"run_id": run.detail["run_id"], "name": run.name},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": cell["execution_id"],  # a cell that ran twice is here twice
        "execution_count": cell["execution_count"],
        "metadata": {},
        "outputs": [],
        "source": cell["source"],
    }
