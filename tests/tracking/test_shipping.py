"""Nothing recorded is lost and nothing arrives twice, whoever is killed and whenever."""

import json
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from celltrail.cli import main
from celltrail.client import Client
from celltrail.queries import PAGE_RUNS, list_children
from celltrail.settings import Settings
from celltrail.spool import list_streams
from celltrail.syncing import sync_orphans
from tests.conftest import TrackingServer, wait_for
from tests.tracking.conftest import FLUSH, Kernel, only_run, run_script, start_script, steps_of

pytestmark = pytest.mark.integration

StartKernel = Callable[[], Kernel]


def streams(home: Path) -> list[Path]:
    return list_streams(home / "celltrail" / "spool")


def test_what_a_script_logs_arrives_as_it_was_logged(
    tracked: TrackingServer, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("remember")
    output, errors = run_script(
        tmp_path,
        f"""
        import celltrail as ct
        with ct.start_run("mlp", experiment="digits", tags={{"try": 1}}):
            ct.log_params(lr=0.1)
            for epoch in range(5):
                ct.log(loss=1 / (epoch + 1), nan=float("nan"), step=epoch)
            ct.log_artifact({str(tmp_path / "notes.txt")!r})
        """,
    )
    assert (output, errors) == ("", "")
    run = only_run(tracked)
    assert (run["name"], run["experiment_name"]) == ("mlp", "digits")
    assert (run["kind"], run["status"]) == ("script", "FINISHED")
    assert (run["params"], run["tags"]) == ({"lr": "0.1"}, {"try": "1"})
    assert run["metrics"] == {"loss": 0.2, "nan": "NaN"}
    assert steps_of(tracked, run["run_id"], "loss") == [0, 1, 2, 3, 4]
    with tracked.client() as client:
        answer = client.get(f"/api/v1/runs/{run['run_id']}/artifacts/notes.txt")
    assert answer.text == "remember"
    assert streams(home) == []


def test_a_script_that_dies_of_an_exception_is_a_failed_run(
    tracked: TrackingServer, tmp_path: Path
) -> None:
    _, errors = run_script(tmp_path, "import celltrail as ct\nct.log(loss=1)\n1 / 0")
    assert "ZeroDivisionError" in errors
    assert only_run(tracked)["status"] == "FAILED"


def test_a_killed_server_loses_and_repeats_nothing(
    tracked: TrackingServer, home: Path, tmp_path: Path
) -> None:
    script = start_script(
        tmp_path,
        """
        import sys, time
        import celltrail as ct
        for step in range(3000):
            ct.log(loss=step)
            if step % 100 == 0:
                print(step, flush=True)
                sys.stdin.readline() if step == 1500 else time.sleep(0.01)
        """,
    )
    assert script.stdout is not None
    for line in script.stdout:
        if line == "1000\n":
            tracked.kill()
            break
    tracked.start()
    _, errors = script.communicate("\n", timeout=60)
    assert main(["sync"]) == 0
    assert steps_of(tracked, only_run(tracked)["run_id"], "loss") == list(range(3000))
    assert len([line for line in errors.splitlines() if line]) <= 1
    assert streams(home) == []


def test_a_killed_kernel_loses_and_repeats_nothing(
    tracked: TrackingServer, home: Path, kernel: StartKernel, capsys: pytest.CaptureFixture[str]
) -> None:
    victim = kernel()
    assert victim.run("%load_ext celltrail") == "ok"
    victim.start(
        "import celltrail as ct\n"
        "for step in range(10**9):\n"
        "    ct.log(loss=step)\n"
        "    if step % 1000 == 0: print(f'<{step}>', flush=True)"
    )
    victim.wait_for_output("<3000>")
    victim.kill()
    assert main(["sync"]) == 0
    run = only_run(tracked)
    steps = steps_of(tracked, run["run_id"], "loss")
    assert steps == list(range(len(steps)))
    assert len(steps) > 3000
    assert run["status"] == "KILLED"
    cells = tracked.get(f"/api/v1/runs/{run['run_id']}/cells")["cells"]
    assert [cell["status"] for cell in cells] == ["ok", "aborted"]
    assert run["metric_summaries"][0]["execution_id"] == cells[1]["execution_id"]
    assert streams(home) == []


def test_the_spool_of_a_long_process_stays_small_and_a_kill_loses_nothing(
    tracked: TrackingServer, home: Path, tmp_path: Path
) -> None:
    output, _ = run_script(
        tmp_path,
        f"""
        import os
        import celltrail.shipper
        celltrail.shipper.RESTART_BYTES = 100_000
        import celltrail as ct
        for step in range(30_000):
            ct.log(loss=step)
            if step % 10_000 == 0:
                {FLUSH}
        [log] = s.current_session().recorder.folder.glob("*/events-*.log")
        print(log.name, log.stat().st_size, flush=True)
        os.kill(os.getpid(), 9)
        """,
    )
    name, size_bytes = output.split()
    assert name != "events-1.log"
    assert int(size_bytes) < 10_000 * 120
    assert main(["sync"]) == 0
    run = only_run(tracked)
    assert steps_of(tracked, run["run_id"], "loss") == list(range(30_000))
    assert run["status"] == "KILLED"
    assert streams(home) == []


def test_a_kernel_that_is_shut_down_ends_its_run(
    tracked: TrackingServer, home: Path, kernel: StartKernel
) -> None:
    notebook = kernel()
    for source in (
        "%load_ext celltrail",
        "%track start mlp",
        "import celltrail; celltrail.log(a=1)",
    ):
        assert notebook.run(source) == "ok"
    notebook.shut_down()
    run = only_run(tracked)
    assert (run["name"], run["kind"], run["status"]) == ("mlp", "notebook", "FINISHED")
    assert run["cell_count"] == 3
    assert streams(home) == []


def only_line_of_a_notebook_that_logs(notebook: Kernel) -> str:
    """Log three points in a notebook to its end; return the one line that it gets to read."""
    assert notebook.run("%load_ext celltrail") == "ok"
    for number in range(3):
        source = f"import celltrail as ct; ct.log(loss={number})\n%track status"
        assert notebook.run(source) == "ok"
    assert notebook.run(FLUSH) == "ok"
    notebook.shut_down()
    [line] = notebook.errors.splitlines()
    return line


def test_without_a_server_the_notebook_runs_on_and_says_so_in_one_line(
    server: TrackingServer,
    home: Path,
    kernel: StartKernel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CELLTRAIL_URL", server.url)
    monkeypatch.setenv("CELLTRAIL_TOKEN", server.token)
    server.end()
    line = only_line_of_a_notebook_that_logs(kernel())
    assert line.startswith(f"celltrail: no tracking server answers at {server.url}")
    assert str(home / "celltrail" / "spool") in line
    server.start()
    assert main(["sync"]) == 0
    run = only_run(server)
    assert steps_of(server, run["run_id"], "loss") == [0, 1, 2]
    assert (run["status"], run["cell_count"]) == ("FINISHED", 5)
    assert streams(home) == []


def test_with_a_refused_token_the_notebook_runs_on_and_says_so_in_one_line(
    tracked: TrackingServer, kernel: StartKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELLTRAIL_TOKEN", "wrong")
    line = only_line_of_a_notebook_that_logs(kernel())
    assert f"the tracking server at {tracked.url} refuses the token" in line
    monkeypatch.setenv("CELLTRAIL_TOKEN", tracked.token)
    assert main(["sync"]) == 0
    assert steps_of(tracked, only_run(tracked)["run_id"], "loss") == [0, 1, 2]


def test_a_server_that_comes_back_gets_what_a_living_process_has_recorded(
    server: TrackingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELLTRAIL_URL", server.url)
    monkeypatch.setenv("CELLTRAIL_TOKEN", server.token)
    server.end()
    script = start_script(
        tmp_path,
        """
        import sys
        import celltrail as ct
        ct.log(loss=1)
        print("logged", flush=True)
        sys.stdin.readline()
        """,
    )
    assert script.stdout is not None
    assert script.stdout.readline() == "logged\n"
    server.start()
    wait_for("the run to arrive", lambda: server.get("/api/v1/runs")["runs"])
    script.communicate("\n", timeout=60)
    assert only_run(server)["status"] == "FINISHED"


@pytest.mark.parametrize(("restart_bytes", "steps"), [(1 << 20, [0, 1]), (1, [1])])
def test_a_server_that_has_lost_its_data_is_sent_everything_that_is_still_there(
    restart_bytes: int, steps: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELLTRAIL_TOKEN", "t" * 32)
    server = TrackingServer(tmp_path / "server").start()
    monkeypatch.setenv("CELLTRAIL_URL", server.url)
    script = start_script(
        tmp_path,
        f"""
        import sys
        import celltrail.shipper
        celltrail.shipper.RESTART_BYTES = {restart_bytes}
        import celltrail as ct
        from celltrail.session import current_session
        ct.log(loss=1)
        print(current_session().recorder.flush(20), flush=True)
        sys.stdin.readline()
        ct.log(loss=2)
        """,
    )
    try:
        assert script.stdout is not None
        assert script.stdout.readline() == "True\n"
        server.kill()
        shutil.rmtree(server.data_dir)
        server.start()
        script.communicate("\n", timeout=60)
        assert main(["sync"]) == 0
        assert steps_of(server, only_run(server)["run_id"], "loss") == steps
    finally:
        server.end(signal.SIGKILL)


def test_a_refused_event_is_said_and_the_rest_arrives(
    tracked: TrackingServer, tmp_path: Path
) -> None:
    _, errors = run_script(
        tmp_path,
        f"""
        import celltrail as ct
        ct.log_params({{"k" * 1000: 1, "lr": 2}})
        ct.log_params({{"m" * 1000: 1, "depth": 3}})
        {FLUSH}
        """,
    )
    [line] = errors.splitlines()
    assert line.startswith("celltrail: the tracking server refuses ")
    assert only_run(tracked)["params"] == {"lr": "2", "depth": "3"}


def test_forked_children_record_into_the_run_of_their_parent(
    tracked: TrackingServer, home: Path, tmp_path: Path
) -> None:
    _, errors = run_script(
        tmp_path,
        """
        import multiprocessing
        import celltrail as ct

        def work(number):
            for step in range(50):
                ct.log(step=step, **{f"loss{number}": step})

        run = ct.start_run("parallel")
        ct.log(parent=1)
        children = [
            multiprocessing.get_context("fork").Process(target=work, args=(number,))
            for number in range(3)
        ]
        for child in children: child.start()
        for child in children: child.join()
        ct.log(parent=2)
        """,
    )
    assert errors == ""
    assert main(["sync"]) == 0
    run = only_run(tracked)
    assert run["status"] == "FINISHED"
    assert steps_of(tracked, run["run_id"], "parent") == [0, 1]
    for number in range(3):
        assert steps_of(tracked, run["run_id"], f"loss{number}") == list(range(50))
    assert streams(home) == []


def test_an_orphan_of_a_fork_does_not_end_the_run_of_its_parent(
    tracked: TrackingServer, tmp_path: Path
) -> None:
    script = start_script(
        tmp_path,
        """
        import os, signal, sys
        import celltrail as ct
        ct.log(parent=1)
        child = os.fork()
        if child == 0:
            ct.log(child=1)
            os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(child, 0)
        print("killed", flush=True)
        sys.stdin.readline()
        """,
    )
    assert script.stdout is not None
    assert script.stdout.readline() == "killed\n"
    assert main(["sync"]) == 0
    run = only_run(tracked)
    assert run["status"] == "RUNNING"
    assert run["metrics"]["child"] == 1
    script.communicate("\n", timeout=60)
    assert only_run(tracked)["status"] == "FINISHED"


def test_sync_leaves_living_processes_alone(
    tracked: TrackingServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = start_script(
        tmp_path, "import celltrail as ct, sys\nct.log(a=1)\nprint(1, flush=True)\nsys.stdin.read()"
    )
    assert script.stdout is not None
    script.stdout.readline()
    assert main(["sync", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["streams"], report["events"]) == (0, 0)
    script.communicate(timeout=60)


def test_runs_lists_also_what_a_killed_process_left(
    tracked: TrackingServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_script(
        tmp_path,
        """
        import os, signal
        import celltrail as ct
        ct.start_run("doomed", experiment="digits")
        ct.log(acc=0.25)
        os.kill(os.getpid(), signal.SIGKILL)
        """,
    )
    assert main(["runs", "--experiment", "digits"]) == 0
    row = capsys.readouterr().out.splitlines()[2].split()
    assert row[:4] == ["doomed", "digits", "script", "KILLED"]
    assert row[-1] == "acc=0.25"
    assert main(["runs", "--experiment", "digts"]) == 1
    assert "there is no experiment 'digts'; there are: " in capsys.readouterr().err


def test_get_runs_is_a_table_that_holds_what_was_just_logged(
    tracked: TrackingServer, tmp_path: Path
) -> None:
    output, errors = run_script(
        tmp_path,
        """
        import celltrail as ct
        for lr in (0.1, 0.2):
            with ct.start_run(f"lr {lr}", experiment="digits"):
                ct.log_params(lr=lr)
                ct.log(loss=lr * 2)
        runs = ct.get_runs("digits")
        print(type(runs).__name__, len(runs))
        print(runs.sort_values("metrics.loss")["params.lr"].tolist(), set(runs.status))
        print(runs.started.dt.year.iloc[0] > 2000)
        """,
    )
    assert errors == ""
    assert output.splitlines() == ["DataFrame 2", "['0.1', '0.2'] {'FINISHED'}", "True"]


def test_get_runs_has_numbers_for_what_is_not_finite(
    tracked: TrackingServer, tmp_path: Path
) -> None:
    output, errors = run_script(
        tmp_path,
        """
        import celltrail as ct
        ct.log(up=float("inf"), odd=float("nan"))
        runs = ct.get_runs()
        print(runs["metrics.up"].tolist(), runs["metrics.odd"].isna().tolist())
        """,
    )
    assert errors == ""
    assert output.splitlines() == ["[inf] [True]"]


def test_a_run_has_all_its_children_and_not_only_the_first_page(
    tracked: TrackingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_script(tmp_path, "import celltrail as ct; ct.start_run('parent')")
    parent = only_run(tracked)["run_id"]
    monkeypatch.setenv("CELLTRAIL_PARENT_RUN_ID", parent)
    count = PAGE_RUNS + 1
    run_script(
        tmp_path,
        f"""
        import celltrail as ct
        for number in range({count}):
            ct.start_run(str(number))
        """,
    )
    sync_orphans(Settings.from_env())
    with Client(tracked.url, tracked.token) as client:
        names = {run["name"] for run in list_children(client, parent)}
    assert names == {str(number) for number in range(count)}


def test_a_stream_that_cannot_be_sent_does_not_keep_back_the_others(
    tracked: TrackingServer, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kill = "import os, celltrail as ct\nct.log(a=1)\nos.kill(os.getpid(), 9)"
    for _ in range(3):
        run_script(tmp_path, kill)
    damaged = streams(home)[1]
    (damaged / "meta.json").write_text("")
    assert main(["sync"]) == 1
    assert f"{damaged} cannot be sent: meta.json is damaged" in capsys.readouterr().out
    assert streams(home) == [damaged]
    assert len(tracked.get("/api/v1/runs")["runs"]) == 2
