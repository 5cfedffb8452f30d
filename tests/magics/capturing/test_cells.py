"""What a shell captures of the cells that run in it."""

import gc
import json
import sys
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from celltrail.events import (
    CellCaptured,
    CellTraced,
    EnvironmentRecorded,
    GitRecorded,
    ParamsLogged,
    RunStarted,
)
from celltrail_magics.capturing.console import TAIL_CHARACTERS
from celltrail_magics.capturing.settings import CellCapture
from tests.magics.capturing.conftest import Captured
from tests.magics.test_hooks import run

Capture = Callable[[], Captured]

DISPLAY = "from IPython.display import display, clear_output, update_display"


def figure(name: str, **options: str) -> str:
    """Code that displays an image whose bytes are `name`."""
    extra = "".join(f", {key}={value!r}" for key, value in options.items())
    return f"display({{'image/png': {name.encode()!r}}}, raw=True{extra})"


def test_the_end_of_what_a_cell_prints_is_captured_in_its_order(
    shell: InteractiveShell, captured: Capture, capsys: pytest.CaptureFixture[str]
) -> None:
    source = "import sys\nprint('one'); print('two', file=sys.stderr); print('three')"
    run(shell, source)
    run(shell, "pass")
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("one\nthree\n", "two\n")
    found = captured()
    assert found.of(source).console == "one\ntwo\nthree\n"
    assert not found.of(source).is_console_cut
    assert found.of("pass").console == ""


def test_of_a_long_output_the_end_is_captured(shell: InteractiveShell, captured: Capture) -> None:
    source = "for number in range(100_000): print(number)"
    run(shell, source)
    cell = captured().of(source)
    assert cell.is_console_cut
    assert len(cell.console) == TAIL_CHARACTERS
    assert cell.console.endswith("99998\n99999\n")


def test_cells_that_share_a_number_have_a_console_each(
    shell: InteractiveShell, captured: Capture
) -> None:
    for word in ("first", "second", "third"):
        shell.run_cell(f"print('{word}')")
    found = captured()
    assert [cell.console for cell in found.only(CellCaptured)] == ["first\n", "second\n", "third\n"]


def test_what_a_cell_keeps_from_the_screen_is_not_captured(
    shell: InteractiveShell, captured: Capture
) -> None:
    sources = [
        "%%capture kept\nprint('swallowed')",
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()): print('elsewhere')",
        f"%%capture kept\n{DISPLAY}\n{figure('swallowed')}",
    ]
    for source in sources:
        run(shell, source)
    found = captured()
    assert [found.of(source).console for source in sources] == ["", "", ""]
    assert found.files == {}


