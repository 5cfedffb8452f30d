"""What belongs to others does not exist."""

from typing import Any

import pytest

from celltrail.errors import CelltrailError, InvalidError, NotFoundError
from celltrail.events import new_id
from celltrail_server.store.contract import Search, Store
from celltrail_server.store.records import Artifact, NewRun
from tests.server.contract.base import ADA, BOB, start
from tests.server.recording import T0, sha256_of


class OwnerContract:
    async def test_what_belongs_to_others_does_not_exist(self, store: Store) -> None:
        experiment_id = await store.create_experiment(BOB, "secret", {})
        run_id = await start(store, BOB, experiment_id=experiment_id)
        await store.add_blob(ADA, sha256_of(b""), 0)
        artifact = Artifact("a", sha256_of(b""), 0, "text/plain", T0)
        calls: list[Any] = [
            store.get_experiment(ADA, experiment_id),
            store.get_experiment_by_name(ADA, "secret"),
            store.rename_experiment(ADA, experiment_id, "mine"),
            store.set_experiment_lifecycle(ADA, experiment_id, "deleted"),
            store.set_experiment_tag(ADA, experiment_id, "k", "v"),
            store.delete_experiment_tag(ADA, experiment_id, "k"),
            store.create_run(ADA, experiment_id, NewRun(new_id(), "r", T0)),
            store.get_run(ADA, run_id),
            store.update_run(ADA, run_id, name="mine"),
            store.set_run_lifecycle(ADA, run_id, "deleted"),
            store.log(ADA, run_id, tags={"a": "b"}),
            store.delete_tag(ADA, run_id, "a"),
            store.list_runs(ADA, experiment_id, None, 10, None),
            store.list_runs(ADA, None, run_id, 10, None),
            store.list_cells(ADA, run_id),
            store.points_after(ADA, run_id, "a", 0, 10),
            store.metric_history(ADA, run_id, "a", None, None),
            store.metric_buckets(ADA, run_id, "a", 10),
            store.metric_sample(ADA, run_id, "a", 10),
            store.log_artifact(ADA, run_id, artifact),
            store.remove_artifacts(ADA, run_id, "a"),
            store.list_artifacts(ADA, run_id),
            store.get_artifact(ADA, run_id, "a"),
        ]
        for call in calls:
            with pytest.raises(NotFoundError):
                await call
        assert await store.list_experiments(ADA) == []
        search = Search(experiment_ids=(experiment_id,), stages=("active", "deleted"))
        assert (await store.search_runs(ADA, search)).items == []

    async def test_errors_are_for_people(self, store: Store) -> None:
        with pytest.raises(CelltrailError, match="Run with id=nothing not found"):
            await store.get_run(ADA, "nothing")
        with pytest.raises(InvalidError, match="must be a valid integer"):
            await store.get_experiment(ADA, "x")
