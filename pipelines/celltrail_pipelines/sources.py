"""Parsing the cells of a notebook, IPython's syntax included.

A cell is kept twice: as IPython would run it, and as plain Python for the analysis, in which each
magic is replaced by what it does to names. Both have the same top-level statements.
"""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from celltrail.errors import InvalidError
from celltrail_pipelines.magics import MagicKind, translate_directive, translate_magic
from celltrail_pipelines.notebook import Cell


@dataclass(frozen=True)
class ParsedStatement:
    """A top-level statement: the text that IPython runs, and its Python for the analysis."""

    text: str
    node: ast.stmt
    magics: tuple[tuple[str, MagicKind], ...] = ()
    """Names and classes of the magics in it."""

    lines: tuple[int, int] = (1, 1)
    """First and last line in the cell as IPython runs it, from 1."""


@dataclass(frozen=True)
class ParsedCell:
    """A cell and its top-level statements."""

    cell: Cell
    statements: tuple[ParsedStatement, ...]
    python: str = field(repr=False)
    """The cell as IPython runs it: Python, with calls of the shell instead of magics."""

    @property
    def tree(self) -> ast.Module:
        """The cell for the analysis."""
        return ast.Module([statement.node for statement in self.statements], type_ignores=[])

    def runnable_source(self, dropped: Sequence[ParsedStatement]) -> str:
        """Return the cell's source with the statements `dropped` turned into comments."""
        if not dropped:
            return self.cell.source
        lines = self.cell.source.splitlines()
        translated = self.python.splitlines()
        if len(lines) != len(translated):
            lines = translated
        for statement in dropped:
            first, last = statement.lines
            for number in range(first - 1, last):
                lines[number] = f"# {lines[number]}"
        return "\n".join(lines)


def parse_cell(cell: Cell) -> ParsedCell:
    """Return the parsed cell; raises InvalidError, which names the cell and the line."""
    source, directive = _take_directive(cell.source)
    try:
        python = _to_python(source)
        statements = [_statement(python, node) for node in _compile(python).body]
        return ParsedCell(cell, (*statements, *directive), python)
    except SyntaxError as error:
        raise InvalidError(
            f"cell {cell.number} has a syntax error in line {error.lineno}: {error.msg}; "
            "correct the cell, or tag it `skip`"
        ) from error


def _take_directive(source: str) -> tuple[str, list[ParsedStatement]]:
    """Return the source without the line `%%track …` on its top, and what that line does."""
    found = re.match(r"\s*%%track\b(?P<options>[^\n]*)", source)
    if not found:
        return source, []
    kind, names = translate_directive(found["options"])
    block = ast.fix_missing_locations(ast.If(ast.Constant(True), names or [ast.Pass()], []))
    rest = source[found.end() :]
    # As long as it is not above another cell magic, it stays as an empty line.
    rest = rest.removeprefix("\n") if rest.startswith("\n%%") else rest
    return rest, [ParsedStatement(found[0].strip(), block, (("track", kind),))]


def _statement(python: str, node: ast.stmt) -> ParsedStatement:
    translator = _MagicTranslator()
    text = _text_of(python, node)
    last = node.end_lineno or node.lineno
    translated = translator.statement(node)
    return ParsedStatement(text, translated, tuple(translator.found), (_first_line(node), last))


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _text_of(python: str, node: ast.stmt) -> str:
    if _first_line(node) == node.lineno:
        return ast.get_source_segment(python, node) or ast.unparse(node)
    return "\n".join(python.splitlines()[_first_line(node) - 1 : node.end_lineno])


@cache
def _transformer() -> Any:
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager()  # type: ignore[no-untyped-call]


def _to_python(source: str) -> str:
    if re.fullmatch(r"(\s*(#.*)?\n?)*", source):
        return ""
    python: str = _transformer().transform_cell(source)
    return python


def _compile(python: str) -> ast.Module:
    # The compiler finds errors that the parser leaves (`return` outside of a function).
    compile(python, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return ast.parse(python)


class _MagicTranslator(ast.NodeTransformer):
    """Replaces calls of the shell by Python that touches the same names."""

    def __init__(self) -> None:
        self.found: list[tuple[str, MagicKind]] = []

    def statement(self, node: ast.stmt) -> ast.stmt:
        """Return the translation of one statement as one statement."""
        if isinstance(node, ast.Expr) and (body := self._meaning(node.value)) is not None:
            block = ast.If(ast.Constant(True), body or [ast.Pass()], [])
            return ast.fix_missing_locations(ast.copy_location(block, node))
        translated: ast.stmt = self.generic_visit(node)  # type: ignore[assignment]
        return ast.fix_missing_locations(translated)

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        return self.statement(node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        body = self._meaning(node)
        if body is None:
            self.generic_visit(node)
            return node
        # The value of a magic: a new object, made of what its line mentions.
        return ast.List([part.value for part in body if isinstance(part, ast.Expr)], ast.Load())

    def _meaning(self, node: ast.expr) -> list[ast.stmt] | None:
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython")), attr=call),
                args=args,
            ) if call in ("run_line_magic", "run_cell_magic", "system", "getoutput"):
                texts = [str(a.value) for a in args if isinstance(a, ast.Constant)]
            case _:
                return None
        name = texts.pop(0) if call.startswith("run_") else call
        body = texts.pop() if call == "run_cell_magic" else None
        kind, meaning = translate_magic(name, "".join(texts), body, _parse_inner)
        self.found.append((name, kind))
        return [self.statement(part) for part in meaning]


def _parse_inner(source: str) -> ast.Module:
    return _compile(_to_python(source)) if source.strip() else ast.Module([], [])
