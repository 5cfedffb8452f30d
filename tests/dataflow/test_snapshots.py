from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from celltrail_dataflow.tracing.snapshots import Snapshot

OBJECTS = [object() for _ in range(4)]
"""They stay alive, so that no identity is used again."""

namespaces = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(OBJECTS))


@given(namespaces, st.lists(st.sampled_from("abcdef")), namespaces)
def test_names_are_new_moved_or_gone_as_a_comparison_of_the_objects_says(
    before: dict[str, Any], deleted: list[str], bound: dict[str, Any]
) -> None:
    after = dict(before)
    for name in deleted:
        after.pop(name, None)
    after.update(bound)
    old = Snapshot(before)
    new = Snapshot(after, old)
    bound_names = {name for name in after if before.get(name) is not after[name]}
    assert new.changes(old) == (bound_names, before.keys() - after.keys())
    assert new.is_same(old) == (list(before.items()) == list(after.items()))
    for snapshot, there in ((old, before), (new, after)):
        assert list(snapshot) == list(there)
        for name in "abcdef":
            assert (name in snapshot) == (name in there)
            assert snapshot.has(name, OBJECTS[0]) == (there.get(name) is OBJECTS[0])


def test_a_name_that_goes_and_another_that_comes_are_told_apart() -> None:
    first = Snapshot({"a": OBJECTS[0]})
    second = Snapshot({"a": OBJECTS[0], "b": OBJECTS[1]}, first)
    again = Snapshot({"a": OBJECTS[0], "c": OBJECTS[1]}, first)
    assert "b" in second
    assert "b" not in again
    assert again.changes(first) == ({"c"}, set())


def test_each_of_many_names_is_compared() -> None:
    before = {f"name{number}": OBJECTS[number % 2] for number in range(1000)}
    after = before | {"name7": OBJECTS[2], "name999": OBJECTS[3]}
    old = Snapshot(before)
    assert Snapshot(after, old).changes(old) == ({"name7", "name999"}, set())
