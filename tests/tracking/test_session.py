import builtins
import os
import sys
import threading
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

import celltrail as ct
from celltrail.events import (
    ArtifactLogged,
    Event,
    MetricsLogged,
    ParamsLogged,
    RunEnded,
    RunStarted,
    RunUpdated,
    SeriesLogged,
)
from celltrail.session import Session

Recorded = Callable[[], list[Event]]


def only[E](events: list[Event], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def test_nothing_logged_leaves_nothing_behind(session: Session) -> None:
    session.close()
    assert not session.settings.home.exists()


def test_logging_begins_a_run_and_the_end_of_the_process_ends_it(recorded: Recorded) -> None:
    ct.log(loss=0.5)
    events = recorded()
    [started], [ended] = only(events, RunStarted), only(events, RunEnded)
    assert started.kind == "script"
    assert (ended.run_id, ended.status) == (started.run_id, "FINISHED")


def test_without_a_step_each_metric_counts_its_own_points(recorded: Recorded) -> None:
    ct.log(loss=1)
    ct.log(loss=2, acc=3)
    points = [(event.step, event.metrics) for event in only(recorded(), MetricsLogged)]
    assert points == [(0, {"loss": 1.0}), (1, {"loss": 2.0}), (0, {"acc": 3.0})]


def test_counting_goes_on_behind_a_given_step(recorded: Recorded) -> None:
    ct.log(loss=1, step=10)
    ct.log(loss=2)
    assert [event.step for event in only(recorded(), MetricsLogged)] == [10, 11]


def test_a_series_is_one_event_for_many_points_and_counts_on(recorded: Recorded) -> None:
    ct.log(loss=9)
    ct.log_series("loss", [0.5, 0.25])
    ct.log_series("loss", range(30_000), steps=range(100, 30_100))
    ct.log(loss=1)
    events = recorded()
    columns = [
        (array("q", event.steps), array("d", event.values)) for event in only(events, SeriesLogged)
    ]
    assert [list(column) for column in columns[0]] == [[1, 2], [0.5, 0.25]]
    assert [step for steps, _ in columns[1:] for step in steps] == list(range(100, 30_100))
    assert [event.step for event in only(events, MetricsLogged)] == [0, 30_100]


def test_a_series_with_too_few_steps_is_said_and_left_out(
    recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    ct.log(loss=1)
    ct.log_series("loss", [1, 2, 3], steps=[1])
    assert only(recorded(), SeriesLogged) == []
    assert "metric loss has 3 values, but 1 steps" in capsys.readouterr().err


def test_each_run_counts_from_the_beginning(recorded: Recorded) -> None:
    for name in ("first", "second"):
        with ct.start_run(name):
            ct.log(loss=1)
    assert [event.step for event in only(recorded(), MetricsLogged)] == [0, 0]


def test_start_run_takes_over_the_run_that_began_by_itself(recorded: Recorded) -> None:
    ct.log(loss=1)
    run = ct.start_run("mlp", experiment="digits", tags={"try": 3})
    events = recorded()
    [started] = only(events, RunStarted)
    updated, tagged = only(events, RunUpdated)
    assert started.run_id == updated.run_id == tagged.run_id == run.run_id
    assert (updated.name, updated.experiment, tagged.tags) == ("mlp", "digits", {"try": "3"})


def test_a_second_start_run_ends_the_first(recorded: Recorded) -> None:
    first, second = ct.start_run("first"), ct.start_run("second")
    events = recorded()
    assert [run.run_id for run in only(events, RunStarted)] == [first.run_id, second.run_id]
    assert [run.run_id for run in only(events, RunEnded)] == [first.run_id, second.run_id]


def test_a_run_is_failed_by_an_exception_in_its_block(recorded: Recorded) -> None:
    with pytest.raises(ZeroDivisionError), ct.start_run("mlp"):
        raise ZeroDivisionError
    assert [run.status for run in only(recorded(), RunEnded)] == ["FAILED"]
    assert ct.active_run() is None


def test_an_inner_run_survives_the_end_of_the_outer_block(session: Session) -> None:
    with ct.start_run("outer"):
        inner = ct.start_run("inner")
    assert ct.active_run() == inner


def test_what_is_no_number_is_said_once_and_the_rest_recorded(
    recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        ct.log(loss=0.5, note="good")
    assert [event.metrics for event in only(recorded(), MetricsLogged)] == [{"loss": 0.5}] * 3
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "celltrail: metric note is not recorded: 'good' is text, not a number"
    assert not any("note" in line for line in said[1:])


def test_a_step_that_is_no_number_is_said_and_counted_instead(
    recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    ct.log(loss=0.5, step="three")  # type: ignore[arg-type]
    assert [event.step for event in only(recorded(), MetricsLogged)] == [0]
    assert "'three' is text, not a number" in capsys.readouterr().err


def test_a_param_keeps_its_first_value(
    recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    ct.log_params({"lr": 0.1}, depth=2)
    ct.log_params(lr=0.1)
    ct.log_params(lr=0.2)
    params = [event.params for event in only(recorded(), ParamsLogged)]
    assert params == [{"lr": "0.1"}, {"depth": "2"}]
    assert "param lr is 0.1" in capsys.readouterr().err.splitlines()[0]


def test_an_artifact_is_the_file_as_it_was_when_logged(
    session: Session, recorded: Recorded, tmp_path: Path
) -> None:
    file = tmp_path / "model.txt"
    file.write_text("first")
    ct.log_artifact(file)
    file.write_text("second")
    [stream] = (session.settings.home / "spool").iterdir()
    [artifact] = only(recorded(), ArtifactLogged)
    assert (artifact.path, artifact.media_type) == ("model.txt", "text/plain")
    assert (stream / "blobs" / artifact.sha256).read_text() == "first"


def test_a_folder_is_logged_file_by_file(recorded: Recorded, tmp_path: Path) -> None:
    for name in ("a.txt", "sub/b.txt"):
        file = tmp_path / "results" / name
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text(name)
    ct.log_artifact(tmp_path / "results", name="out")
    assert [event.path for event in only(recorded(), ArtifactLogged)] == [
        "out/a.txt",
        "out/sub/b.txt",
    ]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: ct.log_artifact("nowhere.txt"), "nowhere.txt is not recorded"),
        (lambda: ct.log_artifact(__file__, name="../x"), "'../x' is no name for an artifact"),
        (lambda: ct.log_figure(3, "three"), "a int has no savefig"),
        (lambda: ct.log_params(3), "log_params failed, nothing is recorded: TypeError"),  # type: ignore[arg-type]
    ],
)
def test_wrong_use_is_one_line_and_no_exception(
    session: Session,
    capsys: pytest.CaptureFixture[str],
    call: Callable[[], None],
    said: str,
) -> None:
    call()
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("celltrail: ")
    assert said in line


def test_a_matplotlib_figure_becomes_a_png(session: Session, recorded: Recorded) -> None:
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot([1, 2, 3])
    ct.log_figure(figure, "plots/loss")
    [stream] = (session.settings.home / "spool").iterdir()
    [artifact] = only(recorded(), ArtifactLogged)
    assert (artifact.path, artifact.media_type) == ("plots/loss.png", "image/png")
    assert (stream / "blobs" / artifact.sha256).read_bytes().startswith(b"\x89PNG")


def test_a_figure_in_an_unknown_format_is_said(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    from matplotlib.figure import Figure

    ct.log_figure(Figure(), "loss.docx")
    assert "docx" in capsys.readouterr().err


def test_a_given_run_is_recorded_into_and_neither_started_nor_ended(
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CELLTRAIL_RUN_ID", "a" * 32)
    recorded: Recorded = request.getfixturevalue("recorded")
    with ct.start_run("mine", tags={"k": "v"}) as run:
        ct.log(loss=0.5)
    ct.end_run()
    ct.log(loss=0.4)
    assert run.run_id == "a" * 32
    events = recorded()
    assert {event.run_id for event in only(events, MetricsLogged)} == {"a" * 32}
    assert [type(event) for event in events] == [RunUpdated, MetricsLogged, MetricsLogged]
    assert "no other run is started" in capsys.readouterr().err


def test_threads_lose_and_repeat_nothing(recorded: Recorded) -> None:
    def work() -> None:
        for _ in range(500):
            ct.log(loss=1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = recorded()
    assert len(only(events, RunStarted)) == 1
    steps = sorted(event.step for event in only(events, MetricsLogged))
    assert steps == list(range(4000))


def test_a_home_that_cannot_be_written_stops_recording_with_one_line(
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CELLTRAIL_HOME", "/proc/celltrail")
    request.getfixturevalue("session")
    with ct.start_run("mlp"):
        ct.log(loss=0.5)
        ct.log_artifact(__file__)
        ct.log_params(lr=1)
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("celltrail: recording stops, since the disk refuses: ")
    assert "/proc/celltrail" in line


def test_a_disk_that_fills_up_stops_recording_with_one_line(
    session: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    ct.log(loss=1)
    session.recorder.flush(2)
    capsys.readouterr()
    monkeypatch.setattr("celltrail.spool.Stream.append", full)
    for _ in range(3):
        ct.log(loss=1)
    [line] = capsys.readouterr().err.splitlines()
    assert "No space left on device" in line


def test_text_that_is_none_is_written_down_as_far_as_it_is(
    recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    name = os.fsdecode(b"t\xe9.csv")  # a file's, from before UTF-8
    ct.set_tags(file=name)
    ct.log(**{name: 1})
    events = recorded()
    assert [one.tags for one in only(events, RunUpdated)] == [{"file": "t?.csv"}]
    assert [one.metrics for one in only(events, MetricsLogged)] == [{"t?.csv": 1}]
    assert capsys.readouterr().err == ""


class Unwritable:
    def write(self, text: str) -> int:
        raise RuntimeError("write")

    def flush(self) -> None:
        raise RuntimeError("flush")


def test_a_standard_error_of_the_user_s_own_may_refuse_notices(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", Unwritable())
    monkeypatch.setattr(builtins, "print", None)
    ct.log(loss="no number")
    ct.log(loss=1)
    assert len(only(recorded(), MetricsLogged)) == 1
