"""Starts of servers on the Kubernetes of KUBECONFIG, with the images that are there.

    make cluster-load                            builds the images, then both
    python -m benchmarks.cluster starts          one user's start, beside bare KubeSpawner
    python -m benchmarks.cluster load            40 users in waves of 8

`starts` installs the platform twice: as it is, and with KubeSpawner itself and JupyterHub's own
command in place of ours; a server of each is started in turn, from the request until the hub says
that it is ready. Bar: 1.05 times bare KubeSpawner (the ratio of the medians).

`load` starts servers in waves while somebody looks at the hub's pages, and stops them all: times of
starts and pages, and what is left behind, which must be nothing.
"""

import argparse
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
from kubernetes import client, config

from tests.cluster.distributed import VALUES, start_s3
from tests.cluster.installing import Member, Platform, installed
from tests.conftest import wait_for
from tests.helm.chart import merged

BAR_RATIO = 1.05
BARE = """
c.JupyterHub.spawner_class = "kubespawner.KubeSpawner"
c.Spawner.cmd = ["jupyterhub-singleuser"]
"""
TINY = {
    "slug": "tiny",
    "display_name": "Tiny",
    "default": True,
    "who": "everyone",
    "cpu": {"guarantee": "5m", "limit": 2},
    "memory": {"guarantee": "64Mi", "limit": "400Mi"},
}


def main(words: list[str] | None = None) -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    actions = parser.add_subparsers(required=True)
    starts = actions.add_parser("starts")
    starts.add_argument("--rounds", type=int, default=10)
    starts.set_defaults(run=lambda api, args: measure_starts(api, args.rounds))
    load = actions.add_parser("load")
    load.add_argument("--users", type=int, default=40)
    load.add_argument("--wave", type=int, default=8)
    load.set_defaults(run=lambda api, args: measure_load(api, args.users, args.wave))
    args = parser.parse_args(words)
    with config.new_client_from_config(os.environ["KUBECONFIG"]) as api:
        args.run(api, args)


@contextmanager
def platform(api: client.ApiClient, *layers: dict[str, Any]) -> Iterator[Platform]:
    """The platform of the tests, with one small profile."""
    values = merged(VALUES, {"profiles": [TINY]}, *layers)
    with installed(os.environ["KUBECONFIG"], api, values, start_s3) as platform:
        yield platform


def seconds_to_start(member: Member) -> float:
    """Start a member's server, and return how long it took until the hub said that it is ready."""
    started = time.monotonic()
    member.request_server().raise_for_status()
    wait_for(f"the server of {member.name}", member._is_ready, 300)
    return time.monotonic() - started


def measure_starts(api: client.ApiClient, rounds: int) -> None:
    """Print the times of one user's warm starts, ours and bare."""
    with (
        platform(api) as ours,
        platform(api, {"hub": {"extraConfig": {"bare.py": BARE}}}) as bare,
    ):
        people = {"celltrail": ours.person("ada"), "bare KubeSpawner": bare.person("ada")}
        times: dict[str, list[float]] = {name: [] for name in people}
        for member in people.values():
            member.log_in()
            seconds_to_start(member)  # makes the volume, and what the node reads for the first time
            member.stop_server()
        for _ in range(rounds):
            for name, member in people.items():
                times[name].append(seconds_to_start(member))
                member.stop_server()
    for name, each in times.items():
        print(f"{name:18} median {statistics.median(each):.2f} s, best {min(each):.2f} s")
    ratio = statistics.median(times["celltrail"]) / statistics.median(times["bare KubeSpawner"])
    print(f"ratio of the medians {ratio:.2f} (bar {BAR_RATIO})")


def measure_load(api: client.ApiClient, users: int, wave: int) -> None:
    """Print the times of starts and of the hub's pages under load, and what is left."""
    with platform(api) as hub:
        people = [hub.person(f"user-{number:02}") for number in range(users)]
        starts: list[float] = []
        with watched_pages(hub) as pages, ThreadPoolExecutor(wave) as pool:
            list(pool.map(Member.log_in, people))
            for first in range(0, users, wave):
                starts += pool.map(seconds_to_start, people[first : first + wave])
            running = len(servers(hub))
            stopped = time.monotonic()
            list(pool.map(Member.stop_server, people))
            wait_for("the end of all servers", lambda: not servers(hub), 300)
            stopped = time.monotonic() - stopped
    print(f"{running} servers ran at once, started in waves of {wave}")
    print(f"a start: median {statistics.median(starts):.1f} s, worst {max(starts):.1f} s")
    print(f"a page of the hub: median {statistics.median(pages):.3f} s, p95 {p95(pages):.3f} s")
    print(f"all stopped after {stopped:.0f} s; left behind: 0 servers")


def servers(hub: Platform) -> list[Any]:
    """Return the pods of users."""
    found: list[Any] = hub.core.list_namespaced_pod(hub.users).items
    return found


def p95(values: list[float]) -> float:
    """Return what 95 of 100 do not exceed."""
    return sorted(values)[int(len(values) * 0.95)]


@contextmanager
def watched_pages(hub: Platform) -> Iterator[list[float]]:
    """Look at the hub's home page four times a second; yields the seconds that it takes."""
    seconds: list[float] = []
    done = threading.Event()
    watcher = hub.person("watcher")
    watcher.log_in()

    def look() -> None:
        while not done.wait(0.25):
            started = time.monotonic()
            try:
                watcher.browser.get("/hub/home").raise_for_status()
            except httpx.HTTPError as error:
                print(f"the hub's page failed: {error}", file=sys.stderr)
            seconds.append(time.monotonic() - started)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seconds
    finally:
        done.set()
        thread.join()


if __name__ == "__main__":
    main()
