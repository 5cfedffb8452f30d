"""A real hub on this machine, people who log in to it, and kernels on their servers."""

import json
import os
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import websocket

from tests.conftest import ISOLATED, wait_for

SERVICE = "/services/celltrail"


class Hub:
    """A `celltrail up` that can be stopped and started again with the same state directory."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        self.process: subprocess.Popen[str] | None = None
        self.url = ""
        self.password = ""

    def start(self, *args: str) -> "Hub":
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celltrail", "up", "--json", "--port", "0"),
                *("--state-dir", str(self.state_dir), *args),
            ],
            env={key: value for key, value in os.environ.items() if not key.startswith(ISOLATED)},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        text = "".join(iter(self.process.stdout.readline, "}\n"))
        assert self.process.poll() is None, (self.state_dir / "hub.log").read_text()[-5000:]
        facts = json.loads(text + "}")
        self.url, self.password = facts["url"], facts["password"]
        return self

    def end(self, with_signal: signal.Signals = signal.SIGINT) -> int:
        assert self.process
        self.process.send_signal(with_signal)
        code = self.process.wait(timeout=30)
        assert self.process.stdout
        self.process.stdout.close()
        return code

    def processes(self) -> list[psutil.Process]:
        """All processes that were started for this hub, children or not."""
        return [each for each in psutil.process_iter() if self._owns(each)]

    def _owns(self, process: psutil.Process) -> bool:
        try:
            return process.status() != psutil.STATUS_ZOMBIE and str(self.state_dir) in " ".join(
                [*process.cmdline(), *process.environ().values()]
            )
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False

    def person(self, name: str) -> "Person":
        return Person(self, name)


class Person:
    """A browser in which somebody logs in, without JavaScript."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.hub = hub
        self.name = name
        self.browser = httpx.Client(base_url=hub.url, follow_redirects=True, timeout=60)

    def log_in(self, password: str | None = None) -> httpx.Response:
        page = self.browser.get("/hub/login")
        form = {"username": self.name, "password": password or self.hub.password}
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page.text)
        assert xsrf
        return self.browser.post(
            "/hub/login?next=%2Fhub%2Fhome", data={**form, "_xsrf": xsrf.group(1)}
        )

    def api(self, method: str, path: str, **kwargs: Any) -> Any:
        """Call the hub's API as its pages do; returns the answer's JSON."""
        xsrf = {"X-XSRFToken": self._cookie("_xsrf", "/hub/")}
        answer = self.browser.request(method, f"/hub/api{path}", headers=xsrf, **kwargs)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def _cookie(self, name: str, path: str) -> str:
        found = [each for each in self.browser.cookies.jar if (each.name, each.path) == (name, path)]
        assert found and found[0].value
        return found[0].value

    def start_server(self) -> "Server":
        self.log_in()
        self.api("POST", f"/users/{self.name}/server")
        wait_for(f"the server of {self.name}", self._is_ready, timeout_seconds=90)
        return Server(self, self.api("POST", f"/users/{self.name}/tokens", json={})["token"])

    def _is_ready(self) -> bool:
        server = self.api("GET", f"/users/{self.name}")["servers"].get("", {})
        return bool(server.get("ready"))

    def stop_server(self) -> None:
        self.api("DELETE", f"/users/{self.name}/server")
        wait_for("the server to stop", lambda: not self.api("GET", f"/users/{self.name}")["servers"])


class Server:
    """A person's running Jupyter server; `client` asks it with a token of the person."""

    def __init__(self, person: Person, token: str) -> None:
        self.base_url = f"{person.hub.url}/user/{person.name}"
        self.headers = {"Authorization": f"token {token}"}
        self.client = httpx.Client(base_url=self.base_url, headers=self.headers, timeout=60)

    def start_kernel(self) -> str:
        answer = self.client.post("/api/kernels", json={"name": "python3"})
        assert answer.status_code == 201, answer.text
        kernel_id: str = answer.json()["id"]
        return kernel_id

    def run(self, code: str, kernel_id: str | None = None) -> str:
        """Run `code` in a kernel, a new one if none is named; returns what it prints."""
        kernel_id = kernel_id or self.start_kernel()
        address = self.base_url.replace("http", "ws", 1) + f"/api/kernels/{kernel_id}/channels"
        connection = websocket.create_connection(
            address, header=[f"{key}: {value}" for key, value in self.headers.items()], timeout=90
        )
        try:
            request = _execute_request(code)
            connection.send(json.dumps(request))
            return "".join(_output(connection, request["header"]["msg_id"]))
        finally:
            connection.close()


def _execute_request(code: str) -> dict[str, Any]:
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": "execute_request",
        "username": "",
        "session": uuid.uuid4().hex,
        "version": "5.3",
    }
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
    return {
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": content,
        "channel": "shell",
    }


def _output(connection: websocket.WebSocket, request_id: str) -> Iterator[str]:
    while True:
        message = json.loads(connection.recv())
        if message["parent_header"].get("msg_id") != request_id:
            continue
        content = message["content"]
        match message["header"]["msg_type"]:
            case "stream":
                yield content["text"]
            case "error":
                pytest.fail("\n".join(content["traceback"]))
            case "status" if content["execution_state"] == "idle":
                return


@contextmanager
def running_hub(state_dir: Path) -> Iterator[Hub]:
    hub = Hub(state_dir)
    try:
        yield hub.start()
    finally:
        if hub.process and hub.process.poll() is None:
            hub.end()
        for each in hub.processes():
            each.kill()


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """One hub for all tests that leave it running."""
    with running_hub(tmp_path_factory.mktemp("hub") / "state") as hub:
        yield hub


@pytest.fixture(scope="session")
def ada(hub: Hub) -> Server:
    """The running server of the user ada."""
    return hub.person("ada").start_server()
