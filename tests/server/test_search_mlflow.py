"""Every filter and order that MLflow's own parser takes is read alike here."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celltrail_server.search import And, Comparison, parse_filter, parse_order

search_utils = pytest.importorskip("mlflow.utils.search_utils")

_KEYS = st.sampled_from(["loss", "a.b", "val/loss", "x1", "lr-rate", "under_score", "NOT", "in"])
_QUOTED = st.sampled_from(["a b", "é", "x:y", "and", "loss"])
_TEXTS = st.sampled_from(["x", "", "it is", "a%b_c", "1", "é 😀", "a(b", "`x`", "a\nb", "--", "/*"])
_NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12).map(str),
    st.sampled_from(["0.5", "-1.5", ".5", "1e3", "1.5E-3", "-2e-1"]),
)
_SPACES = st.sampled_from([" ", "  ", "\n", "\t"])


def _any_case(words: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(words).flatmap(lambda one: st.sampled_from([one, one.lower()]))


@st.composite
def _key(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        return draw(_KEYS)
    mark = draw(st.sampled_from('`"'))
    return f"{mark}{draw(_QUOTED)}{mark}"


@st.composite
def _clause(draw: st.DrawFn) -> str:
    space = draw(_SPACES)
    text = draw(_TEXTS)
    literal = draw(st.sampled_from([f"'{text}'", f'"{text}"']))
    listed = "('a', \"b\")"
    kind = draw(st.integers(0, 5))
    if kind == 0:
        group = draw(st.sampled_from(["metric", "metrics"]))
        sign = draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="]))
        return f"{group}.{draw(_key())}{space}{sign}{space}{draw(_NUMBERS)}"
    if kind == 1:
        group = draw(st.sampled_from(["param", "params", "parameter", "parameters", "tag", "tags"]))
        if draw(st.booleans()):
            return f"{group}.{draw(_key())}{space}{draw(_any_case(['IS NULL', 'IS NOT NULL']))}"
        word = draw(st.one_of(st.sampled_from(["=", "!="]), _any_case(["LIKE", "ILIKE"])))
        return f"{group}.{draw(_key())} {word}{space}{literal}"
    if kind == 2:
        group = draw(st.sampled_from(["", "attribute.", "attributes.", "attr.", "run."]))
        key = draw(st.sampled_from(["status", "user_id", "run_name", "artifact_uri", "`Run name`"]))
        word = draw(st.one_of(st.sampled_from(["=", "!="]), _any_case(["LIKE", "ILIKE"])))
        return f"{group}{key} {word} {literal}"
    if kind == 3:
        key = draw(st.sampled_from(["run_id", "attributes.run_id", "dataset.name"]))
        return f"{key} {draw(_any_case(['IN', 'NOT IN']))}{space}{listed}"
    if kind == 4:
        key = draw(st.sampled_from(["start_time", "attributes.end_time", "created", "`Created`"]))
        return f"{key}{space}{draw(st.sampled_from(['=', '>', '<=']))} {draw(_NUMBERS)}"
    key = draw(st.sampled_from(["dataset.digest", "datasets.context", "dataset.`name`"]))
    return f"{key} = {literal}"


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(_clause(), min_size=1, max_size=4), _any_case(["AND"]))
def test_what_mlflow_reads_is_read_alike(clauses: list[str], word: str) -> None:
    text = f" {word} ".join(clauses)
    try:
        theirs = search_utils.SearchUtils.parse_search_filter(text)
    except Exception:  # whatever MLflow cannot read is none of its language
        return
    parsed = parse_filter(text)
    ours = parsed.parts if isinstance(parsed, And) else (parsed,)
    assert [_plain(one) for one in ours] == [_theirs(one) for one in theirs]


@given(
    st.sampled_from(["metrics", "param", "tags"]), _key(), st.sampled_from(["", " ASC", " desc"])
)
def test_what_mlflow_sorts_by_is_read_alike(group: str, key: str, direction: str) -> None:
    text = f"{group}.{key}{direction}"
    try:
        kind, name, ascending = search_utils.SearchUtils.parse_order_by_for_search_runs(text)
    except Exception:
        return
    [ours] = parse_order([text])
    operand = ours.operand
    assert (operand.group, operand.key, ours.ascending) == (
        "param" if kind == "parameter" else kind, name, ascending,
    )  # fmt: skip


def _plain(one: Any) -> tuple[str, str, str, Any]:
    assert isinstance(one, Comparison)
    return one.operand.group, one.operand.key, one.operator, one.value


def _theirs(one: dict[str, Any]) -> tuple[str, str, str, Any]:
    kind = "param" if one["type"] == "parameter" else one["type"]
    key = search_utils.SearchUtils.translate_key_alias(one["key"])
    value = float(one["value"]) if kind == "metric" else one["value"]
    return kind, key, one["comparator"].upper(), value
