"""Answers about the model registry and webhooks, made from the store's records."""

from celltrail_server.routes.mlflow.answers import Json, listed, pairs
from celltrail_server.store.registry.records import ModelVersion, RegisteredModel
from celltrail_server.store.webhooks import Webhook


def registered_model(one: RegisteredModel) -> Json:
    """Return MLflow's `RegisteredModel`."""
    aliases = [{"alias": alias, "version": str(v)} for alias, v in one.aliases.items()]
    return {
        "name": one.name,
        "creation_timestamp": one.created_ms,
        "last_updated_timestamp": one.updated_ms,
        **({"description": one.description} if one.description else {}),
        **listed("latest_versions", [model_version(version) for version in one.latest_versions]),
        **listed("tags", pairs(one.tags)),
        **listed("aliases", aliases),
    }


def model_version(one: ModelVersion) -> Json:
    """Return MLflow's `ModelVersion`; files are in place before it is made, so it is ready."""
    return {
        "name": one.name,
        "version": str(one.version),
        "creation_timestamp": one.created_ms,
        "last_updated_timestamp": one.updated_ms,
        "user_id": one.user_id,
        "current_stage": one.stage,
        **({} if one.description is None else {"description": one.description}),
        "source": one.source,
        "run_id": one.run_id,
        "run_link": one.run_link,
        "status": "READY",
        **({"model_id": one.model_id} if one.model_id else {}),
        **listed("tags", pairs(one.tags)),
        **({"aliases": one.aliases} if one.aliases else {}),
    }


def webhook(one: Webhook) -> Json:
    """Return MLflow's `Webhook`, which has no field for the secret."""
    return {
        "webhook_id": one.webhook_id,
        "name": one.name,
        **({"description": one.description} if one.description else {}),
        "url": one.url,
        "events": [
            {"entity": event.entity.upper(), "action": event.action.upper()} for event in one.events
        ],
        "status": one.status,
        "creation_timestamp": one.created_ms,
        "last_updated_timestamp": one.updated_ms,
    }
