"""What makes functions and classes what they are: their content, if the user wrote them."""

import abc
import sys
from types import CodeType, FunctionType
from typing import Any

from celltrail_dataflow.tracing.kinds import bases, members, module, qualname
from celltrail_dataflow.tracing.ownership import is_own


def function_parts(function: FunctionType) -> tuple[object, ...]:
    """Return what makes a function what it is: its code if the user wrote it."""
    if not is_own(function):
        # What a library made for the user, such as a callback, may hold objects of the user.
        inside = function.__closure__ if "<locals>" in function.__qualname__ else None
        return (function.__module__, function.__qualname__, inside)
    return (
        _code_parts(function.__code__),
        function.__defaults__,
        function.__kwdefaults__,
        function.__closure__,
        function.__dict__,
        _module_named(function.__module__),
    )


def bare_code(function: FunctionType) -> CodeType | None:
    """Return the code of a function of the notebook that consists of nothing else."""
    if function.__module__ != "__main__" or function.__defaults__ or function.__kwdefaults__:
        return None
    return None if function.__closure__ or function.__dict__ else function.__code__


def class_parts(kind: type) -> tuple[object, ...]:
    """Return what makes a class what it is: its members if the user wrote it."""
    if not is_own(kind):
        return (module(kind), qualname(kind))
    own = {name: value for name, value in members(kind).items() if not _is_machinery(name)}
    return (bases(kind), own, _module_named(module(kind)), _registered(kind))


def _registered(kind: type) -> frozenset[int]:
    """Return the ids of the classes that an abstract class was told are its own."""
    if "_abc_impl" not in members(kind):
        return frozenset()
    return frozenset(id(reference()) for reference in abc._get_dump(kind)[0])  # type: ignore[attr-defined]


def _module_named(name: str | None) -> object:
    return None if name == "__main__" else sys.modules.get(name or "")


def _code_parts(code: Any) -> tuple[object, ...]:
    constants = tuple(
        _code_parts(one) if hasattr(one, "co_code") else one for one in code.co_consts
    )
    return (code.co_code, constants, code.co_names, code.co_varnames)


def _is_machinery(name: str) -> bool:
    return name.startswith("_abc_") or name in _MACHINERY


_MACHINERY = frozenset({
    "__dict__", "__weakref__", "__module__", "__doc__", "__slotnames__", "__firstlineno__",
    "__static_attributes__", "__annotate_func__", "__annotations_cache__",
})  # fmt: skip
