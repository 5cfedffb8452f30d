"""Webhooks, and what is on its way to them."""

import json
from typing import Any

import pytest

from celltrail.errors import InvalidError, NotFoundError
from celltrail.events import now_ms
from celltrail_server.callers import Caller
from celltrail_server.store.contract import Store
from celltrail_server.store.deliveries import MAX_WAITING, Delivery
from celltrail_server.store.registry.records import NewVersion
from celltrail_server.store.webhooks import Webhook, WebhookFields
from celltrail_server.webhooks.events import EXAMPLES, Event
from tests.server.contract.base import ADA, BOB

CREATED = Event("registered_model", "created")
PROMPT = {"mlflow.prompt.is_prompt": "true"}


async def hook(store: Store, *events: Event, caller: Caller = ADA, **fields: Any) -> Webhook:
    values = {"name": "h", "url": "https://example.org/x", "events": list(events)} | fields
    return await store.create_webhook(caller, WebhookFields(**values))


async def take(store: Store, *except_to: str) -> list[Delivery]:
    return await store.take_deliveries(10, 60, except_to)


async def told(store: Store) -> list[tuple[Event, Any]]:
    """Take and settle what waits; return it in order."""
    found = []
    while taken := await take(store):
        for delivery in taken:
            body = json.loads(delivery.body)
            found.append((Event(body["entity"], body["action"]), body["data"]))
            await store.settle_delivery(delivery.pk, None)
    return found


