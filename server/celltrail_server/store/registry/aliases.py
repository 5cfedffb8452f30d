"""Aliases: names of a model's versions that move from one to another."""

from sqlalchemy import delete

from celltrail_server.registry import names
from celltrail_server.store import audit, deliveries
from celltrail_server.store.registry.lookup import find_model, find_version
from celltrail_server.store.tables import registered_model_aliases
from celltrail_server.store.transaction import Transaction, upsert
from celltrail_server.webhooks import events


def set_alias(transaction: Transaction, name: str, alias: str, version: int) -> None:
    """Let an alias, new or not, mean a version."""
    names.check_model_name(name)
    names.check_new_alias(alias)
    ref = find_version(transaction.connection, transaction.caller, name, version)
    row = {"model_pk": ref.model_pk, "alias": alias, "version_pk": ref.pk}
    upsert(transaction.connection, registered_model_aliases, [row])
    audit.record(transaction, "set_alias", "registered_model", name, alias=alias, version=version)
    deliveries.add(transaction, events.aliased(name, alias, version, of_prompt=ref.is_prompt))


def delete_alias(transaction: Transaction, name: str, alias: str) -> None:
    """Remove an alias; one that is not set is no error."""
    names.check_alias(alias)
    ref = find_model(transaction.connection, transaction.caller, name)
    table = registered_model_aliases.c
    transaction.connection.execute(
        delete(registered_model_aliases).where(table.model_pk == ref.pk, table.alias == alias)
    )
    audit.record(transaction, "delete_alias", "registered_model", name, alias=alias)
    deliveries.add(transaction, events.aliased(name, alias, None, of_prompt=ref.is_prompt))
