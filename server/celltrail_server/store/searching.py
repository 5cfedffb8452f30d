"""Running a search: clauses to SQL, one page of records, the token of the next."""

import base64
import binascii
import json

from sqlalchemy import Connection, select

from celltrail.errors import InvalidError
from celltrail_server import search as language
from celltrail_server.callers import Caller
from celltrail_server.store import conditions, queries
from celltrail_server.store import experiments as experiment_rows
from celltrail_server.store.access import readable
from celltrail_server.store.contract import Search
from celltrail_server.store.history import listed
from celltrail_server.store.records import Experiment, Page, Point, Run
from celltrail_server.store.rights import visible
from celltrail_server.store.tables import experiments, runs


def search_runs(connection: Connection, caller: Caller, search: Search) -> Page[Run]:
    """Return the runs of some experiments that match."""
    clauses = language.parse_filter(search.filter)
    orderings = language.parse_order(search.order_by)
    statement = (
        select(runs.c.id)
        .join(experiments)
        .where(
            runs.c.experiment_pk.in_(readable(caller, search.experiment_ids)),
            runs.c.lifecycle_stage.in_(search.stages),
            *(conditions.run_condition(clause) for clause in clauses),
        )
    )
    statement = conditions.order_runs(statement, orderings)
    offset = parse_token(search.page_token)
    pks = connection.scalars(statement.offset(offset).limit(search.max_results + 1)).all()
    page = pks[: search.max_results]
    found = queries.load_runs(connection, caller, page)
    return Page(found, next_token(offset, len(page), len(pks)))


def search_experiments(connection: Connection, caller: Caller, search: Search) -> Page[Experiment]:
    """Return the experiments that match."""
    fields = language.EXPERIMENT_FIELDS
    clauses = language.parse_filter(search.filter, fields)
    orderings = language.parse_order(search.order_by, fields)
    statement = select(experiments.c.id).where(
        visible(caller),
        experiments.c.lifecycle_stage.in_(search.stages),
        *(conditions.experiment_condition(clause) for clause in clauses),
    )
    statement = conditions.order_experiments(statement, orderings)
    offset = parse_token(search.page_token)
    pks = connection.scalars(statement.offset(offset).limit(search.max_results + 1)).all()
    page = pks[: search.max_results]
    found = experiment_rows.load(connection, caller, page)
    return Page(found, next_token(offset, len(page), len(pks)))


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
    page = points[offset:stop].points()
    return Page(page, next_token(offset, len(page), len(points) - offset))


def parse_token(token: str | None) -> int:
    """Return the offset in MLflow's page token; raises `InvalidError`."""
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
    """Return the token of what follows `taken` of the `found` rows, None if that is nothing."""
    if found <= taken:
        return None
    return base64.b64encode(json.dumps({"offset": offset + taken}).encode()).decode()
