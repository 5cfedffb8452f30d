"""`celltrail.explain`: the cell runs behind a variable or a logged metric."""

from celltrail.errors import NotFoundError
from celltrail.session import current_session
from celltrail_dataflow.tracing.traces import Read
from celltrail_dataflow.tracing.trail import Explanation, Trail

_trails: list[Trail] = []
"""The trails of the shells that are recorded, the latest last."""


def show(trail: Trail) -> None:
    """Let `explain` look at this trail first."""
    _trails[:] = [*(one for one in _trails if one is not trail), trail]


def explain(target: str) -> Explanation:
    """Return which cell runs `target` depends on: a variable's name, or a logged metric's.

    Raises `NotFoundError` if no recorded cell run has made it.
    """
    for trail in reversed(_trails):
        if reads := trail.writers(target):
            return trail.explain(target, reads)
        logger = current_session().metric_executions.get(target)
        if logger is not None:
            return trail.explain(target, [Read(target, logger)])
    raise NotFoundError(
        f"no recorded cell run has made {target!r}: name a variable or a metric of this session, "
        "after `%load_ext celltrail`"
    )
