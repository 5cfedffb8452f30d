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
    new = Snapshot(after)
    bound_names = {name for name in after if before.get(name) is not after[name]}
    assert new.changes(old) == (bound_names, before.keys() - after.keys())
    assert new.names == after.keys()
    assert new.is_same(old) == (list(before.items()) == list(after.items()))
