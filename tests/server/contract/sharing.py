"""Who may see and change what, and what is kept of who decided so."""

from collections.abc import Awaitable

import pytest

from celltrail import events
from celltrail.errors import InvalidError, NotFoundError
from celltrail.events import new_id
from celltrail_server.callers import Caller, in_workspace
from celltrail_server.errors import AlreadyExistsError, ForbiddenError
from celltrail_server.store.contract import Search, Store
from celltrail_server.store.records import Artifact, Level, NewRun
from celltrail_server.store.sharing import Grant, NewSharing
from tests.server.contract.base import ADA, BOB, start
from tests.server.recording import T0, batch, metrics, run_started, sha256_of

CARL = Caller("carl", frozenset({"vision"}))
DORA = Caller("dora", frozenset({"vision", "speech"}))
LEAD = Caller("lead", frozenset({"vision"}), frozenset({"vision"}))
ROOT = Caller("root", is_admin=True)
PRIVATE = NewSharing("private", [])
PUBLIC = NewSharing("public", [])


def grants(**levels: Level) -> NewSharing:
    """Sharing with users, and with groups as `group_NAME`."""
    return NewSharing(
        "private", [Grant(name.replace("_", ":"), level) for name, level in levels.items()]
    )


async def shared(store: Store, new: NewSharing, name: str = "digits") -> tuple[str, str]:
    """An experiment of ada's that is shared, and a run in it."""
    experiment_id = await store.create_experiment(ADA, name, {})
    run_id = await start(store, ADA, experiment_id=experiment_id)
    await store.share(ADA, experiment_id, new)
    return experiment_id, run_id


async def names_of(store: Store, caller: Caller) -> list[str]:
    return [one.name for one in await store.list_experiments(caller)]


async def outcome(call: Awaitable[object]) -> str:
    try:
        await call
    except NotFoundError:
        return "404"
    except ForbiddenError:
        return "403"
    return "ok"


