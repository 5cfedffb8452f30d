"""The flow of one expression.

A name is mentioned *purely* where its object can neither be changed nor stored: shown, compared,
formatted, an operand of arithmetic, an argument of `len` and its like. Every other mention counts
as a possible change, and all that a statement mentions so may share state afterwards. That is
exact about what it promises for library types; classes that the notebook defines are accounted
for in `effects`, since their operators may do anything.
"""

import ast

from celltrail_dataflow.flows import DYNAMIC_NAMES, EMPTY, Binding, Deferred, Flow, in_sequence
from celltrail_dataflow.hidden_state import (
    SCALAR_BUILTINS,
    Context,
    changed_by_call,
    changed_by_store,
    read_by_call,
)
from celltrail_dataflow.scopes import Comprehension, local_names, target_names

# Where these stand alone their value is dropped, so that nothing can be stored or changed by them.
_TRANSPARENT = (
    ast.BinOp,
    ast.UnaryOp,
    ast.BoolOp,
    ast.IfExp,
    ast.Tuple,
    ast.List,
    ast.Set,
    ast.Dict,
)


def expression_flow(
    node: ast.AST, context: Context, *, pure: bool = False, in_function: bool = False
) -> Flow:
    """Return the flow of evaluating `node`; `pure` if its value is looked at and dropped."""
    mentions = _Mentions(context, pure=pure, in_function=in_function)
    mentions.visit(node)
    return mentions.flow()


class _Mentions(ast.NodeVisitor):
    """Collects the names that expressions mention, and how."""

    def __init__(self, context: Context, *, pure: bool = False, in_function: bool = False) -> None:
        self.context = context
        self.pure = pure
        self.in_function = in_function
        self.hidden: frozenset[str] = EMPTY
        self.reads: set[str] = set()
        self.touched: set[str] = set()
        self.stored: set[str] = set()
        self.bindings: list[Binding] = []
        self.deferred: list[Flow] = []

    def flow(self) -> Flow:
        """Return all that was visited as one flow."""
        bound = frozenset(b.name for b in self.bindings)
        holders = frozenset(self.touched) | bound
        return Flow(
            reads=frozenset(self.reads),
            writes=bound,
            changes=frozenset(self.touched),
            stores=frozenset(self.stored),
            links=frozenset([holders]),
            bindings=tuple(self.bindings),
            deferred=tuple(Deferred(holders, flow) for flow in self.deferred),
        )

    def visit_as(self, pure: bool, *nodes: ast.AST | None) -> None:
        """Visit `nodes` in another mode, then go back to the present one."""
        before, self.pure = self.pure, pure
        for node in nodes:
            if node is not None:
                self.visit(node)
        self.pure = before

    def generic_visit(self, node: ast.AST) -> None:
        """Whatever has no rule of its own may do anything with its parts."""
        self.visit_as(self.pure and isinstance(node, _TRANSPARENT), *ast.iter_child_nodes(node))

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in self.hidden:
            return
        self.reads.add(node.id)
        if not self.pure:
            self.touched.add(node.id)
        if self.context.imports.get(node.id) == "__main__":
            self.touched.add(DYNAMIC_NAMES)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.visit(node.value)

    def visit_Compare(self, node: ast.Compare) -> None:
        # `in` asks an iterator for its values.
        asks = any(isinstance(op, ast.In | ast.NotIn) for op in node.ops)
        self.visit_as(self.pure and not asks, node.left, *node.comparators)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self.visit_as(True, *node.values)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> None:
        self.visit_as(True, node.value, node.format_spec)

    def visit_Call(self, node: ast.Call) -> None:
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if self._only_looks(node):
            self.visit_as(True, node.func, *arguments)
            return
        self.visit_as(False, node.func, *arguments)
        self.touched.update(changed_by_call(node, self.context, in_function=self.in_function))
        self.reads.update(read_by_call(node, self.context))
        if isinstance(node.func, ast.Name) and node.func.id in ("setattr", "delattr"):
            self.stored.update(n.id for n in ast.walk(node.args[0]) if isinstance(n, ast.Name))

    def _only_looks(self, node: ast.Call) -> bool:
        if isinstance(node.func, ast.Name) and node.func.id not in self.hidden:
            starred = any(isinstance(argument, ast.Starred) for argument in node.args)
            if node.func.id in self.context.builtins and not node.keywords and not starred:
                return True
        return (self.context.dotted(node.func) or "").startswith("celltrail.")

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit_as(False, node.value)
        self.bindings.append(Binding(node.target.id, "value"))

    def visit_Lambda(self, node: ast.Lambda) -> None:
        defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]
        self.visit_as(False, *defaults)
        body = expression_flow(node.body, self.context, in_function=True)
        self._run_later(body.without(local_names(node)))

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        outer = self.hidden
        self.visit_as(False, node.generators[0].iter)
        inner = _Mentions(self.context, in_function=self.in_function)
        inner.hidden = outer | target_names(node)
        inner.visit_comprehension(node)
        self.bindings += inner.bindings
        self._run_later(inner.flow())

    def visit_comprehension_now(self, node: Comprehension) -> None:
        self.visit_as(False, node.generators[0].iter)
        outer, self.hidden = self.hidden, self.hidden | target_names(node)
        before, self.pure = self.pure, False
        self.visit_comprehension(node)
        self.hidden, self.pure = outer, before

    visit_ListComp = visit_SetComp = visit_DictComp = visit_comprehension_now

    def visit_comprehension(self, node: ast.AST) -> None:
        """Visit all of a comprehension but its first iterable, which the outer scope evaluates."""
        assert isinstance(node, Comprehension)
        for position, generator in enumerate(node.generators):
            parts = [generator.target, *generator.ifs, *([generator.iter] if position else [])]
            for part in parts:
                self.visit(part)
        elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for element in elements:
            self.visit(element)

    def _run_later(self, body: Flow) -> None:
        """Book `body` both as run now and as held by what the statement stores."""
        body = body.without(self.hidden)
        self.reads |= body.reads
        self.touched |= body.changes
        self.stored |= body.stores
        self.deferred.append(body)


