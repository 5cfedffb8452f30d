"""One line about a value, for people."""

import reprlib
from types import ModuleType

_CHARACTERS = 60

_short = reprlib.Repr(maxstring=_CHARACTERS, maxother=_CHARACTERS, maxlong=_CHARACTERS)
_SHOWN = (int, float, complex, bool, str, bytes, list, tuple, dict, set, frozenset, type(None))


def summary(value: object) -> str:
    """Return the type of `value`, with its shape or length, or all of it if it is short."""
    kind = type(value)
    if kind in _SHOWN:
        return " ".join(_short.repr(value).split())
    if kind is ModuleType:
        return "module"
    try:
        shape = getattr(value, "shape", None)
        if isinstance(shape, tuple) and not isinstance(value, type):
            return f"{kind.__name__} {' × '.join(map(str, shape)) or repr(value)[:_CHARACTERS]}"
    except Exception:  # a stranger's property or `__repr__`
        return kind.__name__
    return kind.__name__
