"""Which statements of a notebook compute, and which only prepare and can be repeated anywhere.

Imports, functions, classes, settings of libraries and literal parameters are repeated at the
start of every step that needs them, because they do not travel well between processes. That is
only right for what gives the same wherever it runs: it is bound once, is never changed, and needs
nothing but others of its kind.
"""

import ast
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from celltrail_dataflow.effects import Code, all_bindings, scalar_names, stored_names
from celltrail_dataflow.flows import CWD, EMPTY, ENVIRONMENT, MODULE, Flow
from celltrail_dataflow.hidden_state import PURE_BUILTINS, Context
from celltrail_dataflow.imports import imported_names
from celltrail_dataflow.statements import analyze
from celltrail_pipelines.sources import ParsedCell, ParsedStatement

Role = Literal["computation", "definition", "setting", "parameter", "dropped"]

MAX_EXACT_INTEGER = 2**53

Literals = int | float | str | bool


@dataclass(frozen=True)
class Statement:
    """A top-level statement of the cell `number` and what it does to names."""

    number: int
    parsed: ParsedStatement
    flow: Flow

    @property
    def own(self) -> frozenset[str]:
        """The names that it binds."""
        return self.flow.writes

    @property
    def is_star_import(self) -> bool:
        """Whether it binds names that only its module knows."""
        return any(binding.name == "*" for binding in self.flow.bindings)


class Analysis:
    """All that the cells of a notebook tell about its names. `roles[i]` is that of statement i."""

    def __init__(self, cells: Sequence[ParsedCell]) -> None:
        self.cells = cells
        self.statements = _analyze(cells)
        flows = [statement.flow for statement in self.statements]
        self.code = Code(flows)
        self._bindings = all_bindings(flows)
        self.bound = frozenset(binding.name for binding in self._bindings)
        self._stored = stored_names(flows)
        self.expanded = [self.code.expand(flow) for flow in flows]
        self.roles = self._find_roles()

    @cached_property
    def scalars(self) -> frozenset[str]:
        """Names that only ever hold values which cannot be changed."""
        return scalar_names(self._bindings, PURE_BUILTINS - self.bound)

    @cached_property
    def repeated(self) -> frozenset[str]:
        """Names that each step makes for itself: definitions, imports and parameters."""
        return EMPTY.union(
            *(
                statement.own
                for statement, role in zip(self.statements, self.roles, strict=True)
                if role in ("definition", "parameter")
            )
        )

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """Names that some code uses, now or when it is called."""
        flows = [statement.flow for statement in self.statements]
        later = [held.flow for flow in flows for held in flow.deferred]
        return EMPTY.union(*(flow.reads | flow.changes for flow in (*flows, *later)))

    @property
    def has_star_import(self) -> bool:
        """Whether some names may come from a module unseen."""
        return any(statement.is_star_import for statement in self.statements)

    def _find_roles(self) -> list[Role]:
        """Take all that looks repeatable, then drop what needs something that is not."""
        counts = Counter(b.name for b in self._bindings if b.kind != "import")
        origins = {(b.name, b.origin) for b in self._bindings if b.kind == "import"}
        counts.update(name for name, _ in origins)
        roles = [
            self._first_guess(statement, expanded, counts)
            for statement, expanded in zip(self.statements, self.expanded, strict=True)
        ]
        while (corrected := self._correct(roles)) != roles:
            roles = corrected
        return roles

    def _first_guess(self, statement: Statement, expanded: Flow, counts: Counter[str]) -> Role:
        kinds = {kind for _, kind in statement.parsed.magics}
        if kinds & {"setting", "dropped", "install", "params"}:
            return "setting" if "setting" in kinds else "dropped"
        if statement.is_star_import:
            return "definition"
        if statement.own:
            if any(counts[name] > 1 or name in self._stored for name in statement.own):
                return "computation"
            if literal_value(statement.parsed.node) is not None:
                return "parameter"
            return "definition" if _is_definition(statement.parsed.node) else "computation"
        touches = {name for name in expanded.changes if name.startswith("@")}
        if touches and all(map(_is_setting, touches)) and _is_simple(statement.parsed.node):
            return "setting"
        return "computation"

    def _correct(self, roles: list[Role]) -> list[Role]:
        everything = list(zip(self.statements, self.expanded, roles, strict=True))
        fixed = EMPTY.union(
            *(s.own for s, _, role in everything if role in ("definition", "parameter"))
        )
        computing = {s.number for s, _, role in everything if role == "computation"}
        corrected: list[Role] = []
        for statement, expanded, role in everything:
            flow = expanded if _runs_code(statement.parsed.node) else statement.flow
            needs = {n for n in flow.names if n in self.bound or n.startswith("@")}
            needs -= fixed | statement.own
            if role == "setting":
                needs = {name for name in needs if not _is_setting(name)}
            blocked = statement.number in computing if role == "parameter" else bool(needs)
            records = any(kind == "params" for _, kind in statement.parsed.magics)
            if blocked and (role in ("parameter", "definition", "setting") or records):
                role = "computation"
            corrected.append(role)
        return corrected


def literal_value(node: ast.stmt) -> Literals | None:
    """Return the value of `NAME = literal`, if it can be a parameter of any engine, else None.

    That is a bool, a float, an integer that JSON keeps exactly, or a string without the marks of
    placeholders.
    """
    match node:
        case ast.Assign(targets=[ast.Name()], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(), value=value) if value is not None:
            pass
        case _:
            return None
    try:
        literal = ast.literal_eval(value)
    except ValueError:
        return None
    match literal:
        case bool():
            return literal
        case int() if abs(literal) <= MAX_EXACT_INTEGER:
            return literal
        case float() if math.isfinite(literal):
            return literal
        case str() if "{{" not in literal:
            return literal
    return None


def _analyze(cells: Sequence[ParsedCell]) -> list[Statement]:
    imports: dict[str, str] = {}
    for cell in cells:
        imports |= imported_names(cell.tree)
    first = [analyze(cell.tree, Context(imports)).flow for cell in cells]
    bindings = all_bindings(first)
    builtins = PURE_BUILTINS - {binding.name for binding in bindings}
    if any(binding.name == "*" for binding in bindings):
        builtins = EMPTY
    data = {binding.name for binding in bindings if binding.kind != "import"}
    context = Context({n: origin for n, origin in imports.items() if n not in data}, builtins)
    return [
        Statement(cell.cell.number, parsed, analyzed.flow)
        for cell in cells
        for parsed, analyzed in zip(
            cell.statements, analyze(cell.tree, context).statements, strict=True
        )
    ]


def _is_definition(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return isinstance(node.value, ast.Lambda) and isinstance(node.targets[0], ast.Name)
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.TypeAlias)
    return isinstance(node, (*definitions, ast.Import, ast.ImportFrom))


def _is_setting(name: str) -> bool:
    return name in (CWD, ENVIRONMENT) or name.startswith(MODULE)


def _is_simple(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr | ast.Assign | ast.AugAssign | ast.Delete)


def _runs_code(node: ast.AST) -> bool:
    """Return whether executing `node` may call something; bodies of functions do not run then."""
    if isinstance(node, ast.Call):
        return True
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return bool(node.decorator_list) or _runs_code(node.args)
    if isinstance(node, ast.Lambda):
        return _runs_code(node.args)
    if isinstance(node, ast.ClassDef) and node.decorator_list:
        return True
    return any(_runs_code(child) for child in ast.iter_child_nodes(node))
