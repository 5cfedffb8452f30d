"""Slices of natural notebooks show in a fresh process what the notebook showed.

All of them: `python -m benchmarks.trail.natural`. Here some that need no slow imports, each with
cells that run again, out of order, or change things in place.
"""

import pytest
from benchmarks.trail.natural import NOTEBOOKS, measure

pytestmark = pytest.mark.integration
FAST = ("log_parsing", "markov_text", "shop_simulation", "shortest_paths")


@pytest.mark.parametrize("name", FAST)
def test_every_slice_shows_the_same(name: str) -> None:
    result = measure(NOTEBOOKS / f"{name}.py")
    assert result.targets
    assert [target for target in result.targets if not target.is_same] == []
