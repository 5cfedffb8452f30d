"""Mentions that cannot change an object, given what type it has. Pure.

Static analysis must assume that `x[0]` runs a stranger's `__getitem__`. At run time the type is
known, and for lists, dicts, arrays and frames most uses are harmless. What is taken out of an
object and bound to a name may still be changed through that name: then it was not harmless.
"""

import ast
from collections.abc import Callable, Container, Iterator

_CONTAINERS = frozenset({
    "list", "tuple", "dict", "str", "set", "frozenset", "range", "deque", "bytearray",
})  # fmt: skip
_ARRAYS = frozenset({"ndarray", "DataFrame", "Series", "Index", "Tensor", "Table"})
_FIGURES = frozenset({"Figure", "Axes"})
_KNOWN = _CONTAINERS | _ARRAYS | _FIGURES
_SCALARS = frozenset({"int", "float", "complex", "bool", "bytes", "NoneType"})
_INDEXERS = frozenset({"iloc", "loc", "iat", "at", "flat"})
_OF_ARRAYS = frozenset({
    "columns", "index", "T", "head", "tail", "unique", "astype", "tolist", "to_numpy", "item",
    "to_dict", *_INDEXERS,
})  # fmt: skip
"""Attributes and methods that change nothing, and may give a part of an array or a frame."""

_FRESH = frozenset({
    "shape", "dtype", "dtypes", "size", "ndim", "nbytes", "empty", "sum", "mean", "std", "var",
    "min", "max", "median", "any", "all", "argmax", "argmin", "idxmax", "idxmin", "describe",
    "info", "value_counts", "nunique", "isna", "count", "groupby", "corr", "quantile", "round",
    "copy", "to_csv", "to_parquet",
})  # fmt: skip
"""Those that give something new."""

_VIEWS = frozenset({"keys", "values", "items", "copy"})
_OF_CONTAINERS = _VIEWS | {"get", "index", "count", "join"}
_OF_FIGURES = frozenset({"savefig", "show"})

_TO_SCALARS = frozenset({
    "print", "len", "sum", "abs", "round", "float", "int", "str", "bool", "repr", "isinstance",
    "any", "all", "id", "display", "hash",
})  # fmt: skip
"""Builtins whose result holds nothing of their arguments."""

_TO_PARTS = frozenset({
    "min", "max", "sorted", "enumerate", "zip", "range", "list", "tuple", "set", "dict", "reversed",
    "frozenset",
})  # fmt: skip
"""Builtins whose result may hold items of their arguments."""

_ITERATING = _TO_PARTS - {"range"} | {"sum", "any", "all"}
_PASSING = (
    *(ast.Tuple, ast.List, ast.Dict, ast.IfExp, ast.BoolOp, ast.Starred, ast.keyword),
    *(ast.BinOp, ast.UnaryOp, ast.Slice),
)
"""Expressions whose value may be, or hold, what they were given."""

_ENDING = (
    *(ast.Expr, ast.Compare, ast.FormattedValue, ast.JoinedStr, ast.If, ast.While, ast.Assert),
    ast.Raise,
)
"""Places behind which a value is not to be had any more."""


def changed_names(
    tree: ast.Module,
    type_of: Callable[[str], str | None],
    own_names: Container[str] = frozenset(),
) -> frozenset[str]:
    """Return the names whose objects the code may change in place.

    type_of: the exact class of a name's value by `__qualname__`, of builtins and well-known
    libraries only; None for others, and for names that had another value before. own_names: names
    of the notebook, which may hide builtins.
    """
    uses = _Uses(type_of, own_names)
    uses.count_stores(tree, in_loop=False)
    uses.visit(tree, [])
    changed: set[str] = set()
    waiting = list(uses.impure)
    while waiting:
        name = waiting.pop()
        if name not in changed:
            changed.add(name)
            waiting += uses.taken_by.get(name, ())
    return frozenset(changed)