def test_the_console_survives_a_stream_of_the_user_s(
    shell: InteractiveShell, captured: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    run(
        shell,
        "import sys, io\n"
        "class Log(io.TextIOBase):\n"
        "    def __init__(self): self.lines = []\n"
        "    def write(self, text): self.lines.append(text); return len(text)\n"
        "sys.stdout = log = Log()",
    )
    run(shell, "print('logged')")
    assert shell.user_ns["log"].lines == ["logged", "\n"]
    assert captured().of("print('logged')").console == "logged\n"


def test_a_cell_that_waits_at_its_top_level_has_a_console(
    shell: InteractiveShell, captured: Capture
) -> None:
    source = "import asyncio\nprint('before')\nawait asyncio.sleep(0)\nprint('after')"
    run(shell, source)
    assert captured().of(source).console == "before\nafter\n"


def test_a_cell_says_what_it_took(shell: InteractiveShell, captured: Capture) -> None:
    source = "data = bytearray(b'x') * (200 << 20); del data"
    run(shell, source)
    cell = captured().of(source)
    assert cell.cpu_ms is not None
    assert cell.cpu_ms > 1
    assert cell.memory_start_bytes is not None
    assert cell.memory_peak_bytes is not None
    assert cell.memory_peak_bytes > cell.memory_start_bytes + (150 << 20)
    assert (cell.gpu_percent, cell.gpu_memory_bytes) == (None, None)


def test_figures_are_files_of_the_cell_that_shows_them(
    shell: InteractiveShell, captured: Capture
) -> None:
    run(shell, DISPLAY)
    source = (
        f"{figure('one')}\n{figure('two')}\n"
        "display({'application/vnd.plotly.v1+json': {'data': []}, 'text/html': '<p>'}, raw=True)"
    )
    run(shell, source)
    found = captured()
    assert list(found.files) == [f"cells/2/figure-{name}" for name in ("1.png", "2.png", "3.json")]
    assert found.content("cells/2/figure-2.png") == b"two"
    assert json.loads(found.content("cells/2/figure-3.json")) == {"data": []}
    assert {file.execution_id for file in found.files.values()} == {found.execution(source)}
    assert found.files["cells/2/figure-1.png"].media_type == "image/png"


def test_a_figure_that_is_updated_is_one_and_one_that_is_cleared_none(
    shell: InteractiveShell, captured: Capture
) -> None:
    run(shell, DISPLAY)
    steps = [figure(name, display_id="a") for name in ("first", "second")]
    run(shell, f"{steps[0]}\nupdate_display({{'image/png': b'last'}}, raw=True, display_id='a')")
    run(shell, f"{figure('gone')}\nclear_output()\n{figure('stays')}")
    found = captured()
    contents = {path: found.content(path) for path in found.files}
    assert contents == {"cells/2/figure-1.png": b"last", "cells/3/figure-1.png": b"stays"}


def test_of_many_figures_the_last_are_kept(shell: InteractiveShell, captured: Capture) -> None:
    run(shell, DISPLAY)
    run(shell, "for i in range(100): display({'image/png': b'%d' % i}, raw=True)")
    found = captured()
    assert len(found.files) == 20
    assert found.content("cells/2/figure-20.png") == b"99"


def test_a_matplotlib_figure_is_captured_without_being_drawn_again(
    shell: InteractiveShell, captured: Capture
) -> None:
    run(
        shell,
        "from matplotlib.figure import Figure\n"
        "class Counted(Figure):\n"
        "    drawn = 0\n"
        "    def _repr_png_(self):\n"
        "        import io\n"
        "        Counted.drawn += 1\n"
        "        image = io.BytesIO(); self.savefig(image, format='png'); return image.getvalue()",
    )
    run(shell, "Counted()")
    assert shell.user_ns["Counted"].drawn == 1
    assert captured().content("cells/2/figure-1.png").startswith(b"\x89PNG")


def test_the_head_of_a_frame_that_is_shown_is_a_file(
    shell: InteractiveShell, captured: Capture
) -> None:
    run(shell, f"{DISPLAY}\nimport pandas as pd\nframe = pd.DataFrame({{'x': range(1000)}})")
    run(shell, "frame")
    run(shell, "display(frame.tail(1), frame['x'])")
    run(shell, "frame;")
    found = captured()
    assert list(found.files) == [
        f"cells/{name}.json" for name in ("2/frame-1", "3/frame-1", "3/frame-2")
    ]
    head = json.loads(found.content("cells/2/frame-1.json"))
    assert (head["row_count"], head["columns"]) == (1000, [{"name": "x", "type": "int64"}])
    assert len(head["rows"]) == 10


def test_no_frame_and_no_figure_is_kept_alive(shell: InteractiveShell, captured: Capture) -> None:
    run(shell, f"{DISPLAY}\nimport pandas as pd\nframe = pd.DataFrame({{'x': range(9)}})")
    alive = weakref.ref(shell.user_ns["frame"])
    run(shell, "display(frame); del frame")
    gc.collect()
    assert alive() is None
    assert "cells/2/frame-1.json" in captured().files


def test_literals_are_candidate_params_and_no_params(
    shell: InteractiveShell, captured: Capture
) -> None:
    run(shell, "lr = 0.1; model = 'mlp'")
    run(shell, "lr = 0.2; 1 / 0")
    found = captured()
    assert found.of("lr = 0.1; model = 'mlp'").candidate_params == {"lr": "0.1", "model": "mlp"}
    assert found.of("lr = 0.2; 1 / 0").candidate_params == {}
    assert found.only(ParamsLogged) == []


def test_candidates_are_params_if_the_user_says_so(
    shell: InteractiveShell, captured: Capture
) -> None:
    run(shell, "%config CellCapture.candidates_as_params = True")
    run(shell, "lr = 0.1")
    assert [event.params for event in captured().only(ParamsLogged)] == [{"lr": "0.1"}]


def test_where_a_run_comes_from_is_recorded_once_a_run(
    bare_shell: InteractiveShell,
    captured: Capture,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "modules", sys.modules.copy())
    (folder / "celltrail_own.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(folder)
    run(bare_shell, "!git init -q -b main")
    run(bare_shell, "!git -c user.name=A -c user.email=a@b.c commit -q --allow-empty -m First")
    run(bare_shell, "%load_ext celltrail")
    run(bare_shell, "import celltrail_own")
    run(bare_shell, "pass")
    run(bare_shell, "%reload_ext celltrail")
    run(bare_shell, "%track stop")
    run(bare_shell, "%track start second")
    run(bare_shell, "pass")
    found = captured()
    environments, states = found.only(EnvironmentRecorded), found.only(GitRecorded)
    assert len(environments) == len({one.run_id for one in environments}) == 2
    assert len(states) == len({one.run_id for one in states}) == 2
    assert (states[0].branch, environments[0].packages["ipython"] > "9") == ("main", True)
    assert found.content("code/celltrail_own.py") == b"x = 1\n"


def test_a_cell_that_ends_its_run_begins_no_other(
    shell: InteractiveShell, captured: Capture
) -> None:
    run(shell, f"{DISPLAY}\nlr = 1")
    source = f"{figure('a')}\n%track stop"
    run(shell, source)
    found = captured()
    [started] = found.only(RunStarted)
    assert [file.run_id for file in found.files.values()] == [started.run_id]


def test_what_is_switched_on_begins_with_the_next_cell(
    shell: InteractiveShell, captured: Capture
) -> None:
    run(shell, "%config CellCapture.resources = False")
    run(shell, "pass")
    run(shell, "%config CellCapture.resources = True")
    run(shell, "x = 1")
    found = captured()
    took = [cell.cpu_ms for cell in found.only(CellCaptured)]
    assert [one is not None for one in took] == [True, False, False, True]


@pytest.mark.parametrize(
    ("switch", "is_gone"),
    [
        ("console", lambda found: found.of("lr = 1").console == ""),
        ("resources", lambda found: found.of("lr = 1").cpu_ms is None),
        ("candidates", lambda found: found.of("lr = 1").candidate_params == {}),
        ("figures", lambda found: not [path for path in found.files if "figure" in path]),
        ("frames", lambda found: not [path for path in found.files if "frame" in path]),
        ("packages", lambda found: not found.only(EnvironmentRecorded)),
        ("git", lambda found: not found.only(GitRecorded)),
        ("modules", lambda found: not [path for path in found.files if path.startswith("code/")]),
    ],
)
def test_each_part_has_a_switch(
    bare_shell: InteractiveShell,
    captured: Capture,
    switch: str,
    is_gone: Callable[[Captured], bool],
) -> None:
    bare_shell.config.CellCapture[switch] = False
    run(bare_shell, f"{DISPLAY}\nimport pandas as pd")
    run(bare_shell, "%load_ext celltrail")
    run(bare_shell, f"print(1); {figure('a')}; display(pd.DataFrame())")
    run(bare_shell, "lr = 1")
    assert is_gone(captured())


def test_config_knows_the_switches(
    shell: InteractiveShell, captured: Capture, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%config CellCapture")
    assert "CellCapture.figures" in capsys.readouterr().out
    run(shell, f"{DISPLAY}\n%config CellCapture.figures = False")
    run(shell, figure("a"))
    assert captured().files == {}


def test_what_celltrail_writes_is_no_file_of_a_cell(
    shell: InteractiveShell, captured: Capture
) -> None:
    run(shell, "import celltrail as ct; from matplotlib.figure import Figure")
    run(shell, "ct.log_figure(Figure()); from IPython.display import display")
    run(shell, figure("a"))
    found = captured()
    names = [one.name for trace in found.only(CellTraced) for one in trace.writes]
    assert not [name for name in names if "spool" in name]


def test_unloading_leaves_the_shell_s_displays_as_they_were(
    bare_shell: InteractiveShell, captured: Capture
) -> None:
    def listened_to() -> list[object]:
        parts = [bare_shell.display_pub, bare_shell.displayhook, bare_shell.display_formatter]
        return [sorted(vars(part)) for part in parts]

    before = listened_to()
    run(bare_shell, "%load_ext celltrail")
    assert listened_to() != before
    run(bare_shell, "%unload_ext celltrail")
    assert listened_to() == before
    assert not [one for one in bare_shell.configurables if isinstance(one, CellCapture)]
