import pytest

from celltrail_magics.directives import as_comment, directive_of


@pytest.mark.parametrize(
    ("source", "options"),
    [
        ("%%track --metrics acc\nx = 1", "--metrics acc"),
        ("\n\n%%track --metrics acc\nx = 1", "--metrics acc"),
        ("%%track\nx = 1", ""),
        ("%%track", ""),
        ("%%tracker --metrics acc", None),
        ("x = 1\n%%track --metrics acc", None),
        ("# %%track", None),
        ("%track log x=1", None),
        ("", None),
    ],
)
def test_the_directive_is_the_first_line_only(source: str, options: str | None) -> None:
    assert directive_of(source) == options


def test_the_cell_below_the_directive_keeps_its_line_numbers() -> None:
    assert as_comment(["%%track --metrics x\n", "x = 1\n"]) == [
        "# %%track --metrics x\n",
        "x = 1\n",
    ]


def test_another_cell_magic_below_the_directive_comes_first() -> None:
    assert as_comment(["%%track --metrics x\n", "%%time\n", "x = 1\n"]) == ["%%time\n", "x = 1\n"]


@pytest.mark.parametrize("lines", [[], ["x = 1\n"], ["%%time\n", "x = 1\n"]])
def test_other_cells_stay_as_they_are(lines: list[str]) -> None:
    assert as_comment(lines) == lines
