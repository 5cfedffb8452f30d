"""The model registry."""

import asyncio
from typing import Any

import pytest

from celltrail.errors import InvalidError, NotFoundError
from celltrail.events import new_id
from celltrail_server.callers import Caller
from celltrail_server.errors import AlreadyExistsError
from celltrail_server.store.contract import Search, Store
from celltrail_server.store.records import Artifact
from celltrail_server.store.registry.records import ModelVersion, NewVersion
from tests.server.contract.base import ADA, BIG, BOB, start
from tests.server.recording import T0, sha256_of

PROMPT = {"mlflow.prompt.is_prompt": "true"}
S3 = NewVersion("s3://bucket/model")


async def versions(store: Store, name: str = "m", count: int = 1) -> None:
    await store.create_model(ADA, name, "", {})
    for _ in range(count):
        await store.create_version(ADA, name, S3)


async def names(store: Store, text: str, *order: str, caller: Caller = ADA) -> list[str]:
    page = await store.search_models(caller, Search(filter=text, order_by=order))
    return [model.name for model in page.items]


async def numbers(store: Store, text: str, *order: str) -> list[tuple[str, int]]:
    page = await store.search_versions(ADA, Search(filter=text, order_by=order))
    return [(version.name, version.version) for version in page.items]


class RegistryContract:
    async def test_a_model_keeps_what_was_said_of_it(self, store: Store) -> None:
        made = await store.create_model(ADA, "digits é", "by hand", {"team": "vision"})
        assert made == await store.get_model(ADA, "digits é")
        assert (made.owner, made.description, made.tags) == ("ada", "by hand", {"team": "vision"})
        await store.set_model_tag(ADA, "digits é", "team", "🦕")
        await store.set_model_tag(ADA, "digits é", "more", "")
        await store.delete_model_tag(ADA, "digits é", "absent")
        await store.describe_model(ADA, "digits é", "better")
        found = await store.get_model(ADA, "digits é")
        assert (found.description, found.tags) == ("better", {"team": "🦕", "more": ""})
        assert found.latest_versions == []

    async def test_a_name_is_unique_for_its_owner(self, store: Store) -> None:
        await store.create_model(ADA, "m", "", {})
        await store.create_model(BOB, "m", "his", {})
        await store.create_model(Caller("ada", workspace="team"), "m", "ours", {})
        assert (await store.get_model(ADA, "m")).description == ""
        assert (await store.get_model(Caller("cy", workspace="team"), "m")).description == "ours"
        with pytest.raises(AlreadyExistsError, match=r"Registered Model \(name=m\) already exists"):
            await store.create_model(ADA, "m", "", {})
        with pytest.raises(AlreadyExistsError, match="create a prompt with name 'm'"):
            await store.create_model(ADA, "m", "", PROMPT)

    @pytest.mark.parametrize("name", ["", " ", "a/b", "a:b", "..", ".", "x" * 257, "a\x00b"])
    async def test_a_name_that_could_be_a_path_or_address_is_refused(
        self, store: Store, name: str
    ) -> None:
        with pytest.raises(InvalidError, match="name"):
            await store.create_model(ADA, name, "", {})
        await store.create_model(ADA, "m", "", {})
        with pytest.raises(InvalidError, match="name"):
            await store.rename_model(ADA, "m", name)

    async def test_versions_count_up_and_no_number_comes_twice(self, store: Store) -> None:
        await store.create_model(ADA, "m", "", {})
        made = await asyncio.gather(*(store.create_version(ADA, "m", S3) for _ in range(20)))
        assert sorted(version.version for version in made) == list(range(1, 21))
        await store.delete_version(ADA, "m", 20)
        assert (await store.create_version(ADA, "m", S3)).version == 21

    async def test_a_version_knows_who_registered_it_and_in_which_cell(self, store: Store) -> None:
        await store.create_model(ADA, "m", "", {})
        run_id, execution_id = await start(store), new_id()
        new = NewVersion(
            f"mlflow-artifacts:/0/{run_id}/artifacts/model", run_id, run_link="http://x",
            description="first", tags={"k": "v"}, execution_id=execution_id,
        )  # fmt: skip
        made = await store.create_version(ADA, "m", new)
        assert made == await store.get_version(ADA, "m", 1)
        assert made == ModelVersion(
            "m", 1, "None", "first", "ada", new.source, new.source, run_id, "http://x", "",
            execution_id, made.created_ms, made.created_ms, {"k": "v"}, [],
        )  # fmt: skip

    async def test_a_source_is_resolved_to_where_the_files_lie(self, store: Store) -> None:
        await store.create_model(ADA, "m", "", {})
        run_id = await start(store)
        source = f"runs:/{run_id}/model"
        early = await store.create_version(ADA, "m", NewVersion(source, run_id))
        assert early.storage_location == source
        await store.add_blob(ADA, sha256_of(b"x"), 1)
        file = Artifact("model/MLmodel", sha256_of(b"x"), 1, "text/plain", T0)
        await store.log_artifact(ADA, run_id, file)
        late = await store.create_version(ADA, "m", NewVersion(source, run_id))
        assert late.storage_location == f"mlflow-artifacts:/0/{run_id}/artifacts/model"
        assert (late.source, late.run_id) == (source, run_id)

    async def test_a_copy_of_a_version_has_its_files_and_lineage(self, store: Store) -> None:
        await versions(store)
        run_id = await start(store)
        source = f"mlflow-artifacts:/0/{run_id}/artifacts/model"
        await store.create_version(ADA, "m", NewVersion(source, run_id))
        await store.set_alias(ADA, "m", "champ", 2)
        await store.move_version(ADA, "m", 2, "staging", archive_others=False)
        await store.create_model(ADA, "copy", "", {})
        for place in ("m/2", "m@champ", "m/Staging", "m/latest"):
            copy = await store.create_version(ADA, "copy", NewVersion(f"models:/{place}"))
            assert (copy.source, copy.storage_location) == ("models:/m/2", source)
            assert copy.run_id == run_id
        with pytest.raises(InvalidError, match="must match the referenced model version"):
            await store.create_version(ADA, "copy", NewVersion("models:/m/2", "other"))
        with pytest.raises(NotFoundError, match=r"Model Version \(name=m, version=77\) not found"):
            await store.create_version(ADA, "copy", NewVersion("models:/m/77"))
        assert len(await numbers(store, "name = 'copy'")) == 4

    async def test_a_source_in_a_run_of_others_is_refused(self, store: Store) -> None:
        await store.create_model(ADA, "m", "", {})
        his = await start(store, BOB)
        for source in (f"runs:/{his}/model", f"mlflow-artifacts:/0/{his}/artifacts/model"):
            with pytest.raises(InvalidError, match="must identify the resource"):
                await store.create_version(ADA, "m", NewVersion(source, his))
        with pytest.raises(NotFoundError, match="Logged model with ID 'm-1' not found"):
            await store.create_version(ADA, "m", NewVersion("models:/m-1", model_id="m-1"))

    async def test_an_alias_moves_and_goes_with_its_version(self, store: Store) -> None:
        await versions(store, count=3)
        for version in (1, 2):
            await store.set_alias(ADA, "m", "champ", version)
        await store.set_alias(ADA, "m", "old", 1)
        assert (await store.get_by_alias(ADA, "m", "champ")).version == 2
        assert (await store.get_by_alias(ADA, "m", "LATEST")).version == 3
        assert (await store.get_model(ADA, "m")).aliases == {"champ": 2, "old": 1}
        assert (await store.get_version(ADA, "m", 2)).aliases == ["champ"]
        await store.delete_version(ADA, "m", 2)
        await store.delete_alias(ADA, "m", "old")
        await store.delete_alias(ADA, "m", "never")
        assert (await store.get_model(ADA, "m")).aliases == {}
        with pytest.raises(InvalidError, match="Registered model alias champ not found"):
            await store.get_by_alias(ADA, "m", "champ")

    @pytest.mark.parametrize(
        "alias", ["", "a b", "v1", "V22", "latest", "LaTest", "x" * 256, "a\n"]
    )
    async def test_an_alias_that_means_something_else_is_refused(
        self, store: Store, alias: str
    ) -> None:
        await versions(store)
        with pytest.raises(InvalidError, match="alias"):
            await store.set_alias(ADA, "m", alias, 1)

    async def test_a_stage_can_archive_the_versions_before(self, store: Store) -> None:
        await versions(store, count=4)
        for version in (1, 2):
            await store.move_version(ADA, "m", version, "production", archive_others=False)
        moved = await store.move_version(ADA, "m", 3, "PRODUCTION", archive_others=True)
        assert moved.stage == "Production"
        latest = await store.latest_versions(ADA, "m", [])
        assert [(one.stage, one.version) for one in latest] == [
            ("Archived", 2), ("Production", 3), ("None", 4),
        ]  # fmt: skip
        assert [one.version for one in await store.latest_versions(ADA, "m", ["none"])] == [4]
        assert (await store.get_model(ADA, "m")).latest_versions == latest
        with pytest.raises(InvalidError, match="'None' is not an Active stage"):
            await store.move_version(ADA, "m", 3, "None", archive_others=True)
        with pytest.raises(InvalidError, match="Invalid Model Version stage: Deleted_Internal"):
            await store.move_version(ADA, "m", 3, "Deleted_Internal", archive_others=False)

    async def test_a_deleted_version_is_gone_and_its_number_stays(self, store: Store) -> None:
        await versions(store, count=2)
        await store.set_version_tag(ADA, "m", 2, "k", "v")
        await store.delete_version(ADA, "m", 2)
        calls: list[Any] = [
            store.get_version(ADA, "m", 2),
            store.delete_version(ADA, "m", 2),
            store.describe_version(ADA, "m", 2, "x"),
            store.move_version(ADA, "m", 2, "Staging", archive_others=False),
            store.set_version_tag(ADA, "m", 2, "k", "v"),
            store.delete_version_tag(ADA, "m", 2, "k"),
            store.set_alias(ADA, "m", "champ", 2),
        ]
        for call in calls:
            with pytest.raises(NotFoundError, match=r"\(name=m, version=2\) not found"):
                await call
        assert await numbers(store, "") == [("m", 1)]
        assert [one.version for one in (await store.get_model(ADA, "m")).latest_versions] == [1]

    async def test_a_version_keeps_tags_and_description(self, store: Store) -> None:
        await versions(store)
        await store.set_version_tag(ADA, "m", 1, "k", "1")
        await store.set_version_tag(ADA, "m", 1, "k", "2")
        await store.set_version_tag(ADA, "m", 1, "gone", "x" * 100_000)
        await store.delete_version_tag(ADA, "m", 1, "gone")
        await store.delete_version_tag(ADA, "m", 1, "never")
        changed = await store.describe_version(ADA, "m", 1, "words")
        assert (changed.tags, changed.description) == ({"k": "2"}, "words")
        assert (await store.describe_version(ADA, "m", 1, None)).description is None
        with pytest.raises(InvalidError, match="'value' exceeds the maximum length of 100000"):
            await store.set_version_tag(ADA, "m", 1, "k", "x" * 100_001)
        with pytest.raises(InvalidError, match="Names may only contain"):
            await store.set_version_tag(ADA, "m", 1, "k\n", "v")

    async def test_a_renamed_model_takes_its_versions_along(self, store: Store) -> None:
        await versions(store, count=2)
        await store.create_model(ADA, "taken", "", {})
        await store.set_alias(ADA, "m", "champ", 1)
        with pytest.raises(AlreadyExistsError, match=r"\(name=taken\) already exists"):
            await store.rename_model(ADA, "m", "taken")
        assert (await store.rename_model(ADA, "m", "m")).name == "m"
        assert (await store.rename_model(ADA, "m", "new")).aliases == {"champ": 1}
        assert (await store.get_by_alias(ADA, "new", "champ")).name == "new"
        with pytest.raises(NotFoundError, match="Registered Model with name=m not found"):
            await store.get_model(ADA, "m")
        await store.create_model(ADA, "m", "another", {})

    async def test_a_deleted_model_leaves_nothing_behind(self, store: Store) -> None:
        await versions(store, count=2)
        await store.set_alias(ADA, "m", "champ", 1)
        await store.set_model_tag(ADA, "m", "k", "v")
        await store.set_version_tag(ADA, "m", 1, "k", "v")
        await store.delete_model(ADA, "m")
        assert (await names(store, ""), await numbers(store, "")) == ([], [])
        await versions(store)
        again = await store.get_model(ADA, "m")
        assert (again.tags, again.aliases) == ({}, {})
        assert [one.version for one in again.latest_versions] == [1]

    async def test_models_are_found_by_name_and_tag(self, store: Store) -> None:
        await store.create_model(ADA, "alpha", "", {"team": "red"})
        await store.create_model(ADA, "Alpine", "", {"team": "blue"})
        await store.create_model(ADA, "beta", "", {})
        await store.create_model(BOB, "alpha", "", {"team": "red"})
        assert await names(store, "") == sorted(["alpha", "Alpine", "beta"])
        assert await names(store, "name LIKE 'al%'") == ["alpha"]
        assert await names(store, "name ILIKE 'AL%'", "name DESC") == ["alpha", "Alpine"]
        assert await names(store, "name IN ('beta', 'alpha')") == ["alpha", "beta"]
        assert await names(store, "tags.team != 'red'") == ["Alpine"]
        await store.describe_model(ADA, "alpha", "touched")
        assert (await names(store, "", "last_updated_timestamp DESC"))[0] == "alpha"
        with pytest.raises(InvalidError, match="Invalid attribute key 'color'"):
            await names(store, "color = 'red'")
        assert await names(store, "", "tags.team DESC") == ["alpha", "Alpine", "beta"]
        assert await names(store, "NOT tags.team = 'red' OR name = 'alpha'") == [
            "Alpine", "alpha", "beta",
        ]  # fmt: skip

    async def test_versions_are_found_by_name_number_run_source_and_tag(self, store: Store) -> None:
        await versions(store, "a", 3)
        await store.create_model(ADA, "b", "", {})
        new = NewVersion("gs://b/x", "r1", tags={"k": "v"})
        await store.create_version(ADA, "b", new)
        assert await numbers(store, "name = 'a' AND version_number >= 2") == [("a", 3), ("a", 2)]
        assert await numbers(store, "", "version_number ASC", "name") == [
            ("a", 1), ("b", 1), ("a", 2), ("a", 3),
        ]  # fmt: skip
        assert await numbers(store, "run_id = 'r1'") == [("b", 1)]
        assert await numbers(store, "run_id IN ('r1', 'r2')") == [("b", 1)]
        assert await numbers(store, "source_path LIKE 'gs:%'") == [("b", 1)]
        assert await numbers(store, "tags.k = 'v'") == [("b", 1)]
        for number in ("1.5", str(BIG * 10), "1e999"):
            assert await numbers(store, f"version_number = {number}") == []

    async def test_pages_hold_each_model_and_version_once(self, store: Store) -> None:
        for name in "abcde":
            await versions(store, name, 2)
        for search in (store.search_models, store.search_versions):
            seen, token = [], None
            while True:
                page: Any = await search(ADA, Search(max_results=2, page_token=token))
                seen += [(one.name, getattr(one, "version", 0)) for one in page.items]
                token = page.next
                if token is None:
                    break
            assert len(set(seen)) == len(seen) == (5 if search == store.search_models else 10)

    async def test_the_versions_of_a_model_are_listed_newest_first(self, store: Store) -> None:
        await versions(store, count=4)
        await versions(store, "other")
        await store.delete_version(ADA, "m", 3)
        first = await store.list_versions(ADA, "m", 2, None)
        rest = await store.list_versions(ADA, "m", 2, first.next)
        assert [one.version for one in (*first.items, *rest.items)] == [4, 2, 1]
        assert rest.next is None

    async def test_prompts_are_shown_only_to_who_asks_for_them(self, store: Store) -> None:
        await versions(store)
        await store.create_model(ADA, "p", "", PROMPT)
        await store.create_version(ADA, "p", NewVersion("dummy-source", tags=PROMPT))
        tag = "tags.`mlflow.prompt.is_prompt`"
        for text in ("", f"{tag} != 'true'", f"{tag} = 'false'", f"{tag} = 'x'"):
            assert await names(store, text) == ["m"]
            assert await numbers(store, text) == [("m", 1)]
        for text in (f"{tag} = 'true'", f"{tag} = 'true' AND name LIKE 'p%'"):
            assert await names(store, text) == ["p"]
            assert await numbers(store, text) == [("p", 1)]
        with pytest.raises(InvalidError, match="Invalid prompt source: 's3://x'"):
            await store.create_version(ADA, "p", NewVersion("s3://x", tags=PROMPT))
        with pytest.raises(InvalidError, match="Prompt versions cannot be used"):
            await store.create_version(ADA, "m", NewVersion("models:/p/1"))

    async def test_models_of_others_do_not_exist(self, store: Store) -> None:
        await store.create_model(BOB, "his", "", {})
        await store.create_version(BOB, "his", S3)
        await store.set_alias(BOB, "his", "champ", 1)
        calls: list[Any] = [
            store.get_model(ADA, "his"),
            store.describe_model(ADA, "his", "x"),
            store.rename_model(ADA, "his", "mine"),
            store.delete_model(ADA, "his"),
            store.latest_versions(ADA, "his", []),
            store.set_model_tag(ADA, "his", "k", "v"),
            store.delete_model_tag(ADA, "his", "k"),
            store.set_alias(ADA, "his", "mine", 1),
            store.delete_alias(ADA, "his", "champ"),
            store.get_by_alias(ADA, "his", "champ"),
            store.create_version(ADA, "his", S3),
            store.list_versions(ADA, "his", 10, None),
            store.get_version(ADA, "his", 1),
            store.describe_version(ADA, "his", 1, "x"),
            store.move_version(ADA, "his", 1, "Staging", archive_others=False),
            store.delete_version(ADA, "his", 1),
            store.set_version_tag(ADA, "his", 1, "k", "v"),
            store.delete_version_tag(ADA, "his", 1, "k"),
        ]
        for call in calls:
            with pytest.raises(NotFoundError):
                await call
        await store.create_model(ADA, "mine", "", {})
        with pytest.raises(NotFoundError):
            await store.create_version(ADA, "mine", NewVersion("models:/his/1"))
        assert await names(store, "name LIKE '%'") == ["mine"]
        assert await numbers(store, "") == []
        assert (await store.get_by_alias(BOB, "his", "champ")).version == 1

    async def test_numbers_beyond_64_bits_are_no_versions(self, store: Store) -> None:
        await versions(store)
        for number in (0, -1, BIG):
            with pytest.raises(NotFoundError):
                await store.get_version(ADA, "m", number)
