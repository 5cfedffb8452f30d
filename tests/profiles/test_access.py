"""Who sees what, and the reasons that are given."""

from celltrail_profiles.access import offers
from celltrail_profiles.explaining import explain
from tests.profiles.helping import file_of

FILE = file_of("""
profiles:
- {slug: none, display_name: N}
- {slug: empty, display_name: E, who: {groups: [], users: []}}
- {slug: all, display_name: A, who: everyone}
- slug: ml
  display_name: M
  default: true
  who: {groups: [ML], users: [bob]}
  cpu: {guarantee: 500m}
  memory: {limit: 2Gi}
  gpu: {vendor: nvidia, mig: 1g.5gb}
  options:
    image:
      display_name: I
      choices:
        a: {display_name: A}
        b: {display_name: B, who: {users: [bob]}}
- slug: inner
  display_name: I
  who: everyone
  options:
    x: {display_name: X, choices: {a: {display_name: A, who: {groups: [ML]}}}}
""")


def seen(user: str, *groups: str) -> list[str]:
    return [profile.slug for profile in offers(FILE, user, groups)]


def test_only_who_is_named_sees_a_profile() -> None:
    assert seen("ada") == ["all"]
    assert seen("ada", "ML") == ["all", "ml", "inner"]
    assert seen("bob") == ["all", "ml"]


def test_names_of_groups_are_compared_exactly() -> None:
    assert "ml" not in seen("ada", "ml")


def test_choices_of_others_are_left_out() -> None:
    [ml] = [profile for profile in offers(FILE, "ada", ["ML"]) if profile.slug == "ml"]
    assert list(ml.options["image"].choices) == ["a"]
    [ml] = [profile for profile in offers(FILE, "bob", []) if profile.slug == "ml"]
    assert list(ml.options["image"].choices) == ["a", "b"]


def test_reasons_are_given_for_all_profiles() -> None:
    reasons = {each.slug: (each.offered, each.reason) for each in explain(FILE, "ada", ["x"])}
    assert reasons == {
        "none": (False, "for nobody; ada is in x"),
        "empty": (False, "for nobody; ada is in x"),
        "all": (True, "for everyone"),
        "ml": (False, "for group ML and user bob; ada is in x"),
        "inner": (False, "an option has no answer that this user may give"),
    }


def test_what_a_server_takes_and_what_is_hidden_are_told() -> None:
    [ml] = [each for each in explain(FILE, "ada", ["ML"]) if each.slug == "ml"]
    assert ml.default
    assert ml.reason == "for group ML"
    assert ml.takes == "0.5 CPU, 2 GiB of memory, 0.143 GPU"
    assert ml.hidden == {"image.b": "for user bob"}
