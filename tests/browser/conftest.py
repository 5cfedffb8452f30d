"""Chromium, and the product as a user starts it: plain `jupyter lab`, and `celltrail up`."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import ISOLATED, wait_for

CHECKOUT = Path(__file__).parents[2]
SHOTS = CHECKOUT / "test-results"
BIN = Path(sys.executable).parent
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


@dataclass(frozen=True)
class Product:
    """A running Celltrail: where it answers, and the home that its user sees."""

    url: str
    home: Path
    password: str = ""


@pytest.fixture(scope="module")  # while Playwright runs, no test of another module could be async
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "no Chromium: `make browser` finds or installs one"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in a session of its own; what it shows at the end is kept in test-results/."""
    page = context.new_page()
    yield page
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{request.node.name}.png")


def clean_env(home: Path, **extra: str) -> dict[str, str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith(ISOLATED)}
    return {**env, "HOME": str(home), "PATH": f"{BIN}:{env['PATH']}", **extra}


def end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    if process.stdout:
        process.stdout.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Plain `jupyter lab` in a home of its own, with the example notebook."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copy(CHECKOUT / "examples/digits.ipynb", home)
    runtime = home / "runtime"
    log = (home / "lab.log").open("w")
    process = subprocess.Popen(
        [
            BIN / "jupyter", "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0",
            f"--ServerApp.root_dir={home}", "--LabApp.expose_app_in_browser=True",
        ],
        cwd=home, stdout=log, stderr=log, text=True, start_new_session=True,
        env=clean_env(home, JUPYTER_RUNTIME_DIR=str(runtime)),
    )  # fmt: skip

    def answers() -> str | None:
        assert process.poll() is None, (home / "lab.log").read_text()
        for file in runtime.glob("jpserver-*.json"):
            info = json.loads(file.read_text())
            try:
                httpx.get(f"{info['url']}api", timeout=5)
            except httpx.TransportError:
                return None
            return f"{info['url']}lab?token={info['token']}"
        return None

    yield Product(wait_for("JupyterLab", answers, 60), home)
    end(process)
    log.close()
    stop_embedded(home)


def stop_embedded(home: Path) -> None:
    state = home / ".local/share/celltrail/server.json"
    if state.exists():
        os.kill(json.loads(state.read_text())["pid"], signal.SIGTERM)


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """`celltrail up`, as `make run` starts it."""
    home = tmp_path_factory.mktemp("hub")
    state = home / "state"
    process = subprocess.Popen(
        [BIN / "celltrail", "up", "--port", "18000", "--state-dir", str(state)],
        cwd=home, stdout=subprocess.PIPE, text=True, start_new_session=True, env=clean_env(home),
    )  # fmt: skip
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if found := re.search(r"(http://\S+)[\s\S]*password: (\S+)", said):
            yield Product(found[1], state / "homes", found[2])
            break
    else:
        pytest.fail(f"celltrail up ended: {said}")
    end(process)
