"""A hub with the settings of a deployment on this machine: real JupyterHub, traefik, tracking.

Only what needs a cluster is another: servers are processes, or start at once (`noop_hub`), by
`extra_config`, as an admin would change it.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import yaml

from celltrail_hub.local.ports import free_ports
from celltrail_hub.local.settings import find_traefik
from tests.conftest import wait_for
from tests.hub.conftest import CHECKOUT, clean_environment
from tests.hub.profiled_hub import Answering

PROXY_TOKEN = "token-of-the-proxy"
HUB = (sys.executable, "-m", "celltrail_hub.quick", "jupyterhub")
# Who may tell traefik routes, and ask it about them.
TRAEFIK = """
http:
  routers:
    rest:
      entryPoints: [routes]
      rule: >-
        PathPrefix(`/api/providers/rest`) &&
        Header(`Authorization`, `Bearer {{ env "CELLTRAIL_PROXY_TOKEN" }}`)
      service: rest@internal
    api:
      entryPoints: [routes]
      rule: >-
        PathPrefix(`/api/http`) &&
        Header(`Authorization`, `Bearer {{ env "CELLTRAIL_PROXY_TOKEN" }}`)
      service: api@internal
"""


class DeployedHub:
    """Processes of a deployment by name; `settings` is what its file of settings says.

    Without another login, whoever knows `password` gets in, and `root` may do everything.
    """

    def __init__(
        self, folder: Path, settings: Mapping[str, Any], prefix: str = "", **env: str
    ) -> None:
        self.folder = folder
        self.port, hub, self.rest_port, tracking = free_ports("127.0.0.1", 4)
        self.prefix = prefix
        self.url = f"http://127.0.0.1:{self.port}{prefix}"
        self.password = "known to all of them"
        self.hub_url = f"http://127.0.0.1:{hub}"
        self.rest_url = f"http://127.0.0.1:{self.rest_port}"
        self.tracking_port = tracking
        self.tracking_url = f"http://127.0.0.1:{tracking}"
        self.env = {
            **clean_environment(),
            "PYTHONPATH": os.pathsep.join([str(CHECKOUT), *sys.path]),
            "CELLTRAIL_PROXY_TOKEN": PROXY_TOKEN,
            "SHARED_PASSWORD": self.password,
            "CELLTRAIL_HUB_CONFIG": str(folder / "hub.yaml"),
            **env,
        }
        (folder / "extra").mkdir()
        self.settings = {
            "url": f"{self.url}/",
            "proxy": {"url": self.rest_url},
            "tracking": {"url": self.tracking_url},
            "servers": {"namespace": "users", "image": "none:1"},
            "extra_config": str(folder / "extra"),
            "authentication": {
                "password": {"password": {"env": "SHARED_PASSWORD"}},
                "allowed": {"everyone": True},
            },
            "admins": {"users": ["root"]},
            **settings,
        }
        self.settings["hub"] = {
            "url": self.hub_url,
            "state_dir": str(folder),
            **dict(settings.get("hub", {})),
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.clients = ExitStack()

    def write(self) -> None:
        (self.folder / "hub.yaml").write_text(yaml.safe_dump(self.settings))

    def start(self, name: str, *command: str, **env: str) -> subprocess.Popen[bytes]:
        with open(self.folder / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(
                command, env={**self.env, **env}, cwd=self.folder, stdout=log, stderr=log
            )
        return self.processes[name]

    def start_hub(self) -> None:
        self.write()
        config = CHECKOUT / "hub_config" / "jupyterhub_config.py"
        self.start("hub", *HUB, "-f", str(config))

    def start_proxy(self, name: str = "proxy", host: str = "127.0.0.1") -> None:
        """As its pod does."""
        (self.folder / "dynamic.yaml").write_text(TRAEFIK)
        self.start(
            name,
            str(find_traefik()),
            TRAEFIK_ENTRYPOINTS_WEB_ADDRESS=f"{host}:{self.port}",
            TRAEFIK_ENTRYPOINTS_ROUTES_ADDRESS=f"{host}:{self.rest_port}",
            TRAEFIK_API="true",
            TRAEFIK_PROVIDERS_REST="true",
            TRAEFIK_PROVIDERS_FILE_FILENAME=str(self.folder / "dynamic.yaml"),
            TRAEFIK_PROVIDERS_PROVIDERSTHROTTLEDURATION="0s",
            TRAEFIK_GLOBAL_CHECKNEWVERSION="false",
            TRAEFIK_GLOBAL_SENDANONYMOUSUSAGE="false",
        )

    def start_tracking(self, name: str, port: int, database: str) -> None:
        """Start one of the tracking servers on a database that they share."""
        service = f"{self.prefix}/services/celltrail/"
        scopes = ["access:services", "access:services!service=celltrail"]
        config = self.folder / "tracking.py"
        config.write_text("c.TrackingServer.hub_cache_seconds = 0.1\n")
        self.start(
            name,
            *(sys.executable, "-m", "celltrail", "server", "--auth", "jupyterhub"),
            *("--port", str(port), "--data-dir", str(self.folder / name), "--config", str(config)),
            CELLTRAIL_DATABASE=database,
            JUPYTERHUB_API_URL=f"{self.hub_url}{self.prefix}/hub/api",
            JUPYTERHUB_SERVICE_PREFIX=service,
            JUPYTERHUB_OAUTH_ACCESS_SCOPES=json.dumps(scopes),
        )
        address = f"http://127.0.0.1:{port}{service}ready"
        wait_for(f"{name}, whose log is {self.log(name)}", lambda: answers(address))

    def wait_until_ready(self) -> "DeployedHub":
        wait_for("the hub behind the proxy", self._answers, timeout_seconds=60)
        return self

    def _answers(self) -> bool:
        if self.processes["hub"].poll() is not None:
            pytest.fail(self.log("hub")[-5000:])
        return answers(f"{self.url}/hub/health")

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def end(self, name: str, with_signal: signal.Signals = signal.SIGTERM) -> None:
        process = self.processes.pop(name)
        process.send_signal(with_signal)
        process.wait(timeout=30)

    def browser(self) -> httpx.Client:
        """A browser without JavaScript, and without a login."""
        client = httpx.Client(base_url=self.url, follow_redirects=True, timeout=60)
        return self.clients.enter_context(client)


def answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False


def submit(browser: httpx.Client, page: httpx.Response, **fields: str) -> httpx.Response:
    """Send the form of a page with these fields, and the hidden ones that it has."""
    form = re.search(r"<form[^>]*action=\"([^\"]*)\"", page.text)
    xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page.text)
    assert form
    hidden = {"_xsrf": xsrf.group(1)} if xsrf else {}  # else it is part of the address
    address = str(page.url.join(form.group(1).replace("&amp;", "&")))
    return browser.post(address, data={**hidden, **fields})


NOOP = """
c.JupyterHub.spawner_class = "tests.hub.noop_hub.NoopSpawner"
c.NoopSpawner.server_port = {port}
"""


@contextmanager
def noop_deployment(
    folder: Path, settings: Mapping[str, Any], prefix: str = "", extra: str = "", **env: str
) -> Iterator[DeployedHub]:
    """A deployment whose servers start at once and answer everything; `extra` is more config."""
    hub = DeployedHub(folder, settings, prefix, **env)
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as servers:
        thread = Thread(target=servers.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        (folder / "extra" / "noop.py").write_text(NOOP.format(port=servers.server_port) + extra)
        try:
            with running_deployment(hub):
                yield hub
        finally:
            servers.shutdown()
            thread.join()


@contextmanager
def running_deployment(hub: DeployedHub) -> Iterator[DeployedHub]:
    try:
        hub.start_hub()
        hub.start_proxy()
        yield hub.wait_until_ready()
    finally:
        hub.clients.close()
        for name in list(hub.processes):
            hub.end(name, signal.SIGKILL if name == "proxy" else signal.SIGTERM)
