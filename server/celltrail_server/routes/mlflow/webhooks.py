"""MLflow's calls about webhooks."""

import uuid

import msgspec
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from celltrail.errors import CelltrailError, InvalidError
from celltrail_server.routes.mlflow import answers, registry_answers
from celltrail_server.routes.mlflow.answers import Json
from celltrail_server.routes.mlflow.requests import (
    mlflow_delete,
    mlflow_get,
    mlflow_patch,
    mlflow_post,
    read,
    read_query,
)
from celltrail_server.routes.services import Call, Parts
from celltrail_server.store.webhooks import Status, WebhookFields, check_fields
from celltrail_server.webhooks.events import EXAMPLES, Event, Told, body_of, check_event

MAX_WEBHOOKS = 1000
ONE = "/webhooks/{webhook_id:str}"


class NamedEvent(msgspec.Struct):
    """MLflow's `WebhookEvent`: names in capitals."""

    entity: str
    action: str

    @property
    def event(self) -> Event:
        """The event; raises `InvalidError` for one that never happens here."""
        event = Event(self.entity.lower(), self.action.lower())
        check_event(event)
        return event


class CreateWebhook(msgspec.Struct):
    """Fields of creating a webhook."""

    name: str
    url: str
    events: list[NamedEvent]
    description: str = ""
    secret: str = ""
    status: Status | None = None


class ChangeWebhook(msgspec.Struct):
    """Fields of changing a webhook; an empty name, URL or list of events changes nothing."""

    name: str = ""
    url: str = ""
    events: list[NamedEvent] = []
    description: str | None = None
    secret: str | None = None
    status: Status | None = None


class ListWebhooks(msgspec.Struct):
    """Fields of listing webhooks."""

    max_results: int = 100
    page_token: str = ""


class TestWebhook(msgspec.Struct):
    """Fields of testing a webhook; without an event the first that it waits for."""

    event: NamedEvent | None = None


@mlflow_post("/webhooks")
async def create(request: Call, services: Parts) -> Json:
    """Create a webhook."""
    body = await read(request, CreateWebhook)
    if not body.events:
        raise InvalidError("Webhook events must be a non-empty list of WebhookEvent objects: [].")
    fields = WebhookFields(
        name=body.name,
        url=body.url,
        events=[one.event for one in body.events],
        description=body.description or None,
        secret=body.secret or None,
        status=body.status,
    )
    check_fields(fields)
    await services.sender.check(body.url)
    made = await services.store.create_webhook(request.user, fields)
    return {"webhook": registry_answers.webhook(made)}


@mlflow_get("/webhooks")
async def list_all(request: Call, services: Parts) -> Json:
    """List the caller's webhooks, newest first."""
    query = read_query(request, ListWebhooks)
    if not 1 <= query.max_results <= MAX_WEBHOOKS:
        raise InvalidError(f"max_results must be between 1 and {MAX_WEBHOOKS}.")
    page = await services.store.list_webhooks(request.user, query.max_results, query.page_token)
    return answers.page(
        "webhooks", [registry_answers.webhook(one) for one in page.items], page.next
    )


@mlflow_get(ONE)
async def get(request: Call, services: Parts, webhook_id: FromPath[str]) -> Json:
    """Return a webhook."""
    found = await services.store.get_webhook(request.user, webhook_id)
    return {"webhook": registry_answers.webhook(found)}


@mlflow_patch(ONE)
async def change(request: Call, services: Parts, webhook_id: FromPath[str]) -> Json:
    """Change what is given."""
    body = await read(request, ChangeWebhook)
    await services.store.get_webhook(request.user, webhook_id)
    if body.url:
        await services.sender.check(body.url)
    fields = WebhookFields(
        name=body.name or None,
        url=body.url or None,
        events=[one.event for one in body.events] or None,
        description=body.description,
        secret=body.secret,
        status=body.status,
    )
    changed = await services.store.change_webhook(request.user, webhook_id, fields)
    return {"webhook": registry_answers.webhook(changed)}


@mlflow_delete(ONE)
async def delete(request: Call, services: Parts, webhook_id: FromPath[str]) -> Json:
    """Delete a webhook."""
    await services.store.delete_webhook(request.user, webhook_id)
    return {}


@mlflow_post(f"{ONE}/test")
async def test(request: Call, services: Parts, webhook_id: FromPath[str]) -> Json:
    """Send an example at once, and say what the receiver answered."""
    body = await read(request, TestWebhook)
    target = await services.store.get_target(request.user, webhook_id)
    url, secret = target.webhook.url, target.secret
    event = body.event.event if body.event else target.webhook.events[0]
    example = body_of(Told(event, EXAMPLES[event]))
    try:
        answer = await services.sender.send(url, str(uuid.uuid4()), example, secret)
    except CelltrailError as error:
        return {"result": {"success": False, "error_message": f"Failed to test webhook: {error}"}}
    return {
        "result": {
            "success": answer.status < 400,
            "response_status": answer.status,
            "response_body": answer.text,
        }
    }


handlers: list[ControllerRouterHandler] = [create, list_all, get, change, delete, test]
