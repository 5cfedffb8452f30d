"""Mentions that cannot change an object, given what type it has. Pure.

Static analysis must assume that `x[0]` runs a stranger's `__getitem__`. At run time the type is
known, and for lists, dicts, arrays and frames most uses are harmless.
"""

import ast
from collections.abc import Callable, Iterator

_CONTAINERS = frozenset({"list", "tuple", "dict", "str", "set", "frozenset", "range", "deque"})
_ARRAYS = frozenset({"ndarray", "DataFrame", "Series", "Index", "Tensor", "Table"})
_OF_ARRAYS = frozenset(
    {
        *("shape", "dtype", "dtypes", "size", "ndim", "columns", "index", "nbytes", "T"),
        *("sum", "mean", "std", "var", "min", "max", "median", "any", "all", "argmax", "argmin"),
        *("head", "tail", "describe", "info", "value_counts", "nunique", "unique", "isna", "count"),
        *("groupby", "corr", "quantile", "copy", "astype", "tolist", "to_numpy", "item", "round"),
    }
)
_OF_CONTAINERS = frozenset({"keys", "values", "items", "get", "index", "count", "copy", "join"})
_BUILTINS = frozenset(
    {
        *("print", "len", "sum", "min", "max", "sorted", "abs", "round", "float", "int", "str"),
        *(
            "bool",
            "repr",
            "type",
            "isinstance",
            "enumerate",
            "zip",
            "range",
            "list",
            "tuple",
            "set",
        ),
        *("dict", "any", "all", "id", "display", "hash"),
    }
)
_HARMLESS = (
    *(ast.Expr, ast.Assign, ast.AnnAssign, ast.BinOp, ast.Compare, ast.BoolOp, ast.UnaryOp),
    *(ast.FormattedValue, ast.IfExp, ast.If, ast.While, ast.Assert, ast.Tuple, ast.List, ast.Slice),
)


def changed_names(tree: ast.Module, type_of: Callable[[str], str | None]) -> frozenset[str]:
    """Return the names whose objects the code may change in place.

    type_of: the exact class of a name's value by `__qualname__`, of builtins and well-known
    libraries only; None for others.
    """
    return frozenset(_impure(tree, [], type_of))


def _impure(
    node: ast.AST, parents: list[ast.AST], type_of: Callable[[str], str | None]
) -> Iterator[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        kind = type_of(node.id)
        if kind is None or not _is_harmless(node, parents, kind):
            yield node.id
    parents.append(node)
    for child in ast.iter_child_nodes(node):
        yield from _impure(child, parents, type_of)
    parents.pop()


def _is_harmless(node: ast.AST, parents: list[ast.AST], kind: str) -> bool:
    """Whether a use of an object, climbing to what is done with its items, changes nothing."""
    for depth in range(len(parents) - 1, -1, -1):
        parent = parents[depth]
        if isinstance(parent, ast.Subscript) and parent.value is node:
            if not isinstance(parent.ctx, ast.Load):
                return False
            node = parent
        elif isinstance(parent, ast.Attribute) and parent.value is node:
            known = _OF_ARRAYS if kind in _ARRAYS else _OF_CONTAINERS
            # Of an item nothing is known, so nothing may be done with it.
            return parent.attr in known and not isinstance(node, ast.Subscript)
        elif isinstance(parent, ast.Call):
            function = parent.func
            return (
                function is not node and isinstance(function, ast.Name) and function.id in _BUILTINS
            )
        else:
            return (
                isinstance(parent, _HARMLESS)
                or (isinstance(parent, ast.Subscript) and parent.slice is node)
                or (isinstance(parent, ast.For) and parent.iter is node)
            )
    return False
