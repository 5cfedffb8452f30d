"""Whose servers change from one file to another, and how."""

from celltrail_profiles.diffing import Change, diff
from tests.profiles.helping import HEAD, file_of


def changes(old: str, new: str) -> tuple[Change, ...]:
    return diff(file_of(old), file_of(new))


def test_the_same_amounts_written_otherwise_are_no_change() -> None:
    assert changes(HEAD + "  memory: {limit: 2Gi}\n", HEAD + "  memory: {limit: 2048Mi}\n") == ()


def test_a_change_of_size_changes_pods() -> None:
    [change] = changes(HEAD + "  memory: {limit: 2Gi}\n", HEAD + "  memory: {limit: 4Gi}\n")
    assert (change.kind, change.name, change.whose, change.pods) == (
        "changed",
        "a",
        "everyone",
        True,
    )
    assert change.details == ("memory.limit: 2Gi → 4Gi",)


def test_a_change_of_words_changes_no_pod() -> None:
    [change] = changes(HEAD, HEAD + "  description: Better\n")
    assert not change.pods
    assert change.details == ("description: (none) → Better",)


def test_a_change_of_a_choice_changes_pods() -> None:
    old = HEAD + "  options: {x: {display_name: X, choices: {c: {display_name: C}}}}\n"
    [change] = changes(old, old.replace("name: C}", "name: C, cpu: {limit: 2}}"))
    assert change.pods
    assert change.details == ("options.x.choices.c.cpu.limit: (none) → 2",)


def test_who_gains_and_loses_access_is_named() -> None:
    old = HEAD.replace("everyone", "{groups: [a, b]}")
    [change] = changes(old, HEAD.replace("everyone", "{groups: [b], users: [ada]}"))
    assert (change.gains, change.loses, change.pods) == (("user ada",), ("group a",), False)
    [change] = changes(old, HEAD)
    assert (change.gains, change.loses) == (("everyone",), ())


def test_profiles_that_come_and_go_are_told() -> None:
    other = HEAD.replace("slug: a", "slug: b")
    added, removed = changes(HEAD, other)
    assert (added.kind, added.name, added.gains) == ("added", "b", ("everyone",))
    assert (removed.kind, removed.name, removed.loses) == ("removed", "a", ("everyone",))


def test_a_change_of_a_quota_is_told() -> None:
    quota = "quotas: [{name: q, who: everyone, gpu: %s}]\n"
    [change] = changes(HEAD + quota % 1, HEAD + quota % 2)
    assert (change.what, change.details) == ("quota", ("gpu: 1 → 2",))
    [change] = changes(HEAD + quota % 1, HEAD)
    assert (change.what, change.kind) == ("quota", "removed")
