"""The tables, as the newest migration leaves them.

Nothing creates tables from here: `migrations/` does, and a test compares the two. `id` columns are
internal and never leave the store; NaN is stored as NULL, which both databases sort and index,
and which SQLite would make of it anyway.
"""

from celltrail_server.store.tables.access import audit_entries, experiment_grants
from celltrail_server.store.tables.artifacts import artifacts, blob_claims, blobs, uploads
from celltrail_server.store.tables.base import metadata
from celltrail_server.store.tables.cells import cell_captures, cell_executions, cell_sources
from celltrail_server.store.tables.datasets import (
    dataset_input_tags,
    dataset_inputs,
    datasets,
    model_inputs,
    model_outputs,
)
from celltrail_server.store.tables.experiments import experiment_tags, experiments
from celltrail_server.store.tables.keys import keys
from celltrail_server.store.tables.logged_models import (
    logged_model_artifacts,
    logged_model_metrics,
    logged_model_params,
    logged_model_tags,
    logged_models,
)
from celltrail_server.store.tables.metrics import metric_segments, metric_summaries
from celltrail_server.store.tables.registry import (
    model_version_tags,
    model_versions,
    registered_model_aliases,
    registered_model_tags,
    registered_models,
)
from celltrail_server.store.tables.runs import params, runs, tags
from celltrail_server.store.tables.streams import streams
from celltrail_server.store.tables.tracing import (
    spans,
    trace_artifacts,
    trace_assessments,
    trace_metadata,
    trace_runs,
    trace_tags,
    traces,
)
from celltrail_server.store.tables.trail import (
    environments,
    git_states,
    notebook_versions,
    run_environments,
    variable_reads,
    variable_versions,
)
from celltrail_server.store.tables.webhooks import webhook_deliveries, webhook_events, webhooks

__all__ = [
    "artifacts",
    "audit_entries",
    "blob_claims",
    "blobs",
    "cell_captures",
    "cell_executions",
    "cell_sources",
    "dataset_input_tags",
    "dataset_inputs",
    "datasets",
    "environments",
    "experiment_grants",
    "experiment_tags",
    "experiments",
    "git_states",
    "keys",
    "logged_model_artifacts",
    "logged_model_metrics",
    "logged_model_params",
    "logged_model_tags",
    "logged_models",
    "metadata",
    "metric_segments",
    "metric_summaries",
    "model_inputs",
    "model_outputs",
    "model_version_tags",
    "model_versions",
    "notebook_versions",
    "params",
    "registered_model_aliases",
    "registered_model_tags",
    "registered_models",
    "run_environments",
    "runs",
    "spans",
    "streams",
    "tags",
    "trace_artifacts",
    "trace_assessments",
    "trace_metadata",
    "trace_runs",
    "trace_tags",
    "traces",
    "uploads",
    "variable_reads",
    "variable_versions",
    "webhook_deliveries",
    "webhook_events",
    "webhooks",
]
