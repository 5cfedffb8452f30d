"""What is killed comes back, and nothing that a notebook logged meanwhile is lost or doubled."""

import httpx
import pytest

from tests.cluster.distributed import artifacts_in_s3, crash, restarts
from tests.cluster.installing import Member, Platform, is_ready
from tests.conftest import wait_for
from tests.hub.conftest import Server

pytestmark = pytest.mark.cluster

LOG = """
%load_ext celltrail
import celltrail as ct, pathlib, threading, time
said = pathlib.Path.home() / "{name}.said"
def log():
    with ct.start_run("{name}") as run:
        step = 0
        while not pathlib.Path.home().joinpath("{name}.enough").exists():
            ct.log(value=step, step=step)
            step += 1
            said.with_suffix(".new").write_text(str(step))
            said.with_suffix(".new").rename(said)  # whole, even if it is killed
            time.sleep(0.01)
thread = threading.Thread(target=log)
thread.start()
"""


def start_logging(server: Server, name: str) -> str:
    """Log a value each 10 ms in a kernel until `stop_logging`; returns the kernel's id."""
    kernel = server.start_kernel()
    server.run(LOG.format(name=name), kernel)
    return kernel


def said(member: Member, name: str) -> int:
    """How many values the notebook has logged so far, as it knows itself."""
    return int(member.run_in_pod("sh", "-c", f"cat ~/{name}.said") or 0)


def stop_logging(member: Member, name: str) -> int:
    """End the logging; returns how many values there were."""
    member.run_in_pod("sh", "-c", f"touch ~/{name}.enough")
    counts = [said(member, name)]

    def still() -> bool:
        counts.append(said(member, name))
        return counts[-1] == counts[-2]

    wait_for("the end of the logging", still)
    return counts[-1]


def recorded(tracking: httpx.Client, name: str) -> list[int]:
    """The steps that the tracking server has of the run of that name."""
    runs = tracking.get("/api/v1/runs").raise_for_status().json()["runs"]
    for run in runs:
        if run["name"] == name:
            path = f"/api/v1/runs/{run['run_id']}/metrics"
            answer = tracking.get(path, params={"key": "value"}).raise_for_status()
            steps: list[int] = answer.json()["steps"]
            return steps
    return []


def wait_for_all(tracking: httpx.Client, name: str, count: int) -> None:
    """Wait until all values are recorded; fail if there are more, or others."""

    def arrived() -> list[int] | None:
        try:
            steps = recorded(tracking, name)
        except httpx.HTTPError:
            return None
        return steps if len(steps) >= count else None

    assert sorted(wait_for(f"{count} values", arrived, 60)) == list(range(count))


@pytest.fixture(scope="module")
def ada(platform: Platform) -> Member:
    ada = platform.person("ada")
    ada.log_in()
    return ada


@pytest.fixture(scope="module")
def server(ada: Member) -> Server:
    return ada.start()


@pytest.mark.parametrize("component", ["tracking", "proxy", "postgresql", "hub"])
def test_a_killed_part_costs_no_value(
    platform: Platform, ada: Member, server: Server, component: str
) -> None:
    before = ada.pod
    start_logging(server, component)
    wait_for("values", lambda: said(ada, component) > 50)
    crash(platform, platform.pods(component)[0])
    reached = said(ada, component)
    wait_for("more values", lambda: said(ada, component) > reached + 50)
    platform.wait_ready(component, 2 if component == "tracking" else 1)
    count = stop_logging(ada, component)
    wait_for_all(ada.tracking(), component, count)
    assert (ada.pod.metadata.uid, restarts(ada.pod)) == (before.metadata.uid, 0)


def test_the_hub_knows_the_servers_that_ran_before_it(ada: Member, server: Server) -> None:
    assert ada.api("GET", "/users/ada")["servers"][""]["ready"]
    assert server.client.get("/api/status").status_code == 200


def test_what_a_killed_server_had_logged_arrives_later(platform: Platform) -> None:
    bob = platform.person("bob")
    bob.log_in()
    start_logging(bob.start(), "killed")
    wait_for("values", lambda: said(bob, "killed") > 100)
    least = said(bob, "killed")
    name = bob.pod.metadata.name
    platform.core.delete_namespaced_pod(name, platform.users, grace_period_seconds=0)
    wait_for("the hub to notice", lambda: not bob.api("GET", "/users/bob")["servers"], 120)
    bob.start()
    most = said(bob, "killed") + 1  # the note is written after the value
    tracking = bob.tracking()
    wait_for("the values", lambda: len(recorded(tracking, "killed")) >= least, 60)
    steps = recorded(tracking, "killed")
    assert sorted(steps) == list(range(len(steps)))
    assert least <= len(steps) <= most


def test_a_server_out_of_memory_harms_no_other(
    platform: Platform, ada: Member, server: Server
) -> None:
    carl = platform.person("carl")
    carl.log_in()
    carl.start()
    greedy = "x = bytearray(2 << 30); print('had it')"
    with pytest.raises(AssertionError, match="137"):
        carl.run_in_pod("python", "-c", greedy)
    assert is_ready(carl.pod)
    assert is_ready(ada.pod)
    assert restarts(ada.pod) == 0
    assert server.run("print(1 + 1)") == "2\n"


def test_artifacts_lie_in_the_bucket(platform: Platform, server: Server) -> None:
    before = artifacts_in_s3(platform)
    server.run(
        "%load_ext celltrail\nimport celltrail as ct, pathlib, time\n"
        "path = pathlib.Path('note.txt'); path.write_text(str(time.time_ns()))\n"
        "with ct.start_run('note'): ct.log_artifact(path)"
    )
    wait_for("the artifact", lambda: artifacts_in_s3(platform) > before)
