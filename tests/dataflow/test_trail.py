"""Trails as values: slices, staleness and JSON, on real code and against a naive model."""

import json
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from IPython.lib.pretty import pretty

from celltrail_dataflow.tracing.explanation import Explanation, Maybe
from celltrail_dataflow.tracing.traces import Execution, Read, Trace, Write
from celltrail_dataflow.tracing.trail import Trail
from tests.dataflow.test_tracing import Session, session

__all__ = ["session"]

NAMES = ("a", "b", "c", "d")
PROGRAMS = st.lists(
    st.tuples(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES), min_size=1)),
    max_size=9,
)
"""Each cell: the names that it reads, if they are there, and those that it binds."""


@dataclass(frozen=True)
class Value:
    """A value that knows all that it was made from."""

    ordinal: int
    made_with: frozenset[str]
    inputs: dict[str, "Value"] = field(hash=False)

    def makers(self) -> set[int]:
        return {self.ordinal}.union(*(value.makers() for value in self.inputs.values()))

    def is_stale(self, now: dict[str, "Value"]) -> bool:
        return any(
            value.is_stale(now) or self.is_older(name, now[name])
            for name, value in self.inputs.items()
        )

    def is_older(self, name: str, latest: "Value") -> bool:
        if name in self.made_with:  # it made the next version itself
            return not is_built_on(latest, name, self.ordinal)
        # Who makes both anew may as well have changed one object with two names.
        changed_along = not self.made_with.isdisjoint(latest.made_with)
        return latest.ordinal != self.inputs[name].ordinal and not changed_along


def is_built_on(value: Value, name: str, ordinal: int) -> bool:
    step: Value | None = value
    while step is not None and step.ordinal != ordinal:
        step = step.inputs.get(name)
    return step is not None


def both(program: list[tuple[set[str], set[str]]]) -> tuple[Trail, dict[str, Value]]:
    """Return the trail of a program, and the values as the naive model has them."""
    trail, values = Trail(), dict[str, Value]()
    for ordinal, (wanted, bound) in enumerate(program, start=1):
        inputs = {name: values[name] for name in sorted(wanted) if name in values}
        key = str(ordinal)
        trace = Trace(
            key,
            tuple(Read(name, str(value.ordinal)) for name, value in inputs.items()),
            tuple(Write(name, fingerprint=key) for name in sorted(bound)),
        )
        trail.add(Execution(key, ordinal, f"cell {ordinal}", trace=trace))
        values |= dict.fromkeys(bound, Value(ordinal, frozenset(bound), inputs))
    return trail, values


@given(PROGRAMS)
def test_a_slice_holds_exactly_the_makers(program: list[tuple[set[str], set[str]]]) -> None:
    trail, values = both(program)
    for name, value in values.items():
        found = trail.explain(name, trail.writers(name))
        assert [one.ordinal for one in found.executions] == sorted(value.makers())
        assert found.maybe == ()


@given(PROGRAMS)
def test_stale_is_what_has_older_inputs(program: list[tuple[set[str], set[str]]]) -> None:
    trail, values = both(program)
    stale = {name for one in trail.stale() for name in one.names}
    assert stale == {name for name, value in values.items() if value.is_stale(values)}


@given(PROGRAMS)
def test_a_trail_survives_json(program: list[tuple[set[str], set[str]]]) -> None:
    trail, _ = both(program)
    again = Trail.from_dict(json.loads(json.dumps(trail.to_dict())))
    assert list(again) == list(trail)
    assert again.describe() == trail.describe()


def stale(session: Session) -> dict[int, tuple[str, ...]]:
    return {one.execution.ordinal: one.names for one in session.trail.stale()}


def test_a_result_is_older_than_data_that_changed_in_place(session: Session) -> None:
    session.run("rows = [1, 2]")
    session.run("alias = rows")
    session.run("total = sum(rows)")
    session.run("shown = str(total)")
    assert stale(session) == {}
    session.run("alias.append(3)")
    assert stale(session) == {3: ("total",), 4: ("shown",)}
    first, second = session.trail.stale()
    assert first.describe() == "total of [3]: rows was of [1] and has been made anew by [5]"
    assert second.describe() == "shown of [4]: total is stale itself"
    session.run("total = sum(rows)")
    assert stale(session) == {4: ("shown",)}