def target_flow(target: ast.expr, context: Context, *, in_function: bool) -> Flow:
    """Return the flow of storing into an attribute or item; plain names are the caller's."""
    mentions = _Mentions(context, in_function=in_function)
    mentions.visit(target)
    root = target
    while isinstance(root, ast.Attribute | ast.Subscript | ast.Starred):
        root = root.value
    if isinstance(root, ast.Name) and root.id not in context.imports:
        mentions.stored.add(root.id)
    mentions.touched.update(changed_by_store(target, context))
    return mentions.flow()


def scalar_dependencies(node: ast.expr) -> frozenset[str] | None:
    """Return the names that must be scalars for `node` to be one; None: it need not be one.

    A scalar is a number, string, bytes, bool, None, or a tuple of those: no change in place, no
    shared state. Calls of builtins count on them not being rebound (`Context.builtins`).
    """
    match node:
        case ast.Constant() | ast.JoinedStr():
            return EMPTY
        case ast.UnaryOp(op=ast.Not()):
            return EMPTY
        case ast.Compare(ops=ops) if all(isinstance(op, ast.Is | ast.IsNot) for op in ops):
            return EMPTY
        case ast.Call(func=ast.Name(id=name)) if name in SCALAR_BUILTINS:
            return frozenset([name])
        case ast.Name(id=name):
            return frozenset([name])
        case ast.UnaryOp(operand=operand):
            return scalar_dependencies(operand)
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            return _all_scalar([left, right])
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts):
            return _all_scalar(parts)
        case ast.Compare(left=left, comparators=others):
            return _all_scalar([left, *others])
        case _:
            return None


def _all_scalar(nodes: list[ast.expr]) -> frozenset[str] | None:
    found = [scalar_dependencies(node) for node in nodes]
    if any(dependencies is None for dependencies in found):
        return None
    return EMPTY.union(*(d for d in found if d is not None))


def sequence_flow(nodes: list[ast.expr], context: Context, *, in_function: bool) -> Flow:
    """Return the flow of evaluating `nodes` one after the other, each for its effects."""
    return in_sequence(expression_flow(n, context, in_function=in_function) for n in nodes)
