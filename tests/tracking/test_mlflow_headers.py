import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import entry_points
from types import SimpleNamespace

import pytest

from celltrail.mlflow_headers import CelltrailHeaderProvider, reports_to_us
from celltrail.session import Session
from tests.conftest import TrackingServer
from tests.tracking.conftest import FLUSH, NOBODY, Kernel


@pytest.fixture
def headers(session: Session, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, str]]:
    """The headers of a request of MLflow to a tracking URI, with a token set for `NOBODY`."""
    session.settings = replace(session.settings, token="secret")

    def ask(uri: str) -> dict[str, str]:
        mlflow = SimpleNamespace(get_tracking_uri=lambda: uri)
        monkeypatch.setitem(sys.modules, "mlflow", mlflow)
        provider = CelltrailHeaderProvider()
        assert provider.in_context()
        return provider.request_headers()

    return ask


def test_mlflow_finds_the_provider() -> None:
    [point] = entry_points(group="mlflow.request_header_provider", name="celltrail")
    assert point.load() is CelltrailHeaderProvider


@pytest.mark.parametrize("uri", [NOBODY, f"{NOBODY}/", f"{NOBODY}/prefix"])
def test_our_own_server_gets_our_token(headers: Callable[[str], dict[str, str]], uri: str) -> None:
    assert headers(uri) == {"Authorization": "Bearer secret"}
    assert reports_to_us()


@pytest.mark.parametrize(
    "uri", ["http://elsewhere:9", f"{NOBODY}999", f"{NOBODY}.elsewhere", "file:///tmp/mlruns", ""]
)
def test_nobody_else_gets_our_token(headers: Callable[[str], dict[str, str]], uri: str) -> None:
    assert headers(uri) == {}
    assert not reports_to_us()


@pytest.mark.parametrize("name", ["MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_USERNAME"])
def test_the_credentials_of_the_user_come_first(
    headers: Callable[[str], dict[str, str]], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "mine")
    assert headers(NOBODY) == {}


def test_a_request_carries_the_cell_that_runs(
    session: Session, headers: Callable[[str], dict[str, str]]
) -> None:
    execution_id = session.cell_started("x", cell_id=None, execution_count=1, started_ms=1)
    assert headers("http://elsewhere:9") == {"X-Celltrail-Execution": execution_id}
    session.cell_ended(execution_id, "ok", 1.0, ("", ""))
    assert headers("http://elsewhere:9") == {}


@pytest.mark.integration
def test_what_mlflow_logs_in_a_cell_knows_its_cell(
    tracked: TrackingServer,
    kernel: Callable[[], Kernel],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", tracked.url)
    notebook = kernel()
    assert notebook.run("%load_ext celltrail") == "ok"
    assert notebook.run("import mlflow") == "ok"
    source = (
        "with mlflow.start_run() as run: mlflow.log_metric('acc', 0.5); mlflow.log_param('a', 1)"
    )
    assert notebook.run(source) == "ok", notebook.errors
    assert notebook.run("print('<' + run.info.run_id + '>', flush=True)") == "ok"
    notebook.wait_for_output(">")
    assert notebook.run(FLUSH) == "ok"
    run_id = notebook.output.split("<")[1].split(">")[0]
    notebook.shut_down()
    run = tracked.get(f"/api/v1/runs/{run_id}")
    [mine] = [
        each
        for each in tracked.get("/api/v1/runs")["runs"]
        if each["kind"] == "notebook" and each["run_id"] != run_id
    ]
    cells = tracked.get(f"/api/v1/runs/{mine['run_id']}/cells")["cells"]
    [cell] = [cell for cell in cells if cell["source"] == source]
    assert run["metric_summaries"][0]["execution_id"] == cell["execution_id"]
    assert run["param_records"][0]["execution_id"] == cell["execution_id"]
