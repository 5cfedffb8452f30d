"""`celltrail.replay`: the cells behind a value run again, in a process of their own."""

import os
import signal
import sys
import threading
from pathlib import Path

import psutil
import pytest
from IPython.core.interactiveshell import InteractiveShell

import celltrail as ct
from celltrail_magics.explaining import latest
from tests.conftest import wait_for

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the notebook; asked for before the shell, which notes where it begins."""
    folder = tmp_path / "project" / "notebooks"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", ["", *sys.path])  # as in a kernel
    return folder


SLOW_AGAIN = "import os, time\nif os.getsid(0) == os.getpid():\n    time.sleep(60)\nx = 1"
"""Takes long in a process that leads its session, as one that replays does."""


def run(shell: InteractiveShell, *cells: str) -> None:
    for cell in cells:
        shell.run_cell(cell, store_history=True)


def verdict(target: str) -> tuple[bool | None, str]:
    found = ct.replay(target)
    return found.verified, found.verdict


def test_a_value_is_verified_until_it_changes(shell: InteractiveShell) -> None:
    run(shell, "a = [1]", "unused = 1 / 2", "b = a", "b.append(2)", "acc = sum(a) / 10")
    found = ct.replay("acc")
    assert found.verified is True
    assert found.verdict.startswith("verified: 4 cell runs gave the same in a fresh process")
    assert ct.explain("acc") == found
    run(shell, "unused = 2")
    assert ct.explain("acc").verified is True
    run(shell, "acc += 1")
    assert ct.explain("acc").verified is None


def test_a_metric_is_compared_by_its_value(shell: InteractiveShell) -> None:
    run(shell, "import celltrail as ct, random", "x = 2", "ct.log(quality=x / 3)")
    assert verdict("quality")[0] is True
    run(shell, "x = random.random()", "ct.log(quality=x / 3)")
    assert verdict("quality") == (False, "differs at cell 4: random generator not seeded")
    run(shell, "%track log good=float('nan')")
    assert verdict("good")[0] is True


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["import random", "x = random.random()"], "cell 2: random generator not seeded"),
        (
            [
                "import numpy as np",
                "rng = np.random.default_rng()",
                "k = 2",
                "x = rng.random() * k",
            ],
            "cell 2: random generator not seeded",
        ),
        (
            ["import numpy as np", "r = np.random.rand(3)", "x = r.mean()", "r = 0"],
            "cell 2: random generator not seeded",
        ),
        (["import time", "x = time.time()"], "cell 2: it depends on the time"),
        (
            ["import os", "get_ipython().user_ns['y'] = 1", "x = os.getpid()"],
            "cell 3: x came out another each time: by the order of a set, an address, or chance",
        ),
    ],
)
def test_it_says_where_it_went_another_way(
    shell: InteractiveShell, cells: list[str], reason: str
) -> None:
    run(shell, *cells)
    found = ct.replay("x")
    offset = found.executions[0].ordinal - 1
    number = int(reason.split()[1].rstrip(":")) + offset
    assert found.verified is False
    assert found.verdict == f"differs at cell {number}: {reason.partition(': ')[2]}"


def test_what_is_only_in_the_session_is_told_from_chance(shell: InteractiveShell) -> None:
    shell.push({"celltrail_test_hint": 1}, interactive=False)
    run(shell, "import sys", "x = 'celltrail_test_hint' in get_ipython().user_ns")
    verified, text = verdict("x")
    assert verified is False
    assert text.endswith(
        "x came out another, the same each time: it depends on more than the trail knows"
    )


def test_a_name_that_no_recorded_cell_made_is_said(shell: InteractiveShell) -> None:
    shell.user_ns["given"] = 4
    run(shell, "x = given + 1")
    verified, text = verdict("x")
    assert verified is False
    assert "name 'given' is not defined: no recorded cell run made it" in text


def test_data_that_changed_since_is_said(shell: InteractiveShell, folder: Path) -> None:
    data = folder.parent / "data.csv"
    data.write_text("1,2")
    os.utime(data, (1, 1))
    run(
        shell, "from pathlib import Path", "text = Path('../data.csv').read_text()", "n = len(text)"
    )
    assert verdict("n")[0] is True
    data.write_text("1,2,3")
    verified, text = verdict("n")
    assert verified is False
    assert text.endswith(f"{data} has changed since")


def test_a_file_that_cannot_be_read_any_more_as_it_was_is_the_cause(
    shell: InteractiveShell, folder: Path
) -> None:
    data = folder / "data.txt"
    data.write_text("12")
    os.utime(data, (1, 1))
    run(shell, "from pathlib import Path", "n = int(Path('data.txt').read_text())")
    run(shell, "%track replay n")
    data.write_text("\ntwelve\n")
    assert f"cell 2: {data} has changed since (ValueError: invalid literal" in verdict("n")[1]
    # What a replay reads to copy it is not what the cell has read.
    assert all("data.txt" not in read.name for read in list(latest().trail)[-1].reads)
    data.unlink()
    assert f"cell 2: {data} is not there any more (FileNotFoundError:" in verdict("n")[1]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["x = 1", "del x"], "x is not there any more"),
        (["open('x', 'w').close()"], "a file is not compared"),
    ],
)
def test_what_is_no_variable_any_more_is_not_compared(
    shell: InteractiveShell, cells: list[str], reason: str
) -> None:
    run(shell, *cells)
    assert verdict("x") == (None, f"not verified: {reason}")


def test_a_metric_is_compared_also_if_a_variable_has_its_name(shell: InteractiveShell) -> None:
    run(shell, "import celltrail as ct, random", "ct.log(acc=0.5)", "acc = random.random()")
    assert ct.replay("acc", logged=True).verified is True
    assert ct.replay("acc").verified is False


def test_it_says_how_far_it_is(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    run(shell, "import os, time", "a = 1", "if os.getsid(0) == os.getpid(): time.sleep(2)\nb = a")
    run(shell, "%track replay b")
    shown = capsys.readouterr().out
    assert "\rrunning 3 of 3 cell runs again: [3] if os.getsid(0) ==" in shown
    assert shown.rpartition("\r")[2].startswith("verified: 3 cell runs")


def test_files_of_the_user_stay_as_they_are(shell: InteractiveShell, folder: Path) -> None:
    (folder / "doublings.py").write_text("def double(x):\n    return 2 * x\n")
    run(
        shell,
        "from doublings import double",
        "with open('made.txt', 'a') as file:\n    file.write(str(double(4)))",
        "with open('made.txt') as file:\n    n = int(file.read())",
    )
    (folder / "made.txt").write_text("8")
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert verdict("n")[0] is True
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
    assert ct.replay("n").verdict.startswith("verified: 3 cell runs")


def test_it_does_not_write_outside_of_its_folder(
    shell: InteractiveShell, folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "elsewhere.txt"
    run(
        shell, f"path = {str(target)!r}", "with open(path, 'w') as file:\n    n = file.write('abc')"
    )
    target.write_text("mine")
    verified, text = verdict("n")
    assert verified is None
    assert text.endswith(f"writes {target}, and a replay writes in its own folder only")
    assert target.read_text() == "mine"


def test_what_cannot_be_compared_is_said(shell: InteractiveShell) -> None:
    run(shell, "rows = [1, 2]", "pairs = (row for row in rows)")
    assert verdict("pairs") == (None, "not verified: a generator cannot be compared")


def test_sets_and_classes_and_paths_compare_in_any_process(
    shell: InteractiveShell, folder: Path
) -> None:
    run(
        shell,
        "from pathlib import Path\nhere = Path.cwd() / 'a.csv'",
        "class Bag:\n    def __init__(self, *items):\n        super().__init__()\n"
        "        self.items = set(items)\n        self.me = self",
        "bag = Bag('x', 'y', ('z', 1), here)",
    )
    assert verdict("bag")[0] is True


def test_a_cell_that_failed_fails_again(shell: InteractiveShell) -> None:
    run(shell, "rows = []", "rows.append(1)\nrows.append(1 / 0)", "n = len(rows)")
    assert verdict("n")[0] is True


def test_cells_that_it_may_depend_on_run_if_the_certain_ones_do_not_do(
    shell: InteractiveShell,
) -> None:
    run(
        shell,
        "import numpy as np; big = np.zeros(8_000_000)",
        "class Holder:\n    def poke(self, at):\n        self.data[at] = 7",
        "holder = Holder(); holder.data = big",
        "holder.poke(12_345)",  # one of so many that they are only sampled
        "total = float(big.sum())",
    )
    assert [one.execution.source for one in ct.explain("total").maybe][-1] == "holder.poke(12_345)"
    found = ct.replay("total")
    assert found.verified is True
    assert len(found.executions) == 5
    assert found.maybe == ()


def test_figures_are_compared_as_they_look(shell: InteractiveShell) -> None:
    run(
        shell,
        "from matplotlib.figure import Figure",
        "fig = Figure()",
        "ax = fig.subplots()",
        "ax.plot([1, 3, 2])",
    )
    assert verdict("fig")[0] is True
    run(shell, "import random", "ax.set_title(str(random.random()))")
    last = ct.explain("fig").executions[-1].ordinal
    assert verdict("fig") == (False, f"differs at cell {last}: random generator not seeded")


def test_a_param_leads_to_its_cell(shell: InteractiveShell) -> None:
    run(shell, "import celltrail as ct", "rate = 2", "ct.log_params(lr=rate / 4)")
    assert [one.source for one in ct.explain("lr").executions][1:] == [
        "rate = 2",
        "ct.log_params(lr=rate / 4)",
    ]
    assert verdict("lr")[0] is True


def test_output_history_and_magics_work(shell: InteractiveShell) -> None:
    run(shell, "%%time\na = 3", "a * 2", "%track log c=_ * 2", "b = Out[2]")
    assert verdict("c")[0] is True


def test_it_stops_after_its_time(shell: InteractiveShell) -> None:
    run(shell, SLOW_AGAIN)
    found = ct.replay("x", timeout_seconds=1)
    assert found.verdict == "not verified: running it again takes longer than 1 s"


def test_an_interrupt_ends_the_process_too(shell: InteractiveShell) -> None:
    run(shell, SLOW_AGAIN)

    others = set(psutil.Process().children())

    def running() -> list[psutil.Process]:
        # Killed as it was being started, nobody may have asked for how it ended.
        children = set(psutil.Process().children()) - others
        return [one for one in children if one.status() != psutil.STATUS_ZOMBIE]

    def interrupt() -> None:
        wait_for("the process", running)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        ct.replay("x")
    thread.join()
    wait_for("its end", lambda: not running())
    assert ct.explain("x").verified is None


def test_the_magic_prints_the_verdict(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "a = 1", "acc = a / 2")
    capsys.readouterr()
    run(shell, "%track replay acc", "%track replay nothing")
    shown = capsys.readouterr()
    assert shown.out.startswith("verified: 2 cell runs gave the same")
    assert "no recorded cell run has made 'nothing'" in shown.err


def test_a_cell_that_replays_does_not_do_so_when_it_is_replayed(shell: InteractiveShell) -> None:
    run(shell, "a = 1\n%track replay a", "b = a + 1\n%track replay b")
    assert verdict("b")[0] is True
