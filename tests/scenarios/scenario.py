"""What a scenario is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    """A notebook, the order in which its cells run, and which runs its last value really needs.

    order: indices of `cells`, as they are run; () for each once. needed: ordinals of the runs,
    counted from 1. value: an expression that is true if and only if `target` came out right.
    """

    name: str
    construct: str
    cells: tuple[str, ...]
    target: str
    needed: tuple[int, ...]
    value: str
    order: tuple[int, ...] = ()

    @property
    def runs(self) -> tuple[str, ...]:
        """The sources in the order in which they run."""
        order = self.order or range(len(self.cells))
        return tuple(self.cells[index] for index in order)
