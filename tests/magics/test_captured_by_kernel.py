"""What a real kernel's cells leave at a real tracking server, by default."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TrackingServer
from tests.tracking.conftest import FLUSH, Kernel, kernel, tracked

__all__ = ["kernel", "tracked"]

pytestmark = pytest.mark.integration


class Notebook:
    """A kernel whose cells are recorded, and what the server has of them."""

    def __init__(self, kernel: Kernel, server: TrackingServer) -> None:
        self.kernel, self.server = kernel, server
        assert kernel.run("%load_ext celltrail") == "ok"

    def run(self, source: str, status: str = "ok") -> None:
        assert self.kernel.run(source) == status, self.kernel.errors

    def read(self) -> "Recorded":
        """Wait for what goes on in the background, end the kernel and read the notebook's run."""
        self.run(f"from celltrail_magics.capturing.background import finish; finish(60)\n{FLUSH}")
        self.run(FLUSH)
        self.kernel.shut_down()
        return Recorded(self.server)


class Recorded:
    """The run of the notebook as the server tells it."""

    def __init__(self, server: TrackingServer) -> None:
        self.server = server
        [run] = [one for one in server.get("/api/v1/runs")["runs"] if one["cell_count"]]
        self.path = f"/api/v1/runs/{run['run_id']}"
        self.run: dict[str, Any] = server.get(self.path)
        self.cells = {one["source"]: one for one in server.get(f"{self.path}/cells")["cells"]}
        self.files = {one["path"]: one for one in self.run["artifacts"]}

    def console(self, source: str) -> str:
        execution_id = self.cells[source]["execution_id"]
        path = f"{self.path}/cells/{execution_id}/console"
        console: str = self.server.get(path)["console"]
        return console

    def content(self, path: str) -> bytes:
        with self.server.client() as client:
            return client.get(f"{self.path}/artifacts/{path}").content


