"""What every `Store` must do. A test class per database inherits this and brings a `store`."""

import math
from typing import Any

import msgspec
import pytest

from celltrail import events
from celltrail.errors import CelltrailError, InvalidError, NotFoundError
from celltrail.events import EventBatch, new_id
from celltrail_server.errors import AlreadyExistsError, StateError, StreamGapError
from celltrail_server.store.contract import Search, Store
from celltrail_server.store.records import Artifact, Change, NewRun, Param, Point
from tests.server.recording import T0, batch, full_run, metrics, run_started, sha256_of

BIG = 2**63 - 1


async def start(store: Store, owner: str = "ada", **fields: Any) -> str:
    experiment_id = fields.pop("experiment_id", "0")
    new = NewRun(**({"run_id": new_id(), "name": "run", "started_ms": T0} | fields))
    await store.create_run(owner, experiment_id, new)
    return new.run_id


class StoreContract:
    # Streams

    async def test_a_batch_becomes_a_run_with_its_cell_values_and_files(self, store: Store) -> None:
        run_id, execution_id, stream = new_id(), new_id(), new_id()
        await store.add_blob("ada", sha256_of(b"figure"), 6)
        answer = await store.append_events("ada", stream, batch(1, full_run(run_id, execution_id)))
        assert (answer.next_seq, answer.rejected) == (9, [])

        run = await store.get_run("ada", run_id)
        assert (run.experiment_name, run.kind, run.status) == ("digits", "notebook", "FINISHED")
        assert (run.notebook, run.ended_ms, run.cell_count) == ("digits.ipynb", T0 + 9, 1)
        assert run.params == [Param("lr", "0.1", execution_id)]
        [loss] = run.metrics
        assert (loss.first, loss.last, loss.min, loss.max, loss.count) == (0.5, 0.25, 0.25, 0.5, 2)
        assert (loss.last_step, loss.execution_id) == (2, execution_id)
        [cell] = await store.list_cells("ada", run_id)
        assert (cell.source, cell.status, cell.duration_ms) == ("acc = 0.9", "ok", 12.5)
        assert (cell.cell_id, cell.execution_count, cell.ordinal) == ("cell-a", 7, 1)
        [artifact] = await store.list_artifacts("ada", run_id)
        assert (artifact.path, artifact.execution_id) == ("plots/a.png", execution_id)

    async def test_an_event_sent_again_is_applied_once(self, store: Store) -> None:
        run_id, stream = new_id(), new_id()
        recorded = [run_started(run_id), metrics(run_id, 1, loss=0.5), metrics(run_id, 2, loss=0.4)]
        await store.append_events("ada", stream, batch(1, recorded[:2]))
        answer = await store.append_events("ada", stream, batch(1, recorded))
        assert answer.next_seq == 4
        again = await store.append_events("ada", stream, batch(2, recorded[1:]))
        assert again.next_seq == 4
        points = await store.points_after("ada", run_id, "loss", 0, 10)
        assert [point.value for point in points] == [0.5, 0.4]

    async def test_a_gap_is_refused_with_the_number_to_go_on_with(self, store: Store) -> None:
        stream = new_id()
        await store.append_events("ada", stream, batch(1, [run_started(new_id())]))
        with pytest.raises(StreamGapError) as caught:
            await store.append_events("ada", stream, batch(5, [run_started(new_id())]))
        assert caught.value.next_seq == 2

    async def test_a_stream_belongs_to_who_began_it(self, store: Store) -> None:
        stream = new_id()
        await store.append_events("ada", stream, batch(1, [run_started(new_id())]))
        with pytest.raises(NotFoundError):
            await store.append_events("bob", stream, batch(2, [run_started(new_id())]))

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
        answer = await store.append_events("ada", stream, EventBatch(1, raws))
        assert [one.seq for one in answer.rejected] == list(range(2, 2 + len(bad)))
        assert all(one.message for one in answer.rejected)
        assert answer.next_seq == len(raws) + 1
        [loss] = (await store.get_run("ada", run_id)).metrics
        assert (loss.key, loss.count) == ("loss", 1)

    async def test_a_param_that_changes_is_rejected_and_keeps_its_value(self, store: Store) -> None:
        run_id, stream = new_id(), new_id()
        recorded = [
            run_started(run_id),
            events.ParamsLogged(run_id, {"lr": "0.1"}),
            events.ParamsLogged(run_id, {"lr": "0.1", "size": "3"}),
            events.ParamsLogged(run_id, {"lr": "0.2", "new": "1"}),
        ]
        answer = await store.append_events("ada", stream, batch(1, recorded))
        assert [one.seq for one in answer.rejected] == [4]
        assert "lr" in answer.rejected[0].message
        run = await store.get_run("ada", run_id)
        assert {p.key: p.value for p in run.params} == {"lr": "0.1", "size": "3"}

    async def test_one_stream_logs_to_a_run_that_another_started(self, store: Store) -> None:
        run_id = new_id()
        await store.append_events("ada", new_id(), batch(1, [run_started(run_id)]))
        answer = await store.append_events("ada", new_id(), batch(1, [metrics(run_id, 1, a=1)]))
        assert answer.rejected == []
        refused = await store.append_events("bob", new_id(), batch(1, [metrics(run_id, 1, a=1)]))
        assert len(refused.rejected) == 1

    async def test_a_run_that_starts_twice_is_one_run(self, store: Store) -> None:
        run_id = new_id()
        for name in ("first", "second"):
            one = batch(1, [run_started(run_id, name=name)])
            answer = await store.append_events("ada", new_id(), one)
            assert answer.rejected == []
        assert (await store.get_run("ada", run_id)).name == "first"

    async def test_a_run_gets_another_name_experiment_and_tags(self, store: Store) -> None:
        run_id = new_id()
        recorded = [
            run_started(run_id),
            events.RunUpdated(run_id, "renamed", "other", {"a": "b"}),
        ]
        await store.append_events("ada", new_id(), batch(1, recorded))
        run = await store.get_run("ada", run_id)
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
        answer = await store.append_events("ada", new_id(), batch(1, recorded))
        assert answer.rejected == []
        points = await store.points_after("ada", run_id, "m", 0, 100)
        assert [repr(point.value) for point in points] == [repr(value) for value in values]
        assert [point.step for point in points] == [BIG - index for index in range(6)]
        [summary] = (await store.get_run("ada", run_id)).metrics
        assert (summary.min, summary.max, summary.count) == (-math.inf, math.inf, 6)
        assert math.isnan(summary.last)
        assert summary.last_step == BIG

    async def test_first_and_last_follow_the_step_not_the_order_of_arrival(
        self, store: Store
    ) -> None:
        run_id = new_id()
        recorded = [run_started(run_id), *(metrics(run_id, step, a=step) for step in (5, 9, 1))]
        await store.append_events("ada", new_id(), batch(1, recorded))
        [summary] = (await store.get_run("ada", run_id)).metrics
        assert (summary.first, summary.last, summary.last_step) == (1, 9, 9)

    async def test_the_source_of_a_cell_keeps_every_character_but_nul(self, store: Store) -> None:
        run_id, stream = new_id(), new_id()
        source = "x = '🦉\r\n\t'\x00" + "y" * 100_000
        recorded = [run_started(run_id), events.CellStarted(new_id(), run_id, 1, source, T0)]
        answer = await store.append_events("ada", stream, batch(1, recorded))
        assert answer.rejected == []
        [cell] = await store.list_cells("ada", run_id)
        assert cell.source == source.replace("\x00", "\N{REPLACEMENT CHARACTER}")
        assert (cell.status, cell.duration_ms) == ("running", None)

    async def test_watchers_learn_what_a_commit_changed(self, store: Store) -> None:
        seen: list[Change] = []
        store.on_commit = seen.extend
        run_id = new_id()
        recorded = [run_started(run_id), metrics(run_id, 1, a=1)]
        await store.append_events("ada", new_id(), batch(1, recorded))
        [change] = seen
        assert (change.owner, change.run_id) == ("ada", run_id)
        assert change.changed == {"run", "tags", "metrics"}

    # Experiments

    async def test_each_owner_has_a_default_experiment_zero(self, store: Store) -> None:
        default = await store.get_experiment("ada", "0")
        assert (default.experiment_id, default.name, default.owner) == ("0", "Default", "ada")
        await start(store)
        assert (await store.get_experiment("ada", "0")).run_count == 1
        assert (await store.get_experiment("bob", "0")).run_count == 0

    async def test_names_are_unique_per_owner(self, store: Store) -> None:
        await store.create_experiment("ada", "digits", {})
        await store.create_experiment("bob", "digits", {})
        with pytest.raises(AlreadyExistsError, match="already exists"):
            await store.create_experiment("ada", "digits", {})

    async def test_deleting_an_experiment_takes_its_runs_along_and_back(self, store: Store) -> None:
        experiment_id = await store.create_experiment("ada", "digits", {"k": "v"})
        run_id = await start(store, experiment_id=experiment_id)
        await store.set_experiment_lifecycle("ada", experiment_id, "deleted")
        assert (await store.get_run("ada", run_id)).lifecycle_stage == "deleted"
        with pytest.raises(StateError):
            await store.rename_experiment("ada", experiment_id, "other")
        with pytest.raises(InvalidError, match="active"):
            await start(store, experiment_id=experiment_id)
        await store.set_experiment_lifecycle("ada", experiment_id, "active")
        assert (await store.get_run("ada", run_id)).lifecycle_stage == "active"
        assert (await store.get_experiment("ada", experiment_id)).tags == {"k": "v"}

    async def test_a_notebook_that_records_into_a_deleted_experiment_brings_it_back(
        self, store: Store
    ) -> None:
        experiment_id = await store.create_experiment("ada", "digits", {})
        await store.set_experiment_lifecycle("ada", experiment_id, "deleted")
        await store.append_events("ada", new_id(), batch(1, [run_started(new_id())]))
        assert (await store.get_experiment("ada", experiment_id)).lifecycle_stage == "active"

    async def test_experiments_are_listed_by_activity_without_an_unused_default(
        self, store: Store
    ) -> None:
        await store.create_experiment("ada", "quiet", {})
        await store.append_events("ada", new_id(), batch(1, [run_started(new_id())]))
        listed = await store.list_experiments("ada")
        assert {one.name: one.run_count for one in listed} == {"digits": 1, "quiet": 0}

    async def test_experiments_are_found_by_name_and_tag(self, store: Store) -> None:
        await store.create_experiment("ada", "alpha", {"team": "red"})
        await store.create_experiment("ada", "Alpine", {})
        await store.create_experiment("bob", "alpha", {"team": "red"})

        async def found(text: str) -> list[str]:
            page = await store.search_experiments("ada", Search(filter=text, order_by=("name",)))
            return [one.name for one in page.items]

        assert await found("name LIKE 'alp%'") == ["alpha"]
        assert await found("name ILIKE 'alp%'") == ["Alpine", "alpha"]
        assert await found("tags.team = 'red'") == ["alpha"]
        assert await found("tags.team IS NULL AND name != 'Default'") == ["Alpine"]

    # Runs

    async def test_a_batch_that_fails_leaves_nothing(self, store: Store) -> None:
        run_id = await start(store)
        await store.log("ada", run_id, params=[Param("lr", "1")])
        with pytest.raises(InvalidError, match="Changing param values is not allowed"):
            await store.log(
                "ada",
                run_id,
                metrics=[("a", Point(1, T0, 1.0))],
                params=[Param("new", "1"), Param("lr", "2")],
                tags={"t": "v"},
            )
        run = await store.get_run("ada", run_id)
        assert (len(run.params), run.metrics) == (1, [])
        assert "t" not in run.tags

    async def test_a_point_sent_twice_is_one_point(self, store: Store) -> None:
        run_id = await start(store)
        points = [("a", Point(step, T0 + step, value)) for step, value in ((1, 0.5), (2, math.nan))]
        await store.log("ada", run_id, metrics=points)
        await store.log("ada", run_id, metrics=[*points, ("a", Point(2, T0 + 2, 0.7)), *points])
        page = await store.metric_history("ada", run_id, "a", None, None)
        assert [repr(point.value) for point in page.items] == ["0.5", "nan", "0.7"]
        [summary] = (await store.get_run("ada", run_id)).metrics
        assert summary.count == 3

    async def test_history_comes_in_pages(self, store: Store) -> None:
        run_id = await start(store)
        steps = [Point(step, T0 + step, float(step)) for step in range(25)]
        await store.log("ada", run_id, metrics=[("a", point) for point in reversed(steps)])
        seen, token = [], None
        while True:
            page = await store.metric_history("ada", run_id, "a", token, 10)
            seen += [point.step for point in page.items]
            if (token := page.next) is None:
                break
        assert seen == list(range(25))

    async def test_a_deleted_run_takes_nothing_until_it_is_restored(self, store: Store) -> None:
        run_id = await start(store)
        await store.set_run_lifecycle("ada", run_id, "deleted")
        with pytest.raises(InvalidError, match="Current state is deleted"):
            await store.log("ada", run_id, tags={"a": "b"})
        await store.set_run_lifecycle("ada", run_id, "active")
        await store.log("ada", run_id, tags={"a": "b"})
        await store.delete_tag("ada", run_id, "a")
        with pytest.raises(NotFoundError, match="No tag with name: a"):
            await store.delete_tag("ada", run_id, "a")

    async def test_children_hang_below_their_parent(self, store: Store) -> None:
        parent = await start(store)
        child = await start(store, parent_id=parent, started_ms=T0 + 1)
        top = await store.list_runs("ada", "0", None, 10, None)
        below = await store.list_runs("ada", None, parent, 10, None)
        assert [run.run_id for run in top.items] == [parent]
        assert [run.run_id for run in below.items] == [child]
        assert (await store.get_run("ada", child)).tags["mlflow.parentRunId"] == parent

    async def test_runs_are_listed_newest_first_in_pages(self, store: Store) -> None:
        ids = [await start(store, started_ms=T0 + index // 2) for index in range(7)]
        seen, before = [], None
        while True:
            page = await store.list_runs("ada", "0", None, 3, before)
            seen += [run.run_id for run in page.items]
            if (before := page.next) is None:
                break
        assert seen == list(reversed(ids))

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("", "abc"),
            ("metrics.loss < 0.5", "a"),
            ("metrics.loss >= 0.5 and params.opt = 'sgd'", "b"),
            ("metric.loss != 0.1", "b"),
            ("params.opt LIKE 's%'", "ab"),
            ("params.opt ILIKE 'SGD'", "ab"),
            ("params.opt != 'sgd'", "c"),
            ("params.`odd key` = 'x'", "a"),
            ('tags."odd key" IS NULL', "abc"),
            ("tags.team IS NOT NULL", "c"),
            ("run_name = 'a'", "a"),
            ("attributes.`run name` IN ('a')", None),
            ("status = 'RUNNING' AND start_time > 0", "abc"),
            ("attributes.artifact_uri LIKE 'mlflow-artifacts:/0/%'", "abc"),
            ("params.opt = 'a'' OR 1=1 --'", None),
            ("metrics.loss < 0.5 OR metrics.loss > 0.5", None),
            ("metrics.loss < 'x'", None),
            ("params.opt = 3", None),
            ("secrets.key = 'x'", None),
        ],
    )
    async def test_runs_are_found_by_what_they_logged(
        self, store: Store, text: str, names: str | None
    ) -> None:
        await self._three_runs(store)
        search = Search(filter=text, order_by=("run_name ASC",), experiment_ids=("0",))
        if names is None:
            with pytest.raises(InvalidError):
                await store.search_runs("ada", search)
        else:
            page = await store.search_runs("ada", search)
            assert "".join(run.name for run in page.items) == names

    async def test_a_search_by_id_finds_only_these(self, store: Store) -> None:
        ids = await self._three_runs(store)
        text = f"attributes.run_id IN ('{ids['a']}', '{ids['c']}')"
        page = await store.search_runs("ada", Search(filter=text, experiment_ids=("0",)))
        assert {run.name for run in page.items} == {"a", "c"}
        assert (await store.search_runs("bob", Search(experiment_ids=("0",)))).items == []
        assert (await store.search_runs("ada", Search(experiment_ids=()))).items == []

    async def test_runs_are_ordered_with_nan_and_missing_values_last(self, store: Store) -> None:
        await self._three_runs(store)
        nan = await start(store, name="n")
        await store.log("ada", nan, metrics=[("loss", Point(1, T0, math.nan))])
        for order, names in (("metrics.loss DESC", "banc"), ("metrics.loss", "abnc")):
            search = Search(order_by=(order,), experiment_ids=("0",))
            page = await store.search_runs("ada", search)
            assert "".join(run.name for run in page.items) == names, order
        with pytest.raises(InvalidError, match="duplicate"):
            await store.search_runs("ada", Search(order_by=("metrics.a", "metric.a DESC")))

    async def test_a_search_walks_through_all_pages(self, store: Store) -> None:
        for index in range(7):
            await start(store, name=str(index), started_ms=T0 + index)
        names, token = "", None
        while True:
            search = Search(max_results=3, page_token=token, experiment_ids=("0",))
            page = await store.search_runs("ada", search)
            names += "".join(run.name for run in page.items)
            if (token := page.next) is None:
                break
        assert names == "6543210"
        with pytest.raises(InvalidError, match="page token"):
            await store.search_runs("ada", Search(page_token="x"))

    async def _three_runs(self, store: Store) -> dict[str, str]:
        ids = {name: await start(store, name=name) for name in "abc"}
        await store.log(
            "ada",
            ids["a"],
            metrics=[("loss", Point(0, T0, 0.9)), ("loss", Point(1, T0, 0.1))],
            params=[Param("opt", "sgd"), Param("odd key", "x")],
        )
        await store.log(
            "ada", ids["b"], metrics=[("loss", Point(0, T0, 0.5))], params=[Param("opt", "sgd")]
        )
        await store.log("ada", ids["c"], params=[Param("opt", "adam")], tags={"team": "red"})
        return ids

    # Artifacts

    async def test_a_file_under_the_same_path_is_replaced(self, store: Store) -> None:
        run_id = await start(store)
        for data in (b"one", b"three"):
            await store.add_blob("ada", sha256_of(data), len(data))
            artifact = Artifact("a.txt", sha256_of(data), len(data), "text/plain", T0)
            await store.log_artifact("ada", run_id, artifact)
        [found] = await store.list_artifacts("ada", run_id)
        assert (found.sha256, found.size_bytes) == (sha256_of(b"three"), 5)

    async def test_knowing_a_hash_does_not_open_anothers_file(self, store: Store) -> None:
        await store.add_blob("bob", sha256_of(b"secret"), 6)
        run_id = await start(store)
        stolen = Artifact("a.txt", sha256_of(b"secret"), 6, "text/plain", T0)
        with pytest.raises(InvalidError, match="no blob"):
            await store.log_artifact("ada", run_id, stolen)
        assert await store.blob_size("ada", sha256_of(b"secret")) is None

    async def test_removing_a_folder_leaves_its_namesakes(self, store: Store) -> None:
        run_id = await start(store)
        await store.add_blob("ada", sha256_of(b""), 0)
        for path in ("a/x", "a/b/y", "ab", "a%/x", "a_"):
            artifact = Artifact(path, sha256_of(b""), 0, "text/plain", T0)
            await store.log_artifact("ada", run_id, artifact)
        await store.remove_artifacts("ada", run_id, "a")
        left = [one.path for one in await store.list_artifacts("ada", run_id)]
        assert left == ["a%/x", "a_", "ab"]

    # Other users

    async def test_what_belongs_to_others_does_not_exist(self, store: Store) -> None:
        experiment_id = await store.create_experiment("bob", "secret", {})
        run_id = await start(store, "bob", experiment_id=experiment_id)
        await store.add_blob("ada", sha256_of(b""), 0)
        artifact = Artifact("a", sha256_of(b""), 0, "text/plain", T0)
        calls: list[Any] = [
            store.get_experiment("ada", experiment_id),
            store.get_experiment_by_name("ada", "secret"),
            store.rename_experiment("ada", experiment_id, "mine"),
            store.set_experiment_lifecycle("ada", experiment_id, "deleted"),
            store.set_experiment_tag("ada", experiment_id, "k", "v"),
            store.delete_experiment_tag("ada", experiment_id, "k"),
            store.create_run("ada", experiment_id, NewRun(new_id(), "r", T0)),
            store.get_run("ada", run_id),
            store.update_run("ada", run_id, name="mine"),
            store.set_run_lifecycle("ada", run_id, "deleted"),
            store.log("ada", run_id, tags={"a": "b"}),
            store.delete_tag("ada", run_id, "a"),
            store.list_runs("ada", experiment_id, None, 10, None),
            store.list_runs("ada", None, run_id, 10, None),
            store.list_cells("ada", run_id),
            store.points_after("ada", run_id, "a", 0, 10),
            store.metric_history("ada", run_id, "a", None, None),
            store.log_artifact("ada", run_id, artifact),
            store.remove_artifacts("ada", run_id, "a"),
            store.list_artifacts("ada", run_id),
            store.get_artifact("ada", run_id, "a"),
        ]
        for call in calls:
            with pytest.raises(NotFoundError):
                await call
        assert await store.list_experiments("ada") == []
        search = Search(experiment_ids=(experiment_id,), stages=("active", "deleted"))
        assert (await store.search_runs("ada", search)).items == []

    async def test_errors_are_for_people(self, store: Store) -> None:
        with pytest.raises(CelltrailError, match="Run with id=nothing not found"):
            await store.get_run("ada", "nothing")
        with pytest.raises(InvalidError, match="must be a valid integer"):
            await store.get_experiment("ada", "x")
