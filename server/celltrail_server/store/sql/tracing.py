"""Traces of applications."""
# ruff: noqa: D102  # the methods are documented in the contract

from collections.abc import Collection, Sequence

from celltrail_server.callers import Caller
from celltrail_server.store.contract.tracing import TracingStore
from celltrail_server.store.records import Page
from celltrail_server.store.sql.base import SqlBase
from celltrail_server.store.tracing import assessments, changes, loading, searching, spans
from celltrail_server.store.tracing.records import (
    Assessment,
    AssessmentChange,
    Span,
    TraceDeletion,
    TraceInfo,
    TraceSearch,
    TraceSpans,
)
from celltrail_server.store.transaction import Transaction


class SqlTracing(SqlBase, TracingStore):
    """Traces of applications."""

    async def start_trace(self, caller: Caller, info: TraceInfo) -> TraceInfo:
        return await self._write(caller, changes.start, info)

    async def log_spans(
        self,
        caller: Caller,
        experiment_id: str,
        arrived: Sequence[TraceSpans],
        execution_id: str | None,
        run_id: str | None,
    ) -> None:
        def log(transaction: Transaction) -> None:
            spans.log(transaction, experiment_id, arrived, execution_id)
            if run_id:
                changes.link(transaction, [one.trace_id for one in arrived], run_id)

        await self._write(caller, log)

    async def get_trace(self, caller: Caller, trace_id: str) -> TraceInfo:
        return await self._read(caller, loading.get, trace_id)

    async def get_traces(self, caller: Caller, trace_ids: Sequence[str]) -> list[TraceInfo]:
        return await self._read(caller, loading.get_many, trace_ids)

    async def get_spans(self, caller: Caller, trace_ids: Collection[str]) -> dict[str, list[Span]]:
        return await self._read(caller, loading.get_spans, trace_ids)

    async def search_traces(self, caller: Caller, wanted: TraceSearch) -> Page[TraceInfo]:
        return await self._read(caller, searching.search, wanted)

    async def set_trace_tag(self, caller: Caller, trace_id: str, key: str, value: str) -> None:
        await self._write(caller, changes.set_tag, trace_id, key, value)

    async def delete_trace_tag(self, caller: Caller, trace_id: str, key: str) -> None:
        await self._write(caller, changes.delete_tag, trace_id, key)

    async def link_traces(self, caller: Caller, trace_ids: Collection[str], run_id: str) -> None:
        await self._write(caller, changes.link, trace_ids, run_id)

    async def delete_traces(self, caller: Caller, wanted: TraceDeletion) -> int:
        return await self._write(caller, changes.remove, wanted)

    async def create_assessment(self, caller: Caller, trace_id: str, new: Assessment) -> Assessment:
        return await self._write(caller, assessments.create, trace_id, new)

    async def get_assessment(self, caller: Caller, trace_id: str, assessment_id: str) -> Assessment:
        return await self._read(caller, assessments.get, trace_id, assessment_id)

    async def change_assessment(
        self, caller: Caller, trace_id: str, assessment_id: str, wanted: AssessmentChange
    ) -> Assessment:
        return await self._write(caller, assessments.change, trace_id, assessment_id, wanted)

    async def delete_assessment(self, caller: Caller, trace_id: str, assessment_id: str) -> None:
        await self._write(caller, assessments.remove, trace_id, assessment_id)
