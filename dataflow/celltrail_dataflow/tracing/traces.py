"""What one cell run read and wrote, as value objects."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Read:
    """A name that was read before the cell run bound it itself.

    writer: the execution that wrote the version, None for one from before the recording. A read
    that is not certain may have been of this version, or of the certain one beside it.
    """

    name: str
    writer: str | None
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Write:
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


@dataclass(frozen=True, slots=True)
class Trace:
    """The reads and writes of one execution, by name."""

    execution_id: str
    reads: tuple[Read, ...] = ()
    writes: tuple[Write, ...] = ()
