"""The example notebook and its pipeline, run for real and recorded by a real server."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import TrackingServer, wait_for

DIGITS = Path(__file__).parents[2] / "examples" / "digits.ipynb"

pytestmark = pytest.mark.integration


def celltrail(*args: str, server: TrackingServer, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "celltrail", *args],
        cwd=cwd,
        env={**os.environ, "CELLTRAIL_URL": server.url, "CELLTRAIL_TOKEN": server.token},
        capture_output=True,
        text=True,
        timeout=250,
    )


def write_notebook(path: Path, *cells: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    nbformat.write(notebook, path)


def runs_of_kind(server: TrackingServer, kind: str, experiment: str) -> list[dict[str, Any]]:
    found = server.get("/api/v1/runs")
    assert isinstance(found, dict)
    return [r for r in found["runs"] if r["kind"] == kind and r["experiment_name"] == experiment]


@pytest.mark.timeout(290)
def test_the_pipeline_of_the_example_gives_the_accuracy_of_the_notebook(
    server: TrackingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELLTRAIL_URL", server.url)
    monkeypatch.setenv("CELLTRAIL_TOKEN", server.token)
    notebook = nbformat.read(DIGITS, as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    in_notebook = wait_for(
        "the end of the notebook's run",
        lambda: [
            r
            for r in runs_of_kind(server, "notebook", "digits")
            if r["status"] == "FINISHED" and "accuracy" in r["metrics"]
        ],
    )[0]

    exported = celltrail("export", str(DIGITS), "-o", "digits.yaml", server=server, cwd=tmp_path)
    assert exported.returncode == 0, exported.stderr
    ran = celltrail("run", "digits.yaml", "--json", server=server, cwd=tmp_path)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert lines[0].keys() == {"run_id"}
    steps = [line["step"] for line in lines[1:-1]]
    parent = server.get(f"/api/v1/runs/{lines[0]['run_id']}")
    assert isinstance(parent, dict)
    assert (parent["kind"], parent["status"]) == ("pipeline", "FINISHED")
    assert parent["params"]["epochs"] == "25"
    children = {child["name"]: child for child in parent["children"]}
    assert set(children) == set(steps)
    assert {(c["kind"], c["status"]) for c in children.values()} == {("step", "FINISHED")}
    assert children["evaluate"]["metrics"]["accuracy"] == in_notebook["metrics"]["accuracy"]
    assert children["train"]["metrics"] == {
        key: in_notebook["metrics"][key] for key in ("loss", "acc")
    }
    figure = server.get(f"/api/v1/runs/{children['confusion-matrix']['run_id']}")
    assert isinstance(figure, dict)
    assert [a["path"] for a in figure["artifacts"]] == ["confusion-matrix.png"]


def test_a_cell_that_fails_fails_its_step_and_the_run(
    server: TrackingServer, tmp_path: Path
) -> None:
    write_notebook(tmp_path / "broken.ipynb", "n = 3", "x = [n]", "x.append(1 / 0)", "print(x)")
    exported = celltrail("export", "broken.ipynb", "-o", "b.yaml", server=server, cwd=tmp_path)
    assert exported.returncode == 0, exported.stderr

    ran = celltrail("run", "b.yaml", "-p", "n=5", server=server, cwd=tmp_path)

    assert ran.returncode == 1
    assert "cell 3 failed with ZeroDivisionError: division by zero" in ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr
    parent = runs_of_kind(server, "pipeline", "broken")[0]
    assert (parent["status"], parent["params"]) == ("FAILED", {"n": "5"})
    detail = server.get(f"/api/v1/runs/{parent['run_id']}")
    assert isinstance(detail, dict)
    assert sorted(c["status"] for c in detail["children"]) == ["FAILED", "FINISHED"]
    failed = next(c for c in detail["children"] if c["status"] == "FAILED")
    cells_of_step = server.get(f"/api/v1/runs/{failed['run_id']}/cells")
    assert isinstance(cells_of_step, dict)
    assert [c["error_name"] for c in cells_of_step["cells"]] == ["ZeroDivisionError"]


def test_a_pipeline_that_is_stopped_stops_its_steps(server: TrackingServer, tmp_path: Path) -> None:
    write_notebook(tmp_path / "long.ipynb", "x = [1]", "import time\ntime.sleep(600)\nprint(x)")
    exported = celltrail("export", "long.ipynb", "-o", "long.yaml", server=server, cwd=tmp_path)
    assert exported.returncode == 0, exported.stderr

    def step_in_its_cell() -> str | None:
        for parent in runs_of_kind(server, "pipeline", "long"):
            detail: Any = server.get(f"/api/v1/runs/{parent['run_id']}")
            for child in detail["children"]:
                if child["status"] == "RUNNING" and child["name"] == "step" and child["cell_count"]:
                    return str(child["run_id"])
        return None

    with subprocess.Popen(
        [sys.executable, "-m", "celltrail", "run", "long.yaml"],
        cwd=tmp_path,
        env={**os.environ, "CELLTRAIL_URL": server.url, "CELLTRAIL_TOKEN": server.token},
    ) as process:
        step = wait_for("the step that sleeps", step_in_its_cell, timeout_seconds=60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 130

    assert runs_of_kind(server, "pipeline", "long")[0]["status"] == "KILLED"
    wait_for("the end of the step", lambda: status_of(server, step) == "KILLED")


def status_of(server: TrackingServer, run_id: str) -> str:
    run: Any = server.get(f"/api/v1/runs/{run_id}")
    return str(run["status"])
