"""Searching the caller's registered models and versions.

Prompts are registered models too; a search shows them only if it asks for them by their tag.
"""

from dataclasses import replace
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Select, Table, select

from celltrail.errors import InvalidError
from celltrail_server import limits
from celltrail_server import search as language
from celltrail_server.callers import Caller
from celltrail_server.registry.names import DELETED, PROMPT_TAG
from celltrail_server.search import Clause, Fields, Ordering
from celltrail_server.store.conditions import compare, on_entry
from celltrail_server.store.contract.searches import Search
from celltrail_server.store.records import Page
from celltrail_server.store.registry.loading import load_models, load_versions
from celltrail_server.store.registry.lookup import find_model
from celltrail_server.store.registry.records import ModelVersion, RegisteredModel
from celltrail_server.store.searching import next_token, parse_token
from celltrail_server.store.tables import (
    model_version_tags,
    model_versions,
    registered_model_tags,
    registered_models,
)

_TIMES = frozenset({"creation_timestamp", "last_updated_timestamp"})
MODEL_FIELDS = Fields(
    entities=frozenset({"tag", "attribute"}),
    text=frozenset({"name"}),
    numbers=_TIMES | {"timestamp"},
    lists=frozenset({"name"}),
)
VERSION_FIELDS = Fields(
    entities=frozenset({"tag", "attribute"}),
    text=frozenset({"name", "run_id", "source_path"}),
    numbers=_TIMES | {"version_number"},
    lists=frozenset({"name", "run_id"}),
)
_MODEL_COLUMNS: dict[str, ColumnElement[Any]] = {
    "name": registered_models.c.name,
    "creation_timestamp": registered_models.c.created_ms,
    "last_updated_timestamp": registered_models.c.updated_ms,
    "timestamp": registered_models.c.updated_ms,
}
_VERSION_COLUMNS: dict[str, ColumnElement[Any]] = {
    "name": registered_models.c.name,
    "version_number": model_versions.c.version,
    "run_id": model_versions.c.run_id,
    "source_path": model_versions.c.source,
    "creation_timestamp": model_versions.c.created_ms,
    "last_updated_timestamp": model_versions.c.updated_ms,
}


def search_models(connection: Connection, caller: Caller, search: Search) -> Page[RegisteredModel]:
    """Return the models that match, by name unless ordered otherwise."""
    tagged = registered_model_tags.c.model_pk == registered_models.c.id
    statement = select(registered_models.c.id).where(registered_models.c.owner == caller.owner)
    clauses = language.parse_filter(search.filter, MODEL_FIELDS)
    statement = _filter(statement, clauses, _MODEL_COLUMNS, registered_model_tags, tagged)
    orderings = language.parse_order(search.order_by, MODEL_FIELDS)
    statement = _order(statement, orderings, _MODEL_COLUMNS)
    statement = statement.order_by(registered_models.c.name)
    pks, token = _page(connection, statement, search)
    return Page(load_models(connection, pks), token)


def search_versions(connection: Connection, caller: Caller, search: Search) -> Page[ModelVersion]:
    """Return the versions that match, latest changed first unless ordered otherwise."""
    tagged = model_version_tags.c.version_pk == model_versions.c.id
    statement = (
        select(model_versions.c.id)
        .join(registered_models)
        .where(registered_models.c.owner == caller.owner, model_versions.c.stage != DELETED)
    )
    clauses = language.parse_filter(search.filter, VERSION_FIELDS)
    statement = _filter(statement, clauses, _VERSION_COLUMNS, model_version_tags, tagged)
    orderings = language.parse_order(search.order_by, VERSION_FIELDS)
    if not orderings:
        orderings = [Ordering("attribute", "last_updated_timestamp", ascending=False)]
    statement = _order(statement, orderings, _VERSION_COLUMNS)
    statement = statement.order_by(registered_models.c.name, model_versions.c.version.desc())
    pks, token = _page(connection, statement, search)
    return Page(load_versions(connection, pks), token)


def list_versions(
    connection: Connection, caller: Caller, name: str, limit: int, page_token: str | None
) -> Page[ModelVersion]:
    """Return the versions of one model, newest first."""
    model = find_model(connection, caller, name)
    statement = (
        select(model_versions.c.id)
        .where(model_versions.c.model_pk == model.pk, model_versions.c.stage != DELETED)
        .order_by(model_versions.c.version.desc())
    )
    search = Search(max_results=limit, page_token=page_token)
    pks, token = _page(connection, statement, search)
    return Page(load_versions(connection, pks), token)


def _filter(
    statement: Select[Any],
    clauses: list[Clause],
    columns: dict[str, ColumnElement[Any]],
    tags: Table,
    tagged: ColumnElement[bool],
) -> Select[Any]:
    marks = [clause for clause in clauses if _is_prompt_mark(clause)]
    if not any(_asks_for_prompts(clause) for clause in marks):
        # A model that is no prompt has no such tag: a comparison with it would find none.
        clauses = [clause for clause in clauses if clause not in marks]
        prompt = Clause("tag", PROMPT_TAG, "=", "true")
        statement = statement.where(~on_entry(prompt, tags, tagged))
    for clause in clauses:
        if clause.entity == "tag":
            statement = statement.where(on_entry(clause, tags, tagged))
        else:
            statement = statement.where(compare(_whole(clause), columns[clause.key]))
    return statement


def _is_prompt_mark(clause: Clause) -> bool:
    return clause.entity == "tag" and clause.key == PROMPT_TAG


def _asks_for_prompts(clause: Clause) -> bool:
    value = str(clause.value).lower()
    return (clause.operator, value) in (("=", "true"), ("!=", "false"))


def _whole(clause: Clause) -> Clause:
    if not isinstance(clause.value, float):
        return clause
    if not clause.value.is_integer() or int(clause.value) not in limits.INT64:
        raise InvalidError(f"Invalid value for numeric attribute '{clause.key}': {clause.value}")
    return replace(clause, value=cast(Any, int(clause.value)))


def _order(
    statement: Select[Any], orderings: list[Ordering], columns: dict[str, ColumnElement[Any]]
) -> Select[Any]:
    for ordering in orderings:
        if ordering.entity != "attribute":
            raise InvalidError(
                f"Invalid order by key '{ordering.key}' specified. Valid keys are {sorted(columns)}"
            )
        column = columns[ordering.key]
        statement = statement.order_by(column if ordering.ascending else column.desc())
    return statement


def _page(
    connection: Connection, statement: Select[Any], search: Search
) -> tuple[list[int], str | None]:
    offset = parse_token(search.page_token)
    pks = connection.scalars(statement.offset(offset).limit(search.max_results + 1)).all()
    page = list(pks[: search.max_results])
    return page, next_token(offset, len(page), len(pks))
