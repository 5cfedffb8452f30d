"""Recording survives what cells do, and cells do not notice that they are recorded."""

import gc
import os
import random
import signal
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest
from IPython.core.interactiveshell import InteractiveShell

import celltrail as ct
from celltrail.events import CellEnded, CellStarted, CellTraced, Event
from celltrail_dataflow.tracing.states import SLOW_SECONDS
from celltrail_dataflow.tracing.versions import Versions

Recorded = Callable[[], list[Event]]


def run(shell: InteractiveShell, *cells: str) -> None:
    for cell in cells:
        result = shell.run_cell(cell, store_history=True)
        assert result.success, result


def writes(events: list[Event]) -> list[list[str]]:
    """Return the names that each recorded cell run wrote, None where that is not known."""
    traces = {one.execution_id: one for one in events if isinstance(one, CellTraced)}
    started = [one for one in events if isinstance(one, CellStarted)]
    ended = {one.execution_id for one in events if isinstance(one, CellEnded)}
    assert ended == {one.execution_id for one in started}
    return [[write.name for write in traces[one.execution_id].writes] for one in started]


STRANGERS = """
class Stateful:
    def __getstate__(self): raise RuntimeError("state")
class Leaving:
    def __reduce_ex__(self, protocol): raise SystemExit
class Equal:
    def __eq__(self, other): raise RuntimeError("eq")
    def __hash__(self): raise RuntimeError("hash")
    def __repr__(self): raise RuntimeError("repr")
    def __bool__(self): raise RuntimeError("bool")
    def __len__(self): raise RuntimeError("len")
class Liar:
    @property
    def __class__(self): raise RuntimeError("class")
class Yes:
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
class Meta(type):
    def __getattribute__(cls, name):
        if name in ("__module__", "__qualname__", "__name__", "__mro__", "__dict__"):
            raise RuntimeError(name)
        return super().__getattribute__(name)
class Hidden(metaclass=Meta): pass
class Nowhere: __module__ = 5
class Endless:
    def __getstate__(self): return self.__getstate__()
class Dying:
    def __del__(self): raise RuntimeError("del")
"""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_objects_that_raise_at_every_turn_are_recorded(
    shell: InteractiveShell, recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, STRANGERS)
    run(shell, "all_of_them = [Stateful(), Leaving(), Equal(), Liar(), Yes(), Hidden(), Nowhere()]")
    run(shell, "a, b, c, d, e, f, g = all_of_them; h = Endless(); i = Dying()")
    run(shell, "a.x = b.x = c.x = d.x = e.x = f.x = g.x = h.x = i.x = 1")
    run(shell, "i = None; del c")
    bound, changed, gone = writes(recorded())[2:]
    assert bound == [*"abcdefghi"]
    assert {"a", "all_of_them", *"bcdefghi"} <= set(changed)
    assert gone[:2] == ["c", "i"]
    shown = capsys.readouterr()
    assert "Traceback" not in shown.out + shown.err
    assert "failed" not in shown.err


REPLACED = {
    "clocks": "import time\nold = vars(time).copy()\n"
    "time.time = time.perf_counter = time.time_ns = time.sleep = lambda *_: None",
    "modules": "import sys\nold = dict(sys.modules)\nclass Lazy:\n"
    "    def __getattr__(self, name): raise RuntimeError(name)\n"
    "sys.modules |= dict.fromkeys(['random', 'numpy', 'numpy.random', 'pandas',"
    " 'matplotlib'])\nsys.modules['json'] = Lazy()",
    "environment": "import os\nos.environ = dict(os.environ)",
    "generators": "import random\nrandom.getstate = lambda: 1 / 0",
    "builtins": "import builtins\nold = builtins.id, builtins.print\n"
    "builtins.id = lambda one: 1\nbuiltins.print = None",
    "keys": "globals().update({5: 'five', (1, 2): 'a tuple', None: 'nothing'})",
}
PUT_BACK = {
    "clocks": "vars(time).update(old)",
    "modules": "sys.modules |= old\n[sys.modules.pop(name) for name in {*sys.modules} - {*old}]",
    "builtins": "builtins.id, builtins.print = old",
    "keys": "for key in [5, (1, 2), None]: del globals()[key]",
}


