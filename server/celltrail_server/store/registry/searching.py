"""Searching the caller's registered models and versions.

Prompts are registered models too; a search shows them only if it asks for them by their tag.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, select

from celltrail_server import search as language
from celltrail_server.callers import Caller
from celltrail_server.registry.names import DELETED, PROMPT_TAG
from celltrail_server.search import (
    MODEL_FIELDS,
    VERSION_FIELDS,
    And,
    Comparison,
    Condition,
    Operand,
)
from celltrail_server.search.syntax import operands
from celltrail_server.store.conditions import condition
from celltrail_server.store.contract.searches import Search
from celltrail_server.store.paging import Term, page, terms_of
from celltrail_server.store.records import Page
from celltrail_server.store.registry.loading import load_models, load_versions
from celltrail_server.store.registry.lookup import find_model
from celltrail_server.store.registry.records import ModelVersion, RegisteredModel
from celltrail_server.store.tables import (
    model_version_tags,
    model_versions,
    registered_model_tags,
    registered_models,
)
from celltrail_server.store.texts import in_order
from celltrail_server.store.values import Reader, Value, entry_value

_IS_PROMPT = Comparison(Operand("tag", PROMPT_TAG), "=", "true")
_MODEL_COLUMNS: dict[str, ColumnElement[Any]] = {
    "name": registered_models.c.name,
    "creation_timestamp": registered_models.c.created_ms,
    "last_updated_timestamp": registered_models.c.updated_ms,
}
_VERSION_COLUMNS: dict[str, ColumnElement[Any]] = {
    "name": registered_models.c.name,
    "version_number": model_versions.c.version,
    "run_id": model_versions.c.run_id,
    "source_path": model_versions.c.source,
    "user_id": model_versions.c.user_id,
    "stage": model_versions.c.stage,
    "creation_timestamp": model_versions.c.created_ms,
    "last_updated_timestamp": model_versions.c.updated_ms,
}


def search_models(connection: Connection, caller: Caller, search: Search) -> Page[RegisteredModel]:
    """Return the models that match, by name unless ordered otherwise."""
    read = _reader(_MODEL_COLUMNS, registered_model_tags, registered_models.c.id)
    parsed = language.parse_filter(search.filter, MODEL_FIELDS)
    statement = select(registered_models.c.id).where(
        registered_models.c.owner == caller.owner, _condition(parsed, read)
    )
    terms = terms_of(language.parse_order(search.order_by, MODEL_FIELDS), read)
    terms.append(Term(in_order(registered_models.c.name)))
    pks, token = _page(connection, caller, statement, terms, search)
    return Page(load_models(connection, pks), token)


def search_versions(connection: Connection, caller: Caller, search: Search) -> Page[ModelVersion]:
    """Return the versions that match, latest changed first unless ordered otherwise."""
    read = _reader(_VERSION_COLUMNS, model_version_tags, model_versions.c.id)
    parsed = language.parse_filter(search.filter, VERSION_FIELDS)
    statement = _versions(caller).where(_condition(parsed, read))
    terms = terms_of(language.parse_order(search.order_by, VERSION_FIELDS), read)
    terms = terms or [Term(model_versions.c.updated_ms, ascending=False)]
    terms.append(Term(in_order(registered_models.c.name)))
    terms.append(Term(model_versions.c.version, ascending=False))
    pks, token = _page(connection, caller, statement, terms, search)
    return Page(load_versions(connection, pks), token)


def list_versions(
    connection: Connection, caller: Caller, name: str, limit: int, page_token: str | None
) -> Page[ModelVersion]:
    """Return the versions of one model, newest first."""
    model = find_model(connection, caller, name)
    statement = _versions(caller).where(model_versions.c.model_pk == model.pk)
    terms = [Term(model_versions.c.version, ascending=False)]
    search = Search(filter=name, max_results=limit, page_token=page_token)
    pks, token = _page(connection, caller, statement, terms, search)
    return Page(load_versions(connection, pks), token)


def _versions(caller: Caller) -> Select[Any]:
    return (
        select(model_versions.c.id)
        .join(registered_models)
        .where(registered_models.c.owner == caller.owner, model_versions.c.stage != DELETED)
    )


def _reader(columns: dict[str, ColumnElement[Any]], tags: Table, pk: ColumnElement[int]) -> Reader:
    def read(operand: Operand) -> Value:
        if operand.group == "attribute":
            return Value(columns[operand.key])
        return entry_value(tags, pk, operand.key)

    return read


def _condition(parsed: Condition, read: Reader) -> ColumnElement[bool]:
    """Return the condition, which leaves prompts out unless it is about what is one.

    As in MLflow, what says that something is no prompt is true of all that have no such mark.
    """
    parts = parsed.parts if isinstance(parsed, And) else (parsed,)
    plain = tuple(part for part in parts if not _says_no_prompt(part))
    if any(operand == _IS_PROMPT.operand for part in plain for operand in operands(part)):
        return condition(parsed, read)
    return and_(condition(And(plain), read), ~condition(_IS_PROMPT, read))


def _says_no_prompt(part: Condition) -> bool:
    return (
        isinstance(part, Comparison)
        and part.operand == _IS_PROMPT.operand
        and part.operator in ("=", "!=")
        and (part.operator, str(part.value).lower()) not in (("=", "true"), ("!=", "false"))
    )


def _page(
    connection: Connection,
    caller: Caller,
    statement: Select[Any],
    terms: Sequence[Term],
    search: Search,
) -> tuple[list[int], str | None]:
    return page(
        connection,
        lambda is_long: statement,
        terms,
        token=search.page_token,
        limit=search.max_results,
        search=("registry", len(terms), caller.owner, search.question),
    )
