"""What it costs the hub to look at a running server, beside a server's own report of its activity.

    python -m benchmarks.looks [--users 100]

One real JupyterHub, whose servers start at once. It looks at each server as often as its policy is
short; after that, the servers report their activity as JupyterHub's do, without any looks. CPU
time is that of the hub's process, less what it takes when nothing happens.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.hub.profiled_hub import Answering, ProfiledHub, running_profiled_hub

SECONDS = 20
PROFILE = "profiles:\n- slug: p\n  display_name: P\n  who: everyone\n"
POLICY = "  culling: {kernel_idle: 1h, warn_before: 4s}\n"
IN_USE = {"kernel_idle_seconds": 0, "connection_idle_seconds": 0}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100)
    users = [f"user-{n}" for n in range(parser.parse_args().users)]
    with tempfile.TemporaryDirectory() as folder, running_profiled_hub(Path(folder)) as hub:
        hub.client.post("/users", json={"usernames": users})
        Answering.signals = dict.fromkeys(users, IN_USE)
        Answering.notices = told = Counted()
        nothing = cpu_seconds(hub, users, PROFILE, lambda: time.sleep(SECONDS))
        told.count = 0
        looks = cpu_seconds(hub, users, PROFILE + POLICY, lambda: time.sleep(SECONDS))
        look = (looks - nothing) / told.count
        report = cpu_seconds(hub, users, PROFILE, lambda: report_all(hub, users)) / len(users)
    print(f"{look * 1000:6.2f} ms CPU a look ({told.count} looks)")
    print(f"{report * 1000:6.2f} ms CPU a report of activity")
    print(f"ratio {look / report:.2f}")


class Counted(dict):
    """Counts what is told."""

    count = 0

    def __setitem__(self, key: str, value: object) -> None:
        self.count += 1


def report_all(hub: ProfiledHub, users: list[str]) -> None:
    """Let all servers report once."""
    body = {"servers": {"": {"last_activity": "2026-11-28T12:00:00Z"}}}
    for user in users:
        assert hub.client.post(f"/users/{user}/activity", json=body).status_code == 200


def cpu_seconds(
    hub: ProfiledHub, users: list[str], profile: str, meanwhile: Callable[[], None]
) -> float:
    """Return the CPU time that the hub takes while the servers of all users run."""
    assert hub.process
    hub.write_profiles(profile)
    for user in users:
        assert hub.ask(user).status_code in (201, 202)
    process = psutil.Process(hub.process.pid)
    before = process.cpu_times()
    meanwhile()
    after = process.cpu_times()
    for user in users:
        hub.stop(user)
    return after.user + after.system - before.user - before.system


if __name__ == "__main__":
    main()
