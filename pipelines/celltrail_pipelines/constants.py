"""Whether a step left the notebook's definitions as it found them.

Definitions are made again in every step, so a class attribute, a default argument or an imported
table that a cell changes would be as new in the next step. Static analysis sees only some of that.
"""

import sysconfig
import types
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from celltrail_pipelines.errors import StepError
from celltrail_pipelines.pickling import Namespace, dump

_LIBRARIES = {sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")}
_ATOMS = (type(None), bool, int, float, complex, str, bytes, types.BuiltinFunctionType)


def definition_states(namespace: Namespace, names: Iterable[str]) -> dict[str, object]:
    """Return, for each of `names`, something that is equal as long as its state is the same."""
    definitions = [n for n in names if n in namespace]
    functions_and_classes = [
        name for name in definitions if isinstance(namespace[name], type | types.FunctionType)
    ]
    states: dict[str, object] = {}
    for name in definitions:
        state = _state(namespace[name], namespace)
        if state is None:
            continue
        try:
            states[name] = dump(state, namespace, functions_and_classes).data
        except StepError:
            states[name] = [id(part) for part in state]
    return states


def _state(value: Any, namespace: Namespace) -> list[Any] | None:
    """Return the parts of a definition that code can change; None if it is not ours to watch."""
    if isinstance(value, types.FunctionType | type):
        is_ours = value.__module__ == namespace.get("__name__")
        return _own_state(value) if is_ours else None
    if isinstance(value, types.ModuleType):
        return _module_state(value) if _is_users_module(value) else None
    if hasattr(value, "__wrapped__") or callable(value) or isinstance(value, _ATOMS):
        return None
    return [value]


def _own_state(value: Any) -> list[Any]:
    if isinstance(value, staticmethod | classmethod):
        value = value.__func__
    if isinstance(value, property):
        return [part for f in (value.fget, value.fset, value.fdel) if f for part in _own_state(f)]
    if isinstance(value, types.FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or () if _is_filled(cell)]
        # A class that a method refers to by `super()` is watched as itself.
        cells = [content for content in cells if not isinstance(content, type)]
        return [value.__defaults__, value.__kwdefaults__, value.__dict__, cells]
    if isinstance(value, type):
        attributes = {k: v for k, v in vars(value).items() if not k.startswith(("__", "_abc_"))}
        return [[key, _own_state(attribute)] for key, attribute in attributes.items()]
    return [value]


def _is_filled(cell: types.CellType) -> bool:
    try:
        _ = cell.cell_contents
    except ValueError:
        return False
    return True


def _module_state(module: types.ModuleType) -> list[Any]:
    return [
        [name, value]
        for name, value in vars(module).items()
        if not name.startswith("__") and not isinstance(value, types.ModuleType)
        if not callable(value)
    ]


def _is_users_module(module: types.ModuleType) -> bool:
    """Return whether `module` is a file of the user's, not of Python or an installed package."""
    file = getattr(module, "__file__", None)
    if not file:
        return False
    return not any(Path(file).is_relative_to(folder) for folder in _LIBRARIES)
