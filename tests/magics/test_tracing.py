"""A recorded shell knows what its cells read and changed, and explains values by it."""

import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

import celltrail as ct
from celltrail.errors import NotFoundError
from celltrail.events import CellStarted, CellTraced, Event
from celltrail_magics.explaining import latest

Recorded = Callable[[], list[Event]]


def run(shell: InteractiveShell, *cells: str) -> None:
    for cell in cells:
        assert shell.run_cell(cell, store_history=True).success


def test_a_variable_is_explained_by_the_cells_that_made_it(shell: InteractiveShell) -> None:
    run(shell, "a = [1]", "b = a", "c = 0", "b.append(2)", "acc = sum(a) / 10")
    found = ct.explain("acc")
    assert [one.source for one in found.executions] == [
        "a = [1]",
        "b = a",
        "b.append(2)",
        "acc = sum(a) / 10",
    ]
    ordinals = [one.ordinal for one in found.executions]
    assert ordinals == [ordinals[0], ordinals[0] + 1, ordinals[0] + 3, ordinals[0] + 4]
    assert (found.maybe, found.verified) == ((), None)
    assert "b.append(2)" in found.describe()


@pytest.mark.parametrize("setting", ["%pprint", "get_ipython().ast_node_interactivity = 'all'"])
def test_how_the_shell_shows_a_result_belongs_to_the_result(
    shell: InteractiveShell, setting: str
) -> None:
    run(shell, "x = [1 / 3]", setting, "x\nx", "total = sum(_)")
    number = len(shell.user_ns["_ih"]) - 2
    shown = [one.source for one in ct.explain(f"_{number}").executions]
    assert shown == ["x = [1 / 3]", setting, "x\nx"]
    used = [one.source for one in ct.explain("total").executions]
    assert used == ["x = [1 / 3]", "x\nx", "total = sum(_)"]


def test_a_metric_is_explained_by_the_cell_that_logged_it(shell: InteractiveShell) -> None:
    run(shell, "import celltrail as ct", "x = 2", "y = 3", "ct.log(quality=x)")
    sources = [one.source for one in ct.explain("quality").executions]
    assert sources == ["import celltrail as ct", "x = 2", "ct.log(quality=x)"]


