"""What goes wrong with KubeSpawner's own profiles, beside what happens here.

"Before" is a real KubeSpawner of the locked version, given the same mistake. Where one of these
halves fails after an upgrade, KubeSpawner has changed.
"""

from typing import Any

import pytest
from traitlets import TraitError

from celltrail_profiles.access import offers
from celltrail_profiles.errors import NotOfferedError, OptionError
from celltrail_profiles.kubespawner import overrides, profile_list
from celltrail_profiles.options import validated
from tests.profiles.helping import HEAD, file_of, only_problem, pod_of, problems_of, started


def theirs(override: dict[str, Any] | None = None, **more: Any) -> list[dict[str, Any]]:
    return [{"slug": "a", "display_name": "A", "kubespawner_override": override or {}, **more}]


def choices(**unlisted: Any) -> list[dict[str, Any]]:
    option: dict[str, Any] = {"display_name": "I", "choices": {"x": {"display_name": "X"}}}
    if unlisted:
        option["unlisted_choice"] = {"enabled": True, **unlisted}
    return theirs(profile_options={"image": option})


WITH_FREE = HEAD + (
    "  options:\n"
    "    image:\n"
    "      display_name: I\n"
    "      choices: {x: {display_name: X}}\n"
    "      free: {display_name: F, pattern: '%s', sets: %s}\n"
)


def ask(text: str, options: dict[str, Any], *groups: str) -> Any:
    return validated(offers(file_of(text), "ada", groups), options)


def test_a_misspelt_limit() -> None:
    assert started(theirs({"mem_limt": "4G"}), {}).mem_limit is None
    assert "did you mean memory.limit" in only_problem(HEAD + "  mem_limt: 4G\n").message


def test_a_limit_that_is_no_amount() -> None:
    with pytest.raises(TraitError):
        started(theirs({"mem_limit": "lots"}), {})
    assert only_problem(HEAD + "  memory: {limit: lots}\n").code == "type"


def test_a_number_in_quotes() -> None:
    with pytest.raises(TraitError):
        started(theirs({"cpu_limit": "2"}), {})
    file = file_of(HEAD + "  cpu: {limit: '2'}\n")
    assert started(profile_list(file.profiles), {}).cpu_limit == 2.0


def test_a_gpu_count_in_words() -> None:
    spawner = started(theirs({"extra_resource_limits": {"nvidia.com/gpu": "one"}}), {})
    limits = pod_of(spawner)["spec"]["containers"][0]["resources"]["limits"]
    assert limits == {"nvidia.com/gpu": "one"}
    assert only_problem(HEAD + "  gpu: {vendor: nvidia, count: one}\n").code == "type"


def test_a_choice_that_there_is_not() -> None:
    with pytest.raises(KeyError):
        started(choices(), {"profile": "a", "image": "nope"})
    with pytest.raises(OptionError):
        ask(WITH_FREE % ("y", "image"), {"profile": "a", "image": "nope"})


def test_a_profile_that_there_is_not() -> None:
    hidden = [*theirs(), {"slug": "hidden", "display_name": "H"}]
    with pytest.raises(ValueError, match="hidden"):
        started(hidden, {"profile": "gone"})
    text = HEAD + "- {slug: hidden, display_name: H, who: {groups: [staff]}}\n"
    with pytest.raises(NotOfferedError, match=r"yours are: a$"):
        ask(text, {"profile": "gone"})


def test_a_callable_in_an_override() -> None:
    async def later() -> str:
        return "4G"

    promised = later()
    with pytest.raises(TypeError, match="coroutine"):
        started(theirs({"mem_limit": lambda spawner: promised}), {})
    promised.close()
    assert "tag" in {p.code for p in problems_of(HEAD + "  notes: !!python/name:a.b x\n")}


@pytest.mark.parametrize(
    ("regex", "value", "pattern"),
    [
        ("quay.io/jupyter/", "quayXio/jupyter/evil@sha256:abc", r"quay\.io/jupyter/[a-z]+:[0-9]+"),
        ("^ok:[a-z]+$", "ok:a\n", "^ok:[a-z]+$"),
    ],
)
def test_a_pattern_that_matches_a_part(regex: str, value: str, pattern: str) -> None:
    list_ = choices(validation_regex=regex, kubespawner_override={"image": "{value}"})
    options = {"profile": "a", "image--unlisted-choice": value}
    assert started(list_, options).image == value
    text = WITH_FREE % (pattern, "image")
    with pytest.raises(OptionError):
        ask(text, options)
    # and by KubeSpawner itself, with the list that we make
    with pytest.raises(ValueError, match="validation regex"):
        started(profile_list(file_of(text).profiles), options)


