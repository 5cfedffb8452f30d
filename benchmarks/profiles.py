"""Many profiles: how long it takes to lint a file of them, and to render them for one user.

    python -m benchmarks.profiles [--profiles 200]

Rendering is what a hub does for each spawn page: who may see what, and KubeSpawner's list. Beside
it: one look at an unchanged file, one request validated, and reading the same text with PyYAML
alone. Then what the hub adds to each spawn and to each spawn page, with 20 profiles, quotas of all
kinds, and a ledger with as many servers as a busy hub has in a month. Each number is the least of
several rounds.
"""

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import msgspec
import yaml

from celltrail_hub.capacity.client import Seen
from celltrail_hub.ledger import Ledger
from celltrail_hub.spawn_form import SpawnForm, View
from celltrail_profiles.access import offers
from celltrail_profiles.capacity import capacity_of
from celltrail_profiles.kubespawner import profile_list
from celltrail_profiles.nodes import ClusterNode, PodShare
from celltrail_profiles.options import validated
from celltrail_profiles.packing import parse_amounts
from celltrail_profiles.quotas import Holding
from celltrail_profiles.reading import read_text, usable
from celltrail_profiles.resolving import Usage
from celltrail_profiles.source import ProfileSource

ROUNDS = 7
BAR_LINT_MS = 1000
BAR_RENDER_MS = 50
PROFILE = """
- slug: profile-{n}
  display_name: Profile {n}
  description: GPU number {n} with choices of size and image
  who: {{groups: [ml, group-{n}]}}
  image: quay.io/example/torch:2026-11-02
  cpu: {{guarantee: 4, limit: 8}}
  memory: {{guarantee: 32Gi, limit: 32Gi}}
  gpu: {{vendor: nvidia, model: A100-80GB, mig: 1g.10gb}}
  shared_memory: 4Gi
  volumes:
    data: {{mount_path: /data, claim: 'data-{{username}}'}}
  node_selector: {{pool: gpu}}
  tolerations: [{{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}}]
  environment: {{A: a, B: '{{"json": {n}}}'}}
  cost_per_hour: 1.5
  options:
    size:
      display_name: Size
      choices:
        s: {{display_name: Small, default: true}}
        m: {{display_name: Middle, memory: {{guarantee: 64Gi, limit: 64Gi}}}}
        l: {{display_name: Large, gpu: {{vendor: nvidia, model: A100-80GB, mig: 2g.20gb}}}}
    image:
      display_name: Image
      choices:
        torch: {{display_name: PyTorch}}
        jax: {{display_name: JAX, image: 'quay.io/example/jax:1', who: {{groups: [group-{n}]}}}}
      free:
        display_name: Other
        pattern: quay\\.io/example/[a-z]+(-[a-z]+)*:[a-z0-9.-]+
        sets: image
  culling: {{kernel_idle: 1h, no_connection: 1h, gpu_idle: 2h}}
"""


def least_ms(call: Callable[[], object]) -> float:
    """Return the time of the fastest of several calls, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter_ns()
        call()
        times.append(time.perf_counter_ns() - start)
    return min(times) / 1e6


QUOTAS = """
quotas:
- {name: each, who: everyone, servers: 3, gpu: 2, memory: 256Gi, cost_per_month: 100000}
- {name: team, who: {groups: [ml]}, per: group, gpu: 1000, cost_per_month: 10000000}
"""
RUNNING = 300
ENDED = 3_000
BAR_PAGE_MS = 2


def hub_rows(folder: Path) -> Iterator[tuple[str, float, int | None]]:
    """Yield what the hub adds to a spawn and to a spawn page."""
    file = usable(read_text("profiles:" + "".join(PROFILE.format(n=n) for n in range(20)) + QUOTAS))
    clock = itertools.count(1_793_700_000)
    ledger = Ledger(folder / "ledger.sqlite", lambda: float(next(clock)))
    servers = [(f"user-{n}", "") for n in range(RUNNING)]
    usage = Usage(Fraction(1, 7), Fraction(4), Fraction(2**35), Fraction(3, 2))
    unbounded = msgspec.structs.replace(file, quotas=())
    for n in range(RUNNING + ENDED):
        user, name = servers[n % RUNNING]
        holding = Holding(user, frozenset({"ml"}), f"profile-{n % 20}", usage)
        ledger.reserve(unbounded, holding, name, lambda: servers)
    asking = Holding("user-0", frozenset({"ml"}), "profile-0", usage)
    yield (
        "admit a server",
        least_ms(lambda: ledger.reserve(file, asking, "", lambda: servers)),
        None,
    )
    offered = offers(file, "ada", {"ml"})

    def page(form: SpawnForm, seen: Seen | None = None) -> str:
        ada = Holding("ada", frozenset({"ml"}), "")
        levels = ledger.levels(file, asking, lambda: servers)
        return form.render(View(ada, levels, {"profile": offered[-1].slug}, seen=seen))

    form = SpawnForm(file)
    yield "make the first spawn page", least_ms(lambda: page(SpawnForm(file))), None
    yield "make a spawn page", least_ms(lambda: page(form)), BAR_PAGE_MS
    states = [Seen(capacity_of(nodes(), pods(taken)), 0) for taken in (100, 101)]
    yield "  with what is free", least_ms(lambda: page(form, states[0])), BAR_PAGE_MS
    changing = itertools.cycle(reversed(states))
    yield "  which has just changed", least_ms(lambda: page(form, next(changing))), None
    ledger.close()


def nodes() -> Iterator[ClusterNode]:
    """Yield 50 nodes with slices of GPUs."""
    size = parse_amounts("cpu=96,memory=1100Gi,pods=110,nvidia.com/mig-1g.10gb=56")
    for n in range(50):
        yield ClusterNode(f"node-{n}", {"pool": "gpu"}, (), size)


def pods(count: int) -> Iterator[PodShare]:
    """Yield pods of several sizes on these nodes."""
    for n in range(count):
        requests = parse_amounts(f"cpu={n % 8 + 1},memory={n % 16 + 1}Gi,nvidia.com/mig-1g.10gb=1")
        yield PodShare(f"node-{n % 50}", requests)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profiles", type=int, default=200)
    count = parser.parse_args().profiles
    text = "profiles:" + "".join(PROFILE.format(n=n) for n in range(count))
    file = usable(read_text(text))
    offered = offers(file, "ada", {"ml"})
    request = {"profile": offered[-1].slug, "size": "l"}
    request["image--unlisted-choice"] = "quay.io/example/some-image:1.0"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "profiles.yaml"
        path.write_text(text, encoding="utf-8")
        source = ProfileSource(path)
        rows = [
            ("lint", least_ms(lambda: read_text(text)), BAR_LINT_MS),
            ("  PyYAML alone", least_ms(lambda: yaml.load(text, yaml.CSafeLoader)), None),
            ("render", least_ms(lambda: profile_list(offers(file, "ada", {"ml"}))), BAR_RENDER_MS),
            ("validate one request", least_ms(lambda: validated(offered, request)), None),
            ("look at an unchanged file", least_ms(source.current), None),
        ]
        rows += hub_rows(Path(folder))
    print(f"{count} profiles, {len(text) / 1024:.0f} KiB")
    for name, took, bar in rows:
        print(f"{name:<28}{took:10.3f} ms" + (f"   (bar {bar} ms)" if bar else ""))


if __name__ == "__main__":
    main()
