"""Pickling an alias group so that it comes back with the same sharing inside.

Beyond cloudpickle:

- a function of the notebook travels without its globals; it looks names up in the namespace of
  the step that loads it, as it would in the notebook;
- what the step's preamble defines travels by name, so that `isinstance` and identity hold;
- closures that share a variable, and arrays that share memory, still do so afterwards.

Which mutable objects went into a pickle is noted, to find out what two groups share unseen.
"""

import datetime
import decimal
import enum
import fractions
import io
import logging
import pathlib
import re
import sys
import types
from collections.abc import Iterable, Mapping
from operator import attrgetter
from pickle import Unpickler
from typing import Any

import cloudpickle  # type: ignore[import-untyped]

from celltrail_pipelines.errors import StepError
from celltrail_pipelines.frames import keep_apart, related_frames

_IMMUTABLE = (
    type(None), bool, int, float, complex, str, bytes, tuple, frozenset, range, slice, type,
    types.FunctionType, types.BuiltinFunctionType, types.ModuleType, types.CodeType,
    types.MappingProxyType, datetime.date, datetime.time, datetime.timedelta, datetime.tzinfo,
    decimal.Decimal, fractions.Fraction, enum.Enum, pathlib.PurePath, re.Pattern, logging.Logger,
)  # fmt: skip
_NUMPY_IMMUTABLE = ("dtype", "generic", "ufunc")

Namespace = dict[str, Any]


def dump(values: Any, namespace: Namespace, definitions: Iterable[str]) -> "Dump":
    """Return `values` pickled; `definitions` are the names in `namespace` that travel by name.

    Raises StepError if something in it cannot be pickled.
    """
    dumped = _dump((values, []), namespace, definitions)
    if relatives := related_frames(dumped.mutable.values()):
        return _dump((values, relatives), namespace, definitions)
    return dumped


def load(data: bytes, namespace: Namespace) -> Any:
    """Return the values in `data`, bound to `namespace`; raises StepError."""
    values, relatives = _Unpickler(io.BytesIO(data), namespace).load()
    keep_apart(relatives)
    return values


class Dump:
    """A pickle, and the identities of the mutable objects in it.

    They mean something only as long as this object lives, which keeps the others alive.
    """

    def __init__(self, data: bytes, pickler: "_Pickler") -> None:
        self.data = data
        self._pickler = pickler

    @property
    def mutable(self) -> Mapping[int, Any]:
        """The mutable objects by their identity."""
        return self._pickler.mutable


def _dump(content: Any, namespace: Namespace, definitions: Iterable[str]) -> Dump:
    buffer = io.BytesIO()
    pickler = _Pickler(buffer, namespace, definitions)
    try:
        pickler.dump(content)
    except StepError:
        raise
    except Exception as error:  # any __reduce__ may raise anything
        raise StepError(f"{type(error).__name__}: {error}") from error
    return Dump(buffer.getvalue(), pickler)


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    def __init__(self, file: io.BytesIO, namespace: Namespace, definitions: Iterable[str]) -> None:
        super().__init__(file, protocol=5)
        self._namespace = namespace
        self._definitions = frozenset(definitions)
        self._named = {
            id(value): name
            for name in self._definitions
            if (value := namespace.get(name)) is not None and _has_identity(value, namespace)
        }
        self.mutable: dict[int, Any] = {}

    def persistent_id(self, obj: Any) -> tuple[str, str] | None:
        """Return the reference by which `obj` travels, or None to pickle it."""
        if obj is self._namespace:
            return ("namespace", "")
        if name := self._named.get(id(obj)):
            return ("definition", name)
        if isinstance(obj, type) and (path := self._path(obj)):
            return ("definition", path)
        if not isinstance(obj, _IMMUTABLE) and not _is_numpy_immutable(obj):
            self.mutable[id(obj)] = obj
        return None

    def _path(self, cls: type) -> str | None:
        """Return the qualified name of a class inside of a definition."""
        path = cls.__qualname__
        if cls.__module__ != self._namespace.get("__name__"):
            return None
        if path.partition(".")[0] not in self._definitions:
            return None
        try:
            return path if _resolve(path, self._namespace) is cls else None
        except (KeyError, AttributeError):
            return None

    def reducer_override(self, obj: Any) -> Any:
        """Return how to make `obj` again; NotImplemented for what pickle does by itself."""
        if isinstance(obj, types.FunctionType) and obj.__globals__ is self._namespace:
            return _reduce_function(obj)
        if isinstance(obj, types.CellType):
            return _reduce_cell(obj)
        if isinstance(obj, io.IOBase) and not isinstance(obj, io.BytesIO | io.StringIO):
            raise StepError("an open file")  # cloudpickle would make a copy of its text
        if (numpy := sys.modules.get("numpy")) and type(obj) is numpy.ndarray:
            reduced = _reduce_view(obj)
            if reduced is not None:
                return reduced
        return super().reducer_override(obj)


