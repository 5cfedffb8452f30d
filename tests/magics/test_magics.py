from collections.abc import Callable

import pytest
from IPython.core.interactiveshell import InteractiveShell

from celltrail.events import Event, MetricsLogged, ParamsLogged, RunUpdated
from celltrail.session import Session

Recorded = Callable[[], list[Event]]


def only[E](events: list[Event], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def run(shell: InteractiveShell, source: str) -> None:
    shell.run_cell(source, store_history=True)


def test_track_alone_shows_how_to_use_it(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%track")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 13
    assert all("%track" in line for line in lines)


def test_a_wrong_word_is_one_line(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%track strat")
    shown = capsys.readouterr()
    # The server that is not there may be spoken of in the meantime.
    lines = [line for line in shown.err.splitlines() if "no tracking server" not in line]
    assert lines == ["celltrail: there is no %track strat; did you mean start?"]
    assert shown.out == ""


def test_track_start_says_where_to_look(
    shell: InteractiveShell, recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "n = 3\n%track start mlp-{n} --experiment digits --tag try=$n")
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("recording run mlp-3 of experiment digits")
    named, tagged = only(recorded(), RunUpdated)
    assert (named.name, named.experiment, tagged.tags) == ("mlp-3", "digits", {"try": "3"})


def test_track_params_and_log_record_variables_and_values(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    run(shell, "lr = 0.1\nhistory = {'loss': [3, 2]}")
    run(shell, "%track params lr batch=32")
    run(shell, "%track log acc=0.93 loss=history['loss'][-1] lr step=7")
    events = recorded()
    assert [event.params for event in only(events, ParamsLogged)] == [
        {"lr": "0.1"},
        {"batch": "32"},
    ]
    [point] = only(events, MetricsLogged)
    assert (point.metrics, point.step) == ({"acc": 0.93, "loss": 2.0, "lr": 0.1}, 7)


def test_a_name_that_does_not_exist_is_said_and_the_rest_recorded(
    shell: InteractiveShell, recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%track log acc=0.93 nothing word='a'")
    [point] = only(recorded(), MetricsLogged)
    assert point.metrics == {"acc": 0.93}
    said = capsys.readouterr().err
    assert "nothing is not recorded: NameError: name 'nothing' is not defined" in said
    assert "metric word is not recorded: 'a' is text, not a number" in said


def test_the_cell_magic_records_variables_after_the_cell(
    shell: InteractiveShell, recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%%track --metrics acc,loss --params lr\nacc, loss, lr = 0.9, 0.1, 3\nacc + 1")
    events = recorded()
    assert [event.metrics for event in only(events, MetricsLogged)] == [{"acc": 0.9, "loss": 0.1}]
    assert [event.params for event in only(events, ParamsLogged)] == [{"lr": "3"}]
    assert "1.9" in capsys.readouterr().out


def test_the_cell_magic_changes_nothing_about_the_code_below_it(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%%track --metrics x\nimport asyncio\nx = await asyncio.sleep(0, 5)\n1 / 0")
    shown = capsys.readouterr().out
    assert "----> 4 1 / 0" in shown
    assert shell.user_ns["x"] == 5


def test_a_failed_cell_records_no_variables(shell: InteractiveShell, recorded: Recorded) -> None:
    run(shell, "%%track --metrics x\nx = 1\n1 / 0")
    assert only(recorded(), MetricsLogged) == []


def test_the_cell_magic_goes_with_another_one_below_it(
    shell: InteractiveShell, recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%%track --metrics x\n%%time\nx = 4")
    assert "Wall time" in capsys.readouterr().out
    assert [event.metrics for event in only(recorded(), MetricsLogged)] == [{"x": 4.0}]


def test_a_wrong_option_of_the_cell_magic_is_said_and_the_cell_runs(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%%track --metrcs x\nx = 4")
    assert shell.user_ns["x"] == 4
    [line] = capsys.readouterr().err.splitlines()[:1]
    assert line == "celltrail: %%track does not know '--metrcs'; did you mean --metrics?"


def test_the_cell_magic_works_in_a_notebook_converted_to_a_script(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    run(shell, "get_ipython().run_cell_magic('track', '--metrics x', 'x = 4\\n')")
    assert [event.metrics for event in only(recorded(), MetricsLogged)] == [{"x": 4.0}]


def test_track_status_says_what_waits_and_where(
    shell: InteractiveShell, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%track start mlp --experiment digits")
    capsys.readouterr()
    run(shell, "%track status")
    status = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert status["run"].startswith("mlp (")
    assert status["experiment"] == "digits"
    assert status["cells"] == "2"
    assert status["waiting"].endswith(f"events wait in {session.settings.home / 'spool'}")
    assert status["server"] == "http://127.0.0.1:9"


def test_track_stop_needs_a_run(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%track stop\n%track stop")
    shown = capsys.readouterr()
    assert "has ended" in shown.out
    assert "there is no run to stop" in shown.err


def test_a_step_of_a_pipeline_cannot_stop_or_replace_its_run(
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CELLTRAIL_RUN_ID", "b" * 32)
    shell: InteractiveShell = request.getfixturevalue("shell")
    run(shell, "%track start mine")
    run(shell, "%track stop")
    said = capsys.readouterr().err
    assert "no other run is started" in said
    assert "was begun elsewhere and ends there" in said
