"""Names that imports bind, and where they come from."""

import ast

from celltrail_dataflow.flows import Binding


def imported_names(tree: ast.AST) -> dict[str, str]:
    """Return name → dotted origin for each import in `tree`, those in functions included."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.update({b.name: b.origin for b in import_bindings(node) if b.origin})
    return found


def import_bindings(node: ast.Import | ast.ImportFrom) -> tuple[Binding, ...]:
    """Return what one import statement binds."""
    if isinstance(node, ast.Import):
        return tuple(
            Binding(
                alias.asname or alias.name.partition(".")[0],
                "import",
                origin=alias.name if alias.asname else alias.name.partition(".")[0],
            )
            for alias in node.names
        )
    module = "." * node.level + (node.module or "")
    return tuple(
        Binding(
            alias.asname or alias.name,
            "import",
            origin=module if alias.name == "*" else f"{module}.{alias.name}",
        )
        for alias in node.names
    )