class SharingContract:
    @pytest.mark.parametrize(
        ("new", "expected"),
        [
            (PRIVATE, "404 404 404 404"),
            (PUBLIC, "ok 403 403 403"),
            (grants(bob="read"), "404 404 404 404"),
            (grants(carl="read"), "ok 403 403 403"),
            (grants(carl="write"), "ok ok 403 403"),
            (grants(carl="manage"), "ok ok ok 403"),
            (grants(group_vision="read"), "ok 403 403 403"),
            (grants(group_vision="read", carl="write"), "ok ok 403 403"),
            (grants(group_speech="manage", vision="manage"), "404 404 404 404"),
        ],
    )
    async def test_each_level_allows_what_it_says(
        self, store: Store, new: NewSharing, expected: str
    ) -> None:
        experiment_id, run_id = await shared(store, new)
        found = [
            await outcome(store.get_run(CARL, run_id)),
            await outcome(store.log(CARL, run_id, tags={"k": "v"})),
            await outcome(store.rename_experiment(CARL, experiment_id, "numbers")),
            await outcome(
                store.share(CARL, experiment_id, NewSharing("private", [], owner="carl"))
            ),
        ]
        assert found == expected.split()

    async def test_a_reader_is_told_who_can_let_them_write(self, store: Store) -> None:
        experiment_id, run_id = await shared(store, grants(bob="read"))
        message = f"you may not write the experiment 'digits' with id={experiment_id}; ada can"
        with pytest.raises(ForbiddenError, match=message):
            await store.log(BOB, run_id, tags={"k": "v"})
        with pytest.raises(ForbiddenError, match=message):
            await store.create_run(BOB, experiment_id, NewRun(new_id(), "r", T0))
        answer = await store.append_events(BOB, new_id(), batch(1, [metrics(run_id, 1, a=1)]))
        assert message in answer.rejected[0].message

    async def test_what_is_no_longer_shared_is_gone(self, store: Store) -> None:
        experiment_id, run_id = await shared(store, grants(bob="manage", group_vision="write"))
        assert (await store.get_run(CARL, run_id)).run_id == run_id
        with pytest.raises(NotFoundError):  # no longer in the group
            await store.get_run(Caller("carl"), run_id)
        await store.share(ADA, experiment_id, PRIVATE)
        for caller in (BOB, CARL):
            with pytest.raises(NotFoundError):
                await store.get_run(caller, run_id)
            assert await names_of(store, caller) == []

    async def test_lists_hold_ones_own_first_and_say_what_one_may(self, store: Store) -> None:
        await store.create_experiment(BOB, "mine", {})
        experiment_id, _ = await shared(store, grants(bob="write"))
        await store.share(ADA, await store.create_experiment(ADA, "open", {}), PUBLIC)
        await store.create_experiment(ADA, "closed", {})
        listed = await store.list_experiments(BOB)
        assert [(one.name, one.owner, one.level, one.is_public) for one in listed] == [
            ("mine", "bob", "manage", False),
            ("open", "ada", "read", True),
            ("digits", "ada", "write", False),
        ]
        page = await store.search_experiments(BOB, Search(order_by=("name",)))
        assert [one.name for one in page.items] == ["Default", "digits", "mine", "open"]
        ids = tuple(one.experiment_id for one in page.items)
        runs = (await store.search_runs(BOB, Search(experiment_ids=ids))).items
        assert [(run.experiment_id, run.owner) for run in runs] == [(experiment_id, "ada")]
        assert len((await store.list_runs(BOB, None, None, 10, None)).items) == 1
        assert len((await store.list_runs(CARL, None, None, 10, None)).items) == 0

    async def test_whoever_starts_a_run_in_a_shared_experiment_owns_it(self, store: Store) -> None:
        experiment_id, of_ada = await shared(store, grants(bob="write", carl="manage"))
        of_bob = await start(store, BOB, experiment_id=experiment_id)
        assert (await store.get_run(ADA, of_bob)).owner == "bob"
        await store.log(ADA, of_bob, tags={"seen": "yes"})
        with pytest.raises(ForbiddenError, match="manage"):
            await store.set_run_lifecycle(BOB, of_ada, "deleted")
        away = events.RunUpdated(of_ada, experiment="private")
        answer = await store.append_events(BOB, new_id(), batch(1, [away]))
        assert "manage" in answer.rejected[0].message
        assert (await store.get_run(ADA, of_ada)).experiment_id == experiment_id
        await store.set_run_lifecycle(BOB, of_bob, "deleted")
        await store.set_run_lifecycle(CARL, of_bob, "active")
        await store.set_run_lifecycle(CARL, of_ada, "deleted")

    async def test_a_reader_sees_files_but_does_not_possess_them(self, store: Store) -> None:
        _, run_id = await shared(store, grants(bob="read"))
        sha256 = sha256_of(b"x")
        await store.add_blob(ADA, sha256, 1)
        artifact = Artifact("a", sha256, 1, "text/plain", T0)
        await store.log_artifact(ADA, run_id, artifact)
        assert await store.get_artifact(BOB, run_id, "a") == artifact
        assert await store.blob_size(BOB, sha256) is None
        with pytest.raises(InvalidError, match="no blob"):
            await store.log_artifact(BOB, await start(store, BOB), artifact)

    async def test_a_cell_run_is_written_by_who_may_write_its_run(self, store: Store) -> None:
        experiment_id, run_id = await shared(store, grants(bob="read"))
        cell, ended = new_id(), events.CellEnded
        await store.append_events(
            ADA, new_id(), batch(1, [events.CellStarted(cell, run_id, 1, "1", T0)])
        )
        stream = new_id()
        answer = await store.append_events(BOB, stream, batch(1, [ended(cell, "ok", 1.0)]))
        assert "Permission denied" in answer.rejected[0].message
        answer = await store.append_events(CARL, new_id(), batch(1, [ended(cell, "ok", 1.0)]))
        assert answer.rejected[0].message == f"no cell execution {cell} has started"
        await store.share(ADA, experiment_id, grants(bob="write"))
        answer = await store.append_events(BOB, stream, batch(2, [ended(cell, "ok", 1.0)]))
        assert answer.rejected == []

    async def test_somebody_elses_default_is_known_by_its_number(self, store: Store) -> None:
        run_id = await start(store, ADA)
        sharing = await store.share(ADA, "0", grants(bob="write"))
        assert sharing.experiment_id == "0"
        [found] = await store.list_experiments(BOB)
        assert (found.owner, found.experiment_id != "0") == ("ada", True)
        assert (await store.get_run(BOB, run_id)).experiment_id == found.experiment_id
        assert (await store.get_run(ADA, run_id)).experiment_id == "0"
        assert (await store.get_experiment(BOB, "0")).owner == "bob"
        assert (await store.get_experiment(ADA, found.experiment_id)).experiment_id == "0"
        assert (await store.get_run(BOB, await start(store, BOB))).experiment_id == "0"

    async def test_a_name_means_ones_own_experiment_or_the_only_one_to_record_into(
        self, store: Store
    ) -> None:
        async def record(caller: Caller) -> str:
            run_id = new_id()
            answer = await store.append_events(
                caller, new_id(), batch(1, [run_started(run_id, experiment="digits")])
            )
            assert answer.rejected == []
            return (await store.get_run(caller, run_id)).experiment_id

        readable, _ = await shared(store, grants(bob="read", carl="write"))
        with pytest.raises(NotFoundError):
            await store.get_experiment_by_name(BOB, "digits")
        of_bob = await record(BOB)
        assert of_bob != readable
        assert (await store.get_experiment_by_name(CARL, "digits")).experiment_id == readable
        assert await record(CARL) == readable

        await store.share(BOB, of_bob, grants(carl="write"))
        message = f"shared with you: say which by its id, {readable}, {of_bob}"
        with pytest.raises(NotFoundError, match=message):
            await store.get_experiment_by_name(CARL, "digits")
        of_carl = await record(CARL)
        assert of_carl not in (readable, of_bob)
        assert (await store.get_experiment_by_name(CARL, "digits")).experiment_id == of_carl

    async def test_a_deleted_experiment_of_others_takes_no_runs_by_name(self, store: Store) -> None:
        experiment_id, _ = await shared(store, grants(bob="write"))
        await store.set_experiment_lifecycle(ADA, experiment_id, "deleted")
        run_id = new_id()
        await store.append_events(BOB, new_id(), batch(1, [run_started(run_id)]))
        assert (await store.get_run(BOB, run_id)).experiment_id != experiment_id
        assert (await store.get_experiment(ADA, experiment_id)).lifecycle_stage == "deleted"

    async def test_members_record_into_what_their_group_owns(self, store: Store) -> None:
        in_vision = in_workspace(CARL, "vision")
        experiment_id = await store.create_experiment(in_vision, "digits", {})
        found = await store.get_experiment(DORA, experiment_id)
        assert (found.owner, found.level) == ("group:vision", "write")
        run_id = await start(store, DORA, experiment_id=experiment_id)
        assert (await store.get_run(CARL, run_id)).owner == "dora"
        with pytest.raises(NotFoundError):
            await store.get_experiment(BOB, experiment_id)
        with pytest.raises(ForbiddenError, match="carl, or who leads the group vision, can"):
            await store.set_experiment_lifecycle(DORA, experiment_id, "deleted")
        with pytest.raises(NotFoundError):  # no longer in the group that they created it for
            await store.get_experiment(Caller("carl"), experiment_id)
        await store.set_experiment_lifecycle(CARL, experiment_id, "deleted")
        await store.set_experiment_lifecycle(LEAD, experiment_id, "active")

    async def test_a_workspace_has_names_and_a_default_of_its_own(self, store: Store) -> None:
        here = in_workspace(CARL, "vision")
        own = await store.create_experiment(CARL, "digits", {})
        theirs = await store.create_experiment(here, "digits", {})
        assert own != theirs
        with pytest.raises(AlreadyExistsError):
            await store.create_experiment(in_workspace(DORA, "vision"), "digits", {})
        assert (await store.get_experiment_by_name(here, "digits")).experiment_id == theirs
        assert (await store.get_experiment_by_name(CARL, "digits")).experiment_id == own
        run_id = await start(store, here)
        assert (await store.get_run(here, run_id)).experiment_id == "0"
        assert (await store.get_experiment(here, "0")).owner == "group:vision"
        assert {one.owner for one in await store.list_experiments(here)} == {"group:vision"}
        assert sorted(await names_of(store, CARL)) == ["Default", "digits", "digits"]
        assert await names_of(store, in_workspace(CARL, "carl")) == ["digits"]
        with pytest.raises(ForbiddenError, match="who leads the group vision can"):
            await store.rename_experiment(here, "0", "x")

    async def test_a_group_is_not_the_user_of_its_name(self, store: Store) -> None:
        user = Caller("vision")
        theirs = await store.create_experiment(in_workspace(CARL, "vision"), "digits", {})
        own = await store.create_experiment(user, "digits", {})
        assert [one.experiment_id for one in await store.list_experiments(user)] == [own]
        await store.share(
            ADA, (await shared(store, grants(vision="read")))[0], grants(vision="read")
        )
        assert [one.experiment_id for one in await store.list_experiments(CARL)] == [theirs]

    async def test_an_owner_gives_an_experiment_to_a_group(self, store: Store) -> None:
        experiment_id = await store.create_experiment(CARL, "digits", {})
        await store.share(CARL, experiment_id, grants(dora="manage"))
        to_group = NewSharing("private", [], owner="group:vision")
        with pytest.raises(ForbiddenError, match=r"may not give away .*carl can"):
            await store.share(DORA, experiment_id, to_group)
        with pytest.raises(ForbiddenError, match="not to bob"):
            await store.share(CARL, experiment_id, NewSharing("private", [], owner="bob"))
        assert (await store.share(CARL, experiment_id, to_group)).owner == "group:vision"
        assert (await store.get_experiment(DORA, experiment_id)).level == "write"
        assert (await store.get_experiment(CARL, experiment_id)).level == "manage"
        again = await store.create_experiment(CARL, "digits", {})
        with pytest.raises(AlreadyExistsError, match="the group vision"):
            await store.share(CARL, again, to_group)
        with pytest.raises(InvalidError, match="Default"):
            await store.share(CARL, "0", to_group)

    async def test_an_administrator_may_share_and_give_away_but_not_read(
        self, store: Store
    ) -> None:
        experiment_id, run_id = await shared(store, PRIVATE)
        assert await names_of(store, ROOT) == []
        for call in (
            store.get_experiment(ROOT, experiment_id),
            store.get_run(ROOT, run_id),
            store.log(ROOT, run_id, tags={"k": "v"}),
            store.set_experiment_lifecycle(ROOT, experiment_id, "deleted"),
        ):
            with pytest.raises(NotFoundError):
                await call
        await store.share(ROOT, experiment_id, grants(root="read"))
        assert (await store.get_run(ROOT, run_id)).run_id == run_id
        page = await store.experiment_audit(ADA, experiment_id, 1, None)
        assert [(one.who, one.action) for one in page.items] == [("root", "share")]
        await store.share(ROOT, experiment_id, NewSharing("private", [], owner="bob"))
        assert (await store.get_run(BOB, run_id)).run_id == run_id
        with pytest.raises(NotFoundError):
            await store.get_run(ADA, run_id)

    @pytest.mark.parametrize(
        ("new", "message"),
        [
            (NewSharing("private", [Grant("bob", "read"), Grant("bob", "write")]), "twice"),
            (NewSharing("private", [Grant("", "read")]), "is nobody"),
            (NewSharing("private", [Grant("group:", "read")]), "is nobody"),
            (NewSharing("private", [Grant("a\nb", "read")]), "is nobody"),
            (NewSharing("private", [Grant("b" * 256, "read")]), "maximum length"),
            (NewSharing("private", [Grant("ada", "read")]), "ada owns the experiment"),
            (NewSharing("private", [Grant(f"u{n}", "read") for n in range(1001)]), "at most 1000"),
        ],
    )
    async def test_grants_that_mean_nothing_are_refused_and_change_nothing(
        self, store: Store, new: NewSharing, message: str
    ) -> None:
        experiment_id, _ = await shared(store, grants(carl="read"))
        with pytest.raises(InvalidError, match=message):
            await store.share(ADA, experiment_id, new)
        assert (await store.get_sharing(ADA, experiment_id)).grants == [Grant("carl", "read")]

    async def test_the_audit_tells_those_who_manage_who_did_what(self, store: Store) -> None:
        here = Caller("ada", address="198.51.100.7")
        experiment_id, run_id = await shared(store, grants(bob="write"))
        await store.rename_experiment(here, experiment_id, "numbers")
        await store.set_run_lifecycle(here, run_id, "deleted")
        await store.set_run_lifecycle(here, run_id, "active")
        await store.set_experiment_lifecycle(here, experiment_id, "deleted")
        first = await store.experiment_audit(ADA, experiment_id, 3, None)
        rest = await store.experiment_audit(ADA, experiment_id, 3, first.next)
        found = first.items + rest.items
        assert [(one.action, one.entity, one.entity_id) for one in found] == [
            ("delete", "experiment", experiment_id),
            ("restore", "run", run_id),
            ("delete", "run", run_id),
            ("rename", "experiment", experiment_id),
            ("share", "experiment", experiment_id),
        ]
        assert rest.next is None
        assert {(one.who, one.owner) for one in found} == {("ada", "ada")}
        assert [one.address for one in found] == ["198.51.100.7"] * 4 + [""]
        assert found[3].detail == {"before": "digits", "after": "numbers"}
        assert found[4].detail["after"]["grants"] == [{"grantee": "bob", "level": "write"}]
        with pytest.raises(ForbiddenError):
            await store.experiment_audit(BOB, experiment_id, 10, None)
        with pytest.raises(NotFoundError):
            await store.experiment_audit(CARL, experiment_id, 10, None)

    async def test_only_administrators_read_the_audit_of_the_server(self, store: Store) -> None:
        await shared(store, PRIVATE)
        await store.create_model(BOB, "m", "", {})
        await store.delete_model(BOB, "m")
        page = await store.server_audit(ROOT, 10, None)
        assert [(one.who, one.action, one.entity, one.owner) for one in page.items] == [
            ("bob", "delete", "registered_model", "bob"),
            ("ada", "share", "experiment", "ada"),
        ]
        with pytest.raises(ForbiddenError, match="administrators"):
            await store.server_audit(ADA, 10, None)
        with pytest.raises(InvalidError, match="no token"):
            await store.server_audit(ROOT, 10, "x")

    async def test_a_change_that_fails_leaves_no_entry(self, store: Store) -> None:
        experiment_id, _ = await shared(store, PRIVATE)
        await store.create_experiment(ADA, "taken", {})
        with pytest.raises(AlreadyExistsError):
            await store.rename_experiment(ADA, experiment_id, "taken")
        page = await store.experiment_audit(ADA, experiment_id, 10, None)
        assert [one.action for one in page.items] == ["share"]

    async def test_a_group_works_with_models_of_its_own(self, store: Store) -> None:
        await store.create_model(in_workspace(CARL, "vision"), "m", "", {})
        assert (await store.get_model(in_workspace(DORA, "vision"), "m")).owner == "group:vision"
        with pytest.raises(NotFoundError):
            await store.get_model(CARL, "m")
