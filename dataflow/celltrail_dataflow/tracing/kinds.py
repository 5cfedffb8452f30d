"""What a class is called, without running code of its metaclass, and whatever it was made of."""

from typing import Any

_module = type.__dict__["__module__"].__get__
bases = type.__dict__["__bases__"].__get__
"""The classes that a class was derived from."""
flags = type.__dict__["__flags__"].__get__
"""How the interpreter marks a class, as bits."""
mro = type.__dict__["__mro__"].__get__
"""A class and all that it was derived from, in the order in which members are looked up."""
members = type.__dict__["__dict__"].__get__
"""What a class itself holds, by name."""
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
    for base in mro(kind):
        if name in (own := members(base)):
            return own[name]
    return default


def packages(kind: type) -> set[str]:
    """Return the first parts of the names of the modules of the class and its bases."""
    return {module(base).partition(".")[0] for base in mro(kind)}


def package(kind: type) -> str:
    """Return the first part of the name of the class's module."""
    return module(kind).partition(".")[0]
