"""Changed modules and classes of libraries: `@patch:math.pi`, `@import:helper`.

A change is seen where the notebook's code sets an attribute, and by comparing the module where it
may have done so by other means. It is read by whoever loads an attribute of that name, and by
whoever calls a Python function of that module which does.
"""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from celltrail_dataflow.tracing.fingerprints import look_at
from celltrail_dataflow.tracing.hidden.cell import MISSING, Cell, Effects
from celltrail_dataflow.tracing.hidden.reach import mentions
from celltrail_dataflow.tracing.ownership import is_own, is_own_module, loaded

_INDIRECT = (
    *("setattr", "delattr", "vars", "__dict__", "__setattr__", "patch", "start", "stop", "exec"),
    *("enter_context", "setitem"),
)
_REPLACING = ("modules", "reload")


class Patches:
    """Knows which attributes of libraries the notebook has changed."""

    def __init__(self) -> None:
        self._patched: dict[str, set[str]] = {}
        """By attribute: the dotted names of the modules and classes that have it changed."""

        self._seen: dict[str, dict[str, int]] = {}
        """What the modules held that the notebook has imported: ids by name."""

        self._imports: dict[str, int] = {}

    def begin(self) -> None:
        """A cell is about to run."""

    def end(self, cell: Cell, effects: Effects) -> None:
        """Add the changes that the cell made, and those that it met."""
        if self._patched or self._imports:
            self._read(cell, effects)
        touches = cell.touches
        for chain, attribute in touches.set_attributes:
            owner = cell.resolve(chain) if chain else MISSING
            if owner is not MISSING and (name := _library_name(owner)):
                self._write(name, attribute, effects)
        is_unclear = any(not chain for chain, _ in touches.set_attributes)
        if is_unclear or cell.mentions(*_INDIRECT):
            self._compare(effects)
        if cell.mentions(*_REPLACING):
            self._note_imports(cell, effects)
        for module in _modules(cell):
            self._seen.setdefault(module.__name__, _ids(module))

    def _write(self, owner: str, attribute: str, effects: Effects) -> None:
        self._patched.setdefault(attribute, set()).add(owner)
        effects.write(f"@patch:{owner}.{attribute}")
        module = loaded(owner)
        if module and owner in self._seen and attribute in vars(module):
            self._seen[owner][attribute] = id(vars(module)[attribute])

    def _compare(self, effects: Effects) -> None:
        for name, before in self._seen.items():
            module = loaded(name)
            if module is None:
                continue
            after = _ids(module)
            for attribute in before.keys() | after.keys():
                if before.get(attribute) != after.get(attribute):
                    value = vars(module).get(attribute)
                    if not (attribute not in before and type(value) is ModuleType):
                        self._write(name, attribute, effects)
            self._seen[name] = after

    def _note_imports(self, cell: Cell, effects: Effects) -> None:
        for word in cell.words:
            module = loaded(word)
            if module is None or vars(module).get("__spec__", self) is not None:
                continue
            if self._imports.get(word) != id(module):
                self._imports[word] = id(module)
                effects.write(f"@import:{word}")

    def _read(self, cell: Cell, effects: Effects) -> None:
        touches = cell.touches
        for name in touches.imports:
            if name in self._imports:
                effects.read(f"@import:{name}")
        for attribute, owners in self._patched.items():
            if attribute in touches.attributes or _is_builtin(attribute, cell):
                for owner in owners:
                    effects.read(f"@patch:{owner}.{attribute}")
                    effects.objects |= _parts(owner, attribute)
        for owner, attribute in self._used_inside(cell):
            effects.read(f"@patch:{owner}.{attribute}")
        for attribute, owners in self._patched.items():
            for owner in owners:
                if owner.partition(".")[0] in cell.packages and _is_python(owner):
                    effects.read(f"@patch:{owner}.{attribute}", is_certain=False)

    def _used_inside(self, cell: Cell) -> Iterator[tuple[str, str]]:
        """Yield the changes that Python code of libraries meets which the cell has at hand."""
        changed = {owner for owners in self._patched.values() for owner in owners}
        near = {name for name in cell.modules if any(_holds(name, owner) for owner in changed)}
        if not near:
            return
        found = mentions(cell.objects.values(), cell.touches.attributes, near.__contains__)
        for attribute in self._patched.keys() & found.names:
            for owner in self._patched[attribute] & (near | found.modules):
                yield owner, attribute


def _parts(owner: str, attribute: str) -> frozenset[int]:
    """Return the ids of what the value of a changed attribute of a module holds."""
    module = loaded(owner)
    return look_at(vars(module).get(attribute)).parts if module else frozenset()


def _is_python(owner: str) -> bool:
    """Whether a library's own code may use what was changed of it."""
    while owner and owner not in sys.modules:
        owner = owner.rpartition(".")[0]
    return str(getattr(sys.modules.get(owner), "__file__", "")).endswith(".py")


def _is_builtin(name: str, cell: Cell) -> bool:
    return name in cell.touches.loads and name not in cell.namespace


def _holds(name: str, owner: str) -> bool:
    """Whether a library's module is the one that was changed, or has imported it."""
    changed, module = loaded(owner), loaded(name)
    if changed is None or module is None or is_own_module(module):
        return False
    return module is changed or any(one is changed for one in vars(module).values())


def _modules(cell: Cell) -> Iterator[ModuleType]:
    for value in cell.namespace.keys() & cell.touches.writes.keys():
        module = cell.namespace[value]
        if type(module) is ModuleType and not is_own_module(module):
            yield module


def _ids(module: ModuleType) -> dict[str, int]:
    return {
        name: id(value) for name, value in vars(module).items() if name != "__warningregistry__"
    }


def _library_name(owner: Any) -> str | None:
    if type(owner) is ModuleType:
        return None if is_own_module(owner) or owner.__name__ == "__main__" else owner.__name__
    if issubclass(type(owner), type) and not is_own(owner):
        return f"{owner.__module__}.{owner.__qualname__}"
    return None