class WebhookContract:
    async def test_a_webhook_keeps_what_was_said_and_never_tells_its_secret(
        self, store: Store
    ) -> None:
        made = await hook(store, CREATED, CREATED, secret="s3cret", description="d")
        assert made == await store.get_webhook(ADA, made.webhook_id)
        assert (made.name, made.description, made.url) == ("h", "d", "https://example.org/x")
        assert (made.events, made.status) == ([CREATED], "ACTIVE")
        await store.create_model(ADA, "m", "", {})
        [delivery] = await take(store)
        target = await store.get_target(ADA, made.webhook_id)
        assert (delivery.secret, target.secret) == ("s3cret", "s3cret")
        shown = f"{made!r} {delivery!r} {target!r} {WebhookFields(secret='s3cret')!r}"
        assert "s3cret" not in shown

    async def test_an_error_of_the_database_does_not_show_the_secret(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = await hook(store, CREATED)
        monkeypatch.setattr("uuid.uuid4", lambda: made.webhook_id)
        with pytest.raises(Exception, match="webhooks") as caught:
            await hook(store, CREATED, secret="s3cret")
        assert type(caught.value).__name__ == "IntegrityError"
        assert "s3cret" not in str(caught.value)

    async def test_what_is_not_given_stays(self, store: Store) -> None:
        made = await hook(store, CREATED, secret="s", description="d")
        alias = Event("prompt_alias", "created")
        fields = WebhookFields(name="new", events=[alias], description="")
        changed = await store.change_webhook(ADA, made.webhook_id, fields)
        assert (changed.name, changed.events, changed.url) == ("new", [alias], made.url)
        assert changed.description == ""
        assert (await store.get_target(ADA, made.webhook_id)).secret == "s"
        await store.change_webhook(ADA, made.webhook_id, WebhookFields(secret=""))
        assert (await store.get_target(ADA, made.webhook_id)).secret is None

    @pytest.mark.parametrize("name", ["", "-", "a b", "x" * 64, ".a", "a\n"])
    async def test_a_webhook_has_a_plain_name(self, store: Store, name: str) -> None:
        with pytest.raises(InvalidError, match="Webhook name"):
            await hook(store, CREATED, name=name)

    async def test_an_event_that_never_happens_is_refused(self, store: Store) -> None:
        for event in (Event("registered_model", "set"), Event("budget_policy", "exceeded")):
            with pytest.raises(InvalidError, match=f"Invalid action '{event.action}'"):
                await hook(store, event)

    async def test_webhooks_are_listed_by_page_newest_first(self, store: Store) -> None:
        for name in "abc":
            await hook(store, CREATED, name=name)
        await hook(store, CREATED, caller=BOB)
        first = await store.list_webhooks(ADA, 2, None)
        rest = await store.list_webhooks(ADA, 2, first.next)
        assert [one.name for one in (*first.items, *rest.items)] == ["c", "b", "a"]
        assert rest.next is None

    async def test_each_change_of_a_model_is_told(self, store: Store) -> None:
        await hook(store, *EXAMPLES)
        await store.create_model(ADA, "m", "words", {"k": "v"})
        await store.create_version(ADA, "m", NewVersion("s3://b/x", tags={"a": "b"}))
        await store.set_model_tag(ADA, "m", "k", "2")  # MLflow knows no event for it
        await store.set_version_tag(ADA, "m", 1, "k", "v")
        await store.delete_version_tag(ADA, "m", 1, "k")
        await store.set_alias(ADA, "m", "champ", 1)
        await store.delete_alias(ADA, "m", "champ")
        assert await told(store) == [
            (CREATED, {"name": "m", "tags": {"k": "v"}, "description": "words"}),
            (Event("model_version", "created"),
             {"name": "m", "version": "1", "source": "s3://b/x", "run_id": None,
              "tags": {"a": "b"}, "description": None}),
            (Event("model_version_tag", "set"),
             {"name": "m", "version": "1", "key": "k", "value": "v"}),
            (Event("model_version_tag", "deleted"), {"name": "m", "version": "1", "key": "k"}),
            (Event("model_version_alias", "created"),
             {"name": "m", "alias": "champ", "version": "1"}),
            (Event("model_version_alias", "deleted"), {"name": "m", "alias": "champ"}),
        ]  # fmt: skip

    async def test_each_change_of_a_prompt_is_told(self, store: Store) -> None:
        await hook(store, *EXAMPLES)
        await store.create_model(ADA, "p", "", PROMPT | {"k": "v"})
        text = {"mlflow.prompt.text": "Hi {{x}}", "_mlflow_prompt_type": "text", "a": "b"}
        await store.create_version(ADA, "p", NewVersion("dummy-source", tags=PROMPT | text))
        await store.set_model_tag(ADA, "p", "k", "2")
        await store.delete_model_tag(ADA, "p", "k")
        await store.set_version_tag(ADA, "p", 1, "k", "v")
        await store.delete_version_tag(ADA, "p", 1, "k")
        await store.set_alias(ADA, "p", "champ", 1)
        await store.delete_alias(ADA, "p", "champ")
        seen = await told(store)
        assert [f"{event.entity} {event.action}" for event, _ in seen] == [
            "prompt created", "prompt_version created", "prompt_tag set", "prompt_tag deleted",
            "prompt_version_tag set", "prompt_version_tag deleted", "prompt_alias created",
            "prompt_alias deleted",
        ]  # fmt: skip
        assert seen[0][1] == {"name": "p", "tags": {"k": "v"}, "description": ""}
        assert seen[1][1] == {
            "name": "p", "version": "1", "template": "Hi {{x}}", "tags": {"a": "b"},
            "description": None,
        }  # fmt: skip

    async def test_only_who_waits_for_an_event_is_told(self, store: Store) -> None:
        await hook(store, Event("prompt", "created"))
        await hook(store, CREATED, caller=BOB)
        await hook(store, CREATED, status="DISABLED")
        await store.create_model(ADA, "m", "", {})
        assert await told(store) == []
        with pytest.raises(InvalidError):
            await store.create_version(ADA, "m", NewVersion("/etc/passwd"))
        assert await store.next_delivery_ms(()) is None

    async def test_a_change_that_fails_is_not_told(self, store: Store) -> None:
        await hook(store, *EXAMPLES)
        await store.create_model(ADA, "m", "", {})
        for call in (
            store.create_model(ADA, "m", "", {}),
            store.create_version(ADA, "m", NewVersion("/etc")),
            store.set_alias(ADA, "m", "champ", 7),
        ):
            with pytest.raises((InvalidError, NotFoundError)):
                await call
        assert len(await told(store)) == 1

    async def test_a_delivery_that_was_taken_is_taken_by_nobody_else(self, store: Store) -> None:
        one = await hook(store, CREATED)
        await store.create_model(ADA, "a", "", {})
        await store.create_model(ADA, "b", "", {})
        [first] = await take(store)
        assert await take(store, one.webhook_id) == []
        [second] = await take(store)
        assert (json.loads(first.body)["data"]["name"], first.attempts) == ("a", 1)
        assert json.loads(second.body)["data"]["name"] == "b"
        assert await take(store) == []
        due = await store.next_delivery_ms(())
        assert due is not None
        assert due > now_ms() + 50_000
        assert await store.next_delivery_ms((one.webhook_id,)) is None

    async def test_a_delivery_comes_back_until_it_is_settled(self, store: Store) -> None:
        await hook(store, CREATED)
        await store.create_model(ADA, "m", "", {})
        [lost] = await store.take_deliveries(10, 0, ())  # its sender died
        [failed] = await take(store)
        assert (failed.delivery_id, failed.attempts) == (lost.delivery_id, 2)
        await store.settle_delivery(failed.pk, now_ms())
        [again] = await take(store)
        assert again.attempts == 3
        await store.settle_delivery(again.pk, None)
        assert await store.next_delivery_ms(()) is None

    async def test_a_deleted_or_disabled_webhook_is_told_nothing_more(self, store: Store) -> None:
        deleted, disabled = await hook(store, CREATED), await hook(store, CREATED)
        await store.create_model(ADA, "m", "", {})
        [taken, _] = await store.take_deliveries(10, 0, ())
        await store.delete_webhook(ADA, deleted.webhook_id)
        await store.change_webhook(ADA, disabled.webhook_id, WebhookFields(status="DISABLED"))
        await store.settle_delivery(taken.pk, now_ms())
        assert await told(store) == []
        assert await store.next_delivery_ms(()) is None

    async def test_what_waits_for_a_receiver_that_is_away_is_bounded(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert MAX_WAITING >= 100
        monkeypatch.setattr("celltrail_server.store.deliveries.MAX_WAITING", 3)
        await hook(store, CREATED)
        for name in "abcde":
            await store.create_model(ADA, name, "", {})
        assert [data["name"] for _, data in await told(store)] == ["a", "b", "c"]

    async def test_webhooks_of_others_do_not_exist(self, store: Store) -> None:
        his = (await hook(store, CREATED, caller=BOB)).webhook_id
        for call in (
            store.get_webhook(ADA, his),
            store.get_target(ADA, his),
            store.change_webhook(ADA, his, WebhookFields(name="mine")),
            store.delete_webhook(ADA, his),
        ):
            with pytest.raises(NotFoundError, match=f"Webhook with ID {his} not found"):
                await call
        assert (await store.list_webhooks(ADA, 10, None)).items == []