def test_the_chain_is_printed(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    run(shell, "a = [1]", "b = 5", "a.append(2)", "%track explain a", "%track explain nothing")
    captured = capsys.readouterr()
    assert "a comes from 2 cell runs" in captured.out
    assert "    a.append(2)" in captured.out
    assert "b = 5" not in captured.out
    assert "no recorded cell run has made 'nothing'" in captured.err


def test_values_are_shown_where_they_are_still_there(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "rows = [1, 2, 3]", "total = sum(rows)", "rows = rows[:1]", "%track explain total")
    shown = capsys.readouterr().out
    assert "→ rows: list\n" in shown
    assert "→ total: 6\n" in shown


def test_secrets_are_not_shown(
    shell: InteractiveShell,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SERVICE", "correct horse battery")
    run(shell, "import os", "password = os.environ['SERVICE']", "length = len(password)")
    run(shell, "%track explain length")
    shown = capsys.readouterr().out
    assert "→ password: ***\n" in shown
    assert "→ length: 21\n" in shown


def test_a_variable_and_a_metric_of_one_name_are_told_apart(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "import celltrail as ct", "x = 2", "ct.log(acc=x / 4)", "acc = 7")
    assert [one.source for one in ct.explain("acc").executions] == ["acc = 7"]
    logged = ct.explain("acc", logged=True)
    assert logged.executions[-1].source == "ct.log(acc=x / 4)"
    run(shell, "%track explain acc", "%track explain acc --logged")
    shown = capsys.readouterr().out
    hint = f"acc was logged, too, by [{logged.executions[-1].ordinal}]: %track explain acc --logged"
    assert hint in shown
    assert "→ logged acc: 0.5" in shown


def test_a_file_is_explained_by_what_wrote_it(
    shell: InteractiveShell,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "report.txt"
    run(shell, "total = 3", f"with open({str(file)!r}, 'w') as to:\n    to.write(str(total))")
    assert ct.explain(str(file)).executions[0].source == "total = 3"
    run(shell, f"%track explain {file} --code")
    assert capsys.readouterr().out.startswith("# %% [1]\ntotal = 3\n\n# %% [2]\n")


def test_an_import_does_not_read_all_that_lies_in_the_folder(
    shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    (tmp_path / "celltrail_helpers.py").write_text("factor = 2")
    run(shell, "with open('data.txt', 'w') as to:\n    to.write('1')")
    run(shell, "import celltrail_helpers, importlib.metadata as m; list(m.distributions())")
    reads = [read.name for read in list(latest().trail)[-1].reads]
    assert f"@file:{tmp_path}/celltrail_helpers.py" in reads
    assert not any(name.endswith("data.txt") for name in reads)


def test_a_name_that_is_nearly_right_is_corrected(shell: InteractiveShell) -> None:
    shell.user_ns["given"] = 1
    run(shell, "total = 1")
    for asked, answer in [
        ("totl", "'totl'; did you mean total[?]"),
        ("total.real", "'total.real'; did you mean total[?]"),
        ("given", "'given': it is older than the recording, or of the cell that runs now"),
    ]:
        with pytest.raises(NotFoundError, match=answer):
            ct.explain(asked)


def test_what_nobody_made_is_said(shell: InteractiveShell) -> None:
    run(shell, "a = 1")
    with pytest.raises(NotFoundError, match="'nothing'"):
        ct.explain("nothing")


def test_each_cell_is_recorded_with_what_it_read_and_wrote(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    run(shell, "a = [1]", "a.append(2)", "del a")
    events = recorded()
    started = [event for event in events if isinstance(event, CellStarted)][-3:]
    traced = {one.execution_id: one for one in events if isinstance(one, CellTraced)}
    made, changed, deleted = (traced[one.execution_id] for one in started)
    assert ([one.name for one in made.writes], made.reads) == (["a"], [])
    assert [(one.name, one.written_by) for one in changed.reads] == [("a", made.execution_id)]
    assert changed.writes[0].fingerprint not in (None, made.writes[0].fingerprint)
    assert changed.writes[0].type_name == "list"
    assert [(one.name, one.is_deleted) for one in deleted.writes] == [("a", True)]


def test_what_was_read_twice_from_one_version_is_recorded_once(
    shell: InteractiveShell,
    recorded: Recorded,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    run(shell, "import ctypes, pathlib; made = pathlib.Path('made.txt')")
    run(shell, "ctypes.CDLL(None).system(b'echo 1 > made' + b'.txt')")
    run(shell, "text = made.read_text() + made.read_text()")
    traced = [event for event in recorded() if isinstance(event, CellTraced)][-1]
    pairs = [(one.name, one.written_by) for one in traced.reads]
    assert [name for name, _ in pairs if name.endswith("made.txt")]
    assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("%time t = sum(a)", "t"),
        ("%%time\nt = sum(a)", "t"),
        ("%%capture out\nt = sum(a)", "t"),
        ("async def f():\n    return sum(a)\nt = await f()", "t"),
        ("t = !echo {a[0]}", "t"),
    ],
)
def test_magics_and_await_are_seen_through(shell: InteractiveShell, cell: str, name: str) -> None:
    run(shell, "a = [1]", "unused = 2", cell)
    assert [one.source for one in ct.explain(name).executions] == ["a = [1]", cell]


def test_objects_die_when_they_would_have_died(shell: InteractiveShell) -> None:
    run(shell, "class A:\n    pass", "a = A()\na.items = [1]", "a.items.append(2)")
    died = weakref.ref(shell.user_ns["a"])
    run(shell, "del a")
    gc.collect()
    assert died() is None


def test_unloading_gives_the_interpreter_back(shell: InteractiveShell) -> None:
    import sys

    run(shell, "a = 1")
    shell.extension_manager.unload_extension("celltrail")
    assert "celltrail" not in (sys.monitoring.get_tool(3), sys.monitoring.get_tool(4))


@pytest.mark.parametrize("cell", ["%time a.sort()", "%%time\na.sort()", "exec('a.sort()')"])
def test_what_code_in_a_text_changes_is_seen(shell: InteractiveShell, cell: str) -> None:
    run(shell, "a = [2, 1]", cell, "first = a[0]")
    assert [one.source for one in ct.explain("first").executions] == [
        "a = [2, 1]",
        cell,
        "first = a[0]",
    ]


def test_a_notebook_is_told_which_of_its_cells_are_stale(shell: InteractiveShell) -> None:
    def run_cell(source: str, cell_id: str) -> None:
        shell.run_cell(source, store_history=True, cell_id=cell_id)

    def stale() -> dict[str, str]:
        answer = shell.user_expressions({"stale": 'sys.modules["celltrail_magics"].stale_cells()'})
        found: dict[str, str] = answer["stale"]["data"]["application/json"]
        return found

    shell.run_cell("import sys")
    run_cell("rows = [1]", "a")
    run_cell("total = sum(rows)", "b")
    run_cell("print(total)", "c")
    assert stale() == {}
    run_cell("rows = [2]", "d")
    assert list(stale()) == ["b", "c"]
    assert stale()["b"].startswith("rows was of [")
    run_cell("total = sum(rows)", "b")
    assert list(stale()) == ["c"]


def test_outputs_and_random_draws_make_nothing_stale(shell: InteractiveShell) -> None:
    cells = ("import random; random.seed(1)", "x = random.random()", "2 + 2", "y = _ * 3", "5 + 5")
    run(shell, *cells, "z = random.random()")
    assert latest().trail.stale() == []
    assert "→ _" not in ct.explain("y").describe()