def test_a_figure_is_older_than_the_frame_that_it_shows(session: Session) -> None:
    session.run("import matplotlib; matplotlib.use('agg')")
    session.run("import pandas as pd, matplotlib.pyplot as plt")
    session.run("frame = pd.DataFrame({'x': [1, 2], 'word': ['a', 'b']})")
    session.run("figure, axes = plt.subplots(); axes.plot(frame.x)")
    session.run("total = frame.x.sum()")
    assert stale(session) == {}
    session.run("frame.loc[0, 'word'] = 'c'")
    assert stale(session) == {4: ("axes", "figure"), 5: ("total",)}


def test_cells_that_build_one_thing_do_not_make_each_other_stale(session: Session) -> None:
    for source in ("rows = []", "rows.append(1)", "rows.append(2)", "n = len(rows)"):
        session.run(source)
    assert stale(session) == {}
    session.run("rows = []")
    assert stale(session) == {2: (), 3: (), 4: ("n",)}


def test_running_a_cell_again_without_a_change_makes_nothing_stale(session: Session) -> None:
    for source in ("import math", "r = 2", "area = math.pi * r", "import math", "r = 2"):
        session.run(source)
    assert stale(session) == {}
    session.run("r = 3")
    assert stale(session) == {3: ("area",)}


def test_an_explanation_shows_code_time_and_what_was_made_of_it() -> None:
    first = Trace("1", (), (Write("a", "list"), Write("b", "int")))
    second = Trace("2", (Read("a", "1"),), (Write("a", "list"), Write("b", is_deleted=True)))
    executions = (
        Execution("1", 1, "a = [0]\nb = 2", trace=first),
        Execution("2", 4, "a += [1]; del b", trace=second, started_ms=0),
    )
    text = Explanation("a", executions).describe({"a": "[0, 1]"})
    lines = text.splitlines()
    assert lines[0] == "a comes from 2 cell runs"
    assert lines[1:5] == ["[1]", "    a = [0]", "    b = 2", "    → a: list"]
    assert lines[5].startswith("[4]  ")
    assert lines[5].endswith(":00:00")
    assert lines[6:] == ["    a += [1]; del b", "    → a: [0, 1]"]
    assert "    → b: int" in Trail(executions).describe()


def test_an_explanation_shows_itself_to_consoles_and_notebooks() -> None:
    source = 'a = "```"  # *no* <b>markup</b>'
    read = Read("@file:/data/in_1.csv", None)
    one = Execution("1", 3, source, trace=Trace("1", (read,), (Write("a", "str"),)))
    other = Execution("2", 2, "")
    doubts = (Maybe(other, "it may have changed a_b_c"), Maybe(one, "it may have changed a_b_c"))
    found = Explanation("a", (one,), doubts)
    assert pretty(found) == found.describe()
    assert pretty([found]) == "[<Explanation of 'a', executions [3], maybe [2, 3], verified=None>]"
    assert repr(one) == f"<Execution 3: {source!r}>"
    assert found._repr_markdown_().split("\n\n") == [
        "**a** comes from 1 cell run",
        "**\\[3\\]**",
        f"````python\n{source}\n````",
        "→ a: str",
        r"may depend on \[2\], \[3\]: it may have changed a\_b\_c",
    ]
    assert found.code() == f"# %% [3]\n{source}\n"


def test_what_was_logged_is_said_with_its_value() -> None:
    one = Execution("1", 1, "ct.log(acc=acc)", trace=Trace("1", (), (Write("acc", "float"),)))
    found = Explanation("acc", (one,), is_logged=True)
    first, *_, last = found.describe({"acc": "0.1", "logged acc": "0.9"}).splitlines()
    assert (first, last) == (
        "acc, as logged, comes from 1 cell run",
        "    → logged acc: 0.9",
    )


def test_a_file_that_changed_makes_stale_what_was_read_from_it() -> None:
    data, cache = "@file:/x/in.csv", "@file:/home/ada/.cache/fonts.json"
    first = Trace("1", (Read(data, None), Read(cache, None)), (Write("a", "int"),))
    second = Trace("2", (Read("a", "1"),), (Write("b", "int"),))
    executions = [
        Execution("1", 1, "a = read()", trace=first, started_ms=1000),
        Execution("2", 2, "b = a", trace=second, started_ms=2000),
    ]
    trail = Trail(executions)
    assert trail.stale({"/x/in.csv": 500, "/home/ada/.cache/fonts.json": 3000}) == []
    assert [one.describe() for one in trail.stale({"/x/in.csv": 1500})] == [
        "a of [1]: /x/in.csv has changed since",
        "b of [2]: a is stale itself",
    ]
    trail.add(Execution("3", 3, "write()", trace=Trace("3", (), (Write(data, "state"),))))
    assert trail.stale()[0].describe() == (
        "a of [1]: /x/in.csv was from before and has been made anew by [3]"
    )
