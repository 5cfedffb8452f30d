"""What a cell run read, bound, changed and deleted, and nothing else, told from its running."""

import gc
import random
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from celltrail_dataflow.tracing.tracer import Tracer
from celltrail_dataflow.tracing.traces import Execution, Trace
from celltrail_dataflow.tracing.trail import Trail


class Session:
    """Runs cells in a namespace of its own and traces them; executions are named `1`, `2`, …"""

    def __init__(self) -> None:
        self.namespace: dict[str, Any] = {"__name__": "__main__"}
        self.tracer = Tracer(self.namespace)
        self.trail = Trail()

    def run(self, source: str) -> Trace:
        code = compile(source, "<cell>", "exec")
        execution_id = str(len(self.trail) + 1)
        self.tracer.begin()
        try:
            exec(code, self.namespace)
        finally:
            trace = self.tracer.end(execution_id)
            self.trail.add(Execution(execution_id, len(self.trail) + 1, source, None, trace))
        return trace

    def slice(self, name: str) -> list[int]:
        found = self.trail.explain(name, self.trail.writers(name))
        return [one.ordinal for one in found.executions]

    def maybe(self, name: str) -> list[int]:
        found = self.trail.explain(name, self.trail.writers(name))
        return [one.execution.ordinal for one in found.maybe]


@pytest.fixture
def session() -> Iterator[Session]:
    session = Session()
    session.tracer.start()
    yield session
    session.tracer.stop()


def reads(trace: Trace) -> set[str]:
    return {read.name for read in trace.reads}


def writes(trace: Trace) -> set[str]:
    return {write.name for write in trace.writes if write.is_certain}


@pytest.mark.parametrize(
    ("cell", "read", "written"),
    [
        ("b = a", {"a"}, {"b"}),
        ("a = 1\nb = a", set(), {"a", "b"}),
        ("if False:\n    b = a", set(), set()),
        ("if True:\n    b = 1\nelse:\n    b = a", set(), {"b"}),
        ("def f():\n    return a", set(), {"f"}),
        ("def f():\n    return a\nb = f()", {"a"}, {"b", "f"}),
        ("b = [a for x in range(2)]", {"a"}, {"b"}),
        ("b = (lambda: a)()", {"a"}, {"b"}),
        ("class A:\n    a = 1\n    c = a", set(), {"A"}),
        ("class A:\n    c = a", {"a"}, {"A"}),
        ("class A:\n    def m(self):\n        return a\nb = A().m()", {"a"}, {"A", "b"}),
        ("del a", {"a"}, {"a"}),
        ("globals()['b'] = 5", set(), {"b"}),
        ("b = eval('a')", {"a"}, {"b"}),
        ("exec('b = a')", {"a"}, {"b"}),
        ("import math as b", set(), {"b"}),
        ("from math import *", set(), None),
        ("for b in a:\n    pass", {"a"}, {"b"}),
        ("a += [2]", {"a"}, {"a"}),
        ("a.append(2)", {"a"}, {"a"}),
        ("a[0] = 2", {"a"}, {"a"}),
        ("len(a)", {"a"}, set()),
        ("print(a, end='')", {"a"}, set()),
        ("def g():\n    global b\n    b = a\ng()", {"a"}, {"b", "g"}),
        ("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    b = a", {"a"}, {"b"}),
        ("def g():\n    yield a\nb = list(g())", {"a"}, {"b", "g"}),
        ("match a:\n    case [b]:\n        pass", {"a"}, {"b"}),
        ("with open('/dev/null') as b:\n    pass", set(), {"b"}),
        ("b = f'{a}'", {"a"}, {"b"}),
        ("(b := a)", {"a"}, {"b"}),
    ],
)
def test_names_that_ran_are_told_and_no_others(
    session: Session, cell: str, read: set[str], written: set[str] | None
) -> None:
    session.run("a = [1]")
    trace = session.run(cell)
    assert reads(trace) == read
    if written is not None:
        assert writes(trace) == written


