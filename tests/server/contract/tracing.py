"""Traces of applications."""

import uuid
from typing import Any

import msgspec
import pytest

from celltrail.errors import ConflictError, InvalidError, NotFoundError
from celltrail.events import new_id
from celltrail_server.callers import Caller
from celltrail_server.errors import ForbiddenError
from celltrail_server.store.contract import Store
from celltrail_server.store.records import Artifact, OfTrace
from celltrail_server.store.sharing import NewSharing
from celltrail_server.store.tracing.records import (
    Assessment,
    AssessmentChange,
    RootSpan,
    Span,
    TraceDeletion,
    TraceInfo,
    TraceSearch,
    TraceSpans,
)
from tests.server.contract.base import ADA, BOB, start
from tests.server.recording import T0, sha256_of

CELL = new_id()
RUN_KEY, NAME_TAG = "mlflow.sourceRun", "mlflow.traceName"


def info(**fields: Any) -> TraceInfo:
    values = {
        "trace_id": f"tr-{uuid.uuid4().hex}", "experiment_id": "0", "request_time_ms": T0,
        "state": "OK",
    } | fields  # fmt: skip
    return TraceInfo(**values)


def feedback(assessment_id: str, value: Any = True, **fields: Any) -> Assessment:
    source = {"source_type": "HUMAN", "source_id": "ada"}
    return Assessment(assessment_id, "good", "feedback", {"value": value}, source, T0, T0, **fields)


def sent(trace_id: str, *starts: int, root: RootSpan | None = None) -> TraceSpans:
    spans = [
        Span(f"{start:016x}", start * 10**6, msgspec.Raw(b'{"name":"s%d \xc3\xa9"}' % start))
        for start in starts
    ]
    return TraceSpans(trace_id, spans, min(starts), max(starts) + 5, root, {"service": "web"})


async def found(store: Store, text: str, *order: str, caller: Caller = ADA) -> list[str]:
    wanted = TraceSearch(("0",), text, order)
    page = await store.search_traces(caller, wanted)
    return [trace.client_request_id or "" for trace in page.items]


