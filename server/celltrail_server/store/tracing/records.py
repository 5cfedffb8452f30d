"""What the store returns and takes of traces: plain, immutable records."""

from typing import Any, Literal

import msgspec

TraceState = Literal["STATE_UNSPECIFIED", "OK", "ERROR", "IN_PROGRESS"]

NAME_TAG = "mlflow.traceName"
SPANS_TAG = "mlflow.trace.spansLocation"
IN_STORE = "TRACKING_STORE"
RUN_KEY = "mlflow.sourceRun"
"""Key of the metadata that names the run in which a trace was made."""


class Assessment(msgspec.Struct, frozen=True):
    """What somebody, or a program, thinks of a trace or of one of its spans.

    `value` is MLflow's JSON of a feedback, expectation or issue; `source` says whose it is.
    """

    assessment_id: str
    name: str
    kind: Literal["feedback", "expectation", "issue"]
    value: dict[str, Any]
    source: dict[str, Any]
    created_ms: int
    updated_ms: int
    rationale: str | None = None
    metadata: dict[str, str] = {}
    span_id: str | None = None
    overrides: str | None = None
    """The assessment that this one replaces, which is valid no more."""
    is_valid: bool = True


class AssessmentChange(msgspec.Struct, frozen=True):
    """What is to change of an assessment; None: nothing. `metadata` is added to what is there."""

    name: str | None = None
    kind: Literal["feedback", "expectation", "issue"] | None = None
    value: dict[str, Any] | None = None
    rationale: str | None = None
    metadata: dict[str, str] | None = None
    is_valid: bool | None = None


class TraceInfo(msgspec.Struct, frozen=True):
    """A trace without its spans."""

    trace_id: str
    experiment_id: str
    request_time_ms: int
    state: TraceState
    duration_ms: int | None = None
    client_request_id: str | None = None
    request_preview: str | None = None
    response_preview: str | None = None
    metadata: dict[str, str] = {}
    tags: dict[str, str] = {}
    assessments: list[Assessment] = []
    owner: str = ""
    """Who recorded it."""
    execution_id: str | None = None
    """The cell execution that it was recorded from."""


class Span(msgspec.Struct, frozen=True):
    """One span; `content` is protobuf's JSON of OpenTelemetry's `Span`."""

    span_id: str
    start_ns: int
    content: msgspec.Raw


class RootSpan(msgspec.Struct, frozen=True):
    """What the root span tells of its trace."""

    name: str
    state: TraceState
    request_preview: str | None
    response_preview: str | None
    tags: dict[str, str]


class TraceSpans(msgspec.Struct, frozen=True):
    """Spans of one trace that arrive together, perhaps before the trace itself, or without it."""

    trace_id: str
    spans: list[Span]
    start_ms: int
    end_ms: int | None
    root: RootSpan | None
    tags: dict[str, str]
    """What is known of the application."""


class TraceSearch(msgspec.Struct, frozen=True):
    """A search for traces of some experiments."""

    experiment_ids: tuple[str, ...]
    filter: str = ""
    order_by: tuple[str, ...] = ()
    max_results: int = 100
    page_token: str | None = None


class TraceDeletion(msgspec.Struct, frozen=True):
    """Which traces of an experiment to delete: some, or the oldest ones up to a time."""

    experiment_id: str
    trace_ids: tuple[str, ...] = ()
    until_ms: int | None = None
    max_traces: int | None = None
