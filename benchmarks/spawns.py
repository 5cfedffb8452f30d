"""What profiles and quotas add to a spawn, on two real JupyterHubs whose servers start at once.

    python -m benchmarks.spawns [--users 300]

One hub has 20 profiles and quotas of all kinds, the other the same spawner without profiles. Both
start and stop the servers of all users, a few at a time, in turns. CPU time is that of the hub's
process; it says more than the clock on a machine that does other things too.
"""

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psutil
from benchmarks.profiles import PROFILE, QUOTAS

from tests.hub.profiled_hub import ProfiledHub, running_profiled_hub

AT_ONCE = 8
ROUNDS = 3
BAR = 1.05


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=300)
    users = [f"user-{n}" for n in range(parser.parse_args().users)]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        hubs = {}
        for name in ("without", "with"):
            path = Path(folder) / name
            path.mkdir()
            hub = stack.enter_context(running_profiled_hub(path, profiled=name == "with"))
            hub.write_profiles(
                "profiles:" + "".join(PROFILE.format(n=n) for n in range(20)) + QUOTAS
            )
            hub.client.post("/users", json={"usernames": users})
            hub.client.post("/groups/ml/users", json={"users": users})
            hubs[name] = hub
        spent = {name: [] for name in hubs}
        for _ in range(ROUNDS):
            for name, hub in hubs.items():
                spent[name].append(spawn_all(hub, users))
    for name, rounds in spent.items():
        cpu, wall = (min(values) / len(users) * 1000 for values in zip(*rounds, strict=True))
        print(f"{name + ' profiles':<20}{cpu:8.2f} ms CPU{wall:9.2f} ms wall a spawn")
    ratio = min(cpu for cpu, _ in spent["with"]) / min(cpu for cpu, _ in spent["without"])
    print(f"ratio {ratio:.3f} of CPU (bar {BAR})")


def spawn_all(hub: ProfiledHub, users: list[str]) -> tuple[float, float]:
    """Start all servers; returns the hub's CPU time and the time it took, in seconds."""
    assert hub.process
    process = psutil.Process(hub.process.pid)
    before, start = process.cpu_times(), time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for answer in pool.map(lambda user: hub.client.post(f"/users/{user}/server"), users):
            assert answer.status_code in (201, 202), answer.text
    wall, after = time.perf_counter() - start, process.cpu_times()
    for user in users:
        hub.stop(user)
    return after.user + after.system - before.user - before.system, wall


if __name__ == "__main__":
    main()