@pytest.mark.parametrize(
    ("cells", "name", "expected"),
    [
        (["a = [1]", "b = a", "c = 0", "b.append(2)"], "a", [1, 2, 4]),
        (["a = [[1]]", "b = a[0]", "b.append(2)", "c = a"], "c", [1, 2, 3, 4]),
        (["a = {'x': [1]}", "b = dict(a)", "b['x'].append(2)"], "a", [1, 2, 3]),
        (["a = {'x': [1]}", "b = dict(a)", "b['y'] = 2"], "a", [1]),
        (["import numpy as np\nz = np.zeros(9)", "w = z[2:4]", "w[:] = 1"], "z", [1, 2, 3]),
        (["import numpy as np\nz = np.zeros(9)", "w = z[2:4].copy()", "w[:] = 1"], "z", [1]),
        (["a = 1", "a = 2", "b = a"], "b", [2, 3]),
        (["n = [0]", "def f():\n    n[0] += 1", "f()", "f()"], "n", [1, 2, 3, 4]),
        (["a = [3]", "a.sort()", "b = a[0]"], "b", [1, 3]),
        (["x = 1", "y = 2", "def f():\n    return x", "z = f()"], "z", [1, 3, 4]),
        (
            ["class C:\n    pass\nc = C()", "d = c", "d.v = 1", "e = c.v"], "e", [1, 2, 3, 4],
        ),
        (["import collections\nq = collections.deque()", "q.append(1)", "r = q"], "r", [1, 2, 3]),
    ],
)  # fmt: skip
def test_slices_follow_aliases_and_changes_in_place(
    session: Session, cells: list[str], name: str, expected: list[int]
) -> None:
    for cell in cells:
        session.run(cell)
    assert session.slice(name) == expected
    assert session.maybe(name) == []


def test_the_slice_of_a_frame_follows_its_columns(session: Session) -> None:
    session.namespace["pd"] = pd
    session.run("df = pd.DataFrame({'a': [1, 2], 'b': [3, 4]})")
    session.run("df.describe()")
    session.run("df['c'] = df.a + df.b")
    session.run("total = df.c.sum()")
    assert session.slice("total") == [1, 3, 4]


def test_an_item_of_something_big_changes_it(session: Session) -> None:
    session.run("big = [[i] for i in range(300_000)]")
    session.run("part = big[250_000]")
    session.run("part.append(1)")
    session.run("x = big[7]")
    assert session.slice("x") == [1, 2, 3, 4]


def test_a_part_of_a_part_of_something_big_may_change_it(session: Session) -> None:
    session.run("big = [[[i]] for i in range(300_000)]")
    session.run("part = big[250_000][0]")
    session.run("part.append(1)")
    session.run("x = big[7]")
    assert session.slice("x") == [1, 4]
    assert 3 in session.maybe("x")


def test_drawing_from_a_generator_depends_on_its_seed(session: Session) -> None:
    session.namespace |= {"random": random, "np": np}
    session.run("np.random.seed(1)")
    session.run("random.seed(1)")
    session.run("a = np.random.rand()")
    session.run("b = np.random.rand()")
    assert session.slice("b") == [1, 3, 4]


@pytest.mark.parametrize(
    "draw",
    [
        "random.random()",
        "random.gauss(0, 1)",
        "random.shuffle([1, 2, 3])",
        "np.random.rand()",
        "np.random.randn()",
        "np.random.binomial(10, 0.5)",
    ],
)
def test_each_draw_counts(session: Session, draw: str) -> None:
    # Of two normal draws the second takes what the first has left beside the generator's state.
    session.namespace |= {"random": random, "np": np}
    session.run("random.seed(1); np.random.seed(1)")
    session.run("0")
    for name in "abc":
        session.run(f"{name} = {draw}")
    assert session.slice("c") == [1, 3, 4, 5]


def test_a_generator_that_was_only_looked_at_is_not_drawn_from(session: Session) -> None:
    session.namespace |= {"random": random, "np": np}
    session.run("state = random.getstate(), np.random.get_state()")
    session.run("random.setstate(state[0]); np.random.set_state(state[1])")
    assert not {name for name in writes(session.run("x = 1")) if name.startswith("@rng")}


@pytest.mark.parametrize(
    "change",
    [
        "f.calls = 1",
        "f.__defaults__ = (1,)",
        "f.__code__ = (lambda: 2).__code__",
        "f.__qualname__ = 'g'",
        "vars(f)['calls'] = 1",
    ],
)
def test_a_function_changes_by_what_is_set_on_it(session: Session, change: str) -> None:
    session.run("def f():\n    return 1")
    session.run("def other():\n    return f()")
    session.run("x = f()")
    session.run(change)
    session.run("y = f()")
    session.run("z = other()")
    assert session.slice("y") == [1, 4, 5]
    assert session.slice("z") == [1, 2, 4, 6]


def test_another_generator_behind_numpys_functions_is_followed(session: Session) -> None:
    old = np.random.get_bit_generator()
    session.namespace |= {"np": np}
    try:
        session.run("np.random.set_bit_generator(np.random.PCG64(1))")
        session.run("a = np.random.rand()")
        session.run("b = np.random.rand()")
    finally:
        np.random.set_bit_generator(old)
    assert session.slice("b") == [1, 2, 3]


