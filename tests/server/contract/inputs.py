"""What runs used and made."""

import pytest

from celltrail.errors import InvalidError, NotFoundError
from celltrail.events import new_id
from celltrail_server.errors import ForbiddenError
from celltrail_server.store.contract import Search, Store
from celltrail_server.store.records import Dataset, DatasetInput, DatasetSummary, Inputs, ModelUse
from celltrail_server.store.sharing import NewSharing
from tests.server.contract.base import ADA, BIG, BOB, start

IRIS = Dataset("iris 🌷", "d1", "local", '{"uri": "iris.csv"}', '{"cols": 4}', "x" * 100_000)
CELL = new_id()


def use(dataset: Dataset = IRIS, context: str | None = "training") -> Inputs:
    tags = {} if context is None else {"mlflow.data.context": context}
    return Inputs([DatasetInput(dataset, tags, CELL)])


class InputContract:
    async def test_a_run_tells_what_it_used_and_made(self, store: Store) -> None:
        run_id, models = await start(store), [ModelUse("m-1", execution_id=CELL)]
        plain = Dataset("plain", "d2", "", "")
        used = Inputs([*use().datasets, DatasetInput(plain)], models)
        await store.log_inputs(ADA, run_id, used)
        made = [ModelUse("m-2", 7, CELL), ModelUse("m-3", BIG)]
        await store.log_outputs(ADA, run_id, made)
        run = await store.get_run(ADA, run_id)
        assert (run.inputs, run.outputs) == (used, made)
        other = await store.get_run(ADA, await start(store))
        assert (other.inputs, other.outputs) == (Inputs(), [])

    async def test_what_was_said_first_of_a_dataset_counts(self, store: Store) -> None:
        first, second = await start(store), await start(store)
        again = Dataset(IRIS.name, IRIS.digest, "http", "elsewhere")
        await store.log_inputs(ADA, first, use())
        await store.log_inputs(ADA, first, use(again, "validation"))
        twice = Inputs([*use(again, "a").datasets, *use(again, "b").datasets])
        await store.log_inputs(ADA, second, twice)
        page = await store.search_runs(ADA, Search(experiment_ids=("0",)))
        found = {run.run_id: run.inputs for run in page.items}
        assert found == {first: use(), second: use(context="a")}

    async def test_a_model_that_comes_again_is_one_with_its_last_step(self, store: Store) -> None:
        run_id = await start(store)
        await store.log_inputs(ADA, run_id, Inputs(models=[ModelUse("m-1"), ModelUse("m-1")]))
        await store.log_outputs(ADA, run_id, [ModelUse("m-2", 1)])
        await store.log_outputs(ADA, run_id, [ModelUse("m-2", 1), ModelUse("m-2", 2)])
        run = await store.get_run(ADA, run_id)
        assert run.inputs.models == [ModelUse("m-1")]
        assert run.outputs == [ModelUse("m-2", 2)]

    async def test_datasets_of_experiments_come_once_a_context(self, store: Store) -> None:
        other = await store.create_experiment(ADA, "other", {})
        for context in ("training", "training", "validation"):
            await store.log_inputs(ADA, await start(store), use(context=context))
        await store.log_inputs(ADA, await start(store, experiment_id=other), use(context=None))
        found = await store.search_datasets(ADA, ["0", other])
        assert sorted((one.experiment_id, one.context or "") for one in found) == [
            ("0", "training"), ("0", "validation"), (other, ""),
        ]  # fmt: skip
        name, digest = IRIS.name, IRIS.digest
        assert found[-1] == DatasetSummary(other, name, digest, None)
        assert await store.search_datasets(BOB, ["0", other]) == []

    async def test_only_who_may_write_a_run_says_what_it_used(self, store: Store) -> None:
        experiment_id = await store.create_experiment(BOB, "his", {})
        run_id = await start(store, BOB, experiment_id=experiment_id)
        await store.log_inputs(BOB, run_id, use())
        with pytest.raises(NotFoundError):
            await store.log_inputs(ADA, run_id, use())
        with pytest.raises(NotFoundError):
            await store.log_outputs(ADA, run_id, [ModelUse("m-1")])
        with pytest.raises(NotFoundError):
            await store.note_model(ADA, run_id, {})
        await store.share(BOB, experiment_id, NewSharing("public", []))
        with pytest.raises(ForbiddenError):
            await store.note_model(ADA, run_id, {})
        with pytest.raises(ForbiddenError):
            await store.log_inputs(ADA, run_id, use())
        with pytest.raises(ForbiddenError):
            await store.log_outputs(ADA, run_id, [ModelUse("m-1")])
        assert (await store.get_run(ADA, run_id)).inputs == use()
        [summary] = await store.search_datasets(ADA, [experiment_id])
        assert summary.context == "training"

    async def test_a_deleted_run_takes_no_inputs(self, store: Store) -> None:
        run_id = await start(store)
        await store.set_run_lifecycle(ADA, run_id, "deleted")
        for call in (
            store.log_inputs(ADA, run_id, use()),
            store.log_outputs(ADA, run_id, [ModelUse("m-1")]),
            store.note_model(ADA, run_id, {}),
        ):
            with pytest.raises(InvalidError, match="must be in the 'active' state"):
                await call

    async def test_models_are_noted_in_a_tag_unless_something_else_is_there(
        self, store: Store
    ) -> None:
        run_id = await start(store)
        for path in ("a", "b 🦕"):
            await store.note_model(ADA, run_id, {"artifact_path": path})
        value = '[{"artifact_path":"a"},{"artifact_path":"b 🦕"}]'
        assert (await store.get_run(ADA, run_id)).tags["mlflow.log-model.history"] == value
        with pytest.raises(InvalidError, match="exceeds the maximum length of 8000"):
            await store.note_model(ADA, run_id, {"artifact_path": "x" * 8000})
        await store.log(ADA, run_id, tags={"mlflow.log-model.history": "{}"})
        with pytest.raises(InvalidError, match="is no list of models"):
            await store.note_model(ADA, run_id, {})

    async def test_inputs_that_are_too_large_are_refused_whole(self, store: Store) -> None:
        run_id = await start(store)
        for used in (
            use(Dataset("n" * 501, "d", "", "")),
            use(Dataset("n", "d" * 37, "", "")),
            use(Dataset("n", "d", "", "s" * 65_536)),
            use(Dataset("n", "d", "", "", schema="\x00")),
            use(context="c" * 501),
            Inputs(use().datasets * 1001),
            Inputs(models=[ModelUse("m" * 256)]),
        ):
            with_more = Inputs([*use().datasets, *used.datasets], used.models)
            with pytest.raises(InvalidError):
                await store.log_inputs(ADA, run_id, with_more)
        assert (await store.get_run(ADA, run_id)).inputs == Inputs()
