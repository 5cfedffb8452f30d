"""Recording survives what cells do, and cells do not notice that they are recorded."""

import gc
import signal
import weakref
from collections.abc import Callable

import pytest
from IPython.core.interactiveshell import InteractiveShell

import celltrail as ct
from celltrail.events import CellEnded, CellStarted, CellTraced, Event
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
    assert changed == ["a", "all_of_them", *"bcdefghi"]
    assert gone[:2] == ["c", "i"]
    shown = capsys.readouterr()
    assert "Traceback" not in shown.out + shown.err
    assert "failed" not in shown.err


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
    import random

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
