"""What single pieces of code do to names."""

import ast
import symtable

import pytest

from celltrail_dataflow.flows import CWD, DYNAMIC_NAMES, ENVIRONMENT, RNG, Flow
from celltrail_dataflow.hidden_state import Context
from celltrail_dataflow.imports import imported_names
from celltrail_dataflow.scopes import local_names
from celltrail_dataflow.statements import analyze


def flow_of(source: str) -> Flow:
    tree = ast.parse(source)
    return analyze(tree, Context(imported_names(tree))).flow


def names(text: str) -> set[str]:
    return set(text.split())


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("x = 1\ny = x", ""),
        ("y = x\nx = 1", "x"),
        ("if c:\n    x = 1\ny = x", "c x"),
        ("if c:\n    x = 1\nelse:\n    x = 2\ny = x", "c"),
        ("for i in r:\n    y = x\n    x = i", "r x"),
        ("while t:\n    x = 1\ny = x", "t x"),
        ("try:\n    x = 1\nexcept E:\n    pass\ny = x", "E x"),
        ("with o as h:\n    x = h\ny = x", "o x"),
        ("x += 1", "x"),
        ("x[i] = v", "x i v"),
        ("x.a = v", "x v"),
        ("del x", "x"),
        ("y = [i for i in r if i > t]", "r t"),
        ("y = {k: v for k, v in r for v in k}", "r"),
        ("y = (f(i) for i in r)", "f r"),
        ("y = lambda a, b=d: a + g", "d g"),
        ("y = f'{x:{w}}'", "x w"),
        ("(y := x) + y", "x y"),
        ("def f(a=d) -> r:\n    return g", "d r"),
        ("class C(B):\n    a = m\n    b = a\n    def f(self): return g", "B m a"),
        ("match s:\n    case {'k': v, **r} if v > t:\n        y = r", "s t"),
        ("global x\nx = 1\ny = x", ""),
        ("import a.b\na.b.c()", ""),
        ("async def f():\n    async for i in r: pass\nawait f()", ""),
    ],
)
def test_a_read_is_a_name_whose_old_value_may_be_used(source: str, reads: str) -> None:
    builtins = names("print len")

    assert flow_of(source).reads - builtins == names(reads)


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("print(x)", ""),
        ("x", ""),
        ("x.shape", ""),
        ("x + 1 > len(y)", ""),
        ("print(f'{x}')", ""),
        ("if x > 1: pass", ""),
        ("assert x, y", ""),
        ("x.fit(y)", "x y"),
        ("f(x)", "f x"),
        ("x[0]", "x"),
        ("sum(x)", "sum x"),
        ("3 in x", "x"),
        ("print(*x)", "print x"),
        ("print(x, file=y)", "print x y"),
        ("z = x", "x"),
        ("z = x + [y]", "x y"),
        ("for i in x: pass", "x"),
        ("x += y", "x y"),
        ("len = 1\nlen(x)", ""),
    ],
)
def test_a_mention_that_is_not_provably_pure_counts_as_a_change(source: str, changes: str) -> None:
    assert flow_of(source).changes == names(changes)


def test_what_an_assignment_mentions_shares_state_with_its_targets() -> None:
    assert any({"a", "b", "x"} <= link for link in flow_of("a, b = f(x)").links)
    assert any({"a", "x"} <= link for link in flow_of("a.p = x").links)
    assert not any({"a", "x"} <= link for link in flow_of("a = len(x)").links)


@pytest.mark.parametrize(
    ("source", "state"),
    [
        ("import random\nrandom.seed(1)", RNG),
        ("from numpy import random as r\nr.seed(1)", RNG),
        ("import torch\ntorch.manual_seed(1)", RNG),
        ("from lightning import seed_everything\nseed_everything(1)", RNG),
        ("import os\nos.chdir('x')", CWD),
        ("import os as o\no.environ['A'] = '1'", ENVIRONMENT),
        ("from os import environ\nenviron.update(A='1')", ENVIRONMENT),
        ("import json\njson.x = 1", "@module:json"),
        ("import sys\nsys.path.append('x')", "@module:sys.path"),
        ("import pandas as pd\npd.set_option('a', 1)", "@module:pandas"),
        ("globals()['x'] = 1", DYNAMIC_NAMES),
        ("exec('x = 1')", DYNAMIC_NAMES),
        ("open('f', 'w')", "@file:'f'"),
        ("df.to_csv(path)", "@file:path"),
    ],
)
def test_hidden_state_is_a_pseudo_variable(source: str, state: str) -> None:
    assert state in flow_of(source).changes


def test_a_seeded_generator_object_is_an_ordinary_variable() -> None:
    assert RNG not in flow_of("rng.seed(1)\nm = Model(seed=3)").changes


@pytest.mark.parametrize(
    "source",
    [
        "def f(a, /, b, *c, d=1, **e): g = h; i: int = j; k += 1",
        "def f():\n    global g\n    g = 1\n    l = 2",
        "def f():\n    for x, (y, *z) in w: pass\n    with o as p: pass\n    import q.r, s as t",
        "def f():\n    try: pass\n    except E as e: pass\n    def g(): h = 1\n    class C: i = 1",
        "def f():\n    [u := v for w in x]\n    del y\n    lambda k: m",
        "def f(s):\n    match s:\n        case [a, *b]: pass\n        case {'k': c, **d}: pass\n"
        "        case C(x=e) as g: pass",
    ],
)
def test_local_names_are_those_that_python_finds(source: str) -> None:
    table = symtable.symtable(source, "<test>", "exec").get_children()[0]
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)

    expected = {s.get_name() for s in table.get_symbols() if s.is_local() or s.is_parameter()}
    # Since Python 3.12 the variables of a comprehension stand in the table of its function.
    assert local_names(function) == expected - {"w"} | ({"w"} & local_names(function))
