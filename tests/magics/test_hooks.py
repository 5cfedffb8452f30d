import gc
import weakref
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from IPython.core.interactiveshell import InteractiveShell

import celltrail as ct
from celltrail.events import (
    CellEnded,
    CellStarted,
    Event,
    MetricsLogged,
    ParamsLogged,
    RunStarted,
    RunUpdated,
)
from celltrail.session import Session

Recorded = Callable[[], list[Event]]


@dataclass(frozen=True)
class Cell:
    started: CellStarted
    ended: CellEnded


def cells(events: list[Event]) -> list[Cell]:
    ended = {event.execution_id: event for event in events if isinstance(event, CellEnded)}
    started = [event for event in events if isinstance(event, CellStarted)]
    assert len(ended) == len(started)
    return [Cell(event, ended[event.execution_id]) for event in started]


def only[E](events: list[Event], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def run(shell: InteractiveShell, source: str, cell_id: str | None = None) -> None:
    shell.run_cell(source, store_history=True, cell_id=cell_id)


def test_each_run_of_a_cell_is_recorded_as_typed_and_in_order(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    run(shell, "x = 1\n%time y = 2", cell_id="first")
    run(shell, "x", cell_id="second")
    run(shell, "x = 1\n%time y = 2", cell_id="first")
    seen = [cell.started for cell in cells(recorded())]
    assert [(cell.ordinal, cell.cell_id, cell.source, cell.execution_count) for cell in seen] == [
        (1, "first", "x = 1\n%time y = 2", 1),
        (2, "second", "x", 2),
        (3, "first", "x = 1\n%time y = 2", 3),
    ]


def test_the_cell_that_loads_the_extension_is_recorded(
    bare_shell: InteractiveShell, recorded: Recorded
) -> None:
    run(bare_shell, "before = 1")
    run(bare_shell, "%load_ext celltrail")
    run(bare_shell, "after = 1")
    seen = [(cell.started.source, cell.started.execution_count) for cell in cells(recorded())]
    assert seen == [("%load_ext celltrail", 2), ("after = 1", 3)]


def test_loading_twice_records_once(bare_shell: InteractiveShell, recorded: Recorded) -> None:
    run(bare_shell, "%load_ext celltrail")
    run(bare_shell, "%load_ext celltrail")
    run(bare_shell, "import celltrail; celltrail.load_ipython_extension(get_ipython())")
    run(bare_shell, "%reload_ext celltrail")
    run(bare_shell, "x = 1")
    assert [cell.started.ordinal for cell in cells(recorded())] == [1, 2, 3, 4, 5]


def test_unloading_ends_the_recording_of_cells(
    shell: InteractiveShell, recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "x = 1")
    run(shell, "%unload_ext celltrail")
    run(shell, "x = 2")
    run(shell, "%track")
    assert [event.source for event in only(recorded(), CellStarted)] == [
        "x = 1",
        "%unload_ext celltrail",
    ]
    assert "%track" in capsys.readouterr().err


def test_an_error_is_recorded_with_its_name_and_a_bounded_message(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    run(shell, "raise ValueError('m' * 5000)")
    run(shell, "x = = 1")
    value_error, syntax_error = (cell.ended for cell in cells(recorded()))
    assert (value_error.status, value_error.error_name) == ("error", "ValueError")
    assert value_error.error_message == "m" * 1000
    assert (syntax_error.status, syntax_error.error_name) == ("error", "SyntaxError")


def test_an_error_s_message_is_masked_before_it_is_cut(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    run(shell, "raise ValueError('m' * 980 + ' https://ada:' + 'hunter2' * 9 + '@example.org')")
    [cell] = cells(recorded())
    assert cell.ended.error_message == "m" * 980 + " https://ada:***@exam"[:20]


def test_an_interrupt_is_an_aborted_cell_and_the_next_is_recorded(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    run(shell, "raise KeyboardInterrupt")
    run(shell, "x = 1")
    assert [cell.ended.status for cell in cells(recorded())] == ["aborted", "ok"]


def test_an_exception_that_cannot_say_itself_is_recorded_by_name(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    shell.run_cell(
        "class Mute(Exception):\n"
        "    def __str__(self): raise RuntimeError\n"
        "    def _render_traceback_(self): return ['mute']\n"
        "raise Mute",
    )
    [cell] = cells(recorded())
    assert (cell.ended.error_name, cell.ended.error_message) == ("Mute", None)


def test_a_cell_run_by_a_cell_is_part_of_it(shell: InteractiveShell, recorded: Recorded) -> None:
    run(shell, "get_ipython().run_cell('1/0', store_history=True); x = 1")
    run(shell, "get_ipython().run_cell(''); x = 2")
    seen = cells(recorded())
    assert [cell.ended.status for cell in seen] == ["ok", "ok"]
    assert [cell.started.ordinal for cell in seen] == [1, 2]


def test_what_a_front_end_asks_silently_is_no_cell(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    shell.run_cell("hidden = 1", silent=True)
    run(shell, "   \n")
    run(shell, "x = 1")
    assert [cell.started.source for cell in cells(recorded())] == ["x = 1"]


def test_top_level_await_is_a_cell_like_any_other(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    run(shell, "import asyncio\nawait asyncio.sleep(0.05)")
    [cell] = cells(recorded())
    assert cell.ended.status == "ok"
    assert 50 <= cell.ended.duration_ms < 5000


def test_recording_survives_reset(shell: InteractiveShell, recorded: Recorded) -> None:
    run(shell, "x = 1")
    run(shell, "%reset -f")
    run(shell, "y = 2")
    assert [cell.ended.status for cell in cells(recorded())] == ["ok"] * 3


def test_what_a_cell_logs_knows_its_cell(shell: InteractiveShell, recorded: Recorded) -> None:
    run(shell, "import celltrail as ct")
    run(shell, "ct.log(loss=0.5); ct.log_params(lr=1)")
    ct.log(loss=0.4)
    events = recorded()
    execution_id = cells(events)[1].started.execution_id
    assert [event.execution_id for event in only(events, MetricsLogged)] == [execution_id, None]
    assert [event.execution_id for event in only(events, ParamsLogged)] == [execution_id]


def test_no_object_of_a_cell_is_kept_alive(shell: InteractiveShell, session: Session) -> None:
    run(shell, "class Big: pass\nbig = Big()")
    alive = weakref.ref(shell.user_ns["big"])
    run(shell, "%%track --params big\ndel big; big = None")
    gc.collect()
    assert alive() is None


def test_a_notebook_gives_the_run_its_name(
    bare_shell: InteractiveShell, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "work/digits.ipynb")
    run(bare_shell, "%load_ext celltrail")
    [started] = only(recorded(), RunStarted)
    assert (started.name, started.experiment, started.kind) == ("digits", "digits", "notebook")
    assert started.notebook == "work/digits.ipynb"


def test_vs_code_gives_the_run_its_name(bare_shell: InteractiveShell, recorded: Recorded) -> None:
    bare_shell.user_ns["__vsc_ipynb_file__"] = "/home/ada/mlp.ipynb"
    run(bare_shell, "%load_ext celltrail")
    [started] = only(recorded(), RunStarted)
    assert (started.name, started.notebook) == ("mlp", "/home/ada/mlp.ipynb")


def test_cells_before_track_start_belong_to_the_run_it_names(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    run(shell, "x = 1")
    run(shell, "%track start mlp --experiment digits")
    events = recorded()
    [started], [updated] = only(events, RunStarted), only(events, RunUpdated)
    assert updated.run_id == started.run_id
    assert {cell.started.run_id for cell in cells(events)} == {started.run_id}


def test_cells_after_track_stop_begin_another_run(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    for source in ("%track start mlp", "%track stop", "x = 1", "x = 2"):
        run(shell, source)
    events = recorded()
    first, second = (event.run_id for event in only(events, RunStarted))
    assert [cell.started.run_id for cell in cells(events)] == [first, first, second, second]


def test_a_recording_that_fails_is_said_once_and_disturbs_no_cell(
    shell: InteractiveShell,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(Session, "cell_started", broken)
    for number in range(3):
        run(shell, f"x = {number}")
    assert shell.user_ns["x"] == 2
    shown = capsys.readouterr()
    assert shown.err.count("a bug of ours") == 1
    assert "Traceback" not in shown.out + shown.err
