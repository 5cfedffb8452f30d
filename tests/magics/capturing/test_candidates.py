import pytest

from celltrail_magics.capturing.candidates import literals


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("lr = 0.01", {"lr": "0.01"}),
        ("lr: float = 1e-3\nname = 'adam'", {"lr": "0.001", "name": "adam"}),
        ("shift = -1; flag = True", {"shift": "-1", "flag": "True"}),
        ("layers = [64, 32]\noptions = {'a': 1}", {"layers": "[64, 32]", "options": "{'a': 1}"}),
        ("a = b = 2\nc, d = 3, 'x'", {"a": "2", "b": "2", "c": "3", "d": "x"}),
        ("lr = 1\nlr = 2", {"lr": "2"}),
        ("a, b = f(), 2", {"b": "2"}),
        ("model = f(1); lr = 1", {"lr": "1"}),
        ("data = b'x'; path = r'x'", {"data": "b'x'", "path": "x"}),
        ("%matplotlib inline\n!ls\nlr = 1", {"lr": "1"}),
        ("%%track --metrics acc\nlr = 1", {"lr": "1"}),
        ("é = 1", {"é": "1"}),
    ],
)
def test_literals_of_the_top_level_are_candidates(source: str, found: dict[str, str]) -> None:
    assert literals(source) == found


@pytest.mark.parametrize(
    "source",
    [
        "x = f(1)",
        "x = y",
        "x = None",
        "_x = 1",
        "x += 1",
        "if ready:\n    x = 1",
        "def f():\n    x = 1",
        "a.b = 1\na['c'] = 2",
        "a = password = 'hunter2'",
        "a = os.environ['API_TOKEN'] = 'hunter2'",
        "x = 1 +",
        "%%bash\nx=1",
        "x = '" + "long" * 100 + "'",
        "x = 'nul\\x00'",
        "print('x = 1')",
        "",
    ],
)
def test_nothing_else_is_a_candidate(source: str) -> None:
    assert literals(source) == {}


def test_a_cell_of_data_has_few_candidates() -> None:
    source = "\n".join(f"x{number} = {number}" for number in range(1000))
    assert len(literals(source)) == 50
    assert literals(source * 10) == {}
