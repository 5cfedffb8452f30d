"""What the analysis says of random programs, against what happens when they run."""

import ast
import contextlib
import copy
import dis
import io
from typing import Any

from hypothesis import given, settings

from celltrail_dataflow.effects import Code
from celltrail_dataflow.flows import Flow
from celltrail_dataflow.hidden_state import Context
from celltrail_dataflow.statements import analyze
from tests.dataflow.programs import PRELUDE, TooManyCalls, cells, limited_calls

VISIBLE = set("abcdfgK")


class Namespace(dict[str, Any]):
    """Notes which names are read, and which bound, in the order of their first use."""

    def __init__(self) -> None:
        super().__init__()
        self.exposed: set[str] = set()
        self.written: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        if name not in self.written:
            self.exposed.add(name)
        return super().__getitem__(name)

    def __setitem__(self, name: str, value: Any) -> None:
        self.written.add(name)
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        if name not in self.written:
            self.exposed.add(name)
        self.written.add(name)
        super().__delitem__(name)


def inferred_flow(before: str, program: str) -> Flow:
    """Return the flow of `program` in a notebook that has run `before`."""
    context = Context({})
    first = analyze(ast.parse(before), context).flow
    flow = analyze(ast.parse(program), context).flow
    return Code([first, flow]).expand(flow)


@settings(max_examples=100, deadline=None)
@given(before=cells(), program=cells())
def test_whatever_a_program_reads_binds_or_changes_is_inferred(before: str, program: str) -> None:
    before = PRELUDE + "def f(*x): return list(x)\ndef g(x=1): return [x]\n" + before
    flow = inferred_flow(before, program)
    namespace = Namespace()
    run(before, namespace)
    namespace.exposed.clear()
    namespace.written.clear()
    old = dict(namespace)
    copies = {n: copied for n, v in old.items() if (copied := copy_of(v)) is not None}

    succeeded = run(program, namespace)

    past = stored_past_the_namespace(program)
    assert (namespace.exposed & set(old) & VISIBLE) - past <= flow.reads
    assert namespace.written & VISIBLE <= flow.writes
    changed = {name for name in copies if not same(old[name], copies[name])}
    assert changed <= aliases_of(flow.changes, old)
    if succeeded:
        assert flow.overwrites <= namespace.written | past


def run(program: str, namespace: dict[str, Any]) -> bool:
    """Return whether the program came to its end."""
    with contextlib.redirect_stdout(io.StringIO()), limited_calls():
        try:
            exec(program, namespace)
        except (Exception, TooManyCalls):
            return False
    return True


def stored_past_the_namespace(program: str) -> set[str]:
    """Return the names that CPython stores without asking a subclass of dict."""
    instructions = dis.get_instructions(compile(program, "<program>", "exec"))
    return {i.argval for i in instructions if i.opname == "STORE_GLOBAL"}


def copy_of(value: Any) -> Any:
    """Return a deep copy of lists and numbers; None for what holds functions and the like."""
    if isinstance(value, list | int) and "<" not in repr(value) and "K" not in repr(value):
        return copy.deepcopy(value)
    return None


def same(value: Any, copied: Any) -> bool:
    return repr(value) == repr(copied)


def aliases_of(names: frozenset[str], namespace: dict[str, Any]) -> set[str]:
    """Return the names whose value contains, or lies in, the value of one of `names`."""
    parts = {name: {id(part) for part in _parts(value)} for name, value in namespace.items()}
    return {n for n, own in parts.items() if any(own & parts[o] for o in names if o in parts)}


def _parts(value: Any) -> list[Any]:
    found, waiting = [], [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list | tuple) and not any(part is other for other in found):
            found.append(part)
            waiting += part
    return found
