"""`%track diff`, `restore`, `stale` and `live` in a real kernel with a real server."""

import itertools
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from celltrail.errors import InvalidError
from celltrail.session import Session
from celltrail_magics.live import MAX_POINTS, Curve, show_live
from tests.conftest import TrackingServer
from tests.tracking.conftest import Kernel, kernel, session, tracked

__all__ = ["kernel", "session", "tracked"]
integration = pytest.mark.integration
StartKernel = Callable[[], Kernel]


@pytest.fixture
def notebook(
    kernel: StartKernel, tracked: TrackingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Kernel:
    """A recorded kernel in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    started = kernel()
    assert started.run("%load_ext celltrail\nimport celltrail as ct") == "ok"
    return started


@integration
def test_two_runs_are_compared(notebook: Kernel) -> None:
    for name, rate in (("first", 0.1), ("it's 2nd", 0.2)):
        notebook.run(f'%track start "{name}" --experiment e')
        notebook.run(f"rate = {rate}\n%track params rate epochs=3")
        notebook.run("ct.log(loss=rate * 2, same=1)")
    notebook.output = ""
    notebook.run('%track diff first "it\'s 2nd"')
    assert notebook.errors == ""
    lines = [line.split(maxsplit=2) for line in notebook.output.splitlines()]
    assert lines[0] == ["first", "it's", "2nd"]
    assert ["param", "rate", "0.1                               0.2"] in lines
    assert ["metric", "loss", "0.2                               0.4"] in lines
    assert "-rate = 0.1\n+rate = 0.2\n" in notebook.output
    assert not any(line[:2] in (["param", "epochs"], ["metric", "same"]) for line in lines)
    notebook.output = ""
    notebook.run("%track diff first first")
    assert notebook.output == "first and first have the same params, metrics and code\n"
    notebook.run("%track diff first nothing")
    assert "there is no run 'nothing'; `celltrail runs` lists names" in notebook.errors


@integration
def test_a_run_is_restored_as_it_ran_and_nothing_is_overwritten(
    notebook: Kernel, tmp_path: Path
) -> None:
    (tmp_path / "my-run-restored.ipynb").write_text("mine")
    notebook.run("%track start 'my run'")
    for source in ("rows = [1]", "rows.append(len(rows))", "rows.append(len(rows))"):
        notebook.run(source)
    notebook.output = ""
    notebook.run("%track restore 'my run'")
    path = Path(notebook.output.strip())
    assert path == tmp_path / "my-run-restored-2.ipynb"
    assert (tmp_path / "my-run-restored.ipynb").read_text() == "mine"
    restored = nbformat.read(path, as_version=4)
    nbformat.validate(restored)
    sources = [cell.source for cell in restored.cells]
    assert sources[-4:-1] == ["rows = [1]", "rows.append(len(rows))", "rows.append(len(rows))"]


@integration
def test_stale_results_are_said(notebook: Kernel) -> None:
    notebook.run("%track stale")
    for source in ("rows = [1]", "total = sum(rows)", "rows.append(2)"):
        notebook.run(source)
    notebook.run("%track stale")
    first, second = notebook.output.splitlines()
    assert first == "nothing is older than its data"
    assert second.startswith("total of [")
    assert "rows was of" in second


@integration
def test_live_curves_grow_while_a_cell_runs_and_show_what_was_before(notebook: Kernel) -> None:
    notebook.run("ct.log(loss=3.0)")
    notebook.run("%track live")
    notebook.run(
        "ct.log(loss=2.0)\n"
        "ct.log(loss=float('nan'))\n"
        "import threading, time\n"
        "from celltrail_magics import live\n"
        "[panel] = live._panels.values()\n"
        "def shown():\n"
        "    return {trace.name: list(trace.y) for trace in panel.figure.data}\n"
        "deadline = time.monotonic() + 30\n"
        "while shown() != {'loss': [3.0, 2.0, None]} and time.monotonic() < deadline:\n"
        "    time.sleep(0.02)\n"
        "print(shown())"
    )
    assert notebook.errors == ""
    assert notebook.output == "{'loss': [3.0, 2.0, None]}\n"
    kinds = [message["msg_type"] for message in notebook.messages]
    assert "display_data" in kinds
    assert "comm_msg" in kinds[kinds.index("display_data") :]


def test_a_missing_package_is_said_with_the_remedy(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "plotly.graph_objects", None)
    with pytest.raises(InvalidError, match=r"needs plotly.*pip install 'celltrail\[live\]'"):
        show_live(session, None)


def test_a_long_curve_is_thinned_out_evenly_and_keeps_its_end() -> None:
    curve = Curve()
    for step in range(100_001):
        curve.add(step, step / 2)
    points = curve.points()
    assert MAX_POINTS / 2 <= len(points) <= MAX_POINTS
    assert points[0] == (0, 0.0)
    assert points[-1] == (100_000, 50_000.0)
    gaps = {later[0] - sooner[0] for sooner, later in itertools.pairwise(points[:-1])}
    assert len(gaps) == 1


@integration
def test_a_value_of_a_kernel_is_verified_and_leaves_no_run(
    notebook: Kernel, tracked: TrackingServer, tmp_path: Path
) -> None:
    (tmp_path / "local_helper.py").write_text("def double(x):\n    return 2 * x\n")
    for source in (
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nfrom local_helper import double",
        "values = await __import__('asyncio').sleep(0, [1, 2])",
        "plt.plot(values)",
        "acc = double(sum(values))\nct.log(acc=acc)",
    ):
        assert notebook.run(source) == "ok"
    before = tracked.get("/api/v1/runs")
    notebook.output = ""
    notebook.run("%track replay acc")
    assert notebook.errors == ""
    assert notebook.output.startswith("verified: 3 cell runs gave the same")
    notebook.run("print(ct.replay('acc').verified, ct.explain('acc').verified)")
    assert notebook.output.endswith("True True\n")
    runs = tracked.get("/api/v1/runs")
    assert isinstance(runs, dict)
    assert isinstance(before, dict)
    assert [run["run_id"] for run in runs["runs"]] == [run["run_id"] for run in before["runs"]]
