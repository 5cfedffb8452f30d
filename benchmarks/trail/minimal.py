"""How much bigger are slices of natural notebooks than they would have to be?

From the slices of some targets of each notebook, evenly spread, cell runs are left out one at a
time, the latest first; one without which the target shows the same in a fresh process stays out.
What remains is minimal: no cell run more can be left out. Each one that was left out is listed with
what the trail says was read of it.

    python -m benchmarks.trail.minimal [TARGETS_PER_NOTEBOOK [NOTEBOOK ...]]
"""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.trail.natural import Forks, Session, find_notebooks, run_notebook


@dataclass(frozen=True)
class Shrunk:
    """The slice of a target, and the part of it that is needed, in numbers from 1."""

    target: int
    whole: list[int]
    needed: list[int]
    reasons: dict[int, str]
    """By what is not needed: the names that were read of it, and by which cell runs."""


def measure(path: Path, count: int) -> list[Shrunk]:
    """Return what came of `count` targets of a notebook, at even distances."""
    session = run_notebook(path)
    step = max(1, len(session.targets) / count)
    places = range(min(count, len(session.targets)))
    with Forks() as forks:
        return [shrink(forks, session, session.targets[int(step * (n + 0.5))]) for n in places]


def shrink(forks: Forks, session: Session, target: int) -> Shrunk:
    """Leave out what the target shows the same without."""
    whole = sorted(session.slice_of(target)[0])
    needed = set(whole)
    for place in reversed(whole[:-1]):
        if session.replay(forks, needed - {place}) == session.traced.outputs[target]:
            needed.remove(place)
    reasons = {place + 1: _reason(session, place, whole) for place in whole if place not in needed}
    numbers = [place + 1 for place in whole], [place + 1 for place in sorted(needed)]
    return Shrunk(target + 1, *numbers, reasons)


def _reason(session: Session, place: int, whole: list[int]) -> str:
    trail = session.traced.trail
    readers: dict[str, list[int]] = {}
    for reader in whole:
        for read in trail[reader].reads:
            if read.writer == trail[place].execution_id:
                readers.setdefault(read.name, []).append(reader + 1)
    return ", ".join(f"{name} by {numbers}" for name, numbers in readers.items())


def main(count: str = "3", *names: str) -> None:
    """Print a row for each notebook with what was not needed, and the total."""
    print(f"{'notebook':<28}{'targets':>8}{'slice':>7}{'minimal':>9}")
    everything: list[Shrunk] = []
    paths = find_notebooks(names)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, found in zip(
            paths, pool.map(partial(measure, count=int(count)), paths), strict=True
        ):
            everything += found
            print("\n".join(_rows(path.stem, found)), flush=True)
    print(_row("all", everything))


def _rows(name: str, found: list[Shrunk]) -> Iterator[str]:
    yield _row(name, found)
    for one in found:
        for number, reason in one.reasons.items():
            yield f"    {one.target} shows the same without {number}: {reason}"


def _row(name: str, found: list[Shrunk]) -> str:
    whole, needed = (
        sum(ratios) / max(1, len(found))
        for ratios in (
            [len(one.whole) / one.target for one in found],
            [len(one.needed) / one.target for one in found],
        )
    )
    return f"{name:<28}{len(found):>8}{whole:>7.2f}{needed:>9.2f}"


if __name__ == "__main__":
    main(*sys.argv[1:])
