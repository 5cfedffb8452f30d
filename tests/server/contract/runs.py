"""Runs and what they logged."""

import math

import pytest

from celltrail.errors import InvalidError, NotFoundError
from celltrail_server.store.contract import Search, Store
from celltrail_server.store.records import Param, Point
from tests.server.contract.base import ADA, BOB, start
from tests.server.recording import T0


class RunContract:
    async def test_a_batch_that_fails_leaves_nothing(self, store: Store) -> None:
        run_id = await start(store)
        await store.log(ADA, run_id, params=[Param("lr", "1")])
        with pytest.raises(InvalidError, match="Changing param values is not allowed"):
            await store.log(
                ADA,
                run_id,
                metrics=[("a", Point(1, T0, 1.0))],
                params=[Param("new", "1"), Param("lr", "2")],
                tags={"t": "v"},
            )
        run = await store.get_run(ADA, run_id)
        assert (len(run.params), run.metrics) == (1, [])
        assert "t" not in run.tags

    async def test_a_point_sent_twice_is_one_point(self, store: Store) -> None:
        run_id = await start(store)
        points = [("a", Point(step, T0 + step, value)) for step, value in ((1, 0.5), (2, math.nan))]
        await store.log(ADA, run_id, metrics=points)
        await store.log(ADA, run_id, metrics=[*points, ("a", Point(2, T0 + 2, 0.7)), *points])
        page = await store.metric_history(ADA, run_id, "a", None, None)
        assert [repr(point.value) for point in page.items] == ["0.5", "nan", "0.7"]
        [summary] = (await store.get_run(ADA, run_id)).metrics
        assert summary.count == 3

    async def test_history_comes_in_pages(self, store: Store) -> None:
        run_id = await start(store)
        steps = [Point(step, T0 + step, float(step)) for step in range(25)]
        await store.log(ADA, run_id, metrics=[("a", point) for point in reversed(steps)])
        seen, token = [], None
        while True:
            page = await store.metric_history(ADA, run_id, "a", token, 10)
            seen += [point.step for point in page.items]
            if (token := page.next) is None:
                break
        assert seen == list(range(25))

    async def test_a_deleted_run_takes_nothing_until_it_is_restored(self, store: Store) -> None:
        run_id = await start(store)
        await store.set_run_lifecycle(ADA, run_id, "deleted")
        with pytest.raises(InvalidError, match="Current state is deleted"):
            await store.log(ADA, run_id, tags={"a": "b"})
        await store.set_run_lifecycle(ADA, run_id, "active")
        await store.log(ADA, run_id, tags={"a": "b"})
        await store.delete_tag(ADA, run_id, "a")
        with pytest.raises(NotFoundError, match="No tag with name: a"):
            await store.delete_tag(ADA, run_id, "a")

    async def test_children_hang_below_their_parent(self, store: Store) -> None:
        parent = await start(store)
        child = await start(store, parent_id=parent, started_ms=T0 + 1)
        top = await store.list_runs(ADA, "0", None, 10, None)
        below = await store.list_runs(ADA, None, parent, 10, None)
        assert [run.run_id for run in top.items] == [parent]
        assert [run.run_id for run in below.items] == [child]
        assert (await store.get_run(ADA, child)).tags["mlflow.parentRunId"] == parent

    async def test_runs_are_listed_newest_first_in_pages(self, store: Store) -> None:
        ids = [await start(store, started_ms=T0 + index // 2) for index in range(7)]
        seen, before = [], None
        while True:
            page = await store.list_runs(ADA, "0", None, 3, before)
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
            ("attributes.`run name` IN ('a')", "a"),
            ("status = 'RUNNING' AND start_time > 0", "abc"),
            ("attributes.artifact_uri LIKE 'mlflow-artifacts:/0/%'", "abc"),
            ("params.opt = 'a'' OR 1=1 --'", ""),
            ("metrics.loss < 0.5 OR metrics.loss > 0.5", "a"),
            ("metrics.loss < 'x'", None),
            ("params.opt = 3", ""),
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
                await store.search_runs(ADA, search)
        else:
            page = await store.search_runs(ADA, search)
            assert "".join(run.name for run in page.items) == names

    async def test_a_search_by_id_finds_only_these(self, store: Store) -> None:
        ids = await self._three_runs(store)
        text = f"attributes.run_id IN ('{ids['a']}', '{ids['c']}')"
        page = await store.search_runs(ADA, Search(filter=text, experiment_ids=("0",)))
        assert {run.name for run in page.items} == {"a", "c"}
        assert (await store.search_runs(BOB, Search(experiment_ids=("0",)))).items == []
        assert (await store.search_runs(ADA, Search(experiment_ids=()))).items == []

    async def test_runs_are_ordered_with_nan_and_missing_values_last(self, store: Store) -> None:
        await self._three_runs(store)
        nan = await start(store, name="n")
        await store.log(ADA, nan, metrics=[("loss", Point(1, T0, math.nan))])
        for order, names in (("metrics.loss DESC", "banc"), ("metrics.loss", "abnc")):
            search = Search(order_by=(order,), experiment_ids=("0",))
            page = await store.search_runs(ADA, search)
            assert "".join(run.name for run in page.items) == names, order
        with pytest.raises(InvalidError, match="duplicate"):
            await store.search_runs(ADA, Search(order_by=("metrics.a", "metric.a DESC")))

    async def test_a_search_walks_through_all_pages(self, store: Store) -> None:
        for index in range(7):
            await start(store, name=str(index), started_ms=T0 + index)
        names, token = "", None
        while True:
            search = Search(max_results=3, page_token=token, experiment_ids=("0",))
            page = await store.search_runs(ADA, search)
            names += "".join(run.name for run in page.items)
            if (token := page.next) is None:
                break
        assert names == "6543210"
        with pytest.raises(InvalidError, match="page token"):
            await store.search_runs(ADA, Search(page_token="x"))

    async def _three_runs(self, store: Store) -> dict[str, str]:
        ids = {name: await start(store, name=name) for name in "abc"}
        await store.log(
            ADA,
            ids["a"],
            metrics=[("loss", Point(0, T0, 0.9)), ("loss", Point(1, T0, 0.1))],
            params=[Param("opt", "sgd"), Param("odd key", "x")],
        )
        await store.log(
            ADA, ids["b"], metrics=[("loss", Point(0, T0, 0.5))], params=[Param("opt", "sgd")]
        )
        await store.log(ADA, ids["c"], params=[Param("opt", "adam")], tags={"team": "red"})
        return ids