@pytest.fixture
def notebook(
    tracked: TrackingServer,
    kernel: Callable[[], Kernel],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Notebook:
    """A notebook in a folder of its own."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "helpers.py").write_text("rate = 0.1\n")
    monkeypatch.chdir(folder)
    return Notebook(kernel(), tracked)


def test_what_cells_show_print_and_take_is_at_the_server(notebook: Notebook) -> None:
    printing = "import sys, helpers\nlr = 0.01\nprint('out'); print('err', file=sys.stderr)"
    waiting = "import asyncio\nprint('before'); await asyncio.sleep(0); print('after')"
    plotting = "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()"
    showing = "import pandas as pd\npd.DataFrame({'x': range(100)})"
    drawing = "import plotly.graph_objects as go\ngo.Figure(go.Bar(y=[1, 2])).show()"
    for source in (printing, waiting, "%matplotlib inline", plotting, drawing, showing):
        notebook.run(source)
    recorded = notebook.read()
    assert recorded.console(printing) == "out\nerr\n"
    assert recorded.console(waiting) == "before\nafter\n"
    cell = recorded.cells[printing]
    assert cell["candidate_params"] == {"lr": "0.01"}
    assert recorded.run["params"] == {}
    assert cell["memory_peak_bytes"] >= cell["memory_start_bytes"] > 1 << 20
    assert cell["cpu_ms"] > 0
    figure = f"cells/{recorded.cells[plotting]['ordinal']}/figure-1.png"
    assert recorded.content(figure).startswith(b"\x89PNG")
    assert recorded.files[figure]["execution_id"] == recorded.cells[plotting]["execution_id"]
    plotly = f"cells/{recorded.cells[drawing]['ordinal']}/figure-1.json"
    assert json.loads(recorded.content(plotly))["data"][0]["type"] == "bar"
    frame = f"cells/{recorded.cells[showing]['ordinal']}/frame-1.json"
    assert json.loads(recorded.content(frame))["row_count"] == 100
    assert recorded.content("code/helpers.py") == b"rate = 0.1\n"
    assert recorded.files["code/helpers.py"]["execution_id"] == cell["execution_id"]
    origin = recorded.server.get(f"{recorded.path}/origin")
    assert "ipykernel" in origin["environment"]["packages"]


FIT = "model = LogisticRegression(max_iter=7).fit([[0.0], [1.0]], [0, 1])"


@pytest.fixture
def reporting(tracked: TrackingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Lab and the hub have it: MLflow's client reports to our server."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", tracked.url)


def fits(recorded: Recorded) -> list[dict[str, Any]]:
    """The runs that autologging made below the notebook's, oldest first."""
    return sorted(recorded.run["children"], key=lambda run: int(run["started_ms"]))


def test_fits_are_logged_below_the_notebook_s_run_with_their_cells(
    reporting: None, notebook: Notebook
) -> None:
    notebook.run("import mlflow\nfrom sklearn.linear_model import LogisticRegression")
    notebook.run(FIT)
    assert "View run" not in notebook.kernel.output
    manual = "with mlflow.start_run():\n    LogisticRegression().fit([[0.0], [1.0]], [0, 1])"
    notebook.run(manual)
    recorded = notebook.read()
    [run] = fits(recorded)
    fit = recorded.server.get(f"/api/v1/runs/{run['run_id']}")
    assert (fit["status"], fit["params"]["max_iter"]) == ("FINISHED", "7")
    assert "training_score" in fit["metrics"]
    execution_id = recorded.cells[FIT]["execution_id"]
    assert {one["execution_id"] for one in fit["metric_summaries"]} == {execution_id}
    assert {one["execution_id"] for one in fit["param_records"]} == {execution_id}
    assert not [one for one in fit["artifacts"] if "model" in one["path"]]
    [own] = [one for one in recorded.server.get("/api/v1/runs")["runs"] if not one["cell_count"]]
    assert (own["params"], own["metrics"]) == ({}, {})


def test_autologging_needs_no_import_if_it_is_always_on_and_stops_when_switched_off(
    notebook: Notebook,
) -> None:
    notebook.run("%config CellCapture.autolog = 'always'")
    notebook.run("from sklearn.linear_model import LogisticRegression")
    notebook.run("%track start first")
    notebook.run("%track start second")
    notebook.run(FIT)
    notebook.run("%config CellCapture.autolog = 'never'")
    notebook.run(FIT)
    notebook.run(FLUSH)
    notebook.kernel.shut_down()
    runs = {one["name"]: one for one in notebook.server.get("/api/v1/runs")["runs"]}
    children = {
        name: notebook.server.get(f"/api/v1/runs/{runs[name]['run_id']}")["children"]
        for name in ("first", "second")
    }
    assert (len(children["first"]), len(children["second"])) == (0, 1)


def test_a_notebook_that_configures_autologging_itself_is_left_alone(
    reporting: None, notebook: Notebook
) -> None:
    notebook.run("import mlflow.sklearn; mlflow.sklearn.autolog(disable=True)")
    notebook.run("from sklearn.linear_model import LogisticRegression")
    notebook.run(FIT)
    assert fits(notebook.read()) == []


def test_autologging_that_the_user_turns_off_stays_off(reporting: None, notebook: Notebook) -> None:
    notebook.run("import mlflow\nfrom sklearn.linear_model import LogisticRegression")
    notebook.run("mlflow.autolog(disable=True)")
    notebook.run("# notrack")
    notebook.run(FIT)
    notebook.run("%track start another")
    notebook.run(FIT)
    assert fits(notebook.read()) == []


def test_fits_in_a_cell_that_is_not_recorded_are_not_logged(
    reporting: None, notebook: Notebook
) -> None:
    notebook.run("import mlflow\nfrom sklearn.linear_model import LogisticRegression")
    notebook.run(f"# notrack\n{FIT}")
    notebook.run(FIT)
    recorded = notebook.read()
    [run] = fits(recorded)
    fit = recorded.server.get(f"/api/v1/runs/{run['run_id']}")
    execution_id = recorded.cells[FIT]["execution_id"]
    assert {one["execution_id"] for one in fit["param_records"]} == {execution_id}
