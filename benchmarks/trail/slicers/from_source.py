"""Slices from the source alone: by Celltrail's analysis, and by the last writer of a name."""

import ast
import symtable
from collections.abc import Sequence

from IPython.core.inputtransformer2 import TransformerManager

from celltrail_dataflow.dependencies import backward_slice, infer_dependencies
from celltrail_dataflow.effects import Code
from celltrail_dataflow.flows import Flow
from celltrail_dataflow.hidden_state import Context
from celltrail_dataflow.statements import analyze


def static_slice(runs: Sequence[str], last: int) -> set[int]:
    """Return the runs that the last one needs, by `celltrail_dataflow`'s static analysis."""
    context = Context({})
    flows = [analyze(tree, context).flow if tree else Flow() for tree in map(_tree, runs)]
    code = Code(flows)
    dependencies = infer_dependencies([code.expand(flow) for flow in flows], frozenset())
    return {one + 1 for one in backward_slice(dependencies, last - 1)}


def last_writer_slice(runs: Sequence[str], last: int) -> set[int]:
    """Return the runs that the last one needs if names change only where they are bound."""
    names = [_names(source) for source in runs]
    found: set[int] = set()
    waiting = [last - 1]
    while waiting:
        run = waiting.pop()
        if run in found:
            continue
        found.add(run)
        for name in names[run][0]:
            writers = [one for one in range(run) if name in names[one][1]]
            waiting += writers[-1:]
    return {one + 1 for one in found}


def _tree(source: str) -> ast.Module | None:
    try:
        return ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError:
        return None


def _names(source: str) -> tuple[set[str], set[str]]:
    """Return the names that a cell reads, in functions too, and those that it binds."""
    try:
        table = symtable.symtable(TransformerManager().transform_cell(source), "<cell>", "exec")
    except SyntaxError:
        return set(), set()
    reads: set[str] = set()
    waiting = [table]
    while waiting:
        scope = waiting.pop()
        waiting += scope.get_children()
        reads |= {one.get_name() for one in scope.get_symbols() if one.is_referenced()}
    writes = {one.get_name() for one in table.get_symbols() if one.is_assigned()}
    writes |= {one.get_name() for one in table.get_symbols() if one.is_imported()}
    return reads, writes
