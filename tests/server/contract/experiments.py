"""Experiments."""

import pytest

from celltrail.errors import InvalidError
from celltrail.events import new_id
from celltrail_server.errors import AlreadyExistsError, StateError
from celltrail_server.store.contract import Search, Store
from tests.server.contract.base import ADA, BOB, start
from tests.server.recording import batch, run_started


class ExperimentContract:
    async def test_each_owner_has_a_default_experiment_zero(self, store: Store) -> None:
        default = await store.get_experiment(ADA, "0")
        assert (default.experiment_id, default.name, default.owner) == ("0", "Default", "ada")
        await start(store)
        assert (await store.get_experiment(ADA, "0")).run_count == 1
        assert (await store.get_experiment(BOB, "0")).run_count == 0

    async def test_names_are_unique_per_owner(self, store: Store) -> None:
        await store.create_experiment(ADA, "digits", {})
        await store.create_experiment(BOB, "digits", {})
        with pytest.raises(AlreadyExistsError, match="already exists"):
            await store.create_experiment(ADA, "digits", {})

    async def test_deleting_an_experiment_takes_its_runs_along_and_back(self, store: Store) -> None:
        experiment_id = await store.create_experiment(ADA, "digits", {"k": "v"})
        run_id = await start(store, experiment_id=experiment_id)
        await store.set_experiment_lifecycle(ADA, experiment_id, "deleted")
        assert (await store.get_run(ADA, run_id)).lifecycle_stage == "deleted"
        with pytest.raises(StateError):
            await store.rename_experiment(ADA, experiment_id, "other")
        with pytest.raises(InvalidError, match="active"):
            await start(store, experiment_id=experiment_id)
        await store.set_experiment_lifecycle(ADA, experiment_id, "active")
        assert (await store.get_run(ADA, run_id)).lifecycle_stage == "active"
        assert (await store.get_experiment(ADA, experiment_id)).tags == {"k": "v"}

    async def test_a_notebook_that_records_into_a_deleted_experiment_brings_it_back(
        self, store: Store
    ) -> None:
        experiment_id = await store.create_experiment(ADA, "digits", {})
        await store.set_experiment_lifecycle(ADA, experiment_id, "deleted")
        await store.append_events(ADA, new_id(), batch(1, [run_started(new_id())]))
        assert (await store.get_experiment(ADA, experiment_id)).lifecycle_stage == "active"

    async def test_experiments_are_listed_by_activity_without_an_unused_default(
        self, store: Store
    ) -> None:
        await store.create_experiment(ADA, "quiet", {})
        await store.append_events(ADA, new_id(), batch(1, [run_started(new_id())]))
        listed = await store.list_experiments(ADA)
        assert {one.name: one.run_count for one in listed} == {"digits": 1, "quiet": 0}

    async def test_experiments_are_found_by_name_and_tag(self, store: Store) -> None:
        await store.create_experiment(ADA, "alpha", {"team": "red"})
        await store.create_experiment(ADA, "Alpine", {})
        await store.create_experiment(BOB, "alpha", {"team": "red"})

        async def found(text: str) -> list[str]:
            page = await store.search_experiments(ADA, Search(filter=text, order_by=("name",)))
            return [one.name for one in page.items]

        assert await found("name LIKE 'alp%'") == ["alpha"]
        assert await found("name ILIKE 'alp%'") == ["Alpine", "alpha"]
        assert await found("tags.team = 'red'") == ["alpha"]
        assert await found("tags.team IS NULL AND name != 'Default'") == ["Alpine"]
