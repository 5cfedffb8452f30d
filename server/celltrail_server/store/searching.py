"""Running a search: the text to SQL, one page of records, the token of the next."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from celltrail_server import search as language
from celltrail_server.callers import Caller
from celltrail_server.search import And, Condition, Ordering
from celltrail_server.search.syntax import operands
from celltrail_server.store import experiments as experiment_rows
from celltrail_server.store import keys, queries
from celltrail_server.store.access import readable
from celltrail_server.store.conditions import condition
from celltrail_server.store.contract import Search
from celltrail_server.store.history import listed
from celltrail_server.store.offsets import next_token, parse_token
from celltrail_server.store.paging import Term, page, terms_of
from celltrail_server.store.records import Experiment, Page, Point, Run
from celltrail_server.store.rights import visible
from celltrail_server.store.run_values import experiment_values, run_values
from celltrail_server.store.tables import experiments, runs


def search_runs(connection: Connection, caller: Caller, search: Search) -> Page[Run]:
    """Return the runs of some experiments that match."""
    parsed = language.parse_filter(search.filter)
    orderings = language.parse_order(search.order_by)
    read = run_values(caller, _key_ids(connection, parsed, orderings))
    pks = connection.scalars(readable(caller, search.experiment_ids)).all()
    is_inside = runs.c.experiment_pk == pks[0] if len(pks) == 1 else runs.c.experiment_pk.in_(pks)

    def statement(is_long: bool) -> Select[Any]:
        found = select(runs.c.id).where(
            is_inside,
            runs.c.lifecycle_stage.in_(search.stages),
            condition(parsed, read, as_sets=is_long),
        )
        if is_long and parsed == And():
            found = found.where(runs.c.id.in_(select(runs.c.id).where(is_inside)))
        return found

    terms = [*terms_of(orderings, read), _latest(is_inside), Term(runs.c.run_id)]
    found, token = page(
        connection,
        statement,
        terms,
        token=search.page_token,
        limit=search.max_results,
        search=("runs", caller.owner, search.question),
    )
    return Page(queries.load_runs(connection, caller, found), token)


def search_experiments(connection: Connection, caller: Caller, search: Search) -> Page[Experiment]:
    """Return the experiments that match."""
    fields = language.EXPERIMENT_FIELDS
    read = experiment_values(caller)
    statement = select(experiments.c.id).where(
        visible(caller),
        experiments.c.lifecycle_stage.in_(search.stages),
        condition(language.parse_filter(search.filter, fields), read),
    )
    terms = terms_of(language.parse_order(search.order_by, fields), read)
    usual = [Term(experiments.c.created_ms, False), Term(experiments.c.id)]
    found, token = page(
        connection,
        lambda is_long: statement,
        [*terms, Term(experiments.c.id, False)] if terms else usual,
        token=search.page_token,
        limit=search.max_results,
        search=("experiments", caller.owner, search.question),
    )
    return Page(experiment_rows.load(connection, caller, found), token)


def _latest(is_inside: ColumnElement[bool]) -> Term:
    started = runs.c.started_ms
    return Term(started, ascending=False, in_order=select(started).where(is_inside))


def history(
    connection: Connection,
    caller: Caller,
    run_id: str,
    key: str,
    token: str | None,
    limit: int | None,
) -> Page[Point]:
    """Return a page of a metric's points by (time, step, value)."""
    offset = parse_token(token)
    points = listed(connection, caller, run_id, key)
    stop = len(points) if limit is None else offset + limit
    some = points[offset:stop].points()
    return Page(some, next_token(offset, len(some), len(points) - offset))


def _key_ids(
    connection: Connection, parsed: Condition, orderings: Sequence[Ordering]
) -> dict[str, int]:
    named = [*operands(parsed), *(one.operand for one in orderings)]
    groups = ("metric", "param", "tag")
    return keys.find(connection, {one.key for one in named if one.group in groups})