def test_nothing_that_the_user_may_choose() -> None:
    assert started(lambda spawner: [], {}, mem_limit="7G").mem_limit == 7 * 2**30
    with pytest.raises(NotOfferedError):
        ask(HEAD.replace("everyone", "{groups: [staff]}"), {})


def test_a_profile_without_a_name() -> None:
    with pytest.raises(KeyError):
        started([{"slug": "a", "kubespawner_override": {}}], {})
    text = "profiles:\n- slug: a\n  who: everyone\n"
    assert only_problem(text).message == "display_name is missing"


def test_two_profiles_of_one_slug() -> None:
    two = [*theirs({"mem_limit": "1G"}), *theirs({"mem_limit": "2G"})]
    assert started(two, {"profile": "a"}).mem_limit == 2**30
    text = HEAD + "- {slug: a, display_name: B, who: everyone}\n"
    assert only_problem(text).code == "duplicate-slug"


def test_braces_that_are_meant_as_such() -> None:
    override = {"environment": {"CONFIG": '{"a":1}', "USED": "{value}"}}
    list_ = choices(kubespawner_override=override)
    with pytest.raises((KeyError, ValueError)):
        pod_of(started(list_, {"profile": "a", "image--unlisted-choice": "{user}"}))
    text = HEAD + "  environment: {CONFIG: '{\"a\":1}'}\n"
    pod = pod_of(started(profile_list(file_of(text).profiles), {}))
    env = {each["name"]: each["value"] for each in pod["spec"]["containers"][0]["env"]}
    assert env["CONFIG"] == '{"a":1}'


def test_braces_that_a_user_types() -> None:
    text = WITH_FREE % (".*", "environment.NAME")
    options = {"profile": "a", "image--unlisted-choice": "{user}"}
    spawn = ask(text, options)
    spawner = started([], {})
    spawner._apply_overrides(overrides(spawn.settings))
    env = {e["name"]: e["value"] for e in pod_of(spawner)["spec"]["containers"][0]["env"]}
    assert env["NAME"] == "{user}"
    with pytest.raises(ValueError, match="validation regex"):
        started(profile_list(file_of(text).profiles), options)


def test_two_defaults() -> None:
    two = [*theirs({"mem_limit": "1G"}, default=True), *theirs({"mem_limit": "2G"}, default=True)]
    two[1]["slug"] = "b"
    assert started(two, {}).mem_limit == 2**30
    text = HEAD + "  default: true\n- {slug: b, display_name: B, who: everyone, default: true}\n"
    assert only_problem(text).code == "two-defaults"


def test_a_misspelt_default() -> None:
    two = [*theirs({"mem_limit": "1G"}), *theirs({"mem_limit": "2G"}, defualt=True)]
    two[1]["slug"] = "b"
    assert started(two, {}).mem_limit == 2**30
    assert "did you mean default" in only_problem(HEAD + "  defualt: true\n").message


def test_saved_options_of_a_profile_that_is_gone() -> None:
    with pytest.raises(ValueError, match="No such profile"):
        started(theirs(), {"profile": "last-year"})
    with pytest.raises(NotOfferedError) as caught:
        ask(HEAD, {"profile": "last-year"})
    assert caught.value.status == 403


def test_markup_in_a_name() -> None:
    file = file_of(HEAD.replace("display_name: A", "display_name: '<script>x</script>'"))
    [entry] = profile_list(file.profiles)
    assert entry["display_name"] == "&lt;script&gt;x&lt;/script&gt;"


def test_a_second_start_of_the_same_spawner() -> None:
    text = (
        "profiles:\n"
        "- {slug: g, display_name: G, who: everyone, gpu: {vendor: nvidia}}\n"
        "- {slug: c, display_name: C, who: everyone}\n"
    )
    theirs_ = started(profile_list(file_of(text).profiles), {"profile": "g"})
    theirs_._load_profile("c", theirs_._get_initialized_profile_list(theirs_.profile_list))
    assert theirs_.extra_resource_limits == {"nvidia.com/gpu": "1"}
    # Ours come whole: whoever applies them to fresh settings has no GPU left over.
    assert "extra_resource_limits" not in overrides(ask(text, {"profile": "c"}).settings)
