"""What profiles add to a hub of 300 users: to a spawn and to each page.

    python -m benchmarks.hub_load [--users 300]

Two real JupyterHubs whose servers start at once, the same spawner in both: one with 20 profiles,
quotas of all kinds, metrics and usage, the other with a form of JupyterHub's own. All users start
and stop their servers, a few at a time, in turns; then, while all servers run, each user opens each
page. CPU time is that of the hub's process, which has one thread of work: it says more than the
clock on a machine that does other things too. The profiles stop no idle servers: to look at those
that run costs the hub time whether one is started or not, which `looks` measures.
"""

import argparse
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
from benchmarks.profiles import PROFILE, QUOTAS

from tests.conftest import wait_for
from tests.hub.profiled_hub import TOKEN, ProfiledHub, running_profiled_hub

AT_ONCE = 8
ROUNDS = 3
BAR_SPAWN = 1.05
BAR_PAGE_MS = 2
PROFILES = "profiles:" + "".join(PROFILE.format(n=n) for n in range(20)) + QUOTAS
PROFILES = re.sub(r"\n  culling: .*", "", PROFILES)
FORM = """
c.Spawner.options_form = "<label>Size <input name='size'></label>"
"""
PAGES = {
    "home": "/hub/home",
    "spawn": "/hub/spawn/{user}/second",
    "tokens": "/hub/token",
    "not running": "/hub/user/{user}/second/",
    "who am I (API)": "/hub/api/user",
}


@dataclass
class Spent:
    """CPU time of the hub and time by the clock, in seconds."""

    cpu: float = 0
    wall: float = 0

    def ms(self, count: int) -> str:
        """Return both for one of `count`."""
        return f"{self.cpu / count * 1000:8.2f} ms CPU{self.wall / count * 1000:9.2f} ms wall"


@dataclass
class Load:
    """A hub, and its users logged in."""

    hub: ProfiledHub
    users: list[str]
    browsers: dict[str, httpx.Client] = field(default_factory=dict)

    def prepare(self) -> None:
        """Make users and log them in."""
        self.hub.write_profiles(PROFILES)
        self.hub.client.post("/users", json={"usernames": self.users})
        self.hub.client.post("/groups/ml/users", json={"users": self.users})
        with ThreadPoolExecutor(AT_ONCE) as pool:
            self.browsers = dict(zip(self.users, pool.map(self._log_in, self.users), strict=True))

    def _log_in(self, user: str) -> httpx.Client:
        browser = httpx.Client(
            base_url=self.hub.url,
            headers={"Authorization": f"token {TOKEN}"},  # counts for the API alone
            verify=False,  # it is no TLS, and the certificates of each would be read
        )
        form = browser.get("/hub/login").text
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', form)
        assert xsrf
        answer = browser.post(
            "/hub/login?next=%2Fhub%2Fhome",
            data={"username": user, "password": TOKEN, "_xsrf": xsrf[1]},
        )
        assert answer.status_code == 302, answer.text
        return browser

    @contextmanager
    def spending(self, spent: Spent) -> Iterator[None]:
        """Add what the block takes."""
        assert self.hub.process
        process = psutil.Process(self.hub.process.pid)
        before, start = process.cpu_times(), time.perf_counter()
        yield
        spent.wall += time.perf_counter() - start
        after = process.cpu_times()
        spent.cpu += after.user + after.system - before.user - before.system

    def start_all(self) -> None:
        """Start all servers; returns when they are ready."""
        self._all(lambda user: self.hub.client.post(f"/users/{user}/server"), (201, 202))

    def stop_all(self) -> None:
        """Stop all servers; returns when none is left."""
        self._all(lambda user: self.hub.client.delete(f"/users/{user}/server"), (202, 204))
        active = self.hub.client.base_url.join("users?state=active")
        wait_for("the end of all servers", lambda: not self.hub.client.get(active).json())

    def _all(self, call: Callable[[str], httpx.Response], expected: tuple[int, int]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for answer in pool.map(call, self.users):
                assert answer.status_code in expected, answer.text

    def open(self, page: str, users: list[str]) -> list[float]:
        """Open a page for some users, one after another; returns how long each took."""
        took = []
        for user in users:
            start = time.perf_counter()
            answer = self.browsers[user].get(page.format(user=user))
            took.append(time.perf_counter() - start)
            assert answer.status_code in (200, 424), (page, answer.status_code)
        return took


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=300)
    users = [f"user-{n}" for n in range(parser.parse_args().users)]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        loads = {}
        for name in ("without", "with"):
            path = Path(folder) / name
            path.mkdir()
            hub = stack.enter_context(
                running_profiled_hub(path, profiled=name == "with", more=FORM * (name != "with"))
            )
            loads[name] = Load(hub, users)
            loads[name].prepare()
        measure_spawns(loads)
        measure_pages(loads)


def measure_spawns(loads: dict[str, Load]) -> None:
    """Start and stop all servers in turns, print what a start takes; leaves them running."""
    rounds: dict[str, list[Spent]] = {name: [] for name in loads}
    for turn in range(ROUNDS):
        for name, load in loads.items():
            if turn:
                load.stop_all()
            spent = Spent()
            with load.spending(spent):
                load.start_all()
            rounds[name].append(spent)
    least = {
        name: Spent(min(each.cpu for each in spent), min(each.wall for each in spent))
        for name, spent in rounds.items()
    }
    for name, spent in least.items():
        print(f"a start {name + ' profiles':<20}{spent.ms(len(loads[name].users))}")
    cpu, wall = (
        getattr(least["with"], kind) / getattr(least["without"], kind) for kind in ("cpu", "wall")
    )
    print(f"ratio {cpu:.3f} of CPU, {wall:.3f} of wall (bar {BAR_SPAWN})\n")


def measure_pages(loads: dict[str, Load]) -> None:
    """Open each page for all users in turns, print what profiles add."""
    print(f"{'page':<18}{'without':>10}{'with':>10}{'added ms CPU':>16}{'added ms wall':>16}")
    for page, address in PAGES.items():
        spent = {name: Spent() for name in loads}
        took: dict[str, list[float]] = {name: [] for name in loads}
        for first in range(0, len(loads["with"].users), 50):
            for name, load in loads.items():
                some = load.users[first : first + 50]
                load.open(address, some[:1])
                with load.spending(spent[name]):
                    took[name] += load.open(address, some)
        cpu = {name: each.cpu / len(took[name]) * 1000 for name, each in spent.items()}
        wall = {name: statistics.median(each) * 1000 for name, each in took.items()}
        print(
            f"{page:<18}{cpu['without']:>10.2f}{cpu['with']:>10.2f}"
            f"{cpu['with'] - cpu['without']:>16.2f}{wall['with'] - wall['without']:>16.2f}"
        )
    print(f"(bar {BAR_PAGE_MS} ms)")


if __name__ == "__main__":
    main()
