"""The search language against what it means, and against MLflow's own reading of its filters."""

import asyncio
import contextlib
import re

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from celltrail.errors import InvalidError
from celltrail.events import new_id
from celltrail_server.search import parse_filter
from celltrail_server.search.patterns import Pattern
from celltrail_server.store.contract import Search
from celltrail_server.store.records import NewRun, Param, Point
from celltrail_server.store.sql import SqlStore
from tests.server.contract.base import ADA
from tests.server.recording import T0
from tests.server.searching import Filter, Order, Thing, filters, in_order, orders, things

some_things = st.lists(things, max_size=7)
questions = st.lists(st.tuples(filters, orders, st.integers(1, 4)), min_size=6, max_size=6)
FEW = settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a smaller case would take minutes to find
    suppress_health_check=list(HealthCheck),
)


@FEW
@given(recorded=some_things, asked=questions)
def test_searches_on_sqlite_find_what_they_mean(
    store: SqlStore, recorded: list[Thing], asked: list[tuple[Filter, list[Order], int]]
) -> None:
    asyncio.run(check(store, recorded, asked))


@FEW
@given(recorded=some_things, asked=questions)
def test_searches_on_postgresql_find_what_they_mean(
    postgresql_store: SqlStore, recorded: list[Thing], asked: list[tuple[Filter, list[Order], int]]
) -> None:
    asyncio.run(check(postgresql_store, recorded, asked))


async def check(
    store: SqlStore, recorded: list[Thing], asked: list[tuple[Filter, list[Order], int]]
) -> None:
    """Compare searches among some runs with the naive reading of them."""
    experiment_id = await store.create_experiment(ADA, new_id(), {})
    for thing in recorded:
        await record(store, experiment_id, thing)
    for (text, passes), order, size in asked:
        wanted = in_order([thing for thing in recorded if passes(thing)], order)
        texts = tuple(f"{key} {'ASC' if up else 'DESC'}" for key, _, up in order)
        seen: list[str] = []
        token = None
        while True:
            search = Search(text, texts, ("active",), size, token, (experiment_id,))
            page = await store.search_runs(ADA, search)
            seen += [run.run_id for run in page.items]
            if (token := page.next) is None:
                break
        assert seen == [thing.run_id for thing in wanted], (text, texts, size)


async def record(store: SqlStore, experiment_id: str, thing: Thing) -> None:
    """Make a run of a thing."""
    thing.run_id = new_id()
    new = NewRun(thing.run_id, thing.name, thing.started_ms)
    await store.create_run(ADA, experiment_id, new)
    points = [
        (key, Point(step, T0, value))
        for key, values in thing.metrics.items()
        for step, value in enumerate(values)
    ]
    params = [Param(key, value) for key, value in thing.params.items()]
    await store.log(ADA, thing.run_id, metrics=points, params=params, tags=thing.tags)
    if thing.duration_ms is not None:
        ended_ms = thing.started_ms + thing.duration_ms
        await store.update_run(ADA, thing.run_id, ended_ms=ended_ms)


@given(st.text(alphabet=st.sampled_from("abcr_'\"`().,<>=!~ \n1e-ANDORNTILKEmetrics"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidError):  # any other error fails
        parse_filter(text)


@given(
    st.text(alphabet="ab.*+?|()[]^$\\d{2,}-", max_size=12), st.lists(st.text("ab\n-2", max_size=8))
)
def test_regular_expressions_match_as_pythons_do(text: str, values: list[str]) -> None:
    try:
        pattern = Pattern(text)
    except InvalidError:
        return
    python = re.compile(pattern.printed().replace("$", r"\Z"), re.ASCII)
    for value in values:
        assert pattern.is_in(value) == (python.search(value) is not None)
