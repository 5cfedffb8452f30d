"""The commands `runs`, `sync` and `doctor`, as far as they need no server."""

import json
from pathlib import Path

import pytest

from celltrail.cli import main
from celltrail.listing import runs_table
from celltrail.spool import Stream
from celltrail.tables import duration_text

RUN = {
    "name": "mlp",
    "experiment_name": "digits",
    "kind": "notebook",
    "status": "FINISHED",
    "started_ms": 1_700_000_000_000,
    "ended_ms": 1_700_000_125_000,
    "metrics": {"loss": 0.123456, "acc": "NaN"},
}


def test_runs_are_a_table_with_their_last_metrics() -> None:
    header, _, row = runs_table([RUN], now_seconds=0).splitlines()
    assert header.split()[0] == "RUN"
    assert row.split()[:4] == ["mlp", "digits", "notebook", "FINISHED"]
    assert "2 m 05 s" in row
    assert row.endswith("acc=nan loss=0.1235")


def test_a_running_run_has_lasted_until_now() -> None:
    text = runs_table([{**RUN, "ended_ms": None}], now_seconds=1_700_000_003.0)
    assert "3.0 s" in text


def test_many_metrics_are_cut_and_counted() -> None:
    text = runs_table([{**RUN, "metrics": {f"m{n}": n for n in range(9)}}], now_seconds=0)
    assert text.endswith("m0=0 m1=1 m2=2 m3=3 (+5)")


def test_no_runs_say_how_to_record_one() -> None:
    assert "%load_ext celltrail" in runs_table([], now_seconds=0)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (59.9, "59.9 s"), (125, "2 m 05 s"), (12_000, "3 h 20 m")],
)
def test_spans_of_time_read_well(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_doctor_names_everything_it_looks_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    text = capsys.readouterr().out
    for what in ("python", "extra hub", "kernel", "home", "server", "spool", "chromium"):
        assert what in text


def test_doctor_fails_and_advises_when_the_server_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CELLTRAIL_URL", "http://127.0.0.1:9")
    assert main(["doctor", "--json"]) == 1
    [server] = [item for item in json.loads(capsys.readouterr().out) if item["what"] == "server"]
    assert server["state"] == "broken"
    assert "http://127.0.0.1:9" in server["detail"]
    assert "CELLTRAIL_URL" in server["advice"]


def test_doctor_finds_a_home_that_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CELLTRAIL_HOME", "/proc/celltrail")
    assert main(["doctor"]) == 1
    [line] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("✗")]
    assert "/proc" in line
    assert "CELLTRAIL_HOME" in line


@pytest.mark.parametrize("command", ["runs", "sync"])
@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "localhost:8000", "http://[", "ftp://x"])
def test_a_wrong_address_is_one_line(
    home: Path,
    command: str,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CELLTRAIL_URL", url)
    stream = Stream.create(home / "celltrail" / "spool", url)
    stream.append(b"event")
    stream.close()
    assert main([command]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("celltrail: ")
    assert url in line


def test_sync_without_anything_to_send_needs_no_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync"]) == 0
    assert capsys.readouterr().out == "sent 0 events of 0 ended processes\n"


def test_sync_leaves_what_is_meant_for_another_server(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = Stream.create(home / "celltrail" / "spool", "http://team:8000")
    stream.append(b"event")
    stream.close()
    assert main(["sync"]) == 0
    assert "1 more wait for the server http://team:8000" in capsys.readouterr().out
    assert stream.path.exists()
