import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from celltrail_magics.capturing.frame_heads import MAX_COLUMNS, MAX_ROWS, Column, frame_head


def test_the_head_of_a_pandas_frame_has_its_shape_types_and_first_rows() -> None:
    frame = pd.DataFrame(
        {"x": np.arange(100.0), "n": np.arange(100), "when": datetime.date(2026, 1, 2)},
        index=[f"row {number}" for number in range(100)],
    )
    head = frame_head(frame)
    assert head is not None
    assert (head.kind, head.row_count, head.column_count) == ("pandas.DataFrame", 100, 3)
    assert head.columns == [Column("x", "float64"), Column("n", "int64"), Column("when", "object")]
    assert head.rows[:2] == [[0.0, 0, "2026-01-02"], [1.0, 1, "2026-01-02"]]
    assert head.index == [f"row {number}" for number in range(MAX_ROWS)]


def test_the_head_of_an_arrow_table_likewise() -> None:
    head = frame_head(pa.table({"x": [1, None], "s": ["a", "b"]}))
    assert head is not None
    assert (head.kind, head.row_count, head.column_count) == ("pyarrow.Table", 2, 2)
    assert head.columns == [Column("x", "int64"), Column("s", "string")]
    assert (head.rows, head.index) == ([[1, "a"], [None, "b"]], None)


def test_the_head_of_a_series_is_one_column() -> None:
    head = frame_head(pd.Series([1, 2], name="count"))
    assert head is not None
    assert (head.columns, head.rows) == ([Column("count", "int64")], [[1], [2]])


def test_a_head_is_small_whatever_the_frame_holds() -> None:
    class Silent:
        def __str__(self) -> str:
            raise AssertionError("nobody may ask")

    values = ["x" * 10_000, Silent(), np.zeros(1_000_000), 2**60, float("inf"), pd.NaT, pd.NA]
    frame = pd.DataFrame([[value] * 500 for value in values])
    head = frame_head(frame)
    assert head is not None
    assert (head.row_count, head.column_count) == (7, 500)
    assert len(head.columns) == MAX_COLUMNS
    first = [row[0] for row in head.rows]
    assert first[:5] == ["x" * 200, "<Silent>", "<ndarray>", str(2**60), "inf"]


@pytest.mark.parametrize(
    "value", [1, [1], np.zeros(3), None, {"a": 1}, type("DataFrame", (), {})()]
)
def test_other_values_have_no_head(value: object) -> None:
    assert frame_head(value) is None


def test_secrets_in_a_frame_are_masked_by_column_and_by_looks() -> None:
    token = "ghp_" + "x7Q2" * 9
    frame = pd.DataFrame(
        {
            "user": ["ada"],
            "password": ["hello"],
            "pin_token": [123456],
            "url": ["z" * 190 + f" {token}"],
        }
    )
    head = frame_head(frame.set_index("user", drop=False))
    assert head is not None
    assert head.rows == [["ada", "***", "***", "z" * 190 + " ***"]]
    assert head.index == ["ada"]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"x": [1]}, index=pd.Index(["hunter2"], name="password")),
        pd.DataFrame(
            {"x": [1]}, index=pd.MultiIndex.from_tuples([("hunter2", 1)], names=["pwd", "n"])
        ),
        pd.Series({"host": "h", "password": "hunter2"}),
        pd.DataFrame({"ada": ["hunter2", "h"]}, index=["password", "host"]),
        pd.DataFrame({"name": ["DB_PASSWORD"], "value": ["hunter2"], "note": ["seen"]}),
        pd.DataFrame({("db", "password"): ["hunter2"]}),
        pd.DataFrame({"x": [("password", "hunter2")]}),
        pd.DataFrame({"password=hunter2": [1]}),
    ],
)
def test_what_a_label_calls_a_secret_is_masked(frame: pd.DataFrame | pd.Series) -> None:
    text = str(frame_head(frame))
    assert "hunter2" not in text
    assert "***" in text


def test_words_about_secrets_hide_nothing_beside_them() -> None:
    frame = pd.DataFrame({"text": ["the secret of a good password", "token"], "count": [3, 4]})
    head = frame_head(frame)
    assert head is not None
    assert head.rows == [["the secret of a good password", 3], ["token", 4]]
