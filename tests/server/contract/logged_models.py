"""Logged models."""

import math
from typing import Any

import pytest

from celltrail.errors import InvalidError, NotFoundError
from celltrail.events import new_id
from celltrail_server.callers import Caller
from celltrail_server.errors import ForbiddenError
from celltrail_server.store.contract import Store
from celltrail_server.store.logged_models.records import (
    LoggedModel,
    ModelOrder,
    ModelPoint,
    ModelSearch,
    NewLoggedModel,
    OfDataset,
    Registration,
)
from celltrail_server.store.records import Artifact, OfModel, Point
from celltrail_server.store.registry.records import NewVersion
from celltrail_server.store.sharing import NewSharing
from tests.server.contract.base import ADA, BIG, BOB, start
from tests.server.recording import T0, sha256_of

CELL = new_id()


async def make(store: Store, caller: Caller = ADA, **fields: Any) -> LoggedModel:
    experiment_id = fields.pop("experiment_id", "0")
    new = NewLoggedModel(**({"name": "model"} | fields))
    return await store.create_logged_model(caller, experiment_id, new)


async def measure(
    store: Store, run_id: str, model: LoggedModel, *values: float, key: str = "acc", on: str = ""
) -> None:
    points = [
        ModelPoint(model.model_id, key, Point(step, T0 + step, value), on, on and f"{on}-digest")
        for step, value in enumerate(values)
    ]
    await store.log(ADA, run_id, model_metrics=points)


async def found(store: Store, caller: Caller = ADA, **fields: Any) -> list[str]:
    wanted = ModelSearch(**({"experiment_ids": ("0",)} | fields))
    page = await store.search_logged_models(caller, wanted)
    return [model.name for model in page.items]


