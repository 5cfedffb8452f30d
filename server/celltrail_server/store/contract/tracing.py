"""Traces of applications: their spans, tags and assessments."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence

from celltrail_server.callers import Caller
from celltrail_server.store.records import Page
from celltrail_server.store.tracing.records import (
    Assessment,
    AssessmentChange,
    Span,
    TraceDeletion,
    TraceInfo,
    TraceSearch,
    TraceSpans,
)


class TracingStore(ABC):
    """Traces that belong to an experiment, as its runs do; who may write it changes them.

    Ids of traces are unique on the server: `ConflictError` for one that somebody else has taken.
    """

    @abstractmethod
    async def start_trace(self, caller: Caller, info: TraceInfo) -> TraceInfo:
        """Record a trace, or complete one whose spans came first, in its active experiment."""

    @abstractmethod
    async def log_spans(
        self,
        caller: Caller,
        experiment_id: str,
        arrived: Sequence[TraceSpans],
        execution_id: str | None,
        run_id: str | None,
    ) -> None:
        """Record spans, all or none; traces that nobody has started are of the experiment.

        `run_id`: a run that the traces are linked to.
        """

    @abstractmethod
    async def get_trace(self, caller: Caller, trace_id: str) -> TraceInfo:
        """Return a trace."""

    @abstractmethod
    async def get_traces(self, caller: Caller, trace_ids: Sequence[str]) -> list[TraceInfo]:
        """Return those of the traces that the caller may read, in this order."""

    @abstractmethod
    async def get_spans(self, caller: Caller, trace_ids: Collection[str]) -> dict[str, list[Span]]:
        """Return the spans of those of the traces that the caller may read, by their start."""

    @abstractmethod
    async def search_traces(self, caller: Caller, wanted: TraceSearch) -> Page[TraceInfo]:
        """Return the traces that match, latest first unless ordered otherwise."""

    @abstractmethod
    async def set_trace_tag(self, caller: Caller, trace_id: str, key: str, value: str) -> None:
        """Set one tag of a trace; a value that is too long is cut."""

    @abstractmethod
    async def delete_trace_tag(self, caller: Caller, trace_id: str, key: str) -> None:
        """Remove one tag of a trace; one that is not set raises `NotFoundError`."""

    @abstractmethod
    async def link_traces(self, caller: Caller, trace_ids: Collection[str], run_id: str) -> None:
        """Note that traces, at most 100, belong to a run, too."""

    @abstractmethod
    async def delete_traces(self, caller: Caller, wanted: TraceDeletion) -> int:
        """Delete traces for good, own ones or all of an experiment that the caller manages."""

    @abstractmethod
    async def create_assessment(self, caller: Caller, trace_id: str, new: Assessment) -> Assessment:
        """Add an assessment; the one that it overrides is valid no more."""

    @abstractmethod
    async def get_assessment(self, caller: Caller, trace_id: str, assessment_id: str) -> Assessment:
        """Return one assessment of a trace."""

    @abstractmethod
    async def change_assessment(
        self, caller: Caller, trace_id: str, assessment_id: str, wanted: AssessmentChange
    ) -> Assessment:
        """Change what is given of an assessment, but not its kind."""

    @abstractmethod
    async def delete_assessment(self, caller: Caller, trace_id: str, assessment_id: str) -> None:
        """Delete an assessment, and make the one that it overrode valid; none is no error."""
