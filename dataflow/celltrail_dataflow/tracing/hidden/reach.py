"""What code mentions that a cell calls and that is not watched, since it stands in modules."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from celltrail_dataflow.tracing.kinds import member
from celltrail_dataflow.tracing.kinds import module as module_of


@dataclass
class Mentions:
    """What code mentions: names of variables and attributes, texts, modules by their full names."""

    names: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Step:
    code: CodeType
    space: dict[str, Any]
    kind: type | None = None
    """The class that a method belongs to."""


def mentions(
    values: Iterable[Any],
    attributes: set[str],
    is_followed: Callable[[str], bool],
    modules_run: Iterable[CodeType] = (),
) -> Mentions:
    """Return what functions, classes and methods of instances mention, and what these call.

    attributes: which methods may be called. is_followed: whether functions of the module of this
    name are looked into. modules_run: the code of modules that were imported.
    """
    found = Mentions()
    waiting = [_Step(code, {}) for code in modules_run]
    for value in values:
        waiting += _steps(value, attributes, is_followed)
    known: set[int] = set()
    while waiting:
        step = waiting.pop()
        if id(step.code) in known:
            continue
        known.add(id(step.code))
        code = step.code
        found.names.update(code.co_names)
        found.texts.update(one for one in code.co_consts if type(one) is str)
        waiting += [
            _Step(one, step.space, step.kind) for one in code.co_consts if type(one) is CodeType
        ]
        for name in code.co_names:
            value = step.space.get(name)
            if type(value) is ModuleType:
                found.modules.add(value.__name__)
                if is_followed(value.__name__):
                    for other in code.co_names:
                        waiting += _steps(vars(value).get(other), (), is_followed)
            elif value is not None:
                waiting += _steps(value, (), is_followed)
            elif step.kind is not None:
                waiting += _steps(member(step.kind, name, None), (), is_followed, step.kind)
    return found


def _steps(
    value: Any,
    attributes: Iterable[str],
    is_followed: Callable[[str], bool],
    kind: type | None = None,
) -> Iterator[_Step]:
    value = getattr(value, "__func__", value) if type(value) in _WRAPPERS else value
    if type(value) is FunctionType:
        if is_followed(value.__module__ or ""):
            yield _Step(value.__code__, value.__globals__, kind)
        return
    owner = value if issubclass(type(value), type) else type(value)
    if type(value) is ModuleType or not is_followed(module_of(owner)):
        return
    for name in ("__init__", "__call__", *attributes):
        method = member(owner, name, None)
        if type(method) in (FunctionType, *_WRAPPERS):
            yield from _steps(method, (), is_followed, owner)


_WRAPPERS = (staticmethod, classmethod, MethodType)
