"""What a class is called, without running code of its metaclass, and whatever it was made of."""

from typing import Any

_module = type.__dict__["__module__"].__get__
_mro = type.__dict__["__mro__"].__get__
_members = type.__dict__["__dict__"].__get__
_qualname = type.__dict__["__qualname__"].__get__


def qualname(kind: type) -> str:
    """Return the class's `__qualname__`."""
    name: str = _qualname(kind)
    return name


def module(kind: type) -> str:
    """Return the name of the class's module, "" if it has none."""
    try:
        name = _module(kind)
    except AttributeError:
        return ""
    return name if type(name) is str else ""


def member(kind: type, name: str, default: object) -> Any:
    """Return what a class or its bases hold under `name`, as it is there."""
    for base in _mro(kind):
        if name in (members := _members(base)):
            return members[name]
    return default


def packages(kind: type) -> set[str]:
    """Return the first parts of the names of the modules of the class and its bases."""
    return {module(base).partition(".")[0] for base in _mro(kind)}


def package(kind: type) -> str:
    """Return the first part of the name of the class's module."""
    return module(kind).partition(".")[0]
