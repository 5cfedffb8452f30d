"""Event streams: each event once, each alone to blame."""

import math

import msgspec
import pytest

from celltrail import events
from celltrail.errors import NotFoundError
from celltrail.events import EventBatch, SeriesLogged, new_id
from celltrail_server.errors import StreamGapError
from celltrail_server.store.contract import Store
from celltrail_server.store.records import Change, Param
from tests.server.contract.base import ADA, BIG, BOB
from tests.server.recording import T0, batch, full_run, metrics, run_started, sha256_of


class StreamContract:
    async def test_a_batch_becomes_a_run_with_its_cell_values_and_files(self, store: Store) -> None:
        run_id, execution_id, stream = new_id(), new_id(), new_id()
        await store.add_blob(ADA, sha256_of(b"figure"), 6)
        answer = await store.append_events(ADA, stream, batch(1, full_run(run_id, execution_id)))
        assert (answer.next_seq, answer.rejected) == (10, [])

        run = await store.get_run(ADA, run_id)
        assert (run.experiment_name, run.kind, run.status) == ("digits", "notebook", "FINISHED")
        assert (run.notebook, run.ended_ms, run.cell_count) == ("digits.ipynb", T0 + 9, 1)
        assert run.params == [Param("lr", "0.1", execution_id)]
        [loss] = run.metrics
        assert (loss.first, loss.last, loss.min, loss.max, loss.count) == (0.5, 0.25, 0.25, 0.5, 2)
        assert (loss.last_step, loss.execution_id) == (2, execution_id)
        [cell] = await store.list_cells(ADA, run_id)
        assert (cell.source, cell.status, cell.duration_ms) == ("acc = 0.9", "ok", 12.5)
        assert (cell.cell_id, cell.execution_count, cell.ordinal) == ("cell-a", 7, 1)
        [artifact] = await store.list_artifacts(ADA, run_id)
        assert (artifact.path, artifact.execution_id) == ("plots/a.png", execution_id)

    async def test_an_event_sent_again_is_applied_once(self, store: Store) -> None:
        run_id, stream = new_id(), new_id()
        recorded = [run_started(run_id), metrics(run_id, 1, loss=0.5), metrics(run_id, 2, loss=0.4)]
        await store.append_events(ADA, stream, batch(1, recorded[:2]))
        answer = await store.append_events(ADA, stream, batch(1, recorded))
        assert answer.next_seq == 4
        again = await store.append_events(ADA, stream, batch(2, recorded[1:]))
        assert again.next_seq == 4
        points = await store.points_after(ADA, run_id, "loss", 0, 10)
        assert points.values.tolist() == [0.5, 0.4]

    async def test_a_gap_is_refused_with_the_number_to_go_on_with(self, store: Store) -> None:
        stream = new_id()
        await store.append_events(ADA, stream, batch(1, [run_started(new_id())]))
        with pytest.raises(StreamGapError) as caught:
            await store.append_events(ADA, stream, batch(5, [run_started(new_id())]))
        assert caught.value.next_seq == 2

    async def test_a_merged_batch_is_applied_once_and_as_a_whole(self, store: Store) -> None:
        run_id, stream = new_id(), new_id()
        await store.append_events(ADA, stream, batch(1, [run_started(run_id)]))
        steps = range(1, 9)
        series = SeriesLogged.of(run_id, "loss", steps, [T0] * 8, [0.5] * 8)
        merged = msgspec.structs.replace(batch(2, [series]), next_seq=10)
        for _ in range(2):
            assert (await store.append_events(ADA, stream, merged)).next_seq == 10
        longer = msgspec.structs.replace(merged, next_seq=12)
        with pytest.raises(StreamGapError) as caught:
            await store.append_events(ADA, stream, longer)
        assert caught.value.next_seq == 10
        points = await store.points_after(ADA, run_id, "loss", 0, 100)
        assert points.steps.tolist() == list(steps)

    async def test_a_stream_belongs_to_who_began_it(self, store: Store) -> None:
        stream = new_id()
        await store.append_events(ADA, stream, batch(1, [run_started(new_id())]))
        with pytest.raises(NotFoundError):
            await store.append_events(BOB, stream, batch(2, [run_started(new_id())]))

    async def test_a_bad_event_is_rejected_alone(self, store: Store) -> None:
        run_id, stream = new_id(), new_id()
        good = [run_started(run_id), metrics(run_id, 1, loss=0.5)]
        bad = [
            b"\xc1 not msgpack",
            msgspec.msgpack.encode({"type": "run_exploded"}),
            events.encode_event(metrics(new_id(), 1, loss=1)),
            events.encode_event(metrics(run_id, 2**63, loss=1)),
            events.encode_event(metrics(run_id, 1, **{"k" * 251: 1.0})),
            events.encode_event(events.ParamsLogged(run_id, {"p": "x" * 6001})),
            events.encode_event(events.ArtifactLogged(run_id, "../a", sha256_of(b""), 0, T0)),
            events.encode_event(events.ArtifactLogged(run_id, "a", sha256_of(b"unsent"), 0, T0)),
            events.encode_event(events.CellEnded(new_id(), "ok", 1.0)),
            events.encode_event(run_started("not-an-id")),
        ]
        raws = [msgspec.Raw(events.encode_event(good[0])), *map(msgspec.Raw, bad)]
        raws.append(msgspec.Raw(events.encode_event(good[1])))
        answer = await store.append_events(ADA, stream, EventBatch(1, raws))
        assert [one.seq for one in answer.rejected] == list(range(2, 2 + len(bad)))
        assert all(one.message for one in answer.rejected)
        assert answer.next_seq == len(raws) + 1
        [loss] = (await store.get_run(ADA, run_id)).metrics
        assert (loss.key, loss.count) == ("loss", 1)

    async def test_a_param_that_changes_is_rejected_and_keeps_its_value(self, store: Store) -> None:
        run_id, stream = new_id(), new_id()
        recorded = [
            run_started(run_id),
            events.ParamsLogged(run_id, {"lr": "0.1"}),
            events.ParamsLogged(run_id, {"lr": "0.1", "size": "3"}),
            events.ParamsLogged(run_id, {"lr": "0.2", "new": "1"}),
        ]
        answer = await store.append_events(ADA, stream, batch(1, recorded))
        assert [one.seq for one in answer.rejected] == [4]
        assert "lr" in answer.rejected[0].message
        run = await store.get_run(ADA, run_id)
        assert {p.key: p.value for p in run.params} == {"lr": "0.1", "size": "3"}

    async def test_one_stream_logs_to_a_run_that_another_started(self, store: Store) -> None:
        run_id = new_id()
        await store.append_events(ADA, new_id(), batch(1, [run_started(run_id)]))
        answer = await store.append_events(ADA, new_id(), batch(1, [metrics(run_id, 1, a=1)]))
        assert answer.rejected == []
        refused = await store.append_events(BOB, new_id(), batch(1, [metrics(run_id, 1, a=1)]))
        assert len(refused.rejected) == 1

    async def test_a_run_that_starts_twice_is_one_run(self, store: Store) -> None:
        run_id = new_id()
        for name in ("first", "second"):
            one = batch(1, [run_started(run_id, name=name)])
            answer = await store.append_events(ADA, new_id(), one)
            assert answer.rejected == []
        assert (await store.get_run(ADA, run_id)).name == "first"

    async def test_a_run_gets_another_name_experiment_and_tags(self, store: Store) -> None:
        run_id = new_id()
        recorded = [
            run_started(run_id),
            events.RunUpdated(run_id, "renamed", "other", {"a": "b"}),
        ]
        await store.append_events(ADA, new_id(), batch(1, recorded))
        run = await store.get_run(ADA, run_id)
        assert (run.name, run.experiment_name) == ("renamed", "other")
        assert run.tags["a"] == "b"
        assert run.tags["mlflow.runName"] == "renamed"

    async def test_extreme_numbers_are_kept_exactly(self, store: Store) -> None:
        run_id = new_id()
        values = [math.nan, math.inf, -math.inf, 5e-324, 1.7976931348623157e308, 0.1 + 0.2]
        recorded = [run_started(run_id)] + [
            events.MetricsLogged(run_id, {"m": value}, BIG - index, BIG)
            for index, value in enumerate(values)
        ]
        answer = await store.append_events(ADA, new_id(), batch(1, recorded))
        assert answer.rejected == []
        points = await store.points_after(ADA, run_id, "m", 0, 100)
        assert [repr(value) for value in points.values.tolist()] == [repr(v) for v in values]
        assert points.steps.tolist() == [BIG - index for index in range(6)]
        [summary] = (await store.get_run(ADA, run_id)).metrics
        assert (summary.min, summary.max, summary.count) == (-math.inf, math.inf, 6)
        assert math.isnan(summary.last)
        assert summary.last_step == BIG

    async def test_first_and_last_follow_the_step_not_the_order_of_arrival(
        self, store: Store
    ) -> None:
        run_id = new_id()
        recorded = [run_started(run_id), *(metrics(run_id, step, a=step) for step in (5, 9, 1))]
        await store.append_events(ADA, new_id(), batch(1, recorded))
        [summary] = (await store.get_run(ADA, run_id)).metrics
        assert (summary.first, summary.last, summary.last_step) == (1, 9, 9)

    async def test_the_source_of_a_cell_keeps_every_character_but_nul(self, store: Store) -> None:
        run_id, stream = new_id(), new_id()
        source = "x = '🦉\r\n\t'\x00" + "y" * 100_000
        recorded = [run_started(run_id), events.CellStarted(new_id(), run_id, 1, source, T0)]
        answer = await store.append_events(ADA, stream, batch(1, recorded))
        assert answer.rejected == []
        [cell] = await store.list_cells(ADA, run_id)
        assert cell.source == source.replace("\x00", "\N{REPLACEMENT CHARACTER}")
        assert (cell.status, cell.duration_ms) == ("running", None)

    async def test_watchers_learn_what_a_commit_changed(self, store: Store) -> None:
        seen: list[Change] = []
        store.on_commit = seen.extend
        run_id = new_id()
        recorded = [run_started(run_id), metrics(run_id, 1, a=1)]
        await store.append_events(ADA, new_id(), batch(1, recorded))
        [change] = seen
        assert (change.owner, change.run_id) == ("ada", run_id)
        assert change.changed == {"run", "tags", "metrics"}
