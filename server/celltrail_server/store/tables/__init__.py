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

__all__ = [
    "artifacts",
    "blobs",
    "cell_executions",
    "cell_sources",
    "experiment_tags",
    "experiments",
    "metadata",
    "metric_points",
    "metric_summaries",
    "params",
    "runs",
    "streams",
    "tags",
]
