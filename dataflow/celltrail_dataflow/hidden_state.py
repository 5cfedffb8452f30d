"""Which calls and stores touch state that has no name in the notebook.

Judged by the dotted name of what is called, since nothing is imported or run here. A false alarm
costs an export some freedom (or is a refusal with a reason); what is missed is named in the
README of this package.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from celltrail_dataflow.flows import CWD, DYNAMIC_NAMES, ENVIRONMENT, FILE, MODULE, RNG

# `len(x)` and the like look at a value of a library type without changing it. Iterating (`sum`,
# `sorted`, `list`) is not among them: it uses up an iterator.
PURE_BUILTINS = frozenset({
    "abs", "bool", "callable", "float", "format", "hash", "id", "int", "isinstance",
    "issubclass", "len", "print", "range", "repr", "round", "str", "type",
})  # fmt: skip
# Their results are scalars; of `range`, the items.
SCALAR_BUILTINS = frozenset({
    "bool", "float", "hash", "id", "int", "isinstance", "issubclass", "len", "range", "repr",
    "str",
})  # fmt: skip

_NAMESPACE_CALLS = frozenset({"eval", "exec", "globals", "get_ipython"})
_OWN_NAMESPACE_CALLS = frozenset({"dir", "locals", "vars"})
_GENERATOR_SETTERS = frozenset({"setstate", "set_state", "set_rng_state", "set_rng_state_all"})
_MUTATORS = frozenset({
    "add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove",
    "setdefault", "update",
})  # fmt: skip
_SETTING_PREFIXES = ("set", "config", "use", "filter", "simplefilter", "enable", "disable", "reg")
_SETTINGS = frozenset(
    {"basicConfig", "init", "load_dotenv", "rc", "reset_option", "reset_defaults"}
)
_WRITER_PREFIXES = ("to_", "save", "dump", "write_", "imsave", "imwrite", "urlretrieve")
# These take open files, whose names say nothing about a path.
_FILE_OBJECT_LIBRARIES = ("pickle.", "json.", "yaml.", "dill.", "cloudpickle.", "csv.", "tomllib.")
_READER_PREFIXES = ("read_", "load", "imread", "fromfile", "genfromtxt", "memmap")


@dataclass(frozen=True)
class Context:
    """What the whole notebook tells about the names in one cell.

    `imports` maps a name to the dotted origin of its import; `builtins` are the pure builtins
    that no cell rebinds.
    """

    imports: Mapping[str, str]
    builtins: frozenset[str] = PURE_BUILTINS

    def dotted(self, node: ast.expr) -> str | None:
        """Return the full name of an imported thing (`numpy.random.seed`), else None."""
        if isinstance(node, ast.Name):
            return self.imports.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self.dotted(node.value)
            return f"{owner}.{node.attr}" if owner else None
        return None


def changed_by_call(call: ast.Call, context: Context, *, in_function: bool) -> Iterator[str]:
    """Yield the pseudo-variables that `call` may change."""
    called = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if isinstance(call.func, ast.Name):
        called = call.func.id
        bare = not (call.args or call.keywords)
        if called in _NAMESPACE_CALLS and called not in context.imports:
            yield DYNAMIC_NAMES
        if called in _OWN_NAMESPACE_CALLS and bare and not in_function:
            yield DYNAMIC_NAMES
        if called in ("setattr", "delattr") and call.args:
            yield from changed_by_store(call.args[0], context)
    if dotted := context.dotted(call.func):
        yield from _changed_by_library(dotted, called)
    if _writes_file(call, called):
        yield from (FILE + path for path in _paths(call, context))


def read_by_call(call: ast.Call, context: Context) -> Iterator[str]:
    """Yield the pseudo-variables that `call` may read."""
    called = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if isinstance(call.func, ast.Name):
        called = call.func.id
    if called.startswith(_READER_PREFIXES) or (called == "open" and not _writes_file(call, called)):
        yield from (FILE + path for path in _paths(call, context))


def changed_by_store(target: ast.expr, context: Context) -> Iterator[str]:
    """Yield the pseudo-variable behind `target`, if that belongs to an imported thing."""
    while isinstance(target, ast.Attribute | ast.Subscript | ast.Call):
        if (context.dotted(target) or "").startswith("os.environ"):
            yield ENVIRONMENT
            return
        target = target.func if isinstance(target, ast.Call) else target.value
    if origin := context.dotted(target):
        yield MODULE + origin


def _changed_by_library(dotted: str, called: str) -> Iterator[str]:
    if "seed" in called.lower() or called in _GENERATOR_SETTERS:
        yield RNG
    elif dotted in ("os.chdir", "os.fchdir"):
        yield CWD
    elif dotted in ("os.putenv", "os.unsetenv") or (
        dotted.startswith("os.environ.") and called in _MUTATORS
    ):
        yield ENVIRONMENT
    elif called in _SETTINGS or called.startswith(_SETTING_PREFIXES) or called in _MUTATORS:
        yield MODULE + dotted.rpartition(".")[0]


def _writes_file(call: ast.Call, called: str) -> bool:
    if called == "open":
        modes = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "mode")]
        texts = [str(m.value) if isinstance(m, ast.Constant) else "w" for m in modes]
        return any(set(text) & set("wax+") for text in texts)
    return called.startswith(_WRITER_PREFIXES)


def _paths(call: ast.Call, context: Context) -> Iterator[str]:
    """Yield what may be a path among receiver and arguments, as source text."""
    if (context.dotted(call.func) or "").startswith(_FILE_OBJECT_LIBRARIES):
        return
    if isinstance(call.func, ast.Name) and call.func.id == "open":
        nodes = call.args[:1]
    else:
        receiver = [call.func.value] if isinstance(call.func, ast.Attribute) else []
        nodes = [*receiver, *call.args, *(k.value for k in call.keywords)]
    for node in nodes:
        if isinstance(node, ast.Name | ast.JoinedStr | ast.BinOp) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str)
        ):
            yield ast.unparse(node)
