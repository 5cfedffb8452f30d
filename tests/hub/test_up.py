import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from celltrail_hub.local.launch import last_error
from tests.conftest import wait_for
from tests.hub.conftest import Hub, clean_environment, running_hub

pytestmark = pytest.mark.integration


def test_nothing_outlives_a_hub_however_it_ends_and_it_starts_again(tmp_path: Path):
    with running_hub(tmp_path / "state") as hub:
        ada = hub.person("ada")
        ada.log_in_and_start().run(
            "import atexit, pathlib; atexit.register(pathlib.Path('ended well').touch)"
        )
        assert len(hub.processes()) == 7  # up twice, hub, proxy, tracking, Jupyter server, kernel
        assert hub.end(signal.SIGINT) == 0
        assert hub.processes() == []
        assert (hub.state_dir / "homes" / "ada" / "ended well").exists()

        password = hub.password
        hub.start()
        assert hub.password == password
        assert ada.browser.get("/hub/home").url.path == "/hub/home"  # still logged in

        ada.start_server().run("print('a kernel')")
        [proxy] = [each for each in hub.processes() if each.name() == "traefik"]
        jupyterhub = proxy.parent()
        assert jupyterhub
        jupyterhub.kill()
        assert hub.process
        assert hub.process.wait(timeout=30) == 1
        assert hub.processes() == []

        hub.start("--json")  # although JupyterHub's database says that ada's server runs
        assert json.loads(hub.greeting)["state_dir"] == str(hub.state_dir)
        hub.process.kill()
        wait_for("everything to stop", lambda: not hub.processes())
        hub.process.wait()


def up(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "celltrail", "up", *args],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_what_cannot_work_is_refused_with_one_line(tmp_path: Path):
    (tmp_path / "file").touch()
    refusals = {
        "file/state (Not a directory)": [
            "--port",
            "0",
            "--state-dir",
            str(tmp_path / "file/state"),
        ],
        "--host 0.0.0.0": ["--host", "0.0.0.0", "--state-dir", str(tmp_path)],
        "port 70000": ["--port", "70000", "--state-dir", str(tmp_path)],
    }
    for expected, args in refusals.items():
        answer = up(*args)
        assert answer.returncode == 1
        assert answer.stderr.startswith("celltrail: ")
        assert expected in answer.stderr
        assert answer.stderr.count("\n") == 1


def test_the_same_directory_cannot_be_used_twice_at_once(hub: Hub):
    answer = up("--port", "0", "--state-dir", str(hub.state_dir))
    assert answer.returncode == 1
    assert f"running already at {hub.url}" in answer.stderr


def test_a_taken_port_gives_way_to_the_next_and_that_is_said(hub: Hub, taken_port: int):
    assert f"Port {taken_port} is taken" in hub.greeting
    assert taken_port < int(hub.url.rpartition(":")[2]) <= taken_port + 100


def test_a_tracking_server_that_cannot_start_says_why(tmp_path: Path):
    (tmp_path / "server").write_text("no folder")
    answer = up("--port", "0", "--state-dir", str(tmp_path))
    assert answer.returncode == 1
    assert str(tmp_path / "server") in answer.stderr
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        ("celltrail: the disk is full\n[C 2026 JupyterHub app:1] exited\n", "the disk is full"),
        ("[E 2026 JupyterHub app:1] Failed to bind\n[I 2026 x] bye\n", "Failed to bind"),
        ("[E 1 x] \n    Traceback\n    a.b.SomeError: no database\n", "a.b.SomeError: no database"),
        ("", "no reason given"),
    ],
)
def test_the_reason_is_found_in_the_log(log: str, reason: str):
    assert last_error(log) == reason
