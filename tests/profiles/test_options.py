"""What a user sends comes to a spawn that they may have, or to one clear refusal."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celltrail_profiles.access import offers
from celltrail_profiles.errors import NotOfferedError, OptionError, ProfileError
from celltrail_profiles.options import from_form, salvaged, validated
from tests.profiles.helping import file_of

FILE = file_of("""
profiles:
- slug: small
  display_name: Small
  who: everyone
  image: quay.io/a/base:1
  memory: {guarantee: 1Gi, limit: 2Gi}
  environment: {A: a, B: b}
  options:
    image:
      display_name: Image
      choices:
        base: {display_name: Base}
        torch: {display_name: Torch, image: quay.io/a/torch:1, environment: {B: c}}
        beta: {display_name: Beta, image: quay.io/a/beta:1, who: {groups: [testers]}}
      free:
        display_name: Other
        pattern: 'quay\\.io/[a-z]+/[a-z]+:[0-9]+'
        sets: image
        message: only images of quay.io
        who: {groups: [experts]}
    size:
      display_name: Size
      choices:
        s: {display_name: S}
        l: {display_name: L, default: true, memory: {limit: 4Gi}}
- slug: secret
  display_name: Secret
  who: {groups: [staff]}
""")


def ask(options: Any, *groups: str) -> Any:
    return validated(offers(FILE, "ada", groups), options)


def test_choices_go_over_their_profile() -> None:
    spawn = ask({"profile": "small", "image": "torch"})
    assert spawn.settings.image == "quay.io/a/torch:1"
    assert spawn.settings.environment == {"A": "a", "B": "c"}
    assert str(spawn.settings.memory.limit) == "4Gi"
    assert str(spawn.settings.memory.guarantee) == "1Gi"
    assert spawn.user_options == {"profile": "small", "image": "torch", "size": "l"}


@pytest.mark.parametrize("nothing", [None, {}])
def test_who_chooses_nothing_gets_the_default(nothing: Any) -> None:
    spawn = ask(nothing)
    assert spawn.user_options == {"profile": "small", "image": "base", "size": "l"}


def test_what_was_resolved_resolves_to_itself() -> None:
    spawn = ask({"image--unlisted-choice": "quay.io/b/c:7", "profile": "small"}, "experts")
    assert spawn.settings.image == "quay.io/b/c:7"
    assert ask(spawn.user_options, "experts") == spawn


@pytest.mark.parametrize(
    ("options", "reason", "said"),
    [
        ({"profile": "nope"}, "not_offered", "'nope' is not offered to you; yours are: small"),
        ({"profile": "secret"}, "not_offered", "yours are: small"),
        ({"image": "nope"}, "bad_choice", "no choice 'nope'; there are: base, torch"),
        ({"image": "beta"}, "bad_choice", "no choice 'beta'"),
        ({"image--unlisted-choice": "quay.io/b/c:7"}, "bad_choice", "choose one of the list"),
        ({"size--unlisted-choice": "x"}, "bad_choice", "choose one of the list"),
        ({"imgae": "torch"}, "unknown_option", "no option 'imgae'; did you mean image?"),
        ({"garbage": "x"}, "unknown_option", "no option 'garbage'"),
        ({"image": 7}, "bad_options", "must be text, not 7"),
        ({"image": ["torch"]}, "bad_options", "must be text, not a list"),
        ({"profile": None}, "bad_options", "must be text, not nothing"),
        (["small"], "bad_options", "must be a mapping"),
        ("small", "bad_options", "must be a mapping"),
    ],
)
def test_what_is_not_offered_is_refused(options: Any, reason: str, said: str) -> None:
    with pytest.raises(ProfileError) as caught:
        ask(options)
    assert caught.value.reason == reason
    assert said in str(caught.value)
    assert "secret" not in str(caught.value).replace("'secret'", "")


def test_a_free_field_matches_as_a_whole() -> None:
    for value in ("quay.io/b/c:7\n", "xquay.io/b/c:7", "quayXio/b/c:7", "", "quay.io/b/c:7" * 99):
        with pytest.raises(OptionError):
            ask({"image--unlisted-choice": value}, "experts")
    with pytest.raises(OptionError, match="only images of quay"):
        ask({"image--unlisted-choice": "docker.io/a/b:1"}, "experts")


def test_a_choice_and_a_typed_value_exclude_each_other() -> None:
    with pytest.raises(OptionError, match="not both"):
        ask({"image": "base", "image--unlisted-choice": "quay.io/b/c:7"}, "experts")


def test_nobody_ever_gets_the_base_settings() -> None:
    with pytest.raises(NotOfferedError) as caught:
        validated((), {})
    assert (caught.value.status, caught.value.reason) == (403, "no_profile")


def test_a_form_comes_to_the_same_as_the_api() -> None:
    form = {
        "profile": ["small"],
        "profile-option-small--image": ["torch"],
        "profile-option-small--size": ["s"],
        "profile-option-secret--x": ["y"],
        "_xsrf": ["t"],
    }
    assert from_form(form) == {"profile": "small", "image": "torch", "size": "s"}
    assert from_form({}) == {}


def test_a_filled_free_field_goes_before_the_list_beside_it() -> None:
    form = {
        "profile": ["small"],
        "profile-option-small--image": ["unlisted-choice"],
        "profile-option-small--image--unlisted-choice": ["quay.io/b/c:7"],
        "profile-option-small--size--unlisted-choice": [""],
    }
    options = from_form(form)
    assert options == {"profile": "small", "image--unlisted-choice": "quay.io/b/c:7"}
    assert ask(options, "experts").settings.image == "quay.io/b/c:7"


words = st.sampled_from(
    ["profile", "small", "secret", "image", "size", "torch", "beta", "base", "s", "l",
     "image--unlisted-choice", "quay.io/b/c:7", "--unlisted-choice", "", "{username}"]
)  # fmt: skip
values = st.recursive(
    st.one_of(words, st.text(max_size=20), st.integers(), st.none(), st.booleans(), st.floats()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(words | st.text(), inner, max_size=3)
    ),
    max_leaves=4,
)


def outcome(options: Any) -> Any:
    """Return the spawn, or the refusal; anything else fails the test."""
    try:
        return validated(offers(FILE, "ada", ["experts"]), options)
    except ProfileError as refusal:
        return refusal


@given(st.one_of(st.dictionaries(words | st.text() | st.integers(), values, max_size=4), values))
def test_whatever_is_sent_is_a_spawn_or_a_refusal(body: Any) -> None:
    found = outcome(body)
    if isinstance(found, ProfileError):
        assert found.status in (400, 403)
        assert found.reason
    else:
        assert found.profile.slug == "small"
        assert found.settings.image


@given(st.dictionaries(words | st.text(), st.lists(words | st.text(), max_size=2), max_size=5))
def test_whatever_a_form_holds_is_a_spawn_or_a_refusal(form: Any) -> None:
    assert outcome(from_form(form))


@given(st.one_of(st.dictionaries(words | st.text() | st.integers(), values, max_size=4), values))
def test_what_is_good_is_salvaged_and_what_is_salvaged_is_good(body: Any) -> None:
    offered = offers(FILE, "ada", ["experts"])
    kept = salvaged(offered, body)
    try:
        assert kept == validated(offered, body)
    except ProfileError:
        if kept is not None:
            assert validated(offered, kept.user_options) == kept
            assert kept.profile.slug == body.get("profile", kept.profile.slug)


def test_nobody_is_shown_what_is_not_offered() -> None:
    assert salvaged((), {"profile": "a"}) is None
