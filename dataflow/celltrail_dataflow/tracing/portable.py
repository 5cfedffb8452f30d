"""Digests of values that are equal in every process for equal values.

The fingerprints of `fingerprints` tell a change within one process, cheaply. These compare a value
with that of a replay, and look at all of it: sets are sorted, since their order follows the hash
seed; shared parts count as equal ones; functions and classes of the notebook go by content.
"""

import copyreg
import io
import pickle
import warnings
from collections.abc import Sequence
from pathlib import PurePath
from types import CellType, FunctionType, ModuleType
from typing import Any

import xxhash

from celltrail_dataflow.tracing.definitions import class_parts, function_parts
from celltrail_dataflow.tracing.notes import stand_in
from celltrail_dataflow.tracing.states import is_closed, without_cache

_SORTABLE = frozenset({int, str, float, bytes})


def portable_digest(value: object, folder: str = "") -> str | None:
    """Return the digest of `value`; None if it cannot be told, as for an open file.

    folder: where the notebook runs. A path inside counts as the same wherever the folder lies.
    Figures of matplotlib, and axes, are compared as drawn: pixel by pixel.
    """
    if type(value).__module__.partition(".")[0] == "matplotlib":
        return _pixels(value)
    for is_fast in (True, False):  # fast: equal parts need not be the same object, but no cycles
        sink = _Sink()
        pickler = _Pickler(sink, folder)
        pickler.fast = is_fast
        try:
            pickler.dump(value)
        except Exception:  # whatever a stranger's `__reduce__` raises
            continue
        return sink.hash.hexdigest()
    return None


def _pixels(value: Any) -> str | None:
    figure: Any = value if hasattr(value, "savefig") else getattr(value, "figure", None)
    sink = _Sink()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about fonts; the user has seen them
            figure.savefig(sink, format="raw", dpi=60)
    except Exception:  # an artist that belongs to no figure, or that cannot be drawn
        return None
    return sink.hash.hexdigest()


class _Sink(io.RawIOBase):
    def __init__(self) -> None:
        self.hash = xxhash.xxh3_128()

    def write(self, data: Any) -> int:
        self.hash.update(data)
        return len(data)


class _Pickler(pickle.Pickler):
    def __init__(self, sink: _Sink, folder: str) -> None:
        super().__init__(sink, protocol=5)
        self._folder = folder
        self._classes: set[type] = set()

    def persistent_id(self, value: Any) -> object:
        """Return what stands for sets and for paths; None for everything else."""
        kind = type(value)
        if kind is str:
            if self._folder and self._folder in value:
                return ("path", value.replace(self._folder, "<folder>"))
        elif self._folder and issubclass(kind, PurePath):
            # By its text: Python 3.12 pickles the parts, none of which holds the folder.
            return (kind.__name__, str(value).replace(self._folder, "<folder>"))
        elif kind is set or kind is frozenset:
            return (kind.__name__, self._in_order(value))
        return None

    def reducer_override(self, value: Any) -> Any:
        """Return what stands for functions, classes and records; everything else as usual."""
        if value is stand_in:
            return NotImplemented
        kind = type(value)
        if kind is FunctionType:
            return stand_in, ("function", value.__qualname__, *function_parts(value))
        if kind is CellType:
            return stand_in, ("cell", value.cell_contents)
        if kind is ModuleType:
            return stand_in, ("module", value.__name__)
        if isinstance(value, type):
            if value in self._classes:  # a method that uses `super()` holds its class
                return stand_in, ("class", value.__qualname__)
            self._classes.add(value)
            return stand_in, ("class", value.__qualname__, *class_parts(value))
        if kind.__module__ == "numpy" and kind.__name__ == "ndarray" and value.dtype.names:
            # Between the fields lies what was in that memory before.
            fields = tuple(value[name].copy() for name in value.dtype.names)
            return stand_in, ("records", value.shape, value.dtype.names, *fields)
        if is_closed(value):
            raise pickle.PicklingError(f"{kind.__name__} is not looked into")
        if kind in copyreg.dispatch_table:
            return NotImplemented
        reduced = value.__reduce_ex__(5)
        if isinstance(reduced, str) or len(reduced) < 3:
            return reduced
        return (*reduced[:2], without_cache(reduced[2]), *reduced[3:])

    def _in_order(self, members: Any) -> Sequence[object]:
        kinds = set(map(type, members))
        if len(kinds) == 1 and kinds <= _SORTABLE:
            return sorted(members)
        digests = [portable_digest(one, self._folder) for one in members]
        if None in digests:
            raise pickle.PicklingError("a set holds what cannot be compared")
        return sorted(str(one) for one in digests)
