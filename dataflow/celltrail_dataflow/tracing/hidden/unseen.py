"""Random generators of libraries that do not show their state: `@rng:polars`.

Once such a generator has been seeded, each draw depends on those before it.
"""

from typing import NamedTuple

from celltrail_dataflow.tracing.hidden.cell import Cell, Effects


class _Kind(NamedTuple):
    library: str
    seeding: tuple[str, ...]
    drawing: tuple[str, ...]


_KINDS = (
    _Kind("polars", ("set_random_seed",), ("sample", "shuffle")),
    _Kind(
        "cv2",
        ("setRNGSeed",),
        ("randu", "randn", "randShuffle", "kmeans", "findHomography", "solvePnPRansac"),
    ),
)


class Unseen:
    """Follows those generators by the functions that seed them, and that draw."""

    def __init__(self) -> None:
        self._seeded: set[str] = set()

    def end(self, cell: Cell, effects: Effects) -> None:
        """Add what the cell drew, and what it seeded."""
        for kind in _KINDS:
            seeds = cell.mentions(*kind.seeding)
            if not (seeds or (kind.library in self._seeded and cell.mentions(*kind.drawing))):
                continue
            if kind.library not in cell.libraries:
                continue
            name = f"@rng:{kind.library}"
            if not seeds or cell.mentions(*kind.drawing):
                effects.read(name, is_certain=not seeds)
            effects.write(name)
            self._seeded.add(kind.library)
