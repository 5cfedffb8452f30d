"""Running a search: the text to SQL, one page of records, the token of the next."""

import base64
import binascii
import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from celltrail.errors import InvalidError
from celltrail_server import search as language
from celltrail_server.callers import Caller
from celltrail_server.search import Condition, Ordering
from celltrail_server.search.syntax import operands
from celltrail_server.store import experiments as experiment_rows
from celltrail_server.store import keys, queries
from celltrail_server.store.access import readable
from celltrail_server.store.conditions import condition
from celltrail_server.store.contract import Search
from celltrail_server.store.history import listed
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
    where = runs.c.experiment_pk
    statement = (
        select(runs.c.id)
        .join(experiments)
        .where(
            where == pks[0] if len(pks) == 1 else where.in_(pks),
            runs.c.lifecycle_stage.in_(search.stages),
            condition(parsed, read),
        )
    )
    terms = [*terms_of(orderings, read), Term(runs.c.started_ms, False), Term(runs.c.run_id)]
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
        statement,
        [*terms, Term(experiments.c.id, False)] if terms else usual,
        token=search.page_token,
        limit=search.max_results,
        search=("experiments", caller.owner, search.question),
    )
    return Page(experiment_rows.load(connection, caller, found), token)


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


def parse_token(token: str | None) -> int:
    """Return the offset in a page token of a metric's points; raises `InvalidError`."""
    if not token:
        return 0
    try:
        offset = json.loads(base64.b64decode(token, validate=True))["offset"]
    except (binascii.Error, ValueError, TypeError, KeyError):
        offset = None
    if not isinstance(offset, int) or not 0 <= offset < 2**63:
        raise InvalidError(f"Invalid page token {token[:100]!r}: it is none of this list")
    return offset


def next_token(offset: int, taken: int, found: int) -> str | None:
    """Return the token of what follows `taken` of the `found` points, None if that is nothing."""
    if found <= taken:
        return None
    return base64.b64encode(json.dumps({"offset": offset + taken}).encode()).decode()


def _key_ids(
    connection: Connection, parsed: Condition, orderings: Sequence[Ordering]
) -> dict[str, int]:
    named = [*operands(parsed), *(one.operand for one in orderings)]
    groups = ("metric", "param", "tag")
    return keys.find(connection, {one.key for one in named if one.group in groups})
