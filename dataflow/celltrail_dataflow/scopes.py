"""Which names a function, class or comprehension keeps for itself (Python's scoping rules)."""

import ast

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def local_names(function: Function) -> frozenset[str]:
    """Return the names that are local to `function`: its parameters and what its body binds."""
    scope = _Scope()
    for argument in _arguments(function.args):
        scope.bound.add(argument.arg)
    body = [function.body] if isinstance(function, ast.Lambda) else function.body
    for node in body:
        scope.visit(node)
    return frozenset(scope.bound | type_parameters(function)) - scope.declared


def declared_global(body: list[ast.stmt]) -> frozenset[str]:
    """Return the names that `global` statements in `body` name, nested scopes left out."""
    scope = _Scope()
    for node in body:
        scope.visit(node)
    return frozenset(scope.declared)


def target_names(comprehension: Comprehension) -> frozenset[str]:
    """Return the loop variables of `comprehension`."""
    return frozenset(
        node.id
        for generator in comprehension.generators
        for node in ast.walk(generator.target)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )


def type_parameters(node: ast.AST) -> set[str]:
    """Return the names in the brackets of `def f[T]`, `class C[T]` or `type A[T]`."""
    return {parameter.name for parameter in getattr(node, "type_params", [])}


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    starred = [a for a in (arguments.vararg, arguments.kwarg) if a]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *starred]


class _Scope(ast.NodeVisitor):
    """Collects what one scope binds, without looking into nested scopes."""

    def __init__(self) -> None:
        self.bound: set[str] = set()
        self.declared: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.bound.add(node.id)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.bound.add(node.name)
        defaults = [d for d in node.args.kw_defaults if d]
        for part in [*node.decorator_list, *node.args.defaults, *defaults]:
            self.visit(part)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.bound.add(node.name)
        for part in [*node.decorator_list, *node.bases, *(k.value for k in node.keywords)]:
            self.visit(part)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for default in [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]:
            self.visit(default)

    def visit_comprehension_scope(self, node: Comprehension) -> None:
        # Only walrus targets bind outside of a comprehension.
        for inner in ast.walk(node):
            if isinstance(inner, ast.NamedExpr) and isinstance(inner.target, ast.Name):
                self.bound.add(inner.target.id)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_comprehension_scope
    visit_GeneratorExp = visit_comprehension_scope

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self.bound.add(alias.asname or alias.name.partition(".")[0])

    visit_ImportFrom = visit_Import

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.bound.add(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        if node.name:
            self.bound.add(node.name)
        self.generic_visit(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self.bound.add(node.rest)
        self.generic_visit(node)

    def visit_TypeAlias(self, node: ast.TypeAlias) -> None:
        self.visit(node.name)

    def visit_Global(self, node: ast.Global) -> None:
        self.declared.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        # Belongs to an enclosing function, which keeps it from the notebook's namespace.
        self.declared.update(node.names)
