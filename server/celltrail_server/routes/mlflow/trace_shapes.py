"""Traces and assessments as MLflow's API has them: requests → records → answers."""

import uuid
from typing import Any, Literal

import msgspec

from celltrail.errors import InvalidError
from celltrail.events import now_ms
from celltrail_server.routes.mlflow.answers import Json, listed
from celltrail_server.routes.mlflow.requests import missing
from celltrail_server.routes.mlflow.times import (
    format_duration,
    format_time,
    parse_duration,
    parse_time,
)
from celltrail_server.store.tracing.records import (
    Assessment,
    AssessmentChange,
    Span,
    TraceInfo,
    TraceState,
)

Kind = Literal["feedback", "expectation", "issue"]

ARTIFACT_TAG = "mlflow.artifactLocation"


class ExperimentPlace(msgspec.Struct):
    """MLflow's `MlflowExperimentLocation`."""

    experiment_id: str = ""


class Location(msgspec.Struct):
    """MLflow's `TraceLocation`; of its kinds only experiments are here."""

    mlflow_experiment: ExperimentPlace = msgspec.field(default_factory=ExperimentPlace)


class AssessmentFields(msgspec.Struct, kw_only=True):
    """MLflow's `Assessment`."""

    assessment_name: str = ""
    assessment_id: str = ""
    span_id: str | None = None
    source: dict[str, Any] = {}
    create_time: str = ""
    last_update_time: str = ""
    feedback: dict[str, Any] | None = None
    expectation: dict[str, Any] | None = None
    issue: dict[str, Any] | None = None
    rationale: str | None = None
    metadata: dict[str, str] | None = None
    overrides: str | None = None
    valid: bool | None = None

    @property
    def value(self) -> tuple[Kind, dict[str, Any]] | None:
        """What it says, and of which kind that is."""
        kinds: tuple[Kind, ...] = ("feedback", "expectation", "issue")
        said = [(kind, getattr(self, kind)) for kind in kinds if getattr(self, kind) is not None]
        return said[0] if said else None


class TraceFields(msgspec.Struct, kw_only=True):
    """MLflow's `TraceInfoV3`."""

    trace_id: str
    trace_location: Location = msgspec.field(default_factory=Location)
    request_time: str = ""
    execution_duration: str = ""
    state: TraceState = "STATE_UNSPECIFIED"
    client_request_id: str | None = None
    request_preview: str | None = None
    response_preview: str | None = None
    trace_metadata: dict[str, str] = {}
    tags: dict[str, str] = {}
    assessments: list[AssessmentFields] = []


def parse_trace(sent: TraceFields, execution_id: str | None) -> TraceInfo:
    """Return the trace of a request; raises `InvalidError`."""
    experiment_id = sent.trace_location.mlflow_experiment.experiment_id
    if not experiment_id:
        raise missing("trace.trace_info.trace_location.mlflow_experiment.experiment_id")
    return TraceInfo(
        trace_id=sent.trace_id,
        experiment_id=experiment_id,
        request_time_ms=parse_time(sent.request_time) if sent.request_time else now_ms(),
        state=sent.state,
        duration_ms=parse_duration(sent.execution_duration) if sent.execution_duration else None,
        client_request_id=sent.client_request_id,
        request_preview=sent.request_preview,
        response_preview=sent.response_preview,
        metadata=sent.trace_metadata,
        tags={key: value for key, value in sent.tags.items() if key != ARTIFACT_TAG},
        assessments=[parse_assessment(one) for one in sent.assessments],
        execution_id=execution_id,
    )


def parse_assessment(sent: AssessmentFields) -> Assessment:
    """Return the assessment of a request; raises `InvalidError` if it says nothing."""
    if not sent.assessment_name:
        raise missing("assessment.assessment_name")
    if sent.value is None:
        raise InvalidError(
            f"Unknown assessment type: '{sent.assessment_name[:100]}' has neither feedback nor "
            "expectation"
        )
    kind, value = sent.value
    created_ms = parse_time(sent.create_time) if sent.create_time else now_ms()
    return Assessment(
        assessment_id=sent.assessment_id or f"a-{uuid.uuid4().hex}",
        name=sent.assessment_name,
        kind=kind,
        value=value,
        source=sent.source,
        created_ms=created_ms,
        updated_ms=parse_time(sent.last_update_time) if sent.last_update_time else created_ms,
        rationale=sent.rationale,
        metadata=sent.metadata or {},
        span_id=sent.span_id,
        overrides=sent.overrides,
        is_valid=sent.valid is not False,
    )


def parse_change(sent: AssessmentFields, mask: str) -> AssessmentChange:
    """Return what of an assessment is to change; `mask` lists fields, as protobuf's JSON does."""
    wanted = {
        "".join(f"_{c.lower()}" if c.isupper() else c for c in one) for one in mask.split(",")
    }
    kind, value = None, None
    if sent.value is not None and sent.value[0] in wanted:
        kind, value = sent.value
    return AssessmentChange(
        name=sent.assessment_name or None if "assessment_name" in wanted else None,
        kind=kind,
        value=value,
        rationale=sent.rationale if "rationale" in wanted else None,
        metadata=sent.metadata if "metadata" in wanted else None,
        is_valid=sent.valid if "valid" in wanted else None,
    )


def trace_info(one: TraceInfo) -> Json:
    """Return MLflow's `TraceInfoV3`."""
    uri = f"mlflow-artifacts:/{one.experiment_id}/traces/{one.trace_id}/artifacts"
    duration_ms = one.duration_ms
    return {
        "trace_id": one.trace_id,
        **_given(client_request_id=one.client_request_id),
        "trace_location": {
            "type": "MLFLOW_EXPERIMENT",
            "mlflow_experiment": {"experiment_id": one.experiment_id},
        },
        **_given(request_preview=one.request_preview, response_preview=one.response_preview),
        "request_time": format_time(one.request_time_ms),
        **({} if duration_ms is None else {"execution_duration": format_duration(duration_ms)}),
        "state": one.state,
        **({"trace_metadata": one.metadata} if one.metadata else {}),
        **listed("assessments", [assessment(one.trace_id, each) for each in one.assessments]),
        "tags": one.tags | {ARTIFACT_TAG: uri},
    }


def trace(one: TraceInfo, spans: list[Span]) -> Json:
    """Return MLflow's `Trace`."""
    shown: list[Any] = [span.content for span in spans]
    return {"trace_info": trace_info(one)} | listed("spans", shown)


def assessment(trace_id: str, one: Assessment) -> Json:
    """Return MLflow's `Assessment`."""
    return {
        "assessment_id": one.assessment_id,
        "assessment_name": one.name,
        "trace_id": trace_id,
        **_given(span_id=one.span_id),
        "source": one.source,
        "create_time": format_time(one.created_ms),
        "last_update_time": format_time(one.updated_ms),
        one.kind: one.value,
        **_given(rationale=one.rationale, overrides=one.overrides),
        **({"metadata": one.metadata} if one.metadata else {}),
        "valid": one.is_valid,
    }


def _given(**fields: str | None) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
