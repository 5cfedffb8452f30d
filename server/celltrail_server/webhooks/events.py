"""What can be told of the registry, and the bodies that tell it.

Entities, actions and payloads are those of MLflow 3 (`mlflow.webhooks.types`), so that a receiver
of MLflow's webhooks understands them.
"""

import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

from celltrail.errors import InvalidError
from celltrail_server.registry.names import PROMPT_TAG, PROMPT_TEXT_TAG, PROMPT_TYPE_TAG, is_prompt

type Payload = dict[str, Any]


class Event(NamedTuple):
    """Something that happened, such as ("model_version", "created")."""

    entity: str
    action: str


class Told(NamedTuple):
    """An event and what is told of it."""

    event: Event
    payload: Payload


_MODEL: Payload = {
    "name": "example_model",
    "tags": {"example_key": "example_value"},
    "description": "An example registered model",
}
_VERSION: Payload = {
    "name": "example_model",
    "version": "1",
    "source": "models:/123",
    "run_id": "abcd1234abcd5678",
    "tags": {"example_key": "example_value"},
    "description": "An example model version",
}
_PROMPT = _MODEL | {"name": "example_prompt", "description": "An example prompt"}
_PROMPT_VERSION: Payload = {
    "name": "example_prompt",
    "version": "1",
    "template": "Hello {{name}}!",
    "tags": {"example_key": "example_value"},
    "description": "An example prompt version",
}


def _of(name: str, *, version: bool, **fields: str) -> Payload:
    return {"name": name} | ({"version": "1"} if version else {}) | fields


_TAG = {"key": "example_key", "value": "example_value"}
_KEY = {"key": "example_key"}
_ALIAS = {"alias": "example_alias"}

EXAMPLES: dict[Event, Payload] = {
    Event("registered_model", "created"): _MODEL,
    Event("model_version", "created"): _VERSION,
    Event("model_version_tag", "set"): _of("example_model", version=True, **_TAG),
    Event("model_version_tag", "deleted"): _of("example_model", version=True, **_KEY),
    Event("model_version_alias", "created"): _of("example_model", version=True, **_ALIAS),
    Event("model_version_alias", "deleted"): _of("example_model", version=False, **_ALIAS),
    Event("prompt", "created"): _PROMPT,
    Event("prompt_version", "created"): _PROMPT_VERSION,
    Event("prompt_tag", "set"): _of("example_prompt", version=False, **_TAG),
    Event("prompt_tag", "deleted"): _of("example_prompt", version=False, **_KEY),
    Event("prompt_version_tag", "set"): _of("example_prompt", version=True, **_TAG),
    Event("prompt_version_tag", "deleted"): _of("example_prompt", version=True, **_KEY),
    Event("prompt_alias", "created"): _of("example_prompt", version=True, **_ALIAS),
    Event("prompt_alias", "deleted"): _of("example_prompt", version=False, **_ALIAS),
}
"""Every event there is, with what a test of a webhook tells of it."""


def check_event(event: Event) -> None:
    """Refuse an event that never happens here."""
    if event not in EXAMPLES:
        actions = sorted(known.action for known in EXAMPLES if known.entity == event.entity)
        raise InvalidError(
            f"Invalid action '{event.action[:40]}' for entity '{event.entity[:40]}'. "
            f"Valid actions are: {actions}"
        )


def model_created(name: str, tags: dict[str, str], description: str) -> Told:
    """Tell of a new registered model or prompt."""
    kind = "prompt" if is_prompt(tags) else "registered_model"
    payload = {"name": name, "tags": _told_tags(tags), "description": description}
    return Told(Event(kind, "created"), payload)


def version_created(
    name: str, version: int, source: str, run_id: str, tags: dict[str, str], description: str
) -> Told:
    """Tell of a new version of a model or prompt."""
    payload: Payload = {"name": name, "version": str(version)}
    if is_prompt(tags):
        template = tags.get(PROMPT_TEXT_TAG)
        told = {key: value for key, value in _told_tags(tags).items() if key != PROMPT_TEXT_TAG}
        payload |= {"template": template, "tags": told, "description": description or None}
        return Told(Event("prompt_version", "created"), payload)
    payload |= {"source": source, "run_id": run_id or None}
    return Told(
        Event("model_version", "created"),
        payload | {"tags": tags, "description": description or None},
    )


def prompt_tagged(name: str, key: str, value: str | None) -> Told:
    """Tell of a tag of a prompt, set or (None) deleted."""
    return Told(Event("prompt_tag", _done(value)), {"name": name, "key": key} | _with(value))


def version_tagged(
    name: str, version: int, key: str, value: str | None, *, of_prompt: bool
) -> Told:
    """Tell of a tag of a version, set or (None) deleted."""
    entity = "prompt_version_tag" if of_prompt else "model_version_tag"
    payload = {"name": name, "version": str(version), "key": key} | _with(value)
    return Told(Event(entity, _done(value)), payload)


def aliased(name: str, alias: str, version: int | None, *, of_prompt: bool) -> Told:
    """Tell of an alias, set to a version or (None) deleted."""
    entity = "prompt_alias" if of_prompt else "model_version_alias"
    if version is None:
        return Told(Event(entity, "deleted"), {"name": name, "alias": alias})
    payload = {"name": name, "alias": alias, "version": str(version)}
    return Told(Event(entity, "created"), payload)


def body_of(told: Told) -> str:
    """Return the JSON that is sent, with the time of now."""
    return json.dumps(
        {
            "entity": told.event.entity,
            "action": told.event.action,
            "timestamp": datetime.now(UTC).isoformat(),
            "data": told.payload,
        }
    )


def _told_tags(tags: dict[str, str]) -> dict[str, str]:
    marks = (PROMPT_TAG, PROMPT_TYPE_TAG) if is_prompt(tags) else ()
    return {key: value for key, value in tags.items() if key not in marks}


def _done(value: str | None) -> str:
    return "deleted" if value is None else "set"


def _with(value: str | None) -> Payload:
    return {} if value is None else {"value": value}