class LoggedModelContract:
    async def test_a_logged_model_keeps_what_was_said_of_it(self, store: Store) -> None:
        run_id = await start(store)
        made = await make(
            store,
            name="modèle 🦕",
            model_type="Agent",
            source_run_id=run_id,
            params={"lr": "0.1"},
            tags={"team": "red"},
            execution_id=CELL,
        )
        assert made.model_id.startswith("m-")
        assert (made.status, made.experiment_id, made.owner) == ("PENDING", "0", "ada")
        assert (made.execution_id, made.source_run_id) == (CELL, run_id)
        assert (made.params, made.tags) == ({"lr": "0.1"}, {"team": "red"})
        ready = await store.finish_logged_model(ADA, made.model_id, "READY")
        assert ready.status == "READY"
        await store.set_logged_model_tags(ADA, made.model_id, {"team": "blue", "a/b": ""})
        assert (await store.get_logged_model(ADA, made.model_id)).tags == {
            "team": "blue",
            "a/b": "",
        }
        await store.delete_logged_model_tag(ADA, made.model_id, "a/b")
        await store.log_logged_model_params(ADA, made.model_id, {"lr": "0.1", "k": "v"})
        last = await store.get_logged_model(ADA, made.model_id)
        assert (last.tags, last.params) == ({"team": "blue"}, {"lr": "0.1", "k": "v"})
        with pytest.raises(NotFoundError, match="No tag with key 'a/b' found for model with ID"):
            await store.delete_logged_model_tag(ADA, made.model_id, "a/b")

    async def test_params_of_a_model_never_change(self, store: Store) -> None:
        made = await make(store, params={"lr": "0.1"})
        with pytest.raises(InvalidError, match="Changing param values is not allowed"):
            await store.log_logged_model_params(ADA, made.model_id, {"new": "1", "lr": "0.2"})
        assert (await store.get_logged_model(ADA, made.model_id)).params == {"lr": "0.1"}

    async def test_a_name_that_could_be_an_address_is_refused(self, store: Store) -> None:
        for name in ("", "a/b", "a:b", "a.b", "a%b", 'a"b', "a'b", "x" * 501):
            with pytest.raises(InvalidError, match="name"):
                await make(store, name=name)

    async def test_a_deleted_model_is_found_only_on_request(self, store: Store) -> None:
        made = await make(store)
        await store.delete_logged_model(ADA, made.model_id)
        with pytest.raises(NotFoundError, match=f"Logged model with ID '{made.model_id}' not"):
            await store.get_logged_model(ADA, made.model_id)
        kept = await store.get_logged_model(ADA, made.model_id, allow_deleted=True)
        assert kept.lifecycle_stage == "deleted"
        assert await found(store) == []

    async def test_no_model_goes_into_a_deleted_experiment(self, store: Store) -> None:
        experiment_id = await store.create_experiment(ADA, "old", {})
        await store.set_experiment_lifecycle(ADA, experiment_id, "deleted")
        with pytest.raises(InvalidError, match="must be in the 'active' state"):
            await make(store, experiment_id=experiment_id)

    async def test_runs_measure_models(self, store: Store) -> None:
        model, run_id = await make(store), await start(store)
        await measure(store, run_id, model, 0.5, math.nan, math.inf)
        await measure(store, run_id, model, 0.7, on="test")
        await measure(store, run_id, model, 0.9)  # sent again, but for its value
        metrics = (await store.get_logged_model(ADA, model.model_id)).metrics
        assert [(repr(m.point.value), m.dataset_name, m.dataset_digest) for m in metrics] == [
            ("0.5", "", ""), ("nan", "", ""), ("inf", "", ""), ("0.7", "test", "test-digest"),
        ]  # fmt: skip
        assert {(m.key, m.run_id) for m in metrics} == {("acc", run_id)}
        with pytest.raises(NotFoundError, match="Logged model with ID 'm-0' not found"):
            await store.log(
                ADA,
                run_id,
                metrics=[("acc", Point(BIG, BIG, 1.0))],
                model_metrics=[ModelPoint("m-0", "acc", Point(BIG, BIG, 1.0))],
            )
        assert (await store.get_run(ADA, run_id)).metrics == []

    async def test_metrics_of_private_runs_are_hidden_where_the_model_is_public(
        self, store: Store
    ) -> None:
        shared = await store.create_experiment(BOB, "shared", {})
        await store.share(BOB, shared, NewSharing("public", []))
        model = await make(store, BOB, experiment_id=shared)
        await measure(store, await start(store, ADA), model, 0.5)
        assert len((await store.get_logged_model(ADA, model.model_id)).metrics) == 1
        assert (await store.get_logged_model(BOB, model.model_id)).metrics == []
        where = {"experiment_ids": (shared,), "filter": "metrics.acc > 0"}
        assert await found(store, ADA, **where) == ["model"]
        assert await found(store, BOB, **where) == []

    async def test_models_of_others_do_not_exist(self, store: Store) -> None:
        experiment_id = await store.create_experiment(BOB, "his", {})
        model = await make(store, BOB, experiment_id=experiment_id)
        holder, run_id = OfModel(model.model_id), await start(store)
        await store.add_blob(ADA, sha256_of(b""), 0)
        file = Artifact("a", sha256_of(b""), 0, "text/plain", T0)
        reading: list[Any] = [
            lambda: store.get_logged_model(ADA, model.model_id),
            lambda: store.list_artifacts(ADA, holder),
        ]
        writing: list[Any] = [
            lambda: make(store, experiment_id=experiment_id),
            lambda: store.finish_logged_model(ADA, model.model_id, "READY"),
            lambda: store.delete_logged_model(ADA, model.model_id),
            lambda: store.set_logged_model_tags(ADA, model.model_id, {"a": "b"}),
            lambda: store.delete_logged_model_tag(ADA, model.model_id, "a"),
            lambda: store.log_logged_model_params(ADA, model.model_id, {"a": "b"}),
            lambda: store.require_holder(ADA, holder),
            lambda: store.log_artifact(ADA, holder, file),
            lambda: store.remove_artifacts(ADA, holder, "a"),
        ]
        for call in (*reading, *writing, lambda: measure(store, run_id, model, 1.0)):
            with pytest.raises(NotFoundError):
                await call()
        assert await found(store, experiment_ids=(experiment_id,)) == []
        await store.share(BOB, experiment_id, NewSharing("public", []))
        for call in reading:
            await call()
        for call in writing:
            with pytest.raises(ForbiddenError):
                await call()

    async def test_who_writes_an_experiment_deletes_only_own_models(self, store: Store) -> None:
        carl = Caller("carl", frozenset({"vision"}))
        dora = Caller("dora", frozenset({"vision"}), workspace="group:vision")
        experiment_id = await store.create_experiment(dora, "team", {})
        model = await make(store, dora, experiment_id=experiment_id)
        with pytest.raises(ForbiddenError):
            await store.delete_logged_model(carl, model.model_id)
        own = await make(store, carl, experiment_id=experiment_id)
        await store.delete_logged_model(carl, own.model_id)
        await store.delete_logged_model(dora, model.model_id)

    async def test_files_of_a_model_are_its_own(self, store: Store) -> None:
        model, other, run_id = await make(store), await make(store), await start(store)
        await store.add_blob(ADA, sha256_of(b"x"), 1)
        for path in ("MLmodel", "data/w_1", "data/wx1", "data-2"):
            file = Artifact(path, sha256_of(b"x"), 1, "text/plain", T0, CELL)
            await store.log_artifact(ADA, OfModel(model.model_id), file)
        await store.remove_artifacts(ADA, OfModel(model.model_id), "data")
        kept = await store.list_artifacts(ADA, OfModel(model.model_id))
        assert [(one.path, one.execution_id) for one in kept] == [
            ("MLmodel", CELL), ("data-2", CELL),
        ]  # fmt: skip
        assert await store.list_artifacts(ADA, OfModel(other.model_id)) == []
        assert await store.list_artifacts(ADA, run_id) == []
        with pytest.raises(NotFoundError, match="has no artifact 'MLmodel'"):
            await store.get_artifact(ADA, OfModel(other.model_id), "MLmodel")

    async def test_a_model_tells_its_registrations_and_a_version_finds_its_files(
        self, store: Store
    ) -> None:
        run_id = await start(store)
        model = await make(store, source_run_id=run_id)
        await store.create_model(ADA, "digits", "", {})
        root = f"mlflow-artifacts:/0/models/{model.model_id}/artifacts"
        for source, location in (
            (f"models:/{model.model_id}", root),
            (f"{root}/sub", f"{root}/sub"),
        ):
            new = NewVersion(source, run_id=run_id, model_id=model.model_id)
            version = await store.create_version(ADA, "digits", new)
            assert version.storage_location == location
        by_run = await store.create_version(
            ADA, "digits", NewVersion(f"runs:/{run_id}/model", run_id=run_id)
        )
        assert by_run.storage_location == root
        await store.delete_version(ADA, "digits", 2)
        kept = await store.get_logged_model(ADA, model.model_id)
        assert kept.registrations == [Registration("digits", 1)]
        await store.create_model(BOB, "mine", "", {})
        stolen = NewVersion(f"models:/{model.model_id}", model_id=model.model_id)
        with pytest.raises(NotFoundError, match="Logged model with ID"):
            await store.create_version(BOB, "mine", stolen)

    async def test_filters_find_the_models_that_match(self, store: Store) -> None:
        run_id = await start(store)
        a = await make(store, name="a", params={"lr": "0.1"}, tags={"team": "red"})
        b = await make(store, name="b", params={"lr": "0.2"}, tags={"team": "blue"})
        await make(store, name="c")
        await measure(store, run_id, a, 0.1, 0.8)
        await measure(store, run_id, b, 0.9)
        await measure(store, run_id, b, 0.2, key="loss")
        expected = {
            "": ["c", "b", "a"],
            "name = 'a'": ["a"],
            "name IN ('a', 'c') AND status = 'PENDING'": ["c", "a"],
            "attributes.name LIKE 'A'": [],
            "name ILIKE 'A'": ["a"],
            "creation_timestamp >= 0 AND params.lr = '0.1'": ["a"],
            "params.`lr` IN ('0.1', '0.2')": ["b", "a"],
            "tags.team != 'red'": ["b"],
            "tags.team NOT IN ('red', 'x')": ["b"],
            "metrics.acc > 0.5": ["b", "a"],
            "metrics.acc < 0.5": ["a"],
            "metrics.acc >= 0.9 AND metrics.loss < 1": ["b"],
            "metrics.nothing < 1": [],
        }
        for text, names in expected.items():
            assert await found(store, filter=text) == names, text

    async def test_models_are_ordered_by_their_latest_metric_on_a_dataset(
        self, store: Store
    ) -> None:
        run_id = await start(store)
        a, b = await make(store, name="a"), await make(store, name="b")
        await make(store, name="c")
        await measure(store, run_id, a, 0.9, 0.1)
        await measure(store, run_id, b, 0.5)
        await measure(store, run_id, a, 0.8, on="test")
        await measure(store, run_id, b, math.nan, on="train")
        by_all = ModelOrder("metrics.acc", ascending=False)
        assert await found(store, order_by=(by_all,)) == ["a", "c", "b"]  # that of b is NaN
        on_test = ModelOrder("metrics.acc", of_dataset=OfDataset("test", "test-digest"))
        assert (await found(store, order_by=(on_test,)))[0] == "a"
        by_name = ModelOrder("name", ascending=False)
        assert await found(store, order_by=(by_name,)) == ["c", "b", "a"]
        assert await found(store, datasets=(OfDataset("test"),)) == ["a"]
        assert await found(store, datasets=(OfDataset("test", "other"),)) == []
        on_either = (OfDataset("test"), OfDataset("train"))
        assert await found(store, datasets=on_either) == ["b", "a"]
        where = {"filter": "metrics.acc < 0.6", "datasets": (OfDataset("test"),)}
        assert await found(store, **where) == []

    async def test_models_cannot_be_ordered_by_anything(self, store: Store) -> None:
        for field in ("nothing", "params.lr", "tags.x"):
            with pytest.raises(InvalidError, match="Invalid order by field name"):
                await found(store, order_by=(ModelOrder(field),))

    async def test_searches_come_in_pages(self, store: Store) -> None:
        for number in range(7):
            await make(store, name=f"m{number}")
        seen, token = [], None
        while True:
            wanted = ModelSearch(("0",), max_results=3, page_token=token)
            page = await store.search_logged_models(ADA, wanted)
            seen += [model.name for model in page.items]
            if (token := page.next) is None:
                break
        assert seen == [f"m{number}" for number in reversed(range(7))]
