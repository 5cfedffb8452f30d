"""Whatever happens to the process, its disk or its home: what was logged is there once, or said."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from celltrail.cli import main
from celltrail.endings import endings, still_open
from celltrail.events import CellEnded, CellStarted, encode_event
from celltrail.spool import list_streams
from tests.conftest import TrackingServer
from tests.tracking.conftest import (
    FLUSH,
    NOBODY,
    only_run,
    run_script,
    start_script,
    steps_of,
)


@pytest.mark.integration
def test_each_call_that_returned_before_a_kill_has_arrived_once(
    tracked: TrackingServer, home: Path, tmp_path: Path
) -> None:
    returned = {}
    for calls in (1, 2, 700, 7_000, 20_000):
        script = start_script(
            tmp_path,
            f"""
            import os
            import celltrail.shipper
            celltrail.shipper.RESTART_BYTES = 20_000
            import celltrail as ct
            ct.start_run("{calls}")
            while True:
                ct.log(loss=1)
                os.write(1, b"x")
            """,
        )
        returned[str(calls)] = _kill_after(script, calls)
    assert main(["sync"]) == 0
    runs = tracked.get("/api/v1/runs")["runs"]
    assert {run["name"]: run["status"] for run in runs} == dict.fromkeys(returned, "KILLED")
    for run in runs:
        steps = steps_of(tracked, run["run_id"], "loss")
        assert steps == list(range(len(steps)))
        # A call may have been killed on its way back.
        assert len(steps) - returned[run["name"]] in (0, 1)
    assert list_streams(home / "celltrail" / "spool") == []


def _kill_after(script: subprocess.Popen[str], calls: int) -> int:
    """Kill a script that writes a byte after each call; return how many calls returned."""
    assert script.stdout is not None
    output = script.stdout.fileno()
    seen = 0
    while seen < calls:
        seen += len(os.read(output, 4096))
    script.kill()
    while rest := os.read(output, 65536):
        seen += len(rest)
    script.communicate()
    return seen


@pytest.mark.integration
def test_a_full_disk_is_said_once_and_the_script_goes_on(
    server: TrackingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELLTRAIL_URL", NOBODY)
    output, errors = run_script(
        tmp_path,
        """
        import resource
        import celltrail as ct
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        for step in range(5000):
            ct.log(loss=step)
        ct.log_params(lr=1)
        print("done")
        """,
    )
    assert output == "done\n"
    said = [line for line in errors.splitlines() if "recording stops" in line]
    assert len(said) == 1
    monkeypatch.setenv("CELLTRAIL_URL", server.url)
    monkeypatch.setenv("CELLTRAIL_TOKEN", server.token)
    assert main(["sync", "--any-server"]) == 0
    steps = steps_of(server, only_run(server)["run_id"], "loss")
    assert steps == list(range(len(steps)))
    assert 500 < len(steps) < 5000


@pytest.mark.integration
def test_a_home_that_is_deleted_under_a_process_loses_nothing_while_it_lives(
    tracked: TrackingServer, home: Path, tmp_path: Path
) -> None:
    output, errors = run_script(
        tmp_path,
        f"""
        import os, shutil
        import celltrail.shipper
        celltrail.shipper.RESTART_BYTES = 1
        import celltrail as ct
        ct.log(loss=0)
        {FLUSH}
        shutil.rmtree(os.environ["CELLTRAIL_HOME"])
        for _ in range(1000):
            ct.log(loss=1)
        {FLUSH}
        ct.log(loss=2)
        print("done")
        """,
    )
    assert (output, errors) == ("done\n", "")
    run = only_run(tracked)
    assert steps_of(tracked, run["run_id"], "loss") == list(range(1002))
    assert run["status"] == "FINISHED"


@pytest.mark.integration
def test_a_terminated_script_is_synced_like_a_killed_one(
    tracked: TrackingServer, tmp_path: Path
) -> None:
    script = start_script(
        tmp_path,
        "import celltrail as ct, sys\nct.log(a=1)\nprint(1, flush=True)\nsys.stdin.read()",
    )
    assert script.stdout is not None
    script.stdout.readline()
    script.send_signal(signal.SIGTERM)
    script.communicate(timeout=60)
    assert main(["sync"]) == 0
    run = only_run(tracked)
    assert (run["status"], run["metrics"]) == ("KILLED", {"a": 1})


def test_a_clock_that_was_set_back_ends_no_cell_before_it_began() -> None:
    begun = encode_event(CellStarted("e" * 32, "a" * 32, 1, "x = 1", started_ms=2000))
    [ended] = endings(still_open([begun]), guest_of=None, ended_ms=1000)
    assert ended == CellEnded("e" * 32, "aborted", 0)
