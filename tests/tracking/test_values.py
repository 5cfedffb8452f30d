import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from celltrail.errors import InvalidError
from celltrail.values import artifact_path, as_number, as_step, as_text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1, 1.0),
        (0.25, 0.25),
        (True, 1.0),
        (Decimal("0.5"), 0.5),
        (Fraction(1, 4), 0.25),
        (np.float32(0.5), 0.5),
        (np.int64(7), 7.0),
        (np.array(2.5), 2.5),
        (np.array([[3]]), 3.0),
        (math.inf, math.inf),
    ],
)
def test_every_kind_of_number_is_taken(value: Any, number: float) -> None:
    assert as_number(value) == number
    assert type(as_number(value)) is float


def test_nan_stays_nan() -> None:
    assert math.isnan(as_number(np.float64("nan")))


@pytest.mark.parametrize(
    "value", ["0.5", b"1", None, [1.0], {}, np.array([1, 2]), np.str_("1"), 1j, 10**400, object()]
)
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(InvalidError, match="number"):
        as_number(value)


def test_a_number_whose_conversion_fails_is_refused_like_any_other() -> None:
    class Lazy:
        def __float__(self) -> float:
            raise RuntimeError("not computed")

    with pytest.raises(InvalidError, match="not computed"):
        as_number(Lazy())


@pytest.mark.parametrize(("value", "step"), [(3, 3), (np.int32(4), 4), (5.0, 5), (-1, -1)])
def test_whole_numbers_are_steps(value: Any, step: int) -> None:
    assert as_step(value) == step


@pytest.mark.parametrize("value", [1.5, "3", None, {"loss": 1}, float("nan"), float("inf")])
def test_other_things_are_no_steps(value: Any) -> None:
    with pytest.raises(InvalidError):
        as_step(value)


def test_params_become_text() -> None:
    assert as_text({"lr": 0.1, "layers": [64, 10], "name": "adam"}) == {
        "lr": "0.1",
        "layers": "[64, 10]",
        "name": "adam",
    }


@pytest.mark.parametrize("name", ["", ".", "..", "/etc/passwd", "a/../b", "..\\x"])
def test_an_artifact_cannot_leave_its_run(name: str) -> None:
    with pytest.raises(InvalidError, match="artifact"):
        artifact_path(name)


@pytest.mark.parametrize(("name", "path"), [("a.png", "a.png"), ("plots//b.svg", "plots/b.svg")])
def test_an_artifact_path_is_plain(name: str, path: str) -> None:
    assert artifact_path(name) == path
