"""A real JupyterHub with profiles whose servers start at once; see `noop_hub`."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import httpx
import pytest

from tests.conftest import wait_for
from tests.hub.conftest import CHECKOUT, clean_environment

TOKEN = "token-of-the-tests"
GROUPS = {"ml": ["ada", "bob"], "lead": ["ada"]}
PROFILES = r"""
profiles:
- slug: small
  display_name: Small <b>
  who: {groups: [ml], users: [cy]}
  memory: {limit: 1Gi}
  cost_per_hour: 0.5
  options:
    size:
      display_name: Size
      choices:
        s: {display_name: S}
        l: {display_name: L, memory: {limit: 2Gi}}
        xl: {display_name: XL, memory: {limit: 4Gi}, who: {groups: [lead]}}
    note:
      display_name: Note
      choices: {none: {display_name: None}}
      free: {display_name: Yours, pattern: '[a-z]{1,9}', sets: environment.NOTE}
- slug: gpu
  display_name: GPU
  who: {groups: [ml]}
  lifetime: 8h
  gpu: {vendor: nvidia}
- slug: secret
  display_name: Secret
  who: {users: [root]}
quotas:
- {name: last-gpu, who: {groups: [ml]}, per: group, gpu: 1}
- {name: few, who: everyone, servers: 2}
"""
CONFIG = """
c = get_config()
c.JupyterHub.spawner_class = "tests.hub.noop_hub.NoopSpawner"
c.JupyterHub.proxy_class = "tests.hub.noop_hub.NoProxy"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = "{token}"
c.Authenticator.allow_all = True
c.JupyterHub.allow_named_servers = True
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie_secret"
c.JupyterHub.cleanup_servers = False
c.JupyterHub.load_groups = {groups}
c.JupyterHub.services = [dict(name="tests", api_token="{token}", admin=True)]
c.JupyterHub.load_roles = [dict(name="tests", services=["tests"], scopes=[
    "admin:users", "admin:servers", "admin:groups"]),
    dict(name="accounts", users=["cy"], scopes=["read:servers!group=ml"])]
c.JupyterHub.concurrent_spawn_limit = 0
c.NoopSpawner.server_port = {servers}
c.Spawner.http_timeout = 10
"""

PROFILED = """
from pathlib import Path
from celltrail_hub.offering import configure_profiles
configure_profiles(c, Path("{folder}/profiles.yaml"), Path("{folder}/ledger.sqlite"))
"""


class Answering(BaseHTTPRequestHandler):
    """All single-user servers at once."""

    signals: ClassVar[dict[str, dict[str, float]]] = {}
    """What the server of a user says when the hub looks in, which others do not answer."""

    notices: ClassVar[dict[str, dict[str, Any]]] = {}
    """What the hub has told the server of a user last."""

    def do_GET(self) -> None:
        self._answer(200, b"")

    def do_POST(self) -> None:
        user = self.path.split("/")[2]
        notice = self.rfile.read(int(self.headers["Content-Length"]))
        if user not in self.signals or not self.path.endswith("/celltrail/culling/look"):
            self._answer(404, b"")
            return
        self.notices[user] = json.loads(notice)
        self._answer(200, json.dumps(self.signals[user]).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


class ProfiledHub:
    """A hub that can be killed and started again; `client` may do everything by its API."""

    def __init__(
        self, folder: Path, servers: int, port: int, profiled: bool = True, more: str = ""
    ) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(
            base_url=f"{self.url}/hub/api",
            headers={"Authorization": f"token {TOKEN}"},
            timeout=30,
        )
        self.write_profiles(PROFILES)
        values = {"token": TOKEN, "port": port, "folder": folder, "groups": GROUPS}
        config = CONFIG.format(**values, servers=servers) + (
            PROFILED.format(folder=folder) * profiled + more
        )
        (folder / "jupyterhub_config.py").write_text(config)
        self.process: subprocess.Popen[bytes] | None = None

    def write_profiles(self, text: str) -> None:
        new = self.folder / "profiles.new"
        new.write_text(text)
        os.replace(new, self.folder / "profiles.yaml")

    def start(self) -> "ProfiledHub":
        path = os.pathsep.join([str(CHECKOUT), *sys.path])
        with open(self.folder / "hub.log", "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "-f", "jupyterhub_config.py"],
                env={**clean_environment(), "PYTHONPATH": path},
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        wait_for("the hub", self._answers, timeout_seconds=60)
        return self

    def _answers(self) -> bool:
        assert self.process
        if self.process.poll() is not None:
            pytest.fail(self.log()[-5000:])
        try:
            return self.client.get("/users").status_code == 200
        except httpx.TransportError:
            return False

    def log(self) -> str:
        return (self.folder / "hub.log").read_text()

    def kill(self, with_signal: signal.Signals = signal.SIGKILL) -> None:
        assert self.process
        self.process.send_signal(with_signal)
        self.process.wait(timeout=30)

    def ask(self, user: str, options: Any = None, server: str = "") -> httpx.Response:
        """Ask for a server; returns when it runs, or the refusal."""
        path = f"/users/{user}/servers/{server}" if server else f"/users/{user}/server"
        body = {"user_options": options} if options is not None else None
        answer = self.client.post(path, json=body)
        if answer.status_code == 202:
            wait_for(f"{user}'s server", lambda: self.server(user, server).get("ready"))
        return answer

    def stop(self, user: str, server: str = "") -> None:
        path = f"/users/{user}/servers/{server}" if server else f"/users/{user}/server"
        answer = self.client.delete(path)
        assert answer.status_code in (202, 204), answer.text
        wait_for("its end", lambda: not self.server(user, server).get("ready"))

    def stop_all(self) -> None:
        for user in self.client.get("/users").json():
            for name in user["servers"]:
                self.stop(user["name"], name)

    def server(self, user: str, server: str = "") -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/users/{user}").json()["servers"]
        return dict(found.get(server, {}))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running_profiled_hub(
    folder: Path, profiled: bool = True, more: str = ""
) -> Iterator[ProfiledHub]:
    """Give a hub; `more` is added to its configuration."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as servers:
        thread = Thread(target=servers.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        hub = ProfiledHub(folder, servers.server_port, free_port(), profiled, more).start()
        try:
            for name in ("ada", "bob", "cy", "dan"):
                hub.client.post(f"/users/{name}")
            yield hub
        finally:
            hub.kill()
            hub.client.close()
            servers.shutdown()
            thread.join()