def test_a_file_that_was_written_is_read_later(session: Session, tmp_path: Path) -> None:
    session.namespace["path"] = str(tmp_path / "data.csv")
    session.run("with open(path, 'w') as f:\n    f.write('1')")
    session.run("unrelated = 1")
    session.run("with open(path) as f:\n    text = f.read()")
    assert session.slice("text") == [1, 3]


def test_a_cell_that_fails_is_traced_as_far_as_it_came(session: Session) -> None:
    session.run("a = [1]")
    with pytest.raises(ZeroDivisionError):
        session.run("a.append(2)\n1 / 0\nb = a")
    assert session.slice("a") == [1, 2]


def test_no_object_lives_longer_than_it_would(session: Session) -> None:
    session.run("class A:\n    pass\na = A()\na.items = [1]")
    died = weakref.ref(session.namespace["a"])
    session.run("b = a")
    session.run("b.items.append(2)")
    session.run("del a, b")
    gc.collect()
    assert died() is None


def test_a_deleted_name_has_no_writer_any_more(session: Session) -> None:
    session.run("a = 1")
    session.run("del a")
    session.run("a = 2")
    session.run("b = a")
    assert session.slice("b") == [3, 4]


def test_objects_that_cannot_be_pickled_may_have_changed(session: Session) -> None:
    session.run("import zlib\nbox = [zlib.compressobj()]")
    session.run("box[0].compress(b'a')")
    session.run("box.append(2)")
    session.run("x = len(box)")
    assert session.slice("x") == [1, 3, 4]
    assert session.maybe("x") == [2]


def test_each_cell_that_may_have_changed_an_object_from_before_is_told(session: Session) -> None:
    session.tracer.stop()
    session.namespace["big"] = [[i] for i in range(300_000)]
    session.tracer.start()
    session.run("big[250_000].append(1)")
    session.run("big[250_000].append(2)")
    session.run("x = big[7]")
    assert session.maybe("x") == [1, 2]


def test_two_sessions_do_not_hear_of_each_other(session: Session) -> None:
    other = Session()
    other.tracer.start()
    try:
        session.run("a = 1")
        trace = other.run("b = 1")
    finally:
        other.tracer.stop()
    assert (reads(trace), writes(trace)) == (set(), {"b"})


def test_a_third_tool_is_told_that_there_is_no_place(session: Session) -> None:
    from celltrail_dataflow.tracing.watching import WatchError

    other, third = Session(), Session()
    other.tracer.start()
    try:
        with pytest.raises(WatchError, match="celltrail"):
            third.tracer.start()
    finally:
        other.tracer.stop()


def test_stopping_gives_the_place_back() -> None:
    session = Session()
    for _ in range(5):
        session.tracer.start()
        session.run("a = 1")
        session.tracer.stop()
    assert sys.monitoring.get_tool(3) is None


def test_a_change_through_a_part_keeps_what_the_whole_was_made_from(session: Session) -> None:
    for source in ("rows = [1]", "box = {'rows': rows, 'more': 2}", "rows.append(3)"):
        session.run(source)
    assert session.slice("box") == [1, 2, 3]


def test_a_cursor_changes_what_its_connection_reaches(session: Session) -> None:
    session.run("import sqlite3\nbase = sqlite3.connect(':memory:')\ncursor = base.cursor()")
    session.run("cursor.execute('create table t (a)')")
    session.run("n = base.execute('select count(*) from t').fetchone()")
    session.run("base.close()")
    assert session.slice("n") == [1, 2, 3]


def test_what_an_import_compiles_is_no_file_of_the_cell(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "celltrail_compiled.py").write_text("x = 1")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "modules", sys.modules.copy())
    trace = session.run("import celltrail_compiled")
    assert (tmp_path / "__pycache__").exists()
    assert [name for name in reads(trace) | writes(trace) if "__pycache__/" in name] == []


AT_THE_END = """
import atexit
from celltrail_dataflow.tracing import watching
from celltrail_dataflow.tracing.tracer import Tracer

def late():  # the interpreter takes modules' names away, too, before the last events
    vars(watching).update(dict.fromkeys(list(vars(watching))))
    open({file!r}).close()

atexit.register(late)
tracer = Tracer({{}})
tracer.start()
tracer.begin()
tracer.end("1")
"""