class TracingContract:
    async def test_a_trace_keeps_what_was_said_of_it(self, store: Store) -> None:
        new = info(
            duration_ms=0,
            client_request_id="42",
            request_preview="what? 🦕",
            response_preview="that",
            metadata={RUN_KEY: "x", "long": "v" * 9000},
            tags={NAME_TAG: "double"},
            assessments=[feedback("a-1", span_id="0" * 16)],
            execution_id=CELL,
        )
        made = await store.start_trace(ADA, new)
        assert made == await store.get_trace(ADA, new.trace_id)
        cut = {RUN_KEY: "x", "long": "v" * 8000}
        assert made == msgspec.structs.replace(new, owner="ada", metadata=cut)
        await store.set_trace_tag(ADA, new.trace_id, "team", "t" * 9000)
        await store.delete_trace_tag(ADA, new.trace_id, NAME_TAG)
        assert (await store.get_trace(ADA, new.trace_id)).tags == {"team": "t" * 8000}
        with pytest.raises(NotFoundError, match=f"No trace tag with key '{NAME_TAG}'"):
            await store.delete_trace_tag(ADA, new.trace_id, NAME_TAG)

    async def test_a_trace_that_is_started_again_keeps_previews_and_tags(
        self, store: Store
    ) -> None:
        first = info(duration_ms=5, client_request_id="1", request_preview="q", tags={"a": "b"})
        await store.start_trace(ADA, first)
        again = info(trace_id=first.trace_id, state="ERROR", tags={"c": "d"})
        made = await store.start_trace(ADA, again)
        assert (made.state, made.duration_ms, made.client_request_id) == ("ERROR", None, None)
        assert (made.request_preview, made.tags) == ("q", {"a": "b", "c": "d"})

    async def test_spans_may_come_before_their_trace(self, store: Store) -> None:
        new = info(request_time_ms=T0 + 7, duration_ms=1, tags={NAME_TAG: "said"})
        await store.log_spans(ADA, "0", [sent(new.trace_id, T0 + 3)], CELL, None)
        early = await store.get_trace(ADA, new.trace_id)
        assert (early.state, early.request_time_ms, early.duration_ms) == ("IN_PROGRESS", T0 + 3, 5)
        assert early.execution_id == CELL
        made = await store.start_trace(ADA, new)
        assert (made.state, made.request_time_ms, made.duration_ms) == ("OK", T0 + 7, 1)
        assert made.execution_id == CELL
        root = RootSpan("root", "ERROR", "in", "out", {"kind": "test"})
        late = sent(new.trace_id, T0 + 1, T0 + 3, root=root)
        await store.log_spans(ADA, "0", [late], None, None)
        last = await store.get_trace(ADA, new.trace_id)
        assert (last.state, last.request_time_ms, last.request_preview) == ("OK", T0 + 7, None)
        assert last.tags == {
            NAME_TAG: "said", "mlflow.trace.spansLocation": "TRACKING_STORE", "service": "web",
            "kind": "test",
        }  # fmt: skip
        spans = await store.get_spans(ADA, [new.trace_id])
        assert [span.start_ns for span in spans[new.trace_id]] == [
            (T0 + 1) * 10**6, (T0 + 3) * 10**6,
        ]  # fmt: skip
        assert msgspec.json.decode(spans[new.trace_id][0].content)["name"] == f"s{T0 + 1} é"

    async def test_spans_alone_make_a_trace(self, store: Store) -> None:
        run_id, trace_id = await start(store), "tr-1"
        await store.log_spans(ADA, "0", [sent(trace_id, T0 + 20)], None, run_id)
        root = RootSpan("root", "ERROR", "in", "out", {})
        await store.log_spans(ADA, "0", [sent(trace_id, T0 + 10, root=root)], None, run_id)
        made = await store.get_trace(ADA, trace_id)
        assert (made.request_time_ms, made.duration_ms, made.state) == (T0 + 10, 15, "ERROR")
        assert (made.request_preview, made.response_preview) == ("in", "out")
        assert made.tags[NAME_TAG] == "root"
        wanted = TraceSearch(("0",), f"run_id = '{run_id}'")
        assert [one.trace_id for one in (await store.search_traces(ADA, wanted)).items] == ["tr-1"]

    async def test_an_assessment_overrides_another_until_it_is_deleted(self, store: Store) -> None:
        trace_id = (await store.start_trace(ADA, info())).trace_id
        first = feedback("a-1", metadata={"a": "1"})
        assert await store.create_assessment(ADA, trace_id, first) == first
        change = AssessmentChange(
            kind="feedback", value={"value": [0.5]}, rationale="why", metadata={"b": "2"}
        )
        changed = await store.change_assessment(ADA, trace_id, "a-1", change)
        assert changed == await store.get_assessment(ADA, trace_id, "a-1")
        assert (changed.value, changed.metadata) == ({"value": [0.5]}, {"a": "1", "b": "2"})
        assert (changed.rationale, changed.updated_ms > T0) == ("why", True)
        second = feedback("a-2", value=False, overrides="a-1")
        await store.create_assessment(ADA, trace_id, second)
        assert not (await store.get_assessment(ADA, trace_id, "a-1")).is_valid
        for _ in range(2):
            await store.delete_assessment(ADA, trace_id, "a-2")
        assert (await store.get_assessment(ADA, trace_id, "a-1")).is_valid
        wrong = AssessmentChange(kind="expectation", value={"value": 1})
        with pytest.raises(InvalidError, match="Cannot update expectation value on a Feedback"):
            await store.change_assessment(ADA, trace_id, "a-1", wrong)
        with pytest.raises(NotFoundError, match="Assessment with ID 'a-9' not found for trace"):
            await store.create_assessment(ADA, trace_id, feedback("a-3", overrides="a-9"))
        assert len((await store.get_trace(ADA, trace_id)).assessments) == 1

    async def test_traces_of_others_do_not_exist(self, store: Store) -> None:
        experiment_id = await store.create_experiment(BOB, "his", {})
        his = info(experiment_id=experiment_id, assessments=[feedback("a-1")])
        trace_id = (await store.start_trace(BOB, his)).trace_id
        await store.log_spans(BOB, experiment_id, [sent(trace_id, T0)], None, None)
        await store.add_blob(ADA, sha256_of(b""), 0)
        file = Artifact("a", sha256_of(b""), 0, "text/plain", T0)
        reading: list[Any] = [
            lambda: store.get_trace(ADA, trace_id),
            lambda: store.get_assessment(ADA, trace_id, "a-1"),
            lambda: store.list_artifacts(ADA, OfTrace(trace_id)),
        ]
        writing: list[Any] = [
            lambda: store.start_trace(ADA, info(experiment_id=experiment_id)),
            lambda: store.log_spans(ADA, experiment_id, [sent("tr-2", T0)], None, None),
            lambda: store.set_trace_tag(ADA, trace_id, "a", "b"),
            lambda: store.delete_trace_tag(ADA, trace_id, "a"),
            lambda: store.delete_traces(ADA, TraceDeletion(experiment_id, (trace_id,))),
            lambda: store.create_assessment(ADA, trace_id, feedback("a-2")),
            lambda: store.change_assessment(ADA, trace_id, "a-1", AssessmentChange(name="x")),
            lambda: store.delete_assessment(ADA, trace_id, "a-1"),
            lambda: store.log_artifact(ADA, OfTrace(trace_id), file),
        ]
        for call in (*reading, *writing):
            with pytest.raises(NotFoundError):
                await call()
        for taking in (
            lambda: store.start_trace(ADA, info(trace_id=trace_id)),
            lambda: store.log_spans(ADA, "0", [sent(trace_id, T0)], None, None),
        ):
            with pytest.raises(ConflictError, match=f"the trace id {trace_id} is taken"):
                await taking()
        assert await store.get_traces(ADA, [trace_id]) == []
        assert await store.get_spans(ADA, [trace_id]) == {}
        everything = TraceSearch((experiment_id,))
        assert (await store.search_traces(ADA, everything)).items == []
        await store.share(BOB, experiment_id, NewSharing("public", []))
        for call in reading:
            await call()
        for call in writing:
            with pytest.raises(ForbiddenError):
                await call()
        assert [one.trace_id for one in await store.get_traces(ADA, [trace_id])] == [trace_id]
        assert len((await store.get_spans(ADA, [trace_id]))[trace_id]) == 1

    async def test_who_writes_an_experiment_deletes_only_own_traces(self, store: Store) -> None:
        carl = Caller("carl", frozenset({"vision"}))
        dora = Caller("dora", frozenset({"vision"}), workspace="group:vision")
        team = await store.create_experiment(dora, "team", {})
        for caller in (dora, carl, carl):
            trace = await store.start_trace(caller, info(experiment_id=team))
            await store.log_spans(caller, team, [sent(trace.trace_id, T0)], None, None)
        everything = TraceDeletion(team, until_ms=T0)
        assert await store.delete_traces(carl, everything) == 2
        assert await store.delete_traces(dora, everything) == 1

    async def test_the_oldest_traces_are_deleted_first(self, store: Store) -> None:
        run_id = await start(store)
        for number in range(4):
            new = info(request_time_ms=T0 + number, client_request_id=str(number))
            made = await store.start_trace(ADA, new)
            await store.link_traces(ADA, [made.trace_id], run_id)
        assert (
            await store.delete_traces(ADA, TraceDeletion("0", until_ms=T0 + 2, max_traces=2)) == 2
        )
        assert await found(store, "") == ["3", "2"]

    async def test_links_to_runs_are_few_at_once_and_come_once(self, store: Store) -> None:
        run_id, made = await start(store), await store.start_trace(ADA, info())
        for _ in range(2):
            await store.link_traces(ADA, [made.trace_id, "tr-nothing"], run_id)
        assert len(await found(store, f"attribute.run_id = '{run_id}'")) == 1
        with pytest.raises(InvalidError, match="Cannot link more than 100 traces"):
            await store.link_traces(ADA, ["tr-1"] * 101, run_id)
        with pytest.raises(NotFoundError):
            await store.link_traces(ADA, [made.trace_id], "0" * 32)

    async def test_filters_find_the_traces_that_match(self, store: Store) -> None:
        await store.start_trace(
            ADA,
            info(
                client_request_id="1",
                duration_ms=5,
                metadata={RUN_KEY: "r1", "model": "m"},
                tags={NAME_TAG: "one", "team": "red"},
            ),
        )
        await store.start_trace(
            ADA,
            info(
                client_request_id="2",
                duration_ms=7,
                request_time_ms=T0 + 1,
                state="ERROR",
                tags={NAME_TAG: "two", "team": "blue"},
            ),
        )
        expected = {
            "": ["2", "1"],
            "status = 'OK'": ["1"],
            "trace.status IN ('ERROR', 'IN_PROGRESS')": ["2"],
            "attributes.name = 'one' AND timestamp_ms > 0": ["1"],
            "name LIKE 't%'": ["2"],
            "request_metadata.`mlflow.sourceRun` = 'r1'": ["1"],
            "run_id = 'r1'": ["1"],
            "metadata.model IS NULL": ["2"],
            "tags.team != 'red' AND execution_time >= 5": ["2"],
            "end_time < 1760000000008": ["1"],
            "client_request_id ILIKE '%1'": ["1"],
            "tag.nothing = 'x'": [],
        }
        for text, numbers in expected.items():
            assert await found(store, text) == numbers, text

    async def test_traces_are_ordered_and_come_in_pages(self, store: Store) -> None:
        for number, duration in enumerate((3, None, 1, 2)):
            new = info(
                client_request_id=str(number),
                duration_ms=duration,
                tags={NAME_TAG: f"n{number or 9}"},
            )
            await store.start_trace(ADA, new)
        assert await found(store, "", "execution_time ASC") == ["2", "3", "0", "1"]
        assert await found(store, "", "name DESC") == ["0", "3", "2", "1"]
        with pytest.raises(InvalidError, match="Invalid attribute key 'x'"):
            await found(store, "", "x")
        first = await store.search_traces(ADA, TraceSearch(("0",), max_results=3))
        rest = TraceSearch(("0",), max_results=3, page_token=first.next)
        second = await store.search_traces(ADA, rest)
        seen = [one.client_request_id for one in (*first.items, *second.items)]
        assert (seen, second.next) == (["3", "2", "1", "0"], None)

    async def test_what_no_trace_can_be_is_refused(self, store: Store) -> None:
        for wrong in (
            info(trace_id=""),
            info(trace_id="t" * 256),
            info(tags={"": "x"}),
            info(tags={"k": "\x00"}),
            info(request_preview="\x00"),
            info(request_time_ms=-1),
            info(duration_ms=2**63),
            info(assessments=[feedback("a" * 65)]),
        ):
            with pytest.raises(InvalidError):
                await store.start_trace(ADA, wrong)
        assert await found(store, "") == []
