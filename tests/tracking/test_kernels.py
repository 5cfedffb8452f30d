"""Cells are recorded in every front end's kernel, whatever they do to the process."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from celltrail.events import CellEnded, CellStarted, CellTraced, Event, MetricsLogged, RunStarted
from celltrail.spool import list_streams
from tests.conftest import wait_for
from tests.tracking.conftest import NOBODY, Kernel, read_events

pytestmark = pytest.mark.integration

StartKernel = Callable[[], Kernel]


@pytest.fixture
def spooled(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Event]]:
    """Let processes record without a server, and return what they have recorded."""
    monkeypatch.setenv("CELLTRAIL_URL", NOBODY)

    def read() -> list[Event]:
        streams = list_streams(home / "celltrail" / "spool")
        return [event for path in streams for event in read_events(path)]

    return read


def cells(events: list[Event]) -> list[CellStarted]:
    return [event for event in events if isinstance(event, CellStarted)]


def test_cells_carry_the_id_that_the_front_end_sends(
    kernel: StartKernel, spooled: Callable[[], list[Event]]
) -> None:
    # As JupyterLab 4.6 and the Jupyter extension of VS Code send it; Jupyter console sends none.
    lab = {"deletedCells": [], "recordTiming": False, "trusted": True}
    code = "vscode-notebook-cell:/home/ada/mlp.ipynb#W0sZmlsZQ%3D%3D"
    running = kernel()
    running.run("__vsc_ipynb_file__ = '/home/ada/mlp.ipynb'")
    running.run("%load_ext celltrail", {"cellId": "f00d-1", **lab})
    running.run("x = 1", {"cellId": "f00d-2", "tags": ["keep"], **lab})
    running.run("unseen = 2", {"cellId": "f00d-3", "tags": ["notrack"], **lab})
    running.run("unseen = 2", {"cellId": code, "tags": ["notrack"]})
    running.run("y = 3", {"cellId": code})
    running.run("z = 4")
    running.shut_down()
    events = spooled()
    assert [(one.ordinal, one.cell_id, one.source) for one in cells(events)] == [
        (1, "f00d-1", "%load_ext celltrail"),
        (2, "f00d-2", "x = 1"),
        (5, code, "y = 3"),
        (6, None, "z = 4"),
    ]
    [run] = [one for one in events if isinstance(one, RunStarted)]
    assert (run.name, run.notebook) == ("mlp", "/home/ada/mlp.ipynb")


def test_a_notebook_that_a_program_runs_is_recorded(
    spooled: Callable[[], list[Event]], tmp_path: Path
) -> None:
    sources = ["%load_ext celltrail", "# notrack\nunseen = 1", "x = 1\nprint(x)"]
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, sources)))
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert notebook.cells[2].outputs[0].text == "1\n"
    assert [(one.ordinal, one.source) for one in cells(spooled())] == [
        (1, sources[0]),
        (3, sources[2]),
    ]


PROCESSES = """
import multiprocessing, os, sys
sys.path.insert(0, {folder!r})
import work
child = os.fork()
if child == 0:
    ct.log(forked=1)
    os._exit(0)
os.waitpid(child, 0)
for way in ("fork", "spawn", "forkserver"):
    with multiprocessing.get_context(way).Pool(1) as pool:
        print(pool.map(work.log, [way]))
"""

STEPPED = """
def f(n):
    import pdb; pdb.set_trace()
    return n + 1
r = f(1)
"""
SILENCE = """
del get_ipython
import sys
class Silent:
    def write(self, text): return len(text)
    def flush(self): pass
kept, sys.stdout = sys.stdout, Silent()
t = s
"""


def test_recording_survives_what_cells_do_to_their_process(
    kernel: StartKernel, spooled: Callable[[], list[Event]], tmp_path: Path
) -> None:
    (tmp_path / "work.py").write_text(
        "import celltrail as ct\ndef log(way):\n    ct.log(**{way: 1})\n    return way\n"
    )
    running = kernel()
    running.run("%load_ext celltrail")
    running.run("import celltrail as ct, time")
    message = running.start("print('ready', flush=True)\ntime.sleep(600)")
    running.wait_for_output("ready")
    running.manager.interrupt_kernel()
    running.finish(message)
    assert running.run(PROCESSES.format(folder=str(tmp_path))) == "ok"
    message = running.start(
        "def f(n):\n    import pdb; pdb.set_trace()\n    return n + 1\nr = f(1)"
    )
    for command in ("p n", "c"):
        running.answer(command)
    running.finish(message)
    running.run("%load_ext autoreload\n%autoreload 2\nimport work")
    running.run(
        "path = work.__file__; open(path, 'a').write('\\ndef more(): return 7\\n')\n"
        "import os; os.utime(path, (2e9, 2e9))"
    )
    running.run("s = work.more()")
    running.run("import tempfile; gone = tempfile.mkdtemp(); os.chdir(gone); os.rmdir(gone)")
    running.run(SILENCE)
    running.run("sys.stdout = kept; os.chdir('/')\ndef deeper(): deeper()\ndeeper()")
    running.run("%reset -f")
    running.start("u = 1\nimport os\nos._exit(7)")
    wait_for("the end of the kernel", lambda: not running.manager.is_alive())
    running.kill()  # closes what leads to it
    events = spooled()
    ended = {one.execution_id: one for one in events if isinstance(one, CellEnded)}
    seen = cells(events)
    statuses = [ended[one.execution_id].status for one in seen[:-1]]
    assert statuses == ["ok", "ok", "aborted", *["ok"] * 6, "ok", "error", "ok"]
    assert seen[-1].execution_id not in ended
    writes = {
        one.execution_id: {write.name for write in one.writes}
        for one in events
        if isinstance(one, CellTraced)
    }
    assert [name in writes[seen[at].execution_id] for at, name in ((4, "r"), (7, "s"), (9, "t"))]
    logged = [key for one in events if isinstance(one, MetricsLogged) for key in one.metrics]
    assert sorted(logged) == ["fork", "forked", "forkserver", "spawn"]
    assert "Traceback" not in running.errors
    assert "celltrail: " not in running.errors.replace("celltrail: no tracking server", "")
