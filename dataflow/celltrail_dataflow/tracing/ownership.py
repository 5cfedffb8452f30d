"""Whether code is the user's own: of the notebook, or of modules beside it, and not installed."""

import os
import sys
import sysconfig
from functools import cache
from types import ModuleType
from typing import Any

from celltrail_dataflow.tracing import kinds

_NOT_OWN = frozenset({
    "celltrail", "celltrail_dataflow", "celltrail_magics", "__mp_main__", "cython_runtime",
})  # fmt: skip
_CYTHON = "_cython_"
"""How modules begin that compiled libraries share for Cython's own classes; nothing else tells."""


def is_own(value: Any) -> bool:
    """Whether a function or class was written by the user."""
    is_class = issubclass(type(value), type)
    name = kinds.module(value) if is_class else getattr(value, "__module__", None)
    return not name or name == "__main__" or is_own_name(name)


def is_own_module(module: ModuleType) -> bool:
    """Whether a module is the user's, so that what it holds may change."""
    name = module.__name__
    if name == "__main__" or name.partition(".")[0] in _NOT_OWN or name.startswith(_CYTHON):
        return False
    spec = getattr(module, "__spec__", None)
    file = getattr(module, "__file__", None) or getattr(spec, "origin", None)
    if spec is None and file is None:
        return True  # made by hand
    return isinstance(file, str) and os.path.isabs(file) and not is_installed(file)


def loaded(name: str) -> ModuleType | None:
    """Return the module of this name that was imported, if it is one: anything may be there."""
    module = sys.modules.get(name)
    return module if issubclass(type(module), ModuleType) else None


def is_shared_generator(value: Any) -> bool:
    """Whether it is the random generator behind the functions of `random` or `numpy.random`."""
    if kinds.qualname(type(value)) not in ("Random", "RandomState"):
        return False
    return any(
        value is getattr(sys.modules.get(module), name, None)
        for module, name in (("random", "_inst"), ("numpy.random.mtrand", "_rand"))
    )


def is_installed(path: str) -> bool:
    """Whether a file belongs to the interpreter or to an installed package."""
    return path.startswith(_installed_folders())


_verdicts: dict[str, bool] = {}


def is_own_name(name: object) -> bool:
    """Whether the module of this name is the user's, and not the notebook."""
    if not isinstance(name, str):
        return False
    if name not in _verdicts and name in sys.modules:
        _verdicts[name] = is_own_module(sys.modules[name])
    return _verdicts.get(name, False)


@cache
def _installed_folders() -> tuple[str, ...]:
    paths = {*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix}
    return tuple({os.path.realpath(path) for path in paths} | paths)
