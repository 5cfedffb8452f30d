"""The graph of two-line cells."""

import ast

from celltrail_dataflow.dependencies import Dependencies, backward_slice, infer_dependencies
from celltrail_dataflow.effects import Code, all_bindings, scalar_names
from celltrail_dataflow.groups import group_names
from celltrail_dataflow.hidden_state import PURE_BUILTINS, Context
from celltrail_dataflow.statements import analyze


def dependencies_of(*cells: str, wanted: str = "") -> Dependencies:
    flows = [analyze(ast.parse(cell), Context({})).flow for cell in cells]
    code = Code(flows)
    scalars = scalar_names(all_bindings(flows), PURE_BUILTINS)
    return infer_dependencies([code.expand(f) for f in flows], scalars, wanted=wanted.split())


def edges(dependencies: Dependencies) -> list[tuple[int, ...]]:
    return [dependencies.sources(i) for i in range(len(dependencies.executions))]


def test_a_read_comes_from_the_last_cell_that_wrote_or_may_have_changed_the_name() -> None:
    cells = ("x = [1]", "print(x)", "x.append(2)", "print(x)", "x = 3", "print(x)")

    assert edges(dependencies_of(*cells)) == [(), (0,), (0,), (2,), (), (4,)]


def test_a_change_through_an_alias_makes_a_new_version_of_the_whole_group() -> None:
    dependencies = dependencies_of("x = [1]", "y = x", "y.append(2)", "print(x)")

    assert edges(dependencies) == [(), (0,), (1,), (2,)]
    assert dependencies.executions[3].reads[0].group == {"x", "y"}


def test_a_version_holds_only_names_that_are_used_later() -> None:
    dependencies = dependencies_of("x = [1]\ny = x", "z = [x]", "print(z)")

    assert [v.names for v in dependencies.executions[0].writes] == [{"x"}]
    assert [v.names for v in dependencies.executions[1].writes] == [{"z"}]


def test_a_cell_that_rebinds_one_member_carries_the_others_on() -> None:
    dependencies = dependencies_of("x = [1]\ny = x", "x = [2]", "print(x, y)")

    assert edges(dependencies) == [(), (0,), (1,)]


def test_a_binding_in_a_branch_keeps_the_old_value_alive() -> None:
    assert edges(dependencies_of("x = [1]\nc = 0", "if c:\n    x = [2]", "print(x)")) == [
        (),
        (0,),
        (1,),
    ]


def test_scalars_share_nothing() -> None:
    dependencies = dependencies_of("n = 1", "x = [n]", "n = n + 1", "print(x, n)")

    assert edges(dependencies) == [(), (0,), (0,), (1, 2)]


def test_a_called_function_reads_and_changes_what_it_mentions() -> None:
    cells = ("x = []", "def f(): x.append(1)", "h = [f]", "h[0]()", "print(x)")

    assert edges(dependencies_of(*cells))[4] == (3,)


def test_the_slice_leaves_out_what_the_target_does_not_need() -> None:
    dependencies = dependencies_of("a = [1]", "b = [2]", "b.append(3)", "print(a)", "print(b)")

    assert backward_slice(dependencies, 3) == [0, 3]
    assert backward_slice(dependencies, 4) == [1, 2, 4]


def test_what_is_wanted_after_the_last_cell_stays_alive() -> None:
    assert dependencies_of("x = [1]").executions[0].writes == ()
    assert dependencies_of("x = [1]", wanted="x").executions[0].writes[0].names == {"x"}


def test_inferred_facts_say_so() -> None:
    assert dependencies_of("x = 1").evidence == "inferred"


def test_groups_are_joined_by_any_statement_that_mentions_both() -> None:
    flows = [analyze(ast.parse(s), Context({})).flow for s in ("b = [a]", "c = b", "z = [0]")]

    groups = group_names(flows, frozenset())

    assert groups["a"] == {"a", "b", "c"}
    assert groups["z"] == {"z"}
