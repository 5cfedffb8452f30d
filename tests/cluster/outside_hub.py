"""A real JupyterHub beside the cluster: it makes pods there and watches them, but reaches none."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kubernetes import client

from tests.cluster.conftest import new_namespace
from tests.hub.profiled_hub import ProfiledHub, free_port

SOON_SECONDS = 10
CONFIG = """
c.JupyterHub.spawner_class = "celltrail_hub.kubernetes.CelltrailSpawner"
c.JupyterHub.tornado_settings = {{"slow_spawn_timeout": 0}}
c.Spawner.http_timeout = 2
c.JupyterHub.authenticate_prometheus = False
c.KubeSpawner.namespace = "{namespace}"
c.KubeSpawner.image = "localhost/pause:1"
c.KubeSpawner.cmd = ["/pause"]
# Who answers at a pod's address beside the cluster is not the pod.
c.KubeSpawner.get_pod_url = lambda spawner, pod: "http://127.0.0.1:1"
"""


@dataclass
class Start:
    """What was told of a start, and how many seconds after the request each of it was."""

    told: list[dict[str, Any]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def message(self) -> str:
        return str(self.told[-1]["message"]) if self.told else ""

    @property
    def stages(self) -> list[str]:
        return [each["stage"] for each in self.told if "stage" in each]


class OutsideHub(ProfiledHub):
    """`start_server` asks for a server and follows what the hub tells until that is settled."""

    def __init__(self, folder: Path, namespace: str, profiles: str, config: str = "") -> None:
        super().__init__(folder, servers=0, port=free_port())
        self.namespace = namespace
        self.write_profiles(profiles)
        with open(folder / "jupyterhub_config.py", "a") as file:
            file.write(CONFIG.format(namespace=namespace) + config)

    def start_server(self, user: str, profile: str, start: Start | None = None) -> Start:
        self.client.post(f"/users/{user}")
        asked = time.monotonic()
        body = {"user_options": {"profile": profile}}
        answer = self.client.post(f"/users/{user}/server", json=body)
        assert answer.status_code == 202, answer.text
        start = start or Start()
        with self.client.stream("GET", f"/users/{user}/server/progress", timeout=90) as stream:
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    start.seconds.append(time.monotonic() - asked)
                    start.told.append(json.loads(line[6:]))
        print(f"{profile} {start.seconds[-1]:.1f} s: {start.message}")  # pytest shows it with -rP
        return start

    def reasons(self, user: str) -> list[str]:
        """The reasons that the log has for starts of a user that came to nothing."""
        marks = f"Not starting {user}'s server", "SpawnException(reason="
        lines = [line for line in self.log().splitlines() if all(mark in line for mark in marks)]
        return [line.partition(marks[1])[2].partition(")")[0] for line in lines]


@contextmanager
def running_outside_hub(
    core: client.CoreV1Api, folder: Path, profiles: str, config: str = ""
) -> Iterator[OutsideHub]:
    """A hub whose servers are in a namespace of their own."""
    with new_namespace(core) as namespace:
        hub = OutsideHub(folder, namespace, profiles, config)
        try:
            hub.start()
            yield hub
        finally:
            hub.kill()
            hub.client.close()


def failed(hub: OutsideHub, start: Start, user: str, reason: str, words: str) -> None:
    """The start failed soon, with this reason in the log and these words to the user."""
    assert "failed" in start.told[-1], start.told
    assert words in start.message
    assert start.message.startswith("Spawn failed: ")
    assert hub.reasons(user)[-1] == reason
    first = next(n for n, each in enumerate(start.told) if words in each["message"])
    assert start.seconds[first] <= SOON_SECONDS
