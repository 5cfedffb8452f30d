"""What one cell run read and wrote, as value objects."""

import re
from typing import Literal

from msgspec import Struct

_OUTPUT_HISTORY = re.compile(r"_+\d*")
_LIBRARIES_OWN = re.compile(r"/\.(cache|config|local|ipython|jupyter)(/|$)|^@file:/(proc|sys|dev)/")

SHOWN = "@shown"
"""Stands for what a cell run has shown, in `Read.only_for`."""


class Read(Struct, frozen=True):
    """A name that was read before the cell run bound it itself.

    writer: the execution that wrote the version, None for one from before the recording. A read
    that is not certain may have been of this version, or of the certain one beside it. only_for: a
    name that the execution changed in place, or `SHOWN`; for what else came of it, the read does
    not matter.
    """

    name: str
    writer: str | None
    is_certain: bool = True
    only_for: str | None = None


class Write(Struct, frozen=True):
    """What a name stood for after a cell run that bound, changed or deleted it.

    fingerprint: equal for equal values while the process lives; None if it cannot be told.
    is_certain: false if the value may have changed, but what was looked at of it has not.
    """

    name: str
    type_name: str = ""
    fingerprint: str | None = None
    is_sampled: bool = False
    is_deleted: bool = False
    is_certain: bool = True


class Trace(Struct, frozen=True):
    """The reads and writes of one execution, by name.

    evidence: whether they were observed while it ran, or inferred from its source.
    """

    execution_id: str
    reads: tuple[Read, ...] = ()
    writes: tuple[Write, ...] = ()
    evidence: Literal["traced", "inferred"] = "traced"


class Execution(Struct, frozen=True):
    """One cell run, `ordinal` counted from 1 over the session, and what it read and wrote.

    started_ms: since the Unix epoch. error_name: the class of the exception that ended it.
    """

    execution_id: str
    ordinal: int
    source: str
    cell_id: str | None = None
    trace: Trace | None = None
    """None: it was not traced, so anything may have happened in it."""

    execution_count: int | None = None
    started_ms: int | None = None
    error_name: str | None = None

    def __repr__(self) -> str:
        return f"<Execution {self.ordinal}: {self.source!r}>"

    @property
    def reads(self) -> tuple[Read, ...]:
        """What it is known to have read."""
        return self.trace.reads if self.trace else ()

    @property
    def writes(self) -> tuple[Write, ...]:
        """What it is known to have written."""
        return self.trace.writes if self.trace else ()


def is_data(name: str) -> bool:
    """Whether a name stands for a variable or a file, and so for what people ask about.

    Options, generators and the history of outputs change with nearly every cell, and what libraries
    keep for themselves whenever they like.
    """
    if name[0] == "@":
        return name.startswith("@file:") and not _LIBRARIES_OWN.search(name)
    return not _OUTPUT_HISTORY.fullmatch(name)


def spoken(name: str) -> str:
    """Return a name as people say it: of a file, its path."""
    return name.removeprefix("@file:")