@pytest.mark.parametrize("what", REPLACED)
def test_what_a_notebook_puts_into_the_interpreter_disturbs_nothing(
    what: str,
    shell: InteractiveShell,
    recorded: Recorded,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", os.environ)
    monkeypatch.setattr(random, "getstate", random.getstate)
    run(shell, "a = [1]", REPLACED[what], "a.append(2)", PUT_BACK.get(what, "pass"), "b = a")
    assert [names for names in writes(recorded()) if names in (["a"], ["b"])] == [["a"]] * 2 + [
        ["b"]
    ]
    assert "celltrail" not in capsys.readouterr().err


def test_what_the_shell_makes_when_it_is_needed_is_not_made_before(
    shell: InteractiveShell,
    recorded: Recorded,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)  # whose floats it then learns to print
    run(shell, "a = 1", "%alias hello echo")
    assert "a" in writes(recorded())[0]
    assert "celltrail" not in capsys.readouterr().err


def test_looking_at_objects_draws_no_random_numbers(shell: InteractiveShell) -> None:
    run(
        shell,
        """
import random, numpy
class Drawing:
    def __getstate__(self):
        return random.random(), numpy.random.rand()
""",
        "d = Drawing(); random.seed(1); numpy.random.seed(1)",
        "d.x = 1",
        "drawn = random.random(), numpy.random.rand()",
    )
    import numpy as np

    expected = random.Random(1).random(), np.random.RandomState(1).rand()
    assert shell.user_ns["drawn"] == expected


def test_an_interrupt_while_recording_loses_only_what_was_looked_for(
    shell: InteractiveShell,
    recorded: Recorded,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run(shell, "x = 1")
    with monkeypatch.context() as patched:
        patched.setattr(Versions, "bind", lambda *_: signal.raise_signal(signal.SIGINT))
        run(shell, "slow = 2")
    run(shell, "y = x")
    [doubt] = ct.explain("y").maybe
    assert doubt.execution.source == "slow = 2"
    events = recorded()
    assert [one.status for one in events if isinstance(one, CellEnded)] == ["ok"] * 3
    shown = capsys.readouterr()
    assert "interrupted: not all that cell run 2 did is recorded" in shown.err
    assert "Traceback" not in shown.out + shown.err


def interrupted_at(shell: InteractiveShell, hook: str, call: int, source: str) -> bool | None:
    """Run a cell with an interrupt at the `call`-th call within a hook.

    Returns whether the cell was interrupted; None if the hook makes fewer calls.
    """
    calls = 0

    def trace(frame: FrameType, event: str, arg: object) -> None:
        nonlocal calls
        outer: FrameType | None = frame.f_back
        while outer and outer.f_code.co_name != hook:
            outer = outer.f_back
        calls += outer is not None
        if calls == call:
            sys.settrace(None)
            signal.raise_signal(signal.SIGINT)

    sys.settrace(trace)
    try:
        result = shell.run_cell(source, store_history=True)
    finally:
        sys.settrace(None)
    if calls < call:
        return None
    return isinstance(result.error_in_exec or result.error_before_exec, KeyboardInterrupt)


@pytest.mark.parametrize(("hook", "is_interrupted"), [("_before", True), ("_after", False)])
def test_an_interrupt_in_a_hook_costs_no_cell_and_reaches_the_one_that_begins(
    hook: str,
    is_interrupted: bool,
    shell: InteractiveShell,
    recorded: Recorded,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(shell, "ran = []")
    seen = []
    for call in range(1, 500, 1 if is_interrupted else 5):
        seen.append(interrupted_at(shell, hook, call, "ran.append(1)"))
        if seen[-1] is None:
            break
        run(shell, "after = len(ran)")
    assert len(seen) > 30
    assert set(seen[:-1]) == {is_interrupted}
    assert len(shell.user_ns["ran"]) == (1 if is_interrupted else len(seen))
    events = recorded()
    cells = [one for one in events if isinstance(one, CellStarted)]
    statuses = {one.execution_id: one.status for one in events if isinstance(one, CellEnded)}
    assert [one.ordinal for one in cells] == list(range(cells[0].ordinal, len(cells) + 1))
    ends = [statuses[one.execution_id] for one in cells if one.source == "ran.append(1)"]
    assert ends == ["aborted" if is_interrupted else "ok"] * (len(seen) - 1) + ["ok"]
    assert "Error in callback" not in capsys.readouterr().out


def test_reset_and_reload_are_traced_like_any_cell(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    run(shell, "a = 1", "a", "%reset -f", "b = 2", "%reload_ext celltrail\nc = b", "d = c")
    assert [one.source for one in ct.explain("d").executions] == [
        "b = 2",
        "%reload_ext celltrail\nc = b",
        "d = c",
    ]
    names = writes(recorded())
    assert "a" in names[2]
    assert names[3:] == [["b"], ["c"], ["d"]]


def test_a_warning_about_the_source_comes_once(shell: InteractiveShell) -> None:
    run(shell, "a = []")
    with pytest.warns(SyntaxWarning, match="invalid escape") as seen:
        shell.run_cell("a.append('\\d')\nlr = '\\d'", store_history=True)
    assert "<unknown>" not in [one.filename for one in seen]


def test_references_are_those_of_the_user_alone(bare_shell: InteractiveShell) -> None:
    cells = (
        "import gc, sys\nclass Held:\n    pass",
        "held = Held(); held.items = [Held()]; inner = held.items[0]; f = lambda: held",
        "held.items.append(1); inner.x = f",
        "called = f() is held",
        "counts = [sys.getrefcount(one) for one in (held, inner, f, f.__code__)]",
        "holders = [len(gc.get_referrers(one)) for one in (held, inner, f, f.__code__)]",
    )
    run(bare_shell, *cells)
    unrecorded = bare_shell.user_ns["counts"], bare_shell.user_ns["holders"]
    run(bare_shell, "%load_ext celltrail", *cells)
    assert (bare_shell.user_ns["counts"], bare_shell.user_ns["holders"]) == unrecorded
    died = [weakref.ref(bare_shell.user_ns[name]) for name in ("held", "inner", "f")]
    run(bare_shell, "del held, inner, f")
    gc.collect()
    assert [one() for one in died] == [None] * 3


OTHER_TOOL = """
import sys
import time
monitoring = sys.monitoring
def off(code, line, monitoring=monitoring):
    return monitoring.DISABLE
monitoring.use_tool_id(1, "coverage")
for event in (monitoring.events.LINE, monitoring.events.INSTRUCTION):
    monitoring.register_callback(1, event, off)
monitoring.set_events(1, {events})
"""


@pytest.fixture
def tool_ids() -> Iterator[None]:
    """The places of other tools, which are free again after the test."""
    yield
    for tool in (1, 3, 4):
        if sys.monitoring.get_tool(tool) is not None:
            sys.monitoring.set_events(tool, 0)
            sys.monitoring.free_tool_id(tool)


@pytest.mark.parametrize("events", ["monitoring.events.LINE", "32 | 64"])
@pytest.mark.usefixtures("tool_ids")
def test_other_tools_that_watch_swallow_nothing(shell: InteractiveShell, events: str) -> None:
    run(shell, OTHER_TOOL.format(events=events), "unused = 1")
    run(shell, "a = [1]", "b = 2", "a.append(b)", "def f(\n    n):\n    return (n +\n        b)")
    run(shell, "for i in range(2):\n    monitoring.restart_events()\n    a.append(\n        i)")
    run(shell, "if a:\n    c = [\n        f(1),\n        a,\n    ]")
    sources = [one.source for one in ct.explain("c").executions if "import" not in one.source]
    assert [source.partition("\n")[0] for source in sources] == [
        "a = [1]",
        "b = 2",
        "a.append(b)",
        "def f(",
        "for i in range(2):",
        "if a:",
    ]


@pytest.mark.usefixtures("tool_ids")
def test_a_place_that_another_tool_takes_is_replaced_or_said(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "import sys", "def f():\n    return x", "x = 1")
    [place] = [one for one in (3, 4) if sys.monitoring.get_tool(one)]
    run(shell, f"sys.monitoring.free_tool_id({place}); sys.monitoring.use_tool_id({place}, 'a')")
    run(shell, "y = f()")
    explanation = ct.explain("y")
    assert [one.source for one in explanation.executions][1:] == ["x = 1", "y = f()"]
    assert [one.reason for one in explanation.maybe] == ["what it did was not traced"]
    assert "another tool has taken the place" in capsys.readouterr().err
    other = 7 - place
    run(shell, f"sys.monitoring.free_tool_id({other}); sys.monitoring.use_tool_id({other}, 'b')")
    run(shell, "z = f()")
    assert "other tools watch this process already: a, b" in capsys.readouterr().err
    assert sys.monitoring.get_tool(place) == "a"


def test_a_class_that_is_slow_to_look_at_is_looked_at_once(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    looks: list[float] = []

    def reduce(self: object, protocol: int) -> tuple[type, tuple[()]]:
        looks.append(time.perf_counter())
        while time.perf_counter() < looks[-1] + 2 * SLOW_SECONDS:
            pass
        return object, ()

    # As a class of an installed library; of the user's own ones no method is called.
    slow = type("Slow", (), {"__module__": "decimal", "__reduce_ex__": reduce})
    shell.user_ns["Slow"] = slow
    run(shell, "a = Slow()", "a.x = 1", "b = [a]", "b.append(1)")
    assert len(looks) == 1
    assert ["a" in names for names in writes(recorded())[:2]] == [True, True]


TIME_LIMITS = """
import signal
import celltrail as ct
class TimeIsUp(Exception): pass
rung = 0
def ring(*_):
    global rung
    rung += 1
    raise TimeIsUp
kept = signal.signal(signal.SIGALRM, ring)
def rings(work):
    before = rung
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 2)  # once more, if the first was lost
    try:
        while True:
            work()
    except TimeIsUp:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return rung - before
def opened():
    open(here).close()
def logged():
    ct.log(loss=1)
"""


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("work", ["opened", "logged"])
def test_time_limits_end_what_they_are_meant_for(
    work: str, shell: InteractiveShell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").touch()
    run(shell, TIME_LIMITS, f"here = {str(tmp_path / 'data')!r}")
    run(shell, f"{work}(); total = sum(rings({work}) for _ in range(100))")
    run(shell, "signal.signal(signal.SIGALRM, kept)")
    # Python itself loses what is raised in the callback of a weak reference.
    assert 100 <= shell.user_ns["total"] <= 105
    assert "celltrail" not in capsys.readouterr().err
