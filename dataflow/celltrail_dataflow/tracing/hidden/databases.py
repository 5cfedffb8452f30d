"""The database behind a library's own functions, which has no name: `@database:duckdb`."""

import re
from types import ModuleType

from celltrail_dataflow.tracing.hidden.cell import Cell, Effects, module_of, package_of

_ASKING = ("sql", "execute", "query", "table", "view", "values")
_CHANGING = ("register", "unregister", "create_function", "remove_function", "begin", "commit")
_STATEMENT = re.compile(
    r"\b(?:create|insert|update|delete|drop|alter|truncate|merge|attach|detach|use|set|reset|load"
    r"|install|import|begin|commit|rollback|pragma|call)\b",
    re.IGNORECASE,
)


class Databases:
    """Follows what is done by `duckdb.sql` and its like, without a connection."""

    def begin(self) -> None:
        """A cell is about to run."""

    def end(self, cell: Cell, effects: Effects) -> None:
        """Add whether the cell asked or changed the database."""
        if not cell.mentions(*_ASKING, *_CHANGING):
            return
        called = {
            chain[-1]
            for chain, value in cell.objects.items()
            if type(value) is not ModuleType and package_of(module_of(value)) == "duckdb"
        }
        if called.isdisjoint((*_ASKING, *_CHANGING)):
            return
        effects.read("@database:duckdb")
        if not called.isdisjoint(_CHANGING) or any(map(_STATEMENT.search, cell.texts)):
            effects.write("@database:duckdb")
