"""How right Celltrail and others are about what a result depends on, over `tests/scenarios`.

Sound: nothing that is needed is missing. Exact: sound, and nothing more. Precision and recall count
single cell runs over all scenarios. A doubt that Celltrail voices counts as not said.

    python -m benchmarks.trail.accuracy [--by-construct]
"""

import argparse
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks.trail.slicers.from_source import last_writer_slice, static_slice
from benchmarks.trail.slicers.peers import VERSIONS, Peer

from tests.scenarios import SCENARIOS
from tests.scenarios.running import Runner
from tests.scenarios.scenario import Scenario

Slicer = Callable[[Scenario], set[int]]


@dataclass(frozen=True)
class Score:
    """What a method said of some scenarios."""

    answers: dict[Scenario, set[int]]

    def of(self, construct: str) -> "Score":
        """Return the part about one construct."""
        return Score(
            {one: said for one, said in self.answers.items() if one.construct == construct}
        )

    @property
    def sound(self) -> int:
        """Number of scenarios in which nothing is missing."""
        return sum(set(one.needed) <= said for one, said in self.answers.items())

    @property
    def exact(self) -> int:
        """Number of scenarios in which nothing is missing, and nothing more is there."""
        return sum(set(one.needed) == said for one, said in self.answers.items())

    @property
    def precision(self) -> float:
        """Share of what was said that is needed."""
        return self._right / max(1, sum(map(len, self.answers.values())))

    @property
    def recall(self) -> float:
        """Share of what is needed that was said."""
        return self._right / sum(len(one.needed) for one in self.answers)

    @property
    def _right(self) -> int:
        return sum(len(said & set(one.needed)) for one, said in self.answers.items())


def measure(scenarios: Iterable[Scenario]) -> dict[str, Score]:
    """Return what each method says of the scenarios, by its name."""
    with ExitStack() as stack:
        runner = stack.enter_context(Runner())
        methods: dict[str, Slicer] = {
            "last writer of a name": lambda one: last_writer_slice(one.runs, max(one.needed)),
            "celltrail, from source": lambda one: static_slice(one.runs, max(one.needed)),
        }
        for name in VERSIONS:
            peer = stack.enter_context(Peer(name))
            methods[f"{name} {VERSIONS[name]}"] = _by(peer)
        methods["celltrail"] = lambda one: set(runner.explain(one).executions)
        return {name: _score(name, method, scenarios) for name, method in methods.items()}


def _by(peer: Peer) -> Slicer:
    return lambda one: peer.slice(one.runs, max(one.needed))


def _score(name: str, method: Slicer, scenarios: Iterable[Scenario]) -> Score:
    started = time.perf_counter()
    score = Score({one: method(one) for one in scenarios})
    print(f"# {name}: {time.perf_counter() - started:.0f} s", flush=True)
    return score


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--by-construct", action="store_true", help="sound ones by construct, too")
    options = parser.parse_args()
    # The peers have no metrics to ask for.
    scenarios = [one for one in SCENARIOS if one.construct != "metrics"]
    scores = measure(scenarios)
    print(f"\n{len(scenarios)} scenarios")
    print(f"{'method':<24}{'sound':>8}{'exact':>8}{'precision':>11}{'recall':>8}")
    for name, one in scores.items():
        print(f"{name:<24}{one.sound:>8}{one.exact:>8}{one.precision:>11.3f}{one.recall:>8.3f}")
    if options.by_construct:
        print(f"\n{'sound, by construct':<24}{'':>8}" + "".join(f"{name:>24}" for name in scores))
        for construct in dict.fromkeys(one.construct for one in scenarios):
            parts = [score.of(construct) for score in scores.values()]
            cells = "".join(f"{part.sound:>24}" for part in parts)
            print(f"{construct:<24}{len(parts[0].answers):>8}{cells}")


if __name__ == "__main__":
    main()
