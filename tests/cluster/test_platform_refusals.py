"""What a user's own code may not do, tried from inside their pod."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.cluster.distributed import S3
from tests.cluster.installing import SERVICES, Member, Platform
from tests.conftest import wait_for

pytestmark = pytest.mark.cluster

CONNECT = """
import json, socket, sys
def reaches(host, port):
    try:
        socket.create_connection((host, int(port)), 2).close()
    except OSError as error:
        return str(error)
    return "open"
print(json.dumps({each: reaches(*each.rsplit(":", 1)) for each in sys.argv[1:]}))
"""
ASK = """
import httpx, json, os, sys
method, path, token = sys.argv[1:]
headers = {"Authorization": "Bearer " + token} if token else {}
answer = httpx.request(method, os.environ["CELLTRAIL_URL"] + path, headers=headers)
print(json.dumps([answer.status_code, answer.text]))
"""
TRICKS = [
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%252e%252e%252f%252e%252e%252fetc/passwd",
    "..\\\\..\\\\etc\\\\passwd",
    "%2fetc%2fpasswd",
    "//etc/passwd",
    "C:/etc/passwd",
    "note.txt%00.png",
    "file:///etc/passwd",
]


METADATA = "169.254.169.254"
PRETEND = """
import fcntl, http.server, signal, socket, struct, sys
SET_ADDRESS, SET_MASK = 0x8916, 0x891C
def tell(request, address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        packed = struct.pack("16sH2x4s8x", b"lo:meta", socket.AF_INET, socket.inet_aton(address))
        fcntl.ioctl(one, request, packed)
def end(*_):
    tell(SET_ADDRESS, "0.0.0.0")
    sys.exit()
signal.signal(signal.SIGTERM, end)
tell(SET_ADDRESS, sys.argv[1])
tell(SET_MASK, "255.255.255.255")
http.server.HTTPServer((sys.argv[1], 80), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


@pytest.fixture(scope="module")
def metadata(platform: Platform) -> Iterator[str]:
    """The address where clouds give credentials: theirs, or one that this node pretends."""
    address = f"{METADATA}:80"
    if connect_from(platform, address) == "open":
        yield address
        return
    container = {
        "name": "metadata",
        "image": SERVICES,
        "imagePullPolicy": "IfNotPresent",
        "command": ["python3", "-c", PRETEND, METADATA],
        "securityContext": {"runAsUser": 0, "capabilities": {"add": ["NET_ADMIN"]}},
    }
    platform.core.create_namespaced_pod(
        platform.namespace,
        {
            "metadata": {"name": "metadata"},
            "spec": {"hostNetwork": True, "containers": [container]},
        },
    )
    wait_for("metadata", lambda: connect_from(platform, address) == "open", 60)
    yield address
    platform.core.delete_namespaced_pod("metadata", platform.namespace)


def connect_from(platform: Platform, address: str) -> str:
    """What a pod that no policy holds back sees of an address."""
    said = platform.execute(S3, "python3", "-c", CONNECT, address, namespace=platform.namespace)
    answer: str = json.loads(said)[address]
    return answer


@pytest.fixture(scope="module")
def mallory(platform: Platform) -> Member:
    mallory = platform.person("mallory")
    mallory.log_in()
    mallory.start()
    return mallory


@pytest.fixture(scope="module")
def victim(platform: Platform) -> Member:
    """Somebody with a server and a run that has an artifact."""
    victim = platform.person("victim")
    victim.log_in()
    victim.start().run(
        "%load_ext celltrail\nimport celltrail as ct, pathlib\n"
        "pathlib.Path('note.txt').write_text('mine')\n"
        "with ct.start_run('secret'): ct.log_artifact('note.txt')"
    )
    return victim


@pytest.fixture(scope="module")
def secret_run(victim: Member) -> str:
    tracking = victim.tracking()

    def found() -> Any:
        runs = tracking.get("/api/v1/runs").raise_for_status().json()["runs"]
        return next((run["run_id"] for run in runs if run["name"] == "secret"), None)

    run_id: str = wait_for("the run", found)
    path = f"/api/v1/runs/{run_id}/artifacts/note.txt"
    wait_for("the artifact", lambda: tracking.get(path).text == "mine")
    return run_id


def connect(member: Member, *addresses: str) -> dict[str, str]:
    said: dict[str, str] = json.loads(member.run_in_pod("python", "-c", CONNECT, *addresses))
    return said


def ask(member: Member, method: str, path: str, token: str | None = None) -> tuple[int, str]:
    """Ask the tracking server from the member's pod; with the pod's own token unless told."""
    if token is None:
        token = member.run_in_pod("sh", "-c", "printf %s $JUPYTERHUB_API_TOKEN")
    status, text = json.loads(member.run_in_pod("python", "-c", ASK, method, path, token))
    return status, text


def test_the_network_lets_a_user_reach_what_they_need_and_nothing_else(
    platform: Platform, mallory: Member, victim: Member
) -> None:
    home = platform.namespace
    needed = [f"celltrail-hub.{home}:8081", f"celltrail-tracking.{home}:8765"]
    ip_of = {name: platform.pods(name)[0].status.pod_ip for name in ("postgresql", "proxy")}
    # There, and open to whoever may: else it would prove nothing that they are not reached.
    others = [
        f"{victim.pod.status.pod_ip}:8888",
        f"{ip_of['postgresql']}:5432",
        f"{ip_of['proxy']}:8001",
        f"s3.{home}:5000",
        "kubernetes.default.svc:443",
    ]
    assert set(connect(mallory, *needed).values()) == {"open"}
    said = connect(mallory, *others)
    assert set(said.values()) == {"timed out"}, said


def test_credentials_of_the_cloud_are_out_of_reach(mallory: Member, metadata: str) -> None:
    assert connect(mallory, metadata) == {metadata: "timed out"}


def test_a_pod_has_no_account_in_kubernetes_and_no_secret_but_its_own(mallory: Member) -> None:
    there = "ls /var/run/secrets 2>/dev/null; env"
    said = mallory.run_in_pod("sh", "-c", there)
    assert "kubernetes.io" not in said
    for word in ("PROXY_TOKEN", "COOKIE_SECRET", "AWS_", "postgresql://", "POSTGRES"):
        assert word not in said


def test_without_a_token_or_with_one_that_is_none_there_is_nothing(
    mallory: Member, secret_run: str
) -> None:
    for token in ("", "0" * 32):
        for path in ("/api/v1/runs", f"/api/v1/runs/{secret_run}", "/api/2.0/mlflow/runs/search"):
            status, text = ask(mallory, "GET", path, token)
            assert status in (401, 403), (path, token, text)


def test_another_users_run_does_not_exist(
    platform: Platform, mallory: Member, secret_run: str
) -> None:
    for path in (
        f"/api/v1/runs/{secret_run}",
        f"/api/v1/runs/{secret_run}/cells",
        f"/api/v1/runs/{secret_run}/metrics?key=loss",
        f"/api/v1/runs/{secret_run}/artifacts/note.txt",
        f"/api/2.0/mlflow/runs/get?run_id={secret_run}",
    ):
        status, text = ask(mallory, "GET", path)
        assert status == 404, (path, text)
        assert "mine" not in text
    assert secret_run not in ask(mallory, "GET", "/api/v1/runs")[1]
    assert " 404 " in platform.log("tracking"), "a refusal is to be in the log"


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_with_a_path_leads_nowhere(mallory: Member, secret_run: str, trick: str) -> None:
    status, text = ask(mallory, "GET", f"/api/v1/runs/{secret_run}/artifacts/{trick}")
    assert status in (400, 404, 405), text
    assert "root:" not in text


def test_the_hub_tells_a_server_nothing_of_others(mallory: Member, victim: Member) -> None:
    ask_hub = ASK.replace('os.environ["CELLTRAIL_URL"]', 'os.environ["JUPYTERHUB_API_URL"]')
    token = mallory.run_in_pod("sh", "-c", "printf %s $JUPYTERHUB_API_TOKEN")
    for method, path in (
        ("GET", "/users"),
        ("GET", "/users/victim"),
        ("GET", "/proxy"),
        ("POST", "/users/victim/server"),
        ("DELETE", "/users/victim/server"),
        ("POST", "/users/mallory/tokens"),
        ("POST", "/shutdown"),
    ):
        said = mallory.run_in_pod("python", "-c", ask_hub, method, path, token)
        assert json.loads(said)[0] in (403, 404), (path, said)
    assert victim.api("GET", "/users/victim")["servers"][""]["ready"]


def test_another_users_server_is_closed_through_the_proxy_too(
    platform: Platform, mallory: Member, victim: Member
) -> None:
    answer = mallory.browser.get("/user/victim/api/contents/note.txt", follow_redirects=False)
    assert answer.status_code in (302, 403)
    token = mallory.api("POST", "/users/mallory/tokens", json={})["token"]
    answer = httpx.get(
        f"{platform.url}/user/victim/api/contents/note.txt",
        headers={"Authorization": f"token {token}"},
    )
    assert answer.status_code in (403, 404), answer.text


def test_a_token_that_was_revoked_opens_nothing_soon(mallory: Member) -> None:
    made = mallory.api("POST", "/users/mallory/tokens", json={})
    assert ask(mallory, "GET", "/api/v1/runs", made["token"])[0] == 200
    mallory.api("DELETE", f"/users/mallory/tokens/{made['id']}")
    started = time.monotonic()
    wait_for(
        "the end of the token",
        lambda: ask(mallory, "GET", "/api/v1/runs", made["token"])[0] in (401, 403),
        90,
    )
    print(f"a revoked token is refused after {time.monotonic() - started:.0f} s")
