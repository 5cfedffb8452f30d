"""The flow of one cell, statement by statement."""

import ast
from collections.abc import Sequence
from dataclasses import replace

from celltrail_dataflow.expressions import (
    expression_flow,
    scalar_dependencies,
    sequence_flow,
    target_flow,
)
from celltrail_dataflow.flows import (
    EMPTY,
    Binding,
    CellFlow,
    Deferred,
    Flow,
    Statement,
    in_sequence,
)
from celltrail_dataflow.hidden_state import Context
from celltrail_dataflow.imports import import_bindings
from celltrail_dataflow.scopes import declared_global, local_names, type_parameters


def analyze(tree: ast.Module, context: Context) -> CellFlow:
    """Return what the cell `tree` does, IPython's own syntax being translated already."""
    statements = tuple(Statement(node, _Block(context).visit(node)) for node in tree.body)
    return CellFlow(statements, in_sequence(s.flow for s in statements))


class _Block:
    """Turns statements into flows.

    in_function: names of the body are not the notebook's. in_class: nor are those that it binds,
    but nested functions, comprehensions and classes do not see them, so that they hide nothing.
    """

    def __init__(
        self, context: Context, *, in_function: bool = False, in_class: bool = False
    ) -> None:
        self.context = context
        self.in_function = in_function or in_class
        self.in_class = in_class

    def block(self, body: Sequence[ast.stmt]) -> Flow:
        return in_sequence(self.visit(node) for node in body)

    def visit(self, node: ast.stmt) -> Flow:
        rule = getattr(self, f"visit_{type(node).__name__}", None)
        flow: Flow = rule(node) if rule else self.evaluate(*ast.iter_child_nodes(node))
        return flow

    def bind(self, binding: Binding) -> Flow:
        name = frozenset([binding.name])
        return Flow(
            writes=name,
            overwrites=EMPTY if self.in_class else name,
            links=frozenset([name]),
            bindings=(binding,),
        )

    def evaluate(self, *nodes: ast.AST | None, pure: bool = False) -> Flow:
        return in_sequence(
            expression_flow(node, self.context, pure=pure, in_function=self.in_function)
            for node in nodes
            if node is not None
        )

    def store(self, target: ast.expr, value: ast.expr | None, evaluated: Flow) -> Flow:
        """Return the flow of `target = value`; what both mention may share state afterwards."""
        stored = in_sequence(self._targets(target, value))
        holders = EMPTY.union(*evaluated.links, *stored.links)
        return Flow(
            links=frozenset([holders]),
            deferred=tuple(replace(held, names=holders) for held in evaluated.deferred),
        ).then(stored)

    def _targets(self, target: ast.expr, value: ast.expr | None) -> list[Flow]:
        if isinstance(target, ast.Name):
            depends_on = scalar_dependencies(value) if value is not None else None
            if depends_on is None:
                return [self.bind(Binding(target.id, "value"))]
            return [self.bind(Binding(target.id, "scalar", depends_on))]
        if isinstance(target, ast.Tuple | ast.List):
            parts: list[ast.expr | None] = [None] * len(target.elts)
            if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts):
                parts = list(value.elts)
            pairs = zip(target.elts, parts, strict=True)
            return [flow for part, item in pairs for flow in self._targets(part, item)]
        if isinstance(target, ast.Starred):
            return self._targets(target.value, None)
        return [target_flow(target, self.context, in_function=self.in_function)]

    def visit_Expr(self, node: ast.Expr) -> Flow:
        return self.evaluate(node.value, pure=True)

    def visit_Assert(self, node: ast.Assert) -> Flow:
        return self.evaluate(node.test, node.msg, pure=True)

    def visit_Assign(self, node: ast.Assign) -> Flow:
        value = self.evaluate(node.value)
        return value.then(in_sequence(self.store(t, node.value, value) for t in node.targets))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Flow:
        annotation = self.evaluate(node.annotation, pure=True)
        if node.value is None:
            return annotation
        value = self.evaluate(node.value)
        return value.then(self.store(node.target, node.value, value)).then(annotation)

    def visit_AugAssign(self, node: ast.AugAssign) -> Flow:
        old = (
            ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
            if isinstance(node.target, ast.Name)
            else node.target
        )
        value = self.evaluate(old, node.value)
        return value.then(self.store(node.target, ast.BinOp(old, node.op, node.value), value))

    def visit_TypeAlias(self, node: ast.TypeAlias) -> Flow:
        value = self.evaluate(node.value, pure=True).without(frozenset(type_parameters(node)))
        return value.then(self.bind(Binding(node.name.id, "definition")))

    def visit_Delete(self, node: ast.Delete) -> Flow:
        return in_sequence(self._delete(target) for target in node.targets)

    def _delete(self, target: ast.expr) -> Flow:
        if isinstance(target, ast.Tuple | ast.List):
            return in_sequence(self._delete(element) for element in target.elts)
        if not isinstance(target, ast.Name):
            return target_flow(target, self.context, in_function=self.in_function)
        name = frozenset([target.id])
        return Flow(reads=name, writes=name, bindings=(Binding(target.id, "deletion"),))

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> Flow:
        bindings = import_bindings(node)
        return in_sequence(self.bind(b) if b.name != "*" else Flow(bindings=(b,)) for b in bindings)

    visit_ImportFrom = visit_Import

    def visit_Global(self, node: ast.Global | ast.Nonlocal) -> Flow:
        return Flow()

    visit_Nonlocal = visit_Global

    def visit_If(self, node: ast.If) -> Flow:
        if isinstance(node.test, ast.Constant) and node.test.value:
            return self.block(node.body)
        test = self.evaluate(node.test, pure=True)
        return test.then(self.block(node.body).either(self.block(node.orelse)))

    def visit_While(self, node: ast.While) -> Flow:
        body = self.evaluate(node.test, pure=True).then(self.block(node.body).perhaps())
        return body.then(self.block(node.orelse).perhaps())

    def visit_For(self, node: ast.For | ast.AsyncFor) -> Flow:
        source = self.evaluate(node.iter)
        counts = isinstance(node.iter, ast.Call) and "range" in (
            scalar_dependencies(node.iter) or ()
        )
        item = node.iter if counts else None
        turn = self.store(node.target, item, source).then(self.block(node.body)).perhaps()
        return source.then(turn).then(self.block(node.orelse).perhaps())

    visit_AsyncFor = visit_For

    def visit_With(self, node: ast.With | ast.AsyncWith) -> Flow:
        opened = Flow()
        for item in node.items:
            value = self.evaluate(item.context_expr)
            opened = opened.then(value)
            if item.optional_vars is not None:
                opened = opened.then(self.store(item.optional_vars, None, value))
        # A context manager may swallow an exception anywhere in the body.
        return opened.then(self.block(node.body).perhaps())

    visit_AsyncWith = visit_With

    def visit_Try(self, node: ast.Try | ast.TryStar) -> Flow:
        flow = self.block(node.body).perhaps()
        for handler in node.handlers:
            flow = flow.then(self._handler(handler).perhaps())
        return flow.then(self.block(node.orelse).perhaps()).then(self.block(node.finalbody))

    visit_TryStar = visit_Try

    def _handler(self, handler: ast.ExceptHandler) -> Flow:
        caught = self.evaluate(handler.type, pure=True)
        body = self.block(handler.body)
        if handler.name is None:
            return caught.then(body)
        bound = self.bind(Binding(handler.name, "value"))
        unbound = Flow(
            writes=frozenset([handler.name]), bindings=(Binding(handler.name, "deletion"),)
        )
        return caught.then(bound).then(body).then(unbound)

    def visit_Match(self, node: ast.Match) -> Flow:
        subject = self.evaluate(node.subject)
        flow = subject
        for case in node.cases:
            flow = flow.then(self._case(case, subject).perhaps())
        return flow

    def _case(self, case: ast.match_case, subject: Flow) -> Flow:
        captured = frozenset(
            name
            for pattern in ast.walk(case.pattern)
            for field in ("name", "rest")
            if (name := getattr(pattern, field, None))
        )
        compared = in_sequence(
            self.evaluate(part) for part in ast.walk(case.pattern) if isinstance(part, ast.expr)
        )
        holders = EMPTY.union(captured, *subject.links)
        bound = in_sequence(self.bind(Binding(name, "value")) for name in sorted(captured))
        guard = self.evaluate(case.guard, pure=True)
        linked = Flow(links=frozenset([holders]))
        return compared.then(linked).then(bound).then(guard).then(self.block(case.body))

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Flow:
        annotations = [a.annotation for a in ast.walk(node.args) if isinstance(a, ast.arg)]
        now = sequence_flow(
            [
                *node.decorator_list,
                *node.args.defaults,
                *(default for default in node.args.kw_defaults if default),
            ],
            self.context,
            in_function=self.in_function,
        ).then(self.evaluate(*annotations, node.returns, pure=True))
        body = _Block(self.context, in_function=True).block(node.body)
        later = body.without(local_names(node))
        return self._define(node, now, later)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> Flow:
        now = sequence_flow(
            [*node.decorator_list, *node.bases, *(k.value for k in node.keywords)],
            self.context,
            in_function=self.in_function,
        )
        body = _Block(self.context, in_class=True).block(node.body)
        own = frozenset(b.name for b in body.bindings) - declared_global(node.body)
        visible = replace(
            body,
            writes=body.writes - own,
            bindings=tuple(b for b in body.bindings if b.name not in own),
            deferred=(),
        )
        # Methods look their names up in the notebook's namespace, not in the class body.
        later = in_sequence(held.flow for held in body.deferred)
        return self._define(node, now.then(visible), later)

    def _define(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, now: Flow, later: Flow
    ) -> Flow:
        """Return the flow of a definition; `later` is what calling it does."""
        now = now.without(frozenset(type_parameters(node)))
        later = later.without(frozenset(type_parameters(node)))
        nested = in_sequence(held.flow for held in later.deferred)
        holders = EMPTY.union([node.name], *now.links)
        defined = Flow(
            links=frozenset([holders]) if node.decorator_list else frozenset(),
            deferred=(
                Deferred(holders, later.then(nested), node.name),
                *(replace(held, names=holders) for held in now.deferred),
            ),
        )
        return now.then(defined).then(self.bind(Binding(node.name, "definition")))
