"""The wheel is what users get: it is built, installed in a clean environment, and used there."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration
CHECKOUT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(BIN / "python", "-m", "build", "--wheel", "--installer", "uv", "--outdir", out, CHECKOUT)
    (wheel,) = out.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment that holds the wheel with its `lab` extra."""
    env = tmp_path_factory.mktemp("clean") / "env"
    run(BIN / "uv", "venv", "-q", "--python", sys.executable, env)
    run(
        BIN / "uv", "pip", "install", "-q", "--python", env / "bin/python",
        "--constraint", CHECKOUT / "requirements.lock",
        f"celltrail[lab] @ {wheel.as_uri()}", "scikit-learn", "matplotlib",
    )  # fmt: skip
    return env / "bin"


def run(*command: object, cwd: Path | None = None, timeout_seconds: int = 240) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"},
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def test_the_wheel_holds_all_that_runs_and_nothing_of_development(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    data = [name for name in names if ".data/data/" in name]
    lab = "share/jupyter/labextensions/@celltrail/lab/"
    assert any(name.endswith(lab + "package.json") for name in data)
    assert any(lab + "static/remoteEntry." in name for name in data)
    assert any(name.endswith("jupyter_server_config.d/celltrail_lab.json") for name in data)
    for package in ("celltrail", "celltrail_server", "celltrail_hub", "celltrail_lab"):
        assert f"{package}/py.typed" in names
    assert any(name.startswith("celltrail_server/store/migrations/versions/") for name in names)
    unwanted = [n for n in names if n.endswith(".map") or "node_modules" in n or "/tests/" in n]
    assert unwanted == []


def test_a_plain_install_offers_only_what_its_extras_can_do(
    wheel: Path, tmp_path: Path, home: Path
) -> None:
    env = tmp_path / "bare"
    run(BIN / "uv", "venv", "-q", "--python", sys.executable, env)
    run(BIN / "uv", "pip", "install", "-q", "--python", env / "bin/python", wheel)
    done = subprocess.run([env / "bin/celltrail", "server"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "pip install 'celltrail[server]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_lab_finds_both_halves_of_the_extension(installed: Path) -> None:
    assert "@celltrail/lab" in run(installed / "jupyter", "labextension", "list")
    assert "celltrail_lab" in run(installed / "jupyter", "server", "extension", "list")


def test_the_example_runs_and_is_recorded_outside_the_checkout(
    installed: Path, tmp_path: Path, home: Path
) -> None:
    notebook = tmp_path / "digits.ipynb"
    notebook.write_bytes((CHECKOUT / "examples/digits.ipynb").read_bytes())
    run(installed / "jupyter", "execute", "--inplace", notebook, cwd=tmp_path)
    run(installed / "celltrail", "sync")
    said = subprocess.check_output([installed / "celltrail", "runs", "--json"], text=True)
    (recorded,) = [each for each in json.loads(said) if each["name"] == "digits"]
    assert recorded["status"] == "FINISHED"
    assert 0.9 < recorded["metrics"]["accuracy"] < 1
    end_embedded_server(home)


def end_embedded_server(home: Path) -> None:
    state = json.loads((home / "celltrail/server.json").read_text())
    os.kill(state["pid"], signal.SIGTERM)
