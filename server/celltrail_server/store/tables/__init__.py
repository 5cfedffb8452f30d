"""The tables, as the newest migration leaves them.

Nothing creates tables from here: `migrations/` does, and a test compares the two. `id` columns are
internal and never leave the store; NaN is stored as NULL, which both databases sort and index,
and which SQLite would make of it anyway.
"""

from celltrail_server.store.tables.artifacts import artifacts, blobs
from celltrail_server.store.tables.base import metadata
from celltrail_server.store.tables.cells import cell_executions, cell_sources
from celltrail_server.store.tables.experiments import experiment_tags, experiments
from celltrail_server.store.tables.metrics import metric_points, metric_summaries
from celltrail_server.store.tables.runs import params, runs, tags
from celltrail_server.store.tables.streams import streams
from celltrail_server.store.tables.trail import (
    environments,
    git_states,
    notebook_versions,
    run_environments,
    variable_reads,
    variable_versions,
)

__all__ = [
    "artifacts",
    "blobs",
    "cell_executions",
    "cell_sources",
    "environments",
    "experiment_tags",
    "experiments",
    "git_states",
    "metadata",
    "metric_points",
    "metric_summaries",
    "notebook_versions",
    "params",
    "run_environments",
    "runs",
    "streams",
    "tags",
    "variable_reads",
    "variable_versions",
]
