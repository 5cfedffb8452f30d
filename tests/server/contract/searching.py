"""Searching: the whole language, and pages that hold each row once."""

import math
from typing import Any

import pytest

from celltrail.errors import InvalidError
from celltrail.events import CellEnded, CellStarted, new_id
from celltrail_server.callers import Caller
from celltrail_server.store.contract import Search, Store
from celltrail_server.store.logged_models.records import ModelSearch, NewLoggedModel
from celltrail_server.store.records import Dataset, DatasetInput, Inputs, Param, Point
from tests.server.contract.base import ADA, BOB, start
from tests.server.recording import T0, batch, run_started


async def found(store: Store, text: str, *order: str, caller: Caller = ADA, **fields: Any) -> str:
    """Return the names of the runs that match, in their order."""
    fields = {"experiment_ids": None} | fields
    search = Search(filter=text, order_by=order or ("run_name",), **fields)
    return "".join(run.name for run in (await store.search_runs(caller, search)).items)


async def five_runs(store: Store) -> None:
    """Record runs a to e, which differ in what they lack, too."""
    digits = await store.create_experiment(ADA, "Digits", {"team": "vision"})
    ids = {
        name: await start(
            store,
            experiment_id=digits if name in "ab" else "0",
            name=name,
            kind="notebook" if name == "a" else "script",
            started_ms=T0 + place * 1000,
        )
        for place, name in enumerate("abcde")
    }
    losses = {"a": [0.9, 0.1], "b": [0.5, 0.7, 0.6], "c": [math.nan], "d": [-math.inf, 2.0]}
    for name, values in losses.items():
        points = [("loss", Point(step, T0, value)) for step, value in enumerate(values)]
        await store.log(ADA, ids[name], metrics=points)
    rates = {"a": "0.10", "b": "1e-2", "c": "high", "d": "10", "e": "Élan_vital%"}
    for name, value in rates.items():
        await store.log(ADA, ids[name], params=[Param("lr", value)])
    await store.log(ADA, ids["b"], tags={"note": "Straße\nÄÖ"})
    await store.update_run(ADA, ids["a"], status="FINISHED", ended_ms=T0 + 90_000)
    data = Dataset("mnist", "d1", "local", "x", None, None)
    used = [DatasetInput(data, {"mlflow.data.context": "train"})]
    await store.log_inputs(ADA, ids["d"], Inputs(used, []))