def stored_names(tree: ast.Module, type_of: Callable[[str], str | None]) -> Iterator[str]:
    """Yield the names into whose objects the code puts an item, whatever else happens."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.Delete):
            targets = statement.targets
        elif isinstance(statement, ast.AugAssign):
            targets = [statement.target]
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Subscript):
                held, path = target.value, set()
                while isinstance(held, ast.Attribute):
                    path.add(held.attr)
                    held = held.value
                # What an attribute of an array or a frame gives may be a copy.
                if isinstance(held, ast.Name) and (path <= _INDEXERS or not type_of(held.id)):
                    yield held.id


class _Uses:
    """Sorts the mentions of names: `impure` ones, and those whose value another name takes."""

    def __init__(self, type_of: Callable[[str], str | None], own_names: Container[str]) -> None:
        self._type_of = type_of
        self._own_names = own_names
        self._stores: dict[str, int] = {}
        self.impure: set[str] = set()
        self.taken_by: dict[str, set[str]] = {}
        """By name: those whose value, or a part of it, it may have been given."""

    def count_stores(self, node: ast.AST, *, in_loop: bool) -> None:
        """Note how often each name is bound; in a loop that is more than once."""
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            self._stores[node.id] = self._stores.get(node.id, 0) + (2 if in_loop else 1)
        in_loop = in_loop or isinstance(node, ast.For | ast.AsyncFor | ast.While)
        for child in ast.iter_child_nodes(node):
            self.count_stores(child, in_loop=in_loop)

    def visit(self, node: ast.AST, parents: list[ast.AST]) -> None:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            self._mention(node, parents)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            self.impure.add(node.target.id)
        parents.append(node)
        for child in ast.iter_child_nodes(node):
            self.visit(child, parents)
        parents.pop()

    def _mention(self, name: ast.Name, parents: list[ast.AST]) -> None:
        takers = list(self._takers(name, parents))
        if None in takers:
            self.impure.add(name.id)
        for taker in takers:
            if taker is not None:
                self.taken_by.setdefault(taker, set()).add(name.id)

    def _takers(self, name: ast.Name, parents: list[ast.AST]) -> Iterator[str | None]:
        """Yield the names that get the value, or part of it; None if it may be changed."""
        kind = self._type_of(name.id) if self._stores.get(name.id, 0) < 2 else None
        if kind in _SCALARS:
            return
        if kind not in _KNOWN:
            yield None
            return
        node: ast.AST = name
        for parent in reversed(parents):
            if kind == "item" and _iterates(parent, node):
                yield None
                return
            if isinstance(parent, _ENDING) or (
                isinstance(parent, ast.Subscript) and parent.slice is node
            ):
                # Comparing and showing may run a stranger's code, for which a function runs.
                return
            if isinstance(parent, ast.Assign | ast.AnnAssign | ast.For):
                targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
                yield from _names(targets)
                return
            if isinstance(parent, ast.Subscript):
                if kind not in _KNOWN or not isinstance(parent.ctx, ast.Load):
                    yield None
                    return
                kind = kind if kind in _ARRAYS else "item"
            elif isinstance(parent, ast.Attribute):
                if not _is_harmless(kind, parent):
                    yield None
                    return
                if kind in _ARRAYS and kind != "Tensor" and parent.attr in _FRESH:
                    return  # what a tensor gives is tied to it: `backward` goes back
                if kind not in _ARRAYS:
                    kind = "list" if parent.attr in _VIEWS else "item"
            elif isinstance(parent, ast.Call):
                function = parent.func
                if function is not node:
                    called = function.id if isinstance(function, ast.Name) else ""
                    if called in self._own_names or called not in _TO_SCALARS | _TO_PARTS:
                        yield None
                        return
                    if called in _TO_SCALARS:
                        return
                    kind = "list"
            elif not isinstance(parent, _PASSING):
                yield None
                return
            node = parent


def _iterates(parent: ast.AST, node: ast.AST) -> bool:
    """Whether an expression is gone through, which uses it up if it is an iterator."""
    match parent:
        case ast.For() | ast.Starred():
            return True
        case ast.Assign():
            return any(isinstance(target, ast.Tuple | ast.List) for target in parent.targets)
        case ast.Compare():
            return node is not parent.left and any(
                isinstance(one, ast.In | ast.NotIn) for one in parent.ops
            )
        case ast.Call(func=ast.Name(called)):
            return called in _ITERATING
    return False


def _is_harmless(kind: str | None, node: ast.Attribute) -> bool:
    if not isinstance(node.ctx, ast.Load):
        return False
    if kind in _ARRAYS:
        return node.attr in _OF_ARRAYS | _FRESH
    if kind in _FIGURES:
        return node.attr in _OF_FIGURES or node.attr.startswith("get_")
    return kind in _CONTAINERS and node.attr in _OF_CONTAINERS


def _names(targets: list[ast.expr]) -> Iterator[str | None]:
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id
        elif isinstance(target, ast.Tuple | ast.List):
            yield from _names(target.elts)
        elif isinstance(target, ast.Starred):
            yield from _names([target.value])
        else:  # into another object, which may change it some day, but not here
            yield None
