"""What objects consist of, for a pickler that looks for changes.

Functions, classes and modules of the user go by content, not by name, and so do instances of the
user's classes, whatever they say of themselves. What cannot be pickled is given by what can be seen
of it; if nothing can, it is opaque. Nothing here is ever unpickled.
"""

import contextlib
import copyreg
import functools
import gc
import io
from collections.abc import Callable, Iterator
from time import perf_counter  # by name: notebooks replace what is in the module
from types import (
    BuiltinFunctionType,
    CellType,
    FunctionType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any
from weakref import ReferenceType, WeakKeyDictionary, WeakSet

from celltrail_dataflow.tracing import arrays, foreign, memory, raw, tensors
from celltrail_dataflow.tracing.definitions import class_parts, function_parts
from celltrail_dataflow.tracing.kinds import flags, member, members, module, mro, package, qualname
from celltrail_dataflow.tracing.notes import Notes, stand_in
from celltrail_dataflow.tracing.ownership import is_own, is_own_module, is_shared_generator
from celltrail_dataflow.tracing.standard import STANDARD, State

_FILES = (io.TextIOWrapper, io.BufferedReader, io.BufferedWriter, io.BufferedRandom, io.FileIO)


def state_of(value: Any, notes: Notes) -> State:
    """Return what `value` consists of, for the pickler to go on with."""
    if value is stand_in:
        return NotImplemented
    kind = type(value)
    if (special := _SPECIAL.get(kind)) is not None:
        return special(value, notes)
    # By type: `isinstance` would ask the object for its class, which may do something.
    if issubclass(kind, type):
        return _class(value)
    for look in (tensors.state_of, arrays.state_of, raw.state_of, foreign.state_of):
        if (state := look(value, notes)) is not None:
            if look is not foreign.state_of and not is_own(kind):
                _SPECIAL[kind] = look  # so that the next one is quicker
            return state
    if issubclass(kind, ReferenceType):
        return _weak(value, notes)
    if issubclass(kind, _FILES):
        under = _slot(value, member(kind, "buffer", None) or member(kind, "raw", None))
        return *_opaque(value, notes, is_moving=True), (under,)
    if package(kind) == "ipywidgets" and member(kind, "class_traits", None):
        return _widget(value, notes)
    if is_closed(value):
        notes.owners.add(id(getattr(value, "figure", value)))
        return _opaque(value, notes, is_moving=package(kind) == "matplotlib")
    if is_shared_generator(value):
        return stand_in, ("shared", qualname(kind))
    if is_own(kind):
        return stand_in, (kind,), _instance(value)
    return _by_itself(value, notes)


def _widget(value: Any, notes: Notes) -> State:
    """Return the values of a widget, and what it calls when they change."""
    own = vars(value)
    traits = {
        name: one for name, one in own.get("_trait_values", {}).items() if name not in _OF_FRONT_END
    }
    observers = [
        one
        for by_type in own.get("_trait_notifiers", {}).values()
        for listed in by_type.values()
        for one in listed
        if type(one) in (FunctionType, MethodType)
    ]
    called = [own.get(name) for name in ("_click_handlers", "_submission_callbacks", "f")]
    return stand_in, (type(value).__qualname__,), (traits, observers, called)


_OF_FRONT_END = frozenset({"comm", "keys", "log", "_view_count"})


def is_closed(value: object) -> bool:
    """Whether an object is not looked into because that would be costly, or do something."""
    kind = type(value)
    # Pickling a figure takes longer than many a cell, and may draw. A shell holds everything.
    return package(kind) == "matplotlib" or member(kind, "class_traits", None) is not None


def without_cache(state: Any) -> Any:
    """Return a state without what pandas and statsmodels have computed once and kept in it.

    Looking at an object fills its `_cache`, which changes nothing about it.
    """
    if type(state) is dict and "_cache" in state:
        return {key: one for key, one in state.items() if key != "_cache"}
    if type(state) is tuple:
        # A dict that holds nothing else came with the cache.
        parts = [one for one in state if type(one) is not dict or one.keys() != {"_cache"}]
        return tuple(without_cache(one) if type(one) is dict else one for one in parts)
    return state


_cached: WeakKeyDictionary[type, frozenset[str]] = WeakKeyDictionary()
"""By class of a library: the properties that are computed once and kept."""


def _without_cached(kind: type, state: Any) -> Any:
    """Return a state without what follows from the rest of it."""
    if type(state) is not dict:
        return state
    if kind not in _cached:
        _cached[kind] = frozenset(
            name
            for base in mro(kind)
            for name, one in members(base).items()
            if type(one) is functools.cached_property
        )
    names = _cached[kind]
    if names.isdisjoint(state):
        return state
    return {key: one for key, one in state.items() if key not in names}


def _function(function: FunctionType, notes: Notes) -> State:
    # Parts come as the state: by then the function itself is known, and may be met again inside.
    return stand_in, ("function", function.__qualname__), function_parts(function)


def _class(kind: type) -> State:
    return stand_in, ("class", qualname(kind)), class_parts(kind)


def _module(module: ModuleType, notes: Notes) -> State:
    if not is_own_module(module):
        return stand_in, ("module", module.__name__)
    content = {key: one for key, one in vars(module).items() if not key.startswith("__")}
    return stand_in, ("module", module.__name__), content


def _cell(cell: CellType, notes: Notes) -> State:
    try:
        return stand_in, ("cell",), (cell.cell_contents,)
    except ValueError:  # not bound yet
        return stand_in, ("empty cell",)


def _instance(value: Any) -> tuple[object, ...]:
    """Return attributes and items of an instance, however it would pickle itself."""
    slots = [
        _slot(value, one)
        for base in mro(type(value))
        if "__slots__" in members(base)
        for one in members(base).values()
        if type(one) is MemberDescriptorType
    ]
    return (_attributes(value), slots, *_items(value))


def _attributes(value: Any) -> object:
    try:
        return memory.attributes(value)
    except AttributeError:
        return None


def _slot(value: Any, member: Any) -> object:
    try:
        return member.__get__(value)
    except (AttributeError, ValueError):  # not set, or detached
        return None


def _items(value: Any) -> Iterator[object]:
    """Return what C code keeps of an instance beside its attributes."""
    foreign = next(one for one in mro(type(value)) if not _is_python(one))
    if foreign in _CONTENT:
        yield _CONTENT[foreign](value)
    elif issubclass(foreign, BaseException):
        yield value.args
    elif foreign is not object:
        with contextlib.suppress(Exception):
            yield foreign.__reduce_ex__(value, 2)[1:]


_CONTENT: dict[type, Callable[[Any], object]] = {
    dict: lambda value: list(dict.items(value)),
    list: lambda value: list(list.__iter__(value)),
    tuple: lambda value: list(tuple.__iter__(value)),
    set: lambda value: list(set.__iter__(value)),
    frozenset: lambda value: list(frozenset.__iter__(value)),
    str: str.__str__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    int: int.__int__,
    float: float.__float__,
}


def _is_python(kind: type) -> bool:
    return bool(flags(kind) & 1 << 9)  # Py_TPFLAGS_HEAPTYPE


SLOW_SECONDS = 0.05
"""Objects of a class whose `__reduce__` has taken longer once are opaque from then on."""

_slow: WeakSet[type] = WeakSet()
_MOVED_BY_USE = frozenset({"sqlite3", "socket", "multiprocessing.connection"})


def _by_itself(value: Any, notes: Notes) -> State:
    """Return what an object of a library says of itself; it is opaque if that fails."""
    kind = type(value)
    if member(kind, "__next__", None) or module(kind) in _MOVED_BY_USE:
        notes.is_moving = True
        # The former warn if they are pickled; a cursor's connection is not told otherwise.
        if module(kind) in ("itertools", "sqlite3"):
            return _opaque_with(value, notes)
    # What a process works on is in its memory, and what it shares with this one is not told.
    notes.is_borrowing |= package(kind) in ("pyarrow", "multiprocessing")
    if kind in _slow:
        return _opaque(value, notes)
    started = perf_counter()
    try:
        reduce = copyreg.dispatch_table.get(kind)
        state = reduce(value) if reduce else value.__reduce_ex__(5)
    except Exception:  # whatever a stranger's `__reduce__` raises
        return _opaque_with(value, notes)
    if member(kind, "__getstate__", None) is not object.__getstate__:
        notes.owners.update(arrays.owners_within(value))  # the state may hold copies
    if perf_counter() - started > SLOW_SECONDS:
        _slow.add(kind)
        return _opaque(value, notes)
    if not isinstance(state, tuple):
        return stand_in, (qualname(kind), state)
    function, arguments, *rest = state
    rest[:1] = [_without_cached(kind, without_cache(one)) for one in rest[:1]]
    return stand_in, (function, *arguments), *rest[:3]


def _opaque(value: Any, notes: Notes, *, is_moving: bool = False) -> State:
    notes.is_opaque = True
    notes.is_moving |= is_moving
    notes.owners.add(id(value))
    return stand_in, ("opaque", qualname(type(value)), id(value))


def _opaque_with(value: Any, notes: Notes) -> State:
    """Return what an object refers to, which is not all that it consists of."""
    notes.is_borrowing = True
    return *_opaque(value, notes), tuple(gc.get_referents(value))


def _builtin(function: BuiltinFunctionType, notes: Notes) -> State:
    owner = function.__self__
    if owner is None or isinstance(owner, ModuleType):
        return stand_in, (function.__module__, function.__qualname__)
    return stand_in, ("method", function.__name__), (owner,)


def _weak(reference: Any, notes: Notes) -> State:
    notes.is_weak = True
    return stand_in, ("weak",), (reference(),)


_SPECIAL: dict[type, Callable[[Any, Notes], State]] = {
    FunctionType: _function,
    ModuleType: _module,
    CellType: _cell,
    BuiltinFunctionType: _builtin,
    ReferenceType: _weak,
    **STANDARD,
}