def test_the_end_of_the_interpreter_is_quiet(tmp_path: Path):
    file = tmp_path / "data"
    file.touch()
    program = AT_THE_END.format(file=str(file))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_frame_is_the_same_after_a_compiled_library_was_imported(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.run("import pandas as pd")
    session.run("df = pd.DataFrame({'a': [1, 2]})")
    shared = sys.modules[type(pd._libs.internals._unpickle_block).__module__]  # type: ignore[attr-defined]
    monkeypatch.setattr(shared, "class_of_another_library", object, raising=False)
    session.run("smallest = df.min()")
    assert session.slice("df") == [1, 2]


def test_what_a_cell_shows_depends_on_options_but_not_what_it_binds(session: Session) -> None:
    session.run("import numpy as np")
    session.run("np.set_printoptions(precision=2)")
    session.run("x = np.ones(3) / 3\nprint(x)")
    session.run("y = x.sum()")
    np.set_printoptions(precision=8)
    assert session.slice("x") == [1, 2, 3]
    assert session.slice("y") == [1, 3, 4]


def test_what_is_printed_to_a_file_depends_on_options(session: Session) -> None:
    session.run("import io, numpy as np\nfile = io.StringIO()")
    session.run("np.set_printoptions(precision=2)")
    session.run("print(np.ones(3) / 3, file=file)")
    session.run("x = file.read()")
    np.set_printoptions(precision=8)
    assert session.slice("x") == [1, 2, 3, 4]


def test_a_recursive_function_depends_on_the_recursion_limit(session: Session) -> None:
    before = sys.getrecursionlimit()
    session.run("import sys")
    session.run(f"sys.setrecursionlimit({before + 2000})")
    session.run("def depth(n):\n    return 0 if n == 0 else 1 + depth(n - 1)")
    session.run("def half(n):\n    return n / 2")
    session.run(f"x = depth({before + 1000})")
    session.run("y = half(3)")
    sys.setrecursionlimit(before)
    assert session.slice("x") == [1, 2, 3, 5]
    assert session.slice("y") == [4, 6]


def test_an_import_depends_on_no_file_that_it_only_passes(
    session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.setattr(sys, "modules", sys.modules.copy())
    sys.modules.pop("colorsys", None)
    session.run("open('prices.csv', 'w').close()")
    session.run("open('own.py', 'w').close()")
    session.run("import colorsys")
    session.run("import own")
    assert session.slice("colorsys") == [3]
    assert session.slice("own") == [2, 4]


def test_who_draws_through_another_library_depends_on_options_of_matplotlib(
    session: Session,
) -> None:
    session.run("import matplotlib.pyplot as plt, numpy as np, pandas as pd")
    session.run("plt.rcParams['figure.figsize'] = 2, 2")
    session.run("x_plot = np.linspace(0, 1)")
    session.run("y = x_plot * 2")
    session.run("axes = pd.DataFrame({'y': y}).boxplot()")
    plt.rcdefaults()
    plt.close()
    assert session.slice("y") == [1, 3, 4]
    assert session.slice("axes") == [1, 2, 3, 4, 5]


def test_a_command_depends_on_what_is_in_a_folder_that_it_names(
    session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    session.run("import os, subprocess\nos.mkdir('raw')")
    session.run("open('raw/a', 'w').close()")
    session.run("open('raw/b', 'w').close()")
    session.run("x = subprocess.check_output(['ls', 'raw'])")
    assert session.slice("x") == [1, 2, 3, 4]


IMPORTING = """
from tests.dataflow.test_tracing import Session
session = Session()
session.tracer.start()
session.run("import matplotlib.pyplot, numpy, pandas.plotting")
session.run("unused = 1")
session.run("from pandas import Series\\nfrom numpy import ones")
session.run("x = str(Series(ones(1) / 3))")
session.run("from matplotlib.pyplot import figure")
session.run("width = figure().get_figwidth()")
print(session.slice("x"), session.slice("width"))
"""


@pytest.mark.integration
def test_options_are_followed_from_the_cell_that_imports_their_library() -> None:
    settings = (
        ("", "[3, 4] [5, 6]"),
        ("pandas.set_option('display.precision', 2)", "[1, 3, 4] [5, 6]"),
        ("numpy.set_printoptions(precision=2)", "[1, 3, 4] [5, 6]"),
        ("matplotlib.rcParams['figure.figsize'] = 1, 1", "[3, 4] [1, 5, 6]"),
    )
    for setting, expected in settings:
        program = IMPORTING.replace("pandas.plotting", f"pandas.plotting\\n{setting}")
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        assert done.stdout == f"{expected}\n", done.stderr
