"""A real hub on this machine, people who log in to it, and kernels on their servers."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

import httpx
import psutil
import pytest
import websocket

from tests.conftest import ISOLATED, wait_for

CHECKOUT = Path(__file__).parents[2]
SERVICE = "/services/celltrail"


def clean_environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(ISOLATED)}


class Hub:
    """A `celltrail up` that can be stopped and started again at the same address."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        self.clients = ExitStack()
        self.process: subprocess.Popen[str] | None = None
        self.greeting = ""
        self.url = ""
        self.password = ""

    def start(self, *args: str, port: int | None = None) -> "Hub":
        port = port or int(self.url.rpartition(":")[2] or 0)
        command = ["--port", str(port), "--state-dir", str(self.state_dir), *args]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celltrail", "up", *command],
            env=clean_environment(),
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.greeting = self._read_greeting()
        [self.url] = re.findall(r"http://[\d.:]+", self.greeting)
        [self.password] = re.findall(r"\w{4}-\w{4}-\w{4}", self.greeting)
        return self

    def _read_greeting(self) -> str:
        assert self.process
        assert self.process.stdout
        greeting = ""
        with self.process.stdout as stdout:
            for line in stdout:
                greeting += line
                if "Ctrl-C" in line or line == "}\n":
                    return greeting
        pytest.fail(f"no hub: {(self.state_dir / 'hub.log').read_text()[-5000:]}")

    def end(self, with_signal: signal.Signals = signal.SIGINT) -> int:
        assert self.process
        self.process.send_signal(with_signal)
        return self.process.wait(timeout=30)

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


class Site(Protocol):
    """Where people log in, with one password."""

    url: str
    password: str
    clients: ExitStack


class Person:
    """A browser in which somebody logs in, without JavaScript."""

    def __init__(self, hub: Site, name: str) -> None:
        self.hub = hub
        self.name = name
        self.browser = hub.clients.enter_context(
            httpx.Client(base_url=hub.url, follow_redirects=True, timeout=60)
        )

    def log_in(self, password: str | None = None) -> httpx.Response:
        page = self.browser.get("/hub/login")
        form = {"username": self.name, "password": password or self.hub.password}
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page.text)
        assert xsrf
        home = quote(f"{urlsplit(self.hub.url).path}/hub/home", safe="")
        return self.browser.post(f"/hub/login?next={home}", data={**form, "_xsrf": xsrf.group(1)})

    def api(self, method: str, path: str, **kwargs: Any) -> Any:
        """Call the hub's API as its pages do; returns the answer's JSON."""
        prefix = urlsplit(self.hub.url).path
        xsrf = self.browser.cookies.get("_xsrf", path=f"{prefix}/hub/")
        answer = self.browser.request(
            method, f"/hub/api{path}", headers={"X-XSRFToken": xsrf or ""}, **kwargs
        )
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def start_server(self) -> "Server":
        self.api("POST", f"/users/{self.name}/server")
        wait_for(f"the server of {self.name}", self._is_ready, timeout_seconds=90)
        return Server(self, self.api("POST", f"/users/{self.name}/tokens", json={})["token"])

    def log_in_and_start(self) -> "Server":
        assert self.log_in().status_code == 200
        return self.start_server()

    def stop_server(self) -> None:
        self.api("DELETE", f"/users/{self.name}/server")
        wait_for(f"the end of the server of {self.name}", lambda: not self._servers())

    def _is_ready(self) -> bool:
        return bool(self._servers().get("", {}).get("ready"))

    def _servers(self) -> dict[str, Any]:
        servers: dict[str, Any] = self.api("GET", f"/users/{self.name}")["servers"]
        return servers


class Server:
    """A person's running Jupyter server; `client` asks it with a token of the person."""

    def __init__(self, person: Person, token: str) -> None:
        self.person = person
        self.base_url = f"{person.hub.url}/user/{person.name}"
        self.headers = {"Authorization": f"token {token}"}
        self.client = person.hub.clients.enter_context(
            httpx.Client(base_url=self.base_url, headers=self.headers, timeout=60)
        )

    def environment(self) -> dict[str, str]:
        """The environment that its kernels see."""
        found: dict[str, str] = json.loads(
            self.run("import json, os; print(json.dumps(dict(os.environ)))")
        )
        return found

    def tracking(self) -> httpx.Client:
        """A client of the tracking server that has this server's own token."""
        variables = self.environment()
        return self.person.hub.clients.enter_context(
            httpx.Client(
                base_url=variables["CELLTRAIL_URL"],
                headers={"Authorization": f"Bearer {variables['JUPYTERHUB_API_TOKEN']}"},
            )
        )

    def start_kernel(self) -> str:
        answer = self.client.post("/api/kernels", json={"name": "python3"})
        assert answer.status_code == 201, answer.text
        kernel_id: str = answer.json()["id"]
        return kernel_id

    def run(self, code: str, kernel_id: str | None = None) -> str:
        """Run `code` in a kernel, a new one if none is named; returns what it prints."""
        with closing(self._connect(kernel_id or self.start_kernel())) as connection:
            request = execute_request(code)
            connection.send(json.dumps(request))
            return "".join(_output(connection, request["header"]["msg_id"]))

    def begin(self, code: str) -> None:
        """Run `code` in a new kernel; returns once it runs, and does not wait for its end."""
        with closing(self._connect(self.start_kernel())) as connection:
            connection.send(json.dumps(execute_request(code)))
            while json.loads(connection.recv())["header"]["msg_type"] != "execute_input":
                pass

    def _connect(self, kernel_id: str) -> websocket.WebSocket:
        address = self.base_url.replace("http", "ws", 1) + f"/api/kernels/{kernel_id}/channels"
        headers = [f"{key}: {value}" for key, value in self.headers.items()]
        return websocket.create_connection(address, header=headers, timeout=90)


def execute_request(code: str) -> dict[str, Any]:
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
def running_hub(state_dir: Path, *args: str, port: int = 0) -> Iterator[Hub]:
    hub = Hub(state_dir)
    try:
        yield hub.start(*args, port=port)
    finally:
        hub.clients.close()
        if hub.process and hub.process.poll() is None:
            hub.end()
        for each in hub.processes():
            each.kill()


@pytest.fixture(scope="session")
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory, taken_port: int) -> Iterator[Hub]:
    """One hub for all tests that leave it running; it was to use a port that is taken."""
    with running_hub(tmp_path_factory.mktemp("hub") / "state", port=taken_port) as hub:
        yield hub


@pytest.fixture(scope="session")
def ada(hub: Hub) -> Server:
    """The running server of the user ada."""
    return hub.person("ada").log_in_and_start()


@pytest.fixture(scope="session")
def bob(hub: Hub) -> Server:
    """The running server of the user bob."""
    return hub.person("bob").log_in_and_start()
