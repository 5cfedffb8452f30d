"""Exporters: each module turns a `Pipeline` into the text of one engine, and adds nothing.

They are found by the entry point group `celltrail.exporters`.
"""

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Protocol

from celltrail.errors import InvalidError
from celltrail_pipelines.pipeline import Pipeline


class Exporter(Protocol):
    """Returns the text of `pipeline` for one engine; raises InvalidError if that has limits."""

    def __call__(self, pipeline: Pipeline, *, image: str | None = None) -> str:
        """image: the container image of the steps; None: a default."""
        ...


def exporter_names() -> list[str]:
    """Return the names of the installed exporters."""
    return sorted(entry_points(group="celltrail.exporters").names)


def load_exporter(name: str) -> Exporter:
    """Return the exporter `name`; raises InvalidError if there is none."""
    points = entry_points(group="celltrail.exporters", name=name)
    if not points:
        known = ", ".join(exporter_names())
        raise InvalidError(f"there is no exporter {name!r}; choose one of: {known}")
    exporter: Callable[..., str] = next(iter(points)).load()
    return exporter
