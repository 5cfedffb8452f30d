from pathlib import Path
from typing import Any

import nbformat
import pytest

from celltrail.errors import InvalidError
from celltrail_lab.previewing import make_preview
from celltrail_lab.previews import preview
from celltrail_pipelines.building import build_pipeline
from celltrail_pipelines.notebook import Notebook, read_notebook


def read(tmp_path: Path, *sources: str) -> Notebook:
    file = tmp_path / "small.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    file.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))
    return read_notebook(file)


def shown(tmp_path: Path, *sources: str) -> dict[str, Any]:
    return preview(build_pipeline(read(tmp_path, *sources)), "yaml", "small.yaml")


def test_a_preview_shows_what_passes_between_the_steps(tmp_path: Path) -> None:
    body = shown(tmp_path, "rate = 0.5", "data = [1.0, 2.0]", "total = sum(data) * rate")
    assert body["name"] == "small"
    assert body["params"] == [{"name": "rate", "default": 0.5}]
    first, second = body["steps"]
    assert (first["cells"], first["inputs"], first["outputs"]) == ([2], [], ["data"])
    assert (second["cells"], second["inputs"], second["params"]) == ([3], ["data"], ["rate"])
    assert second["source"].endswith("total = sum(data) * rate")


def test_a_preview_names_the_cell_of_a_problem(tmp_path: Path) -> None:
    body = shown(tmp_path, "a = 1", "b = [a]", "c = undefined_name + b")
    assert any(p["cell"] == 3 and "undefined_name" in p["message"] for p in body["problems"])


def test_an_unknown_target_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    read(tmp_path, "a = [1]")
    with pytest.raises(InvalidError, match=r"'kubeflo'; choose one of: .*kfp"):
        make_preview(tmp_path / "small.ipynb", "kubeflo", "small.yaml")
