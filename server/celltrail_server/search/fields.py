"""What can be searched and sorted by: the attributes and groups of runs, experiments and models."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from celltrail_server.search.syntax import Function, Group

type Kind = Literal["text", "number", "time", "duration", "param"]
"""What values are. Times are milliseconds since the Unix epoch or an ISO date, durations are
milliseconds or have a unit; a `param` is a text that can be compared as a number, too."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A group of values with a key each, under any of several names.

    kinds: of the keys that there are; or of all, whatever their key.
    is_many: a row may have several values of one key, and so cannot be sorted by it.
    """

    group: Group
    names: tuple[str, ...]
    kinds: Mapping[str, Kind] | Kind
    functions: tuple[Function, ...] = ()
    is_many: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """What one kind of thing can be searched by.

    aliases: other names of attributes.
    """

    attributes: Mapping[str, Kind]
    groups: tuple[Rows, ...]
    aliases: Mapping[str, str] = field(default_factory=dict)

    def group(self, name: str) -> Rows | None:
        """Return the group of that name, if there is one."""
        return next((group for group in self.groups if name in group.names), None)


ATTRIBUTE_NAMES = ("attribute", "attributes", "attr", "run", "trace")
METRICS = Rows(
    "metric",
    ("metric", "metrics"),
    "number",
    functions=("first", "last", "min", "max", "count"),
)
PARAMS = Rows("param", ("param", "params", "parameter", "parameters"), "param", ("number",))
TAGS = Rows("tag", ("tag", "tags"), "text")
_DATASETS = Rows(
    "dataset",
    ("dataset", "datasets"),
    {"name": "text", "digest": "text", "context": "text"},
    is_many=True,
)
_CELLS = Rows(
    "cell",
    ("cell", "cells"),
    {"source": "text", "status": "text", "error": "text", "duration": "duration"},
    is_many=True,
)
_EXPERIMENT = Rows("experiment", ("experiment",), {"name": "text", "owner": "text"})

RUN_FIELDS = Fields(
    attributes={
        "run_id": "text",
        "run_name": "text",
        "user_id": "text",
        "owner": "text",
        "status": "text",
        "kind": "text",
        "parent_id": "text",
        "notebook": "text",
        "experiment_id": "text",
        "artifact_uri": "text",
        "start_time": "time",
        "end_time": "time",
        "duration": "duration",
        "cell_count": "number",
    },
    groups=(METRICS, PARAMS, TAGS, _DATASETS, _CELLS, _EXPERIMENT),
    aliases={
        **dict.fromkeys(("run name", "Run name", "Run Name", "name"), "run_name"),
        **dict.fromkeys(("created", "Created"), "start_time"),
    },
)
EXPERIMENT_FIELDS = Fields(
    attributes={
        "name": "text",
        "experiment_id": "text",
        "owner": "text",
        "creation_time": "time",
        "last_update_time": "time",
    },
    groups=(TAGS,),
)
MODEL_FIELDS = Fields(
    attributes={
        "name": "text",
        "creation_timestamp": "time",
        "last_updated_timestamp": "time",
    },
    groups=(TAGS,),
    aliases={"timestamp": "last_updated_timestamp"},
)
VERSION_FIELDS = Fields(
    attributes={
        "name": "text",
        "version_number": "number",
        "run_id": "text",
        "source_path": "text",
        "user_id": "text",
        "stage": "text",
        "creation_timestamp": "time",
        "last_updated_timestamp": "time",
    },
    groups=(TAGS,),
)
LOGGED_MODEL_FIELDS = Fields(
    attributes={
        "model_id": "text",
        "name": "text",
        "model_type": "text",
        "status": "text",
        "owner": "text",
        "lifecycle_stage": "text",
        "source_run_id": "text",
        "creation_timestamp": "time",
        "last_updated_timestamp": "time",
    },
    groups=(Rows("metric", ("metric", "metrics"), "number", is_many=True), PARAMS, TAGS),
    aliases={
        **dict.fromkeys(("creation_time", "creation_timestamp_ms"), "creation_timestamp"),
        "last_updated_timestamp_ms": "last_updated_timestamp",
    },
)
TRACE_FIELDS = Fields(
    attributes={
        "trace_id": "text",
        "name": "text",
        "state": "text",
        "client_request_id": "text",
        "run_id": "text",
        "timestamp": "time",
        "execution_time": "duration",
        "end_time": "time",
    },
    groups=(
        TAGS,
        Rows("metadata", ("request_metadata", "trace_metadata", "metadata"), "text"),
    ),
    aliases={
        "request_id": "trace_id",
        "status": "state",
        **dict.fromkeys(("timestamp_ms", "request_time"), "timestamp"),
        **dict.fromkeys(("execution_time_ms", "execution_duration"), "execution_time"),
        "end_time_ms": "end_time",
    },
)
