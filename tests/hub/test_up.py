import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import wait_for
from tests.hub.conftest import Hub, clean_environment, running_hub

pytestmark = pytest.mark.integration


def test_ctrl_c_leaves_nothing_and_a_second_start_knows_everybody(tmp_path: Path):
    with running_hub(tmp_path / "state") as hub:
        ada = hub.person("ada")
        ada.log_in()
        ada.start_server().run("print('a kernel')")
        names = {each.name() for each in hub.processes()}
        assert "traefik" in names
        assert len(hub.processes()) == 7  # up twice, hub, proxy, tracking, Jupyter server, kernel

        assert hub.end(signal.SIGINT) == 0
        assert hub.processes() == []

        password = hub.password
        hub.start()
        assert hub.password == password
        assert ada.browser.get("/hub/home").url.path == "/hub/home"

        assert hub.end(signal.SIGHUP) == 0  # the terminal is closed
        assert hub.processes() == []


def test_killing_a_process_of_the_hub_takes_the_rest_with_it(tmp_path: Path):
    with running_hub(tmp_path / "state") as hub:
        ada = hub.person("ada")
        ada.log_in()
        ada.start_server().run("print('a kernel')")
        assert hub.process
        [proxy] = [each for each in hub.processes() if each.name() == "traefik"]
        jupyterhub = proxy.parent()
        assert jupyterhub
        jupyterhub.kill()
        assert hub.process.wait(timeout=30) == 1
        assert hub.processes() == []

        hub.start()  # although JupyterHub believes that ada's server runs
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


def test_a_taken_port_gives_way_to_the_next_and_that_is_said(hub: Hub, tmp_path: Path):
    taken = int(hub.url.rpartition(":")[2])
    with running_hub(tmp_path / "state", port=taken) as other:
        assert f"Port {taken} is taken" in other.greeting
        assert other.url != hub.url


def test_a_hub_that_cannot_start_says_why_and_where_the_log_is(tmp_path: Path):
    (tmp_path / "hub.sqlite").write_text("no database")
    answer = up("--port", "0", "--state-dir", str(tmp_path))
    assert answer.returncode == 1
    assert "file is not a database" in answer.stderr
    assert str(tmp_path / "hub.log") in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_a_tracking_server_that_cannot_start_says_why(tmp_path: Path):
    (tmp_path / "server").write_text("no folder")
    answer = up("--port", "0", "--state-dir", str(tmp_path))
    assert answer.returncode == 1
    assert str(tmp_path / "server") in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_programs_can_ask_for_json(tmp_path: Path):
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "celltrail", "up", "--json", "--port", "0"),
            *("--state-dir", str(tmp_path)),
        ],
        env=clean_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    facts = json.loads("".join(iter(process.stdout.readline, "}\n")) + "}")
    assert facts["password"] == (tmp_path / "password").read_text().strip()
    process.terminate()
    assert process.wait(timeout=30) == 0
    process.stdout.close()
