"""What comes back from a pickle, and what is refused."""

import types
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from celltrail_pipelines.artifacts import find_shared, load_group, save_group
from celltrail_pipelines.errors import StepError
from celltrail_pipelines.pickling import dump, load


def namespace_of(source: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(source, namespace)
    return namespace


def copy_to(namespace: dict[str, Any], *names: str, target: dict[str, Any]) -> None:
    values = {name: namespace[name] for name in names}
    target.update(load(dump(values, namespace, ()).data, target))


def test_a_function_looks_names_up_where_it_was_loaded() -> None:
    source = namespace_of("k = 1\ndef f(): return k")
    target = namespace_of("k = 2")

    copy_to(source, "f", target=target)

    assert target["f"]() == 2


def test_closures_share_their_variable_afterwards() -> None:
    source = namespace_of(
        "def make():\n    n = 0\n    def up():\n        nonlocal n\n        n += 1\n"
        "    return up, lambda: n\nup, get = make()"
    )
    target = namespace_of("")

    copy_to(source, "up", "get", target=target)
    target["up"]()

    assert target["get"]() == 1
    assert source["get"]() == 0


def test_a_definition_travels_by_name() -> None:
    code = "class A:\n    class B: pass\na = A()\nb = A.B()\nf = [A]"
    source, target = namespace_of(code), namespace_of(code)

    loaded = load(dump([source["a"], source["b"], source["f"]], source, ["A"]).data, target)

    assert type(loaded[0]) is target["A"]
    assert type(loaded[1]) is target["A"].B
    assert loaded[2] == [target["A"]]


def test_a_missing_definition_is_named() -> None:
    source = namespace_of("class A: pass\na = A()")

    with pytest.raises(StepError, match="`A`"):
        load(dump(source["a"], source, ["A"]).data, namespace_of(""))


def test_views_still_share_memory() -> None:
    base = np.arange(12.0).reshape(3, 4)
    values = [
        base,
        base[1:, ::2],
        base.T,
        base.view(np.int64),
        base[:0],
        np.broadcast_to(base, (2, 3, 4)),
    ]

    loaded = load(dump(values, {}, ()).data, {})

    for old, new in zip(values, loaded, strict=True):
        np.testing.assert_array_equal(old, new)
        assert old.flags.writeable == new.flags.writeable
        assert np.shares_memory(loaded[0], new) == np.shares_memory(base, old)


def test_an_open_file_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "x").open("w") as file, pytest.raises(StepError, match="an open file"):
        dump([file], {}, ())


@pytest.mark.parametrize(
    ("value", "magic"),
    [
        (np.arange(3), b"\x93NUMPY"),
        (np.array([None, 1], dtype=object), b"\x80"),
        (pd.DataFrame({"x": [1, 2], "t": [pd.Timestamp(0), pd.NaT]}), b"PAR1"),
        (pd.DataFrame({"x": [1, 2]}, index=[3, 4]), b"\x80"),
        (pd.DataFrame({1: [1, 2]}), b"\x80"),
        (pd.DataFrame({"x": ["a", None]}), b"\x80"),
        (pd.DataFrame({"x": pd.Categorical(["a"])}), b"\x80"),
        ({"a": 1}, b"\x80"),
    ],
)
def test_the_type_at_run_time_chooses_the_format(value: Any, magic: bytes, tmp_path: Path) -> None:
    file = tmp_path / "group"

    save_group(file, ["v"], {"v": value}, ())
    loaded = load_group(file, ("v",), {})["v"]

    assert file.read_bytes().startswith(magic)
    assert type(loaded) is type(value)
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(loaded, value, check_flags=True)
        assert type(loaded.index) is type(value.index)
    else:
        np.testing.assert_array_equal(loaded, value)


def test_names_that_do_not_exist_are_left_out(tmp_path: Path) -> None:
    save_group(tmp_path / "g", ["a", "b"], {"a": 1}, ())

    assert load_group(tmp_path / "g", ("a", "b"), {}) == {"a": 1}


def test_an_object_that_two_groups_share_is_found(tmp_path: Path) -> None:
    shared = [1]
    array = np.zeros(3)
    namespace = {
        "a": {"k": shared},
        "b": (shared,),
        "c": array,
        "d": array[1:],
        "e": [0],
        "m": types,
    }

    dumps = {n: save_group(tmp_path / n, [n], namespace, ()) for n in namespace}

    assert "a and b share a list" in (find_shared({n: dumps[n] for n in "ab"}) or "")
    assert "c and d share a ndarray" in (find_shared({n: dumps[n] for n in "cd"}) or "")
    assert find_shared({n: dumps[n] for n in "acm"}) is None


def test_the_error_names_the_variable_that_cannot_travel(tmp_path: Path) -> None:
    with pytest.raises(StepError, match=r"^`g` cannot be passed to another step .*generator"):
        save_group(tmp_path / "g", ["a", "g"], {"a": 1, "g": (i for i in [])}, ())
