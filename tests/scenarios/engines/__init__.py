"""Notebooks over libraries that the tests' environment lacks: `python -m benchmarks.trail.engines`."""

from tests.scenarios.engines import arrays, images, models, tables, tensors
from tests.scenarios.scenario import Scenario

SCENARIOS: tuple[Scenario, ...] = (
    *tensors.SCENARIOS,
    *arrays.SCENARIOS,
    *tables.SCENARIOS,
    *models.SCENARIOS,
    *images.SCENARIOS,
)
"""`construct` names the library."""