class _Unpickler(Unpickler):
    def __init__(self, file: io.BytesIO, namespace: Namespace) -> None:
        super().__init__(file)
        self._namespace = namespace

    def persistent_load(self, pid: tuple[str, str]) -> Any:
        """Return what `_Pickler.persistent_id` referred to, as this step has it."""
        kind, path = pid
        if kind == "namespace":
            return self._namespace
        try:
            return _resolve(path, self._namespace)
        except (KeyError, AttributeError) as error:
            raise StepError(f"it needs `{path}`, which this step does not define") from error


def _resolve(path: str, namespace: Namespace) -> Any:
    name, _, rest = path.partition(".")
    value = namespace[name]
    return attrgetter(rest)(value) if rest else value


def _has_identity(value: Any, namespace: Namespace) -> bool:
    """Return whether a definition's value must stay the same object in every step."""
    if isinstance(value, type | types.FunctionType):
        return value.__module__ == namespace.get("__name__")
    return not isinstance(value, _IMMUTABLE) and not _is_numpy_immutable(value)


def _is_numpy_immutable(obj: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(
        obj, tuple(getattr(numpy, name) for name in _NUMPY_IMMUTABLE)
    )


def _reduce_function(function: types.FunctionType) -> tuple[Any, ...]:
    state = {
        "__defaults__": function.__defaults__,
        "__kwdefaults__": function.__kwdefaults__,
        "__annotations__": function.__annotations__,
        "__doc__": function.__doc__,
        "__module__": function.__module__,
        "__qualname__": function.__qualname__,
        "__type_params__": function.__type_params__,
    }
    made_from = (function.__code__, function.__globals__, function.__name__, function.__closure__)
    return _make_function, made_from, (function.__dict__, state), None, None, _set_function


def _make_function(
    code: types.CodeType,
    namespace: Namespace,
    name: str,
    closure: tuple[types.CellType, ...] | None,
) -> types.FunctionType:
    return types.FunctionType(code, namespace, name, None, closure)


def _set_function(
    function: types.FunctionType, state: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    attributes, fields = state
    function.__dict__.update(attributes)
    for name, value in fields.items():
        setattr(function, name, value)


def _reduce_cell(cell: types.CellType) -> tuple[Any, ...]:
    # Contents are set afterwards, since a closure may contain itself.
    try:
        contents = (cell.cell_contents,)
    except ValueError:  # still empty
        return types.CellType, ()
    return types.CellType, (), contents, None, None, _set_cell


def _set_cell(cell: types.CellType, contents: tuple[Any]) -> None:
    cell.cell_contents = contents[0]


def _reduce_view(array: Any) -> tuple[Any, ...] | None:
    """Return how to make a view of another array again; None if `array` owns its memory."""
    owner = array
    while type(owner.base) is type(array):
        owner = owner.base
    if owner is array or not (owner.flags.c_contiguous or owner.flags.f_contiguous):
        return None
    offset = array.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
    if array.size and array.dtype.hasobject and array.dtype != owner.dtype:
        raise StepError("a part of a structured array with objects cannot be passed on")
    layout = (array.shape, array.dtype, array.strides, offset if array.size else 0)
    return _make_view, (owner, *layout, array.flags.writeable)


def _make_view(
    owner: Any, shape: Any, dtype: Any, strides: Any, offset: int, is_writeable: bool
) -> Any:
    import numpy

    flat = owner.reshape(-1, order="A")
    if dtype.hasobject:
        start = flat[offset // dtype.itemsize :]
        view = numpy.lib.stride_tricks.as_strided(start, shape, strides)
    else:
        view = numpy.ndarray(shape, dtype, flat, offset, strides)
    if not is_writeable:
        view.flags.writeable = False
    return view
