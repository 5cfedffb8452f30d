import ast

import pytest

from celltrail.literals import parsed


@pytest.mark.parametrize(
    "source",
    [
        r'x = "\d\\d\n"',
        r"x = r'\d\\d' + rb'\d' + b'\d' + f'\d{1}'",
        'x = """\n\\d\\\n"""  # "\\d',
        "x = 'it\\'s \\d'",
    ],
)
@pytest.mark.filterwarnings("error")
def test_parsing_says_nothing_of_escapes_and_keeps_their_meaning(source: str) -> None:
    tree = parsed(source)
    with pytest.warns(SyntaxWarning):
        assert ast.dump(tree) == ast.dump(ast.parse(source))
