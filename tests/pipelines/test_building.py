"""From cells to steps."""

from collections.abc import Callable

import pytest

from celltrail.errors import InvalidError
from celltrail_pipelines.pipeline import Pipeline

Build = Callable[..., Pipeline]


def test_a_step_gets_only_the_preamble_and_parameters_that_it_needs(pipeline_of: Build) -> None:
    pipeline = pipeline_of(
        "import json\nimport math\nfactor = 2\nother = 3",
        "a = [math.pi]",
        "def double(x):\n    return [factor * x]",
        "b = double(a)",
        "print(json.dumps(b), other)",
    )

    first, second, third = pipeline.steps
    assert first.preamble == "import math"
    assert second.preamble == "def double(x):\n    return [factor * x]"
    assert second.parameters == ("factor",)
    # `b` may hold the function that made it.
    assert third.preamble == "import json\ndef double(x):\n    return [factor * x]"
    assert third.parameters == ("factor", "other")
    assert [t.names for t in second.outputs] == [("b",)]


def test_literals_in_a_cell_that_computes_nothing_are_parameters(pipeline_of: Build) -> None:
    pipeline = pipeline_of(
        "lr = 1e-3\nn: int = -4\nname = 'x'\ndeep = True\n%track params lr n",
        "k = 5\nx = [k]",
        "print(lr, n, name, deep, x)",
    )

    assert [(p.name, p.default) for p in pipeline.parameters] == [
        ("lr", 1e-3),
        ("n", -4),
        ("name", "x"),
        ("deep", True),
    ]


@pytest.mark.parametrize(
    "spoiler",
    ["n = 2", "n += 1", "del n", "def f():\n    global n\n    n = 2", "for n in x: 1"],
)
def test_a_name_that_is_bound_twice_is_no_parameter(pipeline_of: Build, spoiler: str) -> None:
    assert pipeline_of("n = 1", spoiler, "x = [0]", "print(x)").parameters == ()


@pytest.mark.parametrize("value", ["2**60", str(2**60), "1e999", "'{{x}}'", "None", "(1, 2)"])
def test_what_an_engine_cannot_keep_exactly_is_no_parameter(pipeline_of: Build, value: str) -> None:
    pipeline = pipeline_of(f"n = {value}", "print(n)")

    assert pipeline.parameters == ()
    assert [t.names for t in pipeline.steps[1].inputs] == [("n",)]


def test_independent_cells_make_independent_steps(pipeline_of: Build) -> None:
    pipeline = pipeline_of("a = [1]", "b = [2]", "print(len(a))", "print(len(b))")

    assert [[t.step for t in s.inputs] for s in pipeline.steps] == [[], [], ["a"], ["b"]]


def test_steps_are_named_by_tag_comment_heading_or_result(
    pipeline_of: Build, notebook: Callable[..., object]
) -> None:
    pipeline = pipeline_of(
        "a = [1]",
        "# Größe & Gewicht, really!\nb = a",
        "b = [a]",
        "def f(): pass\nf()",
        "f()",
        tags={1: "step:load-it"},
    )

    # Kale's tags join the cells below to the step.
    assert [step.name for step in pipeline.steps] == ["load-it"]
    untagged = pipeline_of("a = [1]", "# Größe & Gewicht, really!\nb = a", "b = [a]", "print(1)")
    assert [s.name for s in untagged.steps] == ["a", "groe-gewicht-really", "b", "step"]


def test_kales_tags_are_respected(pipeline_of: Build) -> None:
    pipeline = pipeline_of(
        "import math",
        "n = 3",
        "def area(r): return math.pi * r * n",
        "x = [area(1)]",
        "y = x",
        "print(y)",
        "raise SystemExit",
        tags={
            1: "imports",
            2: "pipeline-parameters",
            3: "functions",
            4: "step:first",
            6: "step:second",
            7: "skip",
        },
    )

    assert pipeline.problems == ()
    assert [(s.name, [c.number for c in s.cells]) for s in pipeline.steps] == [
        ("first", [4, 5]),
        ("second", [6]),
    ]
    assert [p.name for p in pipeline.parameters] == ["n"]


def test_a_tag_that_promises_too_much_is_refused(pipeline_of: Build) -> None:
    pipeline = pipeline_of("x = []", "x.append(1)", "print(x)", tags={2: "functions"})

    assert [p.cell for p in pipeline.errors] == [2]
    assert "tagged `functions`" in pipeline.errors[0].message


def test_tracking_magics_start_no_runs_in_steps(pipeline_of: Build) -> None:
    pipeline = pipeline_of(
        "%load_ext celltrail\n%track start digits --experiment digits",
        "x = [1]\n%track status",
        "%%track --metrics n\nn = len(x)",
        "%track log total=sum(x)",
        "%track stop",
    )

    sources = [cell.source for step in pipeline.steps for cell in step.cells]
    assert sources == [
        "x = [1]\n# %track status",
        "%%track --metrics n\nn = len(x)",
        "%track log total=sum(x)",
    ]
    assert [t.names for t in pipeline.steps[2].inputs] == [("x",)]


def test_settings_are_repeated_and_installations_left_out(pipeline_of: Build) -> None:
    pipeline = pipeline_of(
        "%matplotlib inline\n%pip install numpy\nimport numpy as np",
        "np.set_printoptions(precision=3)",
        "x = np.ones(3)",
        "print(x)",
    )

    assert "run_line_magic('matplotlib', 'inline')" in pipeline.steps[1].preamble
    assert "np.set_printoptions(precision=3)" in pipeline.steps[1].preamble
    assert "pip" not in pipeline.steps[0].preamble
    assert [p.severity for p in pipeline.problems] == ["warning"]


def test_cells_that_use_files_or_shells_keep_their_order(pipeline_of: Build) -> None:
    pipeline = pipeline_of("!mkdir out", "x = [1]", "open('out/a', 'w').close()", "!ls out")

    assert [s.after for s in pipeline.steps] == [(), (), ("step",), ("step-2",)]


def test_a_syntax_error_names_the_cell_and_the_line(pipeline_of: Build) -> None:
    with pytest.raises(InvalidError, match=r"cell 2 has a syntax error in line 3: .*tag it `skip`"):
        pipeline_of("x = 1", "x = 2\n\nif x\n    pass")


def test_a_notebook_that_computes_nothing_is_refused(pipeline_of: Build) -> None:
    with pytest.raises(InvalidError, match="no cell that computes anything"):
        pipeline_of("import math", "# only a comment")


def test_an_unknown_name_is_a_warning_that_names_the_cell(pipeline_of: Build) -> None:
    problems = pipeline_of("x = [1]", "print(x, y)").problems

    assert [p.describe() for p in problems] == [
        "warning: cell 2: uses `y`, which no cell above it defines"
    ]
