"""Cells that are not to be recorded leave nothing behind, and explanations say that they ran."""

from collections.abc import Callable

import pytest
from IPython.core.interactiveshell import InteractiveShell

import celltrail as ct
from celltrail.events import CellStarted, Event, MetricsLogged, RunEnded, RunStarted, encode_event
from celltrail.session import Session
from celltrail_magics.directives import is_untracked

Recorded = Callable[[], list[Event]]


def run(shell: InteractiveShell, *cells: str, tags: list[str] | None = None) -> None:
    for cell in cells:
        result = shell.run_cell(cell, store_history=True, cell_meta={"tags": tags or []})
        assert result.success


def sources(events: list[Event]) -> list[tuple[int, str]]:
    return [(one.ordinal, one.source) for one in events if isinstance(one, CellStarted)]


def holds(events: list[Event], text: str) -> bool:
    return any(text.encode() in encode_event(event) for event in events)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# notrack\nx = 1", True),
        ("\n  #notrack: it is private\nx = 1", True),
        ("%%bash\n# notrack\nls", True),
        ("%track off\nx = 1", True),
        ("x = 1\n# notrack", False),
        ("# notracking", False),
        ("%track offline", False),
    ],
)
def test_the_first_line_says_that_a_cell_is_not_to_be_recorded(source: str, expected: bool) -> None:
    assert is_untracked(source) is expected


def test_a_cell_with_the_comment_or_the_tag_leaves_nothing(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    run(shell, "x = 1")
    run(shell, "# notrack\nunseen_a = 2\nprint('unseen')\nget_ipython().run_cell('unseen_b = 3')")
    run(shell, "unseen_c = 4", tags=["other", "notrack"])
    run(shell, "y = 5")
    events = recorded()
    assert sources(events) == [(1, "x = 1"), (4, "y = 5")]
    assert not holds(events, "unseen")
    assert shell.user_ns["unseen_b"] == 3


def test_what_an_unrecorded_cell_logs_is_not_recorded_either(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    run(shell, "import celltrail as ct\nct.log(loss=0.5)")
    run(
        shell,
        "# notrack\nct.log(unseen=1)\nct.log_params(unseen=1)\nct.set_tags(unseen=1)\n"
        "ct.log_artifact(__import__('os').__file__)",
    )
    run(shell, "ct.log(loss=0.4)\nct.log_params(unseen_no_more=2)")
    events = recorded()
    assert [one.metrics for one in events if isinstance(one, MetricsLogged)] == [
        {"loss": 0.5},
        {"loss": 0.4},
    ]
    assert not holds(events, "os.py")
    assert holds(events, "unseen_no_more")


def test_between_off_and_on_nothing_is_recorded(
    shell: InteractiveShell, recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "x = 1", "%track off\nunseen = 2", "unseen = 3")
    ct.log(unseen=4)
    run(shell, "%track status")
    assert "recording is off" in capsys.readouterr().out
    run(shell, "%track on\nunseen = 5", "y = 6")
    events = recorded()
    assert sources(events) == [(1, "x = 1"), (6, "y = 6")]
    assert not holds(events, "unseen")


def test_a_run_begins_with_the_first_recorded_cell(
    shell: InteractiveShell, recorded: Recorded
) -> None:
    run(shell, "# notrack\nimport celltrail as ct\nct.log(unseen=1)")
    run(shell, "x = 1")
    events = recorded()
    kinds = [type(one) for one in events if isinstance(one, RunStarted | RunEnded | CellStarted)]
    assert kinds == [RunStarted, CellStarted, RunEnded]


def test_a_session_without_a_recorded_cell_records_no_run(
    shell: InteractiveShell, session: Session
) -> None:
    run(shell, "%track off", "import celltrail as ct\nct.log(unseen=1)")
    session.close()
    assert not (session.settings.home / "spool").exists()


def test_explanations_say_that_an_unrecorded_cell_may_matter(shell: InteractiveShell) -> None:
    run(shell, "a = [1]", "# notrack\na.append(2)", "b = sum(a)")
    for target in ("a", "b"):
        [doubt] = ct.explain(target).maybe
        assert (doubt.execution.ordinal, doubt.execution.source) == (2, "# [not tracked]")


def test_an_interrupted_unrecorded_cell_ends(shell: InteractiveShell, recorded: Recorded) -> None:
    shell.run_cell("# notrack\nraise KeyboardInterrupt", store_history=True)
    run(shell, "x = 1")
    assert sources(recorded()) == [(2, "x = 1")]


def test_the_cell_that_loads_the_extension_can_be_unrecorded(
    bare_shell: InteractiveShell, recorded: Recorded
) -> None:
    run(bare_shell, "# notrack\n%load_ext celltrail\nunseen = 1", "x = 1")
    events = recorded()
    assert [source for _, source in sources(events)] == ["x = 1"]
    assert not holds(events, "unseen")


def test_the_next_cell_is_recorded_though_the_end_of_one_was_lost(
    shell: InteractiveShell,
    recorded: Recorded,
    capsys: pytest.CaptureFixture[str],  # a stream for this test, since IPython leaves it patched
) -> None:
    def leave() -> None:
        shell.events.unregister("post_execute", leave)
        raise SystemExit  # what IPython does not keep from its caller

    for cell in ("x = 1", "# notrack\nunseen = 1"):
        shell.events.register("post_execute", leave)
        with pytest.raises(SystemExit):
            shell.run_cell(cell, store_history=True)
        run(shell, "get_ipython().run_cell('y = 2')", "z = 3")
    inner = "get_ipython().run_cell('y = 2')"
    assert [source for _, source in sources(recorded())] == [
        "x = 1",
        inner,
        "z = 3",
        inner,
        "z = 3",
    ]
