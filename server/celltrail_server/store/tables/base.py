"""What all tables share: the metadata and its names, types, common columns."""

import math
from collections.abc import Callable

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Function,
    Index,
    Integer,
    MetaData,
    String,
    func,
    literal_column,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator


class ExactFloat(TypeDecorator[float]):
    """A double that keeps NaN (as NULL) and infinities on every database."""

    impl = Double
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[float | None], float | None]:
        """Return what makes NULL of NaN."""
        return lambda value: value if value == value else None

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[float | None], float]:
        """Return what makes NaN of NULL."""
        return lambda value: math.nan if value is None else value


# SQLite makes only an INTEGER primary key its row id.
Id = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


PREFIX = 64
"""How many characters of a text are in its index."""


def prefix(column: Column[str]) -> Function[str]:
    """Return the first characters of a text, as its index has them.

    Whatever equals fewer than `PREFIX` characters of it equals the whole. The numbers stand in the
    text of a statement, for else no database sees that it can use the index.
    """
    return func.substr(column, literal_column("1"), literal_column(str(PREFIX)), type_=String())


def number() -> Column[float]:
    """Return the column that keeps the number that the text in `value` is (`number_of`)."""
    return Column("number", Double)


def run_pk() -> Column[int]:
    """Return the first column of a primary key that begins with a run."""
    return Column("run_pk", Id, ForeignKey("runs.id"), primary_key=True)


def execution_pk() -> Column[int]:
    """Return the first column of a primary key that begins with a cell execution."""
    return Column("execution_pk", Id, ForeignKey("cell_executions.id"), primary_key=True)


def file_columns() -> tuple[SchemaItem, ...]:
    """Return what is kept of a file, behind the column that says whose it is."""
    return (
        Column("path", String(1024), primary_key=True),
        Column("sha256", String(64), nullable=False),
        Column("size_bytes", BigInteger, nullable=False),
        Column("media_type", String(255), nullable=False),
        Column("execution_id", String(32)),
        Column("logged_ms", BigInteger, nullable=False),
        Index(None, "sha256"),
    )
