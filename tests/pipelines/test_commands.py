"""`celltrail export` and `celltrail run` as a user meets them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from celltrail.cli import main
from celltrail.errors import InvalidError
from celltrail_pipelines.compiled import read_compiled
from celltrail_pipelines.exporters.kfp import export
from celltrail_pipelines.pipeline import Pipeline


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook of code cells; returns its path."""

    def write(*sources: str, name: str = "nb.ipynb", **metadata: Any) -> Path:
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        path = tmp_path / name
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
        return path

    return write


CELLS = ("LR = 0.5\nlr = 2", "print = print", "x = [LR, lr]", "x.append('{{$.inputs}}')", "len(x)")


def test_export_writes_a_pipeline_that_kubeflow_accepts(
    write: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "nb.yaml"

    code = main(
        ["export", str(write(*CELLS)), "--to", "kfp", "-o", str(out), "--image", "my/python"]
    )

    assert code == 0
    assert capsys.readouterr().out == f"{out}: 4 steps; try it: celltrail run {out}\n"
    document = yaml.safe_load(out.read_text())
    executors = document["deploymentSpec"]["executors"].values()
    assert {e["container"]["image"] for e in executors} == {"my/python"}
    assert "pip install" not in out.read_text()
    assert "{{$.inputs}}" not in out.read_text()


def test_parameters_keep_their_names_types_and_defaults(
    pipeline_of: Callable[..., Pipeline], tmp_path: Path
) -> None:
    pipeline = pipeline_of(
        "N = 1\nn = 2.5\nflag = False\nname = 'a \"quoted\" b'", "print(N, n, flag, name)"
    )
    file = tmp_path / "p.yaml"
    file.write_text(export(pipeline))

    compiled = read_compiled(file)

    assert compiled.defaults == {"N": 1, "n": 2.5, "flag": False, "name": 'a "quoted" b'}
    assert compiled.parse_parameters(["N=7", "flag=true", "name=x=y"]) == {
        "N": 7,
        "flag": True,
        "name": "x=y",
    }
    with pytest.raises(InvalidError, match="parameter N is 'x', but must be an integer"):
        compiled.parse_parameters(["N=x"])
    with pytest.raises(InvalidError, match="no parameter 'nam'; did you mean name"):
        compiled.parse_parameters(["nam=x"])


def test_a_step_may_be_called_like_a_keyword(pipeline_of: Callable[..., Pipeline]) -> None:
    text = export(pipeline_of("# import\nx = [1]", "# class\nx.append(1)", "# dsl\nprint(x)"))

    assert set(yaml.safe_load(text)["components"]) == {
        "comp-import-step",
        "comp-class-step",
        "comp-dsl-step",
    }


def test_a_step_that_is_too_large_is_refused_by_name(pipeline_of: Callable[..., Pipeline]) -> None:
    with pytest.raises(InvalidError, match=r"step big \(cell 1\) has [\d,]+ bytes of source"):
        export(pipeline_of(f"# big\nx = ['{'y' * 131_072}']", "print(x)"))


def test_show_prints_steps_and_writes_nothing(
    write: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(write("n = 3", "# Load\nx = [n]", "print(x)")), "--show"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "pipeline nb",
        "  param n = 3",
        "  1. load  (cell 2)",
        "       nothing → x",
        "       params n",
        "  2. step  (cell 3)",
        "       x → nothing",
    ]
    assert list(tmp_path.glob("*.yaml")) == []


def test_json_holds_the_steps(
    write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(write("x = [1]", "print(x)")), "--show", "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert [step["name"] for step in answer["pipeline"]["steps"]] == ["x", "step"]


def test_errors_stop_the_export(
    write: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["export", str(write("x = 1", "exec('x = 2')")), "-o", str(tmp_path / "x.yaml")])

    assert code == 1
    printed = capsys.readouterr()
    assert "error: cell 2: uses names that are chosen at run time" in printed.err
    assert not (tmp_path / "x.yaml").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x = 1\n", "is not JSON, so not a notebook"),
        ("[1]", "is JSON but not a notebook"),
        ('{"cells": 3}', "is JSON but not a notebook"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}', "not a notebook"),
        ("\udcff", "cannot be read"),
    ],
)
def test_what_is_no_notebook_is_one_line(
    content: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.ipynb"
    path.write_bytes(content.encode(errors="surrogateescape"))

    assert main(["export", str(path), "--show"]) == 1

    error = capsys.readouterr().err
    assert str(path) in error
    assert message in error
    assert error.count("\n") == 1


def test_a_missing_notebook_a_folder_and_another_language_are_one_line(
    tmp_path: Path, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    julia = write("x", kernelspec={"name": "julia", "language": "julia", "display_name": "Julia"})
    for path in (tmp_path / "none.ipynb", tmp_path, julia):
        assert main(["export", str(path), "--show"]) == 1
        assert capsys.readouterr().err.count("\n") == 1


def test_an_unknown_engine_and_a_folder_that_is_missing_are_one_line(
    write: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = str(write("x = [1]"))

    assert main(["export", notebook, "--to", "argoo", "-o", "x"]) == 1
    assert "no exporter 'argoo'; choose one of: kfp" in capsys.readouterr().err
    assert main(["export", notebook, "-o", str(tmp_path / "none" / "x.yaml")]) == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["a: [", "", "a: 1", "pipelineInfo: {name: 3}"])
def test_what_is_no_pipeline_is_one_line(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(content)

    assert main(["run", str(path)]) == 1

    error = capsys.readouterr().err
    assert "not a Kubeflow pipeline" in error
    assert error.count("\n") == 1


def test_explain_shows_the_cells_behind_a_variable_without_running(
    write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = write(
        "rows = [1]", "raise SystemExit", "alias = rows", "alias.append(2)", "n = rows"
    )
    assert main(["explain", str(notebook), "n"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "n comes from 4 cell runs"
    assert [line for line in lines if line.startswith("[")] == [
        f"[{number}]  inferred" for number in (1, 3, 4, 5)
    ]
    assert main(["explain", str(notebook), "n", "--json"]) == 0
    traces = [one["trace"] for one in json.loads(capsys.readouterr().out)["executions"]]
    assert {trace["evidence"] for trace in traces} == {"inferred"}
    assert traces[1]["reads"][0]["name"] == "rows"


def test_explain_says_that_no_cell_makes_a_name(
    write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(write("a = 1")), "b"]) == 1
    assert "makes 'b'; name a variable" in capsys.readouterr().err
