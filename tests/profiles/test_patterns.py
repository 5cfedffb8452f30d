"""Free fields match as a whole, and no pattern that passes lint can stop the hub."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celltrail_profiles.patterns import doubts_about, error_in, matches, whole


@pytest.mark.parametrize(
    ("pattern", "value", "right"),
    [
        (r"quay\.io/jupyter/[a-z]+", "quay.io/jupyter/base", True),
        (r"quay\.io/jupyter/", "quay.io/jupyter/evil@sha256:abc", False),
        (r"^ok:[a-z]+$", "ok:a\n", False),
        (r"a|b", "bc", False),
        (r"a|b", "b", True),
    ],
)
def test_the_whole_value_must_match(pattern: str, value: str, right: bool) -> None:
    assert matches(pattern, value) is right
    # KubeSpawner itself uses re.match
    assert bool(re.match(whole(pattern), value)) is right


def test_values_that_kubespawner_would_format_can_be_kept_out() -> None:
    assert re.match(whole(".*"), "{username}")
    assert not re.match(whole(".*", braces=False), "a\n{username}")
    assert re.match(whole(".*", braces=False), "plain")


@pytest.mark.parametrize(
    "pattern",
    [
        r"([a-z]+)*",
        r"(a*)+",
        r"(a|a)*",
        r"(a|ab)*c",
        r"([a-z]+\.?)*x",
        r"(?:.*,)*x",
        r"((x+x+)+)y",
        r"(\w+\s?)*!",
        r"(a|a){20}b",
        r"(?:a?){30}a{30}",
        r"(?i)abc",
        r".*.*.*.*x",
        r"a*[ab]*a?a*(?:[a-c]*)x",
        r"[a-z]*(x[a-z]*)?[a-z]*(y[a-z]*)?",
        r"a*b*a*b*a*b*a*",
    ],
)
def test_patterns_that_can_take_for_ever_are_refused(pattern: str) -> None:
    assert error_in(pattern, 256)


@pytest.mark.parametrize(
    "pattern",
    [
        r"[a-z0-9]+(-[a-z0-9]+)*",
        r"quay\.io/[a-z0-9]+(/[a-z0-9._-]+)*:[A-Za-z0-9._-]+(@sha256:[0-9a-f]{64})?",
        r"(small|large)",
        r"[0-9]{1,3}(\.[0-9]{1,3}){3}",
        r"(?:[a-z]\d)+",
        r"(a|b)*c",
        r"^v\d+\.\d+$",
        r"quay\.io/[a-z0-9]+/[a-z0-9]+/[a-z0-9]+:[a-z0-9.]+",
        r".*a.*b.*",
        r"a+b+a+b+a+b+",
    ],
)
def test_patterns_as_admins_write_them_are_accepted(pattern: str) -> None:
    assert error_in(pattern, 256) is None


@pytest.mark.parametrize("depth", [50, 100, 200, 300, 600, 1300])
def test_nesting_without_end_is_no_failure(depth: int) -> None:
    error_in("(?:" * depth + "a" + ")" * depth, 256)
    error_in("(" * depth + "a" + ")*" * depth, 256)
    error_in("(b|" * depth + "a" + ")" * depth, 256)


@given(st.text(alphabet="ab()[]{}|*+?\\.^$-:=!<>P1,", max_size=30))
def test_any_text_is_a_pattern_or_told_why_not(text: str) -> None:
    if error_in(text, 256) is None:
        doubts_about(text, image=True)
        matches(text, "ab")
    else:
        assert error_in(text, 256)


def test_longer_values_allow_fewer_repeats() -> None:
    assert error_in(r".*a.*b.*", 1024)
    assert error_in(r".*a.*", 1024) is None


pieces = st.sampled_from(["a", "b", "[ab]", "[a-c]", "\\d", "-", "a+", "b*", "a?", "[ab]+", "."])
patterns = st.recursive(
    pieces,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.builds("({}){}".format, inner, st.sampled_from(["", "*", "+", "?", "{2,30}"])),
        st.builds("(?:{}|{})".format, inner, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(patterns)
def test_a_pattern_that_is_accepted_ends_soon(pattern: str) -> None:
    if error_in(pattern, 256) is not None:
        return
    start = time.process_time()
    for text in ("a" * 255 + "!", "ab" * 127 + "!", "a-" * 127 + "!", "0" * 255 + "!"):
        matches(pattern, text)
    assert time.process_time() - start < 2, pattern


def test_a_dot_in_a_name_of_a_host_is_doubted() -> None:
    assert doubts_about(r"quay.io/a:1", image=True)
    assert doubts_about(r"quay\.io/a:[0-9.]+", image=True) is None
    assert doubts_about(r"[a-z]+.*", image=False) is None