class SearchContract:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("metrics.loss < 0.5 OR metrics.loss > 1", "ad"),
            ("NOT metrics.loss < 0.5", "bcde"),
            ("NOT (metrics.loss < 0.5 OR params.lr = 'high') AND NOT run_name = 'e'", "bd"),
            ("run_name = 'a' OR run_name = 'b' AND metrics.loss > 100", "a"),
            ("metrics.loss != 0.1", "bcd"),
            ("metrics.loss IS NULL", "e"),
            ("metrics.loss IN (0.1, 0.6)", "ab"),
            ("metrics.loss NOT IN (0.1)", "bcd"),
            ("min(metrics.loss) < 0.2", "ad"),
            ("max(metrics.loss) >= 0.7", "abd"),
            ("first(metrics.loss) = 0.5 OR count(metrics.loss) = 1", "bc"),
            ("last(metrics.loss) = 2", "d"),
            ("params.lr > 0.01", "ad"),
            ("params.lr <= 0.1 AND params.lr != 0.1", "b"),
            ("params.lr IN (0.1, 10)", "ad"),
            ("params.lr = '0.1'", ""),
            ("params.lr NOT IN ('high', '10')", "abe"),
            ("params.lr LIKE 'élan%'", ""),
            ("params.lr ILIKE 'éLAN\\_v%'", ""),
            ("params.lr ILIKE 'éLAN_v%'", "e"),
            ("params.lr NOT LIKE '%1%'", "ce"),
            ("params.lr RLIKE '^[0-9.]+$'", "ad"),
            ("params.lr !~ '[0-9]'", "ce"),
            ("tags.note =~ 'ße\\sÄ'", "b"),
            ("tags.note ILIKE '%äö'", "b"),
            ("tags.note IS NOT NULL", "b"),
            ("owner = 'ada' AND kind = 'notebook'", "a"),
            ("duration = 90s OR duration > 2min", "a"),
            ("NOT duration < 1d", "bcde"),
            ("duration IS NULL AND parent_id IS NULL", "bcde"),
            ("parent_id != 'x'", ""),
            ("experiment.name = 'Digits'", "ab"),
            ("experiment_id = '0'", "cde"),
            ("start_time > '2001-01-01' AND start_time < 99999999999999999999999", "abcde"),
            ("cell_count < 1e300", "abcde"),
            ("dataset.name = 'mnist' AND datasets.context LIKE 'tr%'", "d"),
            ("dataset.digest IS NULL", "abce"),
            ("NOT NOT (status IN ('FINISHED', 'FAILED'))", "a"),
            ("metrics.nothing > 0 OR params.nothing = 'x'", ""),
        ],
    )
    async def test_runs_are_found_by_any_condition(
        self, store: Store, text: str, names: str
    ) -> None:
        await five_runs(store)
        assert await found(store, text) == names

    async def test_texts_that_begin_alike_are_told_apart(self, store: Store) -> None:
        for name, length in (("a", 63), ("b", 64), ("c", 65), ("d", 5000)):
            run_id, text = await start(store, name=name), "é" * length
            await store.log(ADA, run_id, params=[Param("text", text)], tags={"text": text})
            for kind in ("params", "tags"):
                assert await found(store, f"{kind}.text = '{text}'") == name
                assert await found(store, f"{kind}.text IN ('{text}')") == name
                assert name not in await found(store, f"{kind}.text != '{text}'")

    async def test_runs_are_found_by_their_cells(self, store: Store) -> None:
        for name, source, status in (("b", "1 / 0", "error"), ("f", "x = 1", "ok"), ("n", "", "")):
            run_id, cell = new_id(), new_id()
            error = ("ZeroDivisionError", "division by zero") if status == "error" else ()
            cells = [CellStarted(cell, run_id, 1, source, T0), CellEnded(cell, status, 1.5, *error)]
            recorded = [run_started(run_id, name=name), *(cells if status else [])]
            await store.append_events(ADA, new_id(), batch(1, recorded))
        assert await found(store, "cell.source LIKE '%1%' AND cell.duration < 1s") == "bf"
        assert await found(store, "cell.error LIKE 'Zero%' AND cell.status = 'error'") == "b"
        assert await found(store, "cell.error IS NULL") == "fn"

    @pytest.mark.parametrize(
        ("order", "names"),
        [
            ("metrics.loss", "abdce"),
            ("metrics.loss DESC", "dbace"),
            ("min(metrics.loss)", "dabce"),
            ("params.lr", "adbce"),
            ("number(params.lr) DESC", "dabec"),
            ("duration", "aedcb"),
            ("tags.note DESC", "bedca"),
        ],
    )
    async def test_runs_are_sorted_by_any_value_on_any_page(
        self, store: Store, order: str, names: str
    ) -> None:
        await five_runs(store)
        for size in (1, 2, 5):
            seen, token = "", None
            while True:
                search = Search("", (order,), ("active",), size, token, None)
                page = await store.search_runs(ADA, search)
                seen += "".join(run.name for run in page.items)
                if (token := page.next) is None:
                    break
            assert seen == names, size

    async def test_runs_that_come_meanwhile_move_no_others_between_pages(
        self, store: Store
    ) -> None:
        await five_runs(store)
        search = Search(max_results=2, experiment_ids=None)
        first = await store.search_runs(ADA, search)
        await start(store, name="new", started_ms=T0 + 60_000)
        rest = Search(max_results=9, page_token=first.next, experiment_ids=None)
        names = [run.name for run in (await store.search_runs(ADA, rest)).items]
        assert ([run.name for run in first.items], names) == (["e", "d"], ["c", "b", "a"])

    async def test_a_token_is_good_for_its_search_alone(self, store: Store) -> None:
        await five_runs(store)
        token = (await store.search_runs(ADA, Search(max_results=1, experiment_ids=("0",)))).next
        for other in (
            Search(page_token=token, experiment_ids=("0",), filter="metrics.loss > 0"),
            Search(page_token=token, experiment_ids=("0",), order_by=("run_name",)),
            Search(page_token=token, experiment_ids=None),
        ):
            with pytest.raises(InvalidError, match="page token: it belongs to another search"):
                await store.search_runs(ADA, other)
        with pytest.raises(InvalidError, match="belongs to another search"):
            await store.search_runs(BOB, Search(page_token=token, experiment_ids=("0",)))
        for broken in ("x", "AAAA", "é", f"{token}="):
            with pytest.raises(InvalidError, match="page token"):
                await store.search_runs(ADA, Search(page_token=broken, experiment_ids=("0",)))

    async def test_nobody_finds_what_they_may_not_read(self, store: Store) -> None:
        await five_runs(store)
        for text in ("", "NOT owner = 'x'", "run_name = 'a' OR run_name != 'a'"):
            assert await found(store, text, caller=BOB) == ""
            assert await found(store, text) == "abcde"

    async def test_logged_models_are_found_by_params_as_numbers(self, store: Store) -> None:
        for name, rate in (("low", "0.1"), ("high", "10"), ("none", "x")):
            params = {f"p{place}": "x" for place in range(30)} | {"lr": rate}
            await store.create_logged_model(ADA, "0", NewLoggedModel(name, params=params))
        wanted = ModelSearch(("0",), "params.lr > 0.05 AND NOT name IN ('low')")
        page = await store.search_logged_models(ADA, wanted)
        assert [model.name for model in page.items] == ["high"]
