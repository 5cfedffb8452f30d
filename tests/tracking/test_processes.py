"""One run for the processes that work on it, and each point once, however they were started."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from celltrail.cli import main
from celltrail.spool import list_streams
from tests.conftest import TrackingServer
from tests.tracking.conftest import Kernel, only_run, run_script, steps_of

pytestmark = pytest.mark.integration

PROCESSES = """
        context = multiprocessing.get_context({kind!r})
        children = [context.Process(target=work, args=(number,)) for number in range(3)]
        for child in children: child.start()
        for child in children: child.join()
        """
WORKERS = {
    "spawn": PROCESSES.format(kind="spawn"),
    "forkserver": PROCESSES.format(kind="forkserver"),
    "pool": """
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            pool.map(work, range(3))
            pool.close()
            pool.join()
        """,
    "executor": """
        context = multiprocessing.get_context("spawn")
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
            list(pool.map(work, range(3)))
        """,
    "joblib": """
        joblib.Parallel(2)(joblib.delayed(work)(n) for n in range(3))
        """,
}  # fmt: skip


@pytest.mark.parametrize("kind", WORKERS)
def test_workers_record_into_the_run_of_their_parent(
    kind: str, tracked: TrackingServer, home: Path, tmp_path: Path
) -> None:
    main_module = """
        import concurrent.futures, multiprocessing
        import joblib
        import celltrail as ct

        run = ct.start_run("parallel")
        ct.log(at_the_top=1)

        def work(number):
            for step in range(50):
                ct.log(step=step, **{f"loss{number}": step})

        if __name__ == "__main__":
        """
    body = textwrap.indent(textwrap.dedent(WORKERS[kind]), "    ")
    _, errors = run_script(tmp_path, textwrap.dedent(main_module) + body + "    ct.log(parent=1)\n")
    assert errors == ""
    assert main(["sync"]) == 0
    run = only_run(tracked)
    assert (run["name"], run["status"]) == ("parallel", "FINISHED")
    assert steps_of(tracked, run["run_id"], "at_the_top") == [0]
    for number in range(3):
        assert steps_of(tracked, run["run_id"], f"loss{number}") == list(range(50))
    assert list_streams(home / "celltrail" / "spool") == []


def test_a_script_that_a_notebook_starts_is_a_child_run(
    tracked: TrackingServer, tmp_path: Path, kernel: Callable[[], Kernel]
) -> None:
    script = tmp_path / "train.py"
    script.write_text("import celltrail as ct\nct.log(loss=1)\n")
    notebook = kernel()
    assert notebook.run("%load_ext celltrail") == "ok"
    assert notebook.run(f"!{sys.executable} {script}") == "ok"
    notebook.shut_down()
    parent = only_run(tracked)
    [child] = tracked.get(f"/api/v1/runs/{parent['run_id']}")["children"]
    assert (parent["kind"], child["kind"], child["name"]) == ("notebook", "script", "train")
    assert child["status"] == "FINISHED"
    assert child["metrics"] == {"loss": 1}


def test_the_ranks_of_torchrun_record_one_run(
    tracked: TrackingServer, home: Path, tmp_path: Path
) -> None:
    script = tmp_path / "train.py"
    script.write_text(
        textwrap.dedent(
            """
            import os
            import celltrail as ct
            ct.start_run("ddp")
            for step in range(20):
                ct.log(step=step, **{"loss" + os.environ["RANK"]: step})
            """
        )
    )
    # What torchrun does: one parent, and these variables.
    launcher = f"""
        import json, os, subprocess, sys
        same = {{"WORLD_SIZE": "3", "TORCHELASTIC_RUN_ID": "none", "GROUP_WORLD_SIZE": "1",
                "MASTER_ADDR": "localhost", "MASTER_PORT": "29500"}}
        ranks = [
            subprocess.Popen(
                [sys.executable, {str(script)!r}],
                env={{**os.environ, **same, "RANK": str(rank), "LOCAL_RANK": str(rank)}},
            )
            for rank in range(3)
        ]
        sys.exit(max(rank.wait() for rank in ranks))
        """
    for _ in range(2):
        code = textwrap.dedent(launcher)
        done = subprocess.run([sys.executable, "-c", code], env={**os.environ}, check=False)
        assert done.returncode == 0
    assert main(["sync"]) == 0
    runs = tracked.get("/api/v1/runs")["runs"]
    assert [(run["name"], run["status"]) for run in runs] == [("ddp", "FINISHED")] * 2
    for run in runs:
        for rank in range(3):
            assert steps_of(tracked, run["run_id"], f"loss{rank}") == list(range(20))
    assert list_streams(home / "celltrail" / "spool") == []
