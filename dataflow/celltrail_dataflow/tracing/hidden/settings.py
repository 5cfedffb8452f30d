"""What libraries were told to do from now on, where nobody can look: `@setting:socket.timeout`.

Most libraries keep such settings out of sight, so a call is taken for what its name says:
`set_…`, `register_…`, `disable…` of a library's module or class. They are read by the cells that
use the library. What other probes can compare is left to them.
"""

import re
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

from celltrail_dataflow.tracing.hidden.cell import MISSING, Cell, Effects, module_of, package_of
from celltrail_dataflow.tracing.ownership import is_own_name
from celltrail_dataflow.tracing.touches import Chain

_TELLING = re.compile(
    r"_?(?P<verb>set(?!attr$|default$|item$|s$|up|ting)|reset|unset|(?:un|de)?register|enable|disable"
    r"|(?:un)?install|(?:de)?activate|configure|init(?=$|_)|initialize|use(?=$|_)|add_(?=type))"
    r"_?(?P<what>\w*)"
)
_CHANGING = frozenset({"update", "append", "insert", "extend", "add", "remove", "pop"})
"""What is called so of an object that a library's module holds sets something."""

_ADDING = frozenset({"register", "install", "add_"}) | _CHANGING
"""What does not replace what was told before."""

_HARMLESS = re.compile(r"thread|verbos|log|print|display|progress")
_OTHERS = frozenset({
    "builtins", "pandas", "numpy", "seaborn", "pylab", "warnings", "decimal",
    "locale", "logging", "sklearn", "sys", "os", "random", "celltrail", "operator", "IPython",
})  # fmt: skip
"""Packages whose settings other probes compare, or that have none."""


class Settings:
    """Knows what each library was told."""

    def __init__(self) -> None:
        self._told: dict[str, set[str]] = {}
        """By package: its pseudo-variables."""

    def begin(self) -> None:
        """A cell is about to run."""

    def end(self, cell: Cell, effects: Effects) -> None:
        """Add what the cell told libraries, and what those were told that it uses."""
        told = dict(_told(cell))
        if self._told:
            replaced = {name for name, adds in told.items() if not adds}
            for package in self._told.keys() & cell.libraries:
                for name in self._told[package] - replaced:
                    effects.read(name)
        for name in told:
            package = name.removeprefix("@setting:").partition(".")[0]
            self._told.setdefault(package, set()).add(name)
            effects.write(name)


def _told(cell: Cell) -> Iterator[tuple[str, bool]]:
    """Yield the pseudo-variables that a cell sets, and whether it keeps what they were."""
    for chain in cell.touches.chains:
        if (parsed := _parsed(chain[-1])) is None:
            continue
        verb, what = parsed
        if verb in _CHANGING:
            if len(chain) < 3:
                continue
            what = ".".join(chain[1:-1])
        package = _package(chain, cell)
        if package == "matplotlib" and verb != "register":
            continue
        if package is not None and package not in _OTHERS:
            yield f"@setting:{package}.{what}", verb in _ADDING
    if cell.touches.has_set_item:
        for chain, value in cell.objects.items():
            root = cell.objects.get(chain[:1])
            if len(chain) > 1 and type(value) in (dict, list) and type(root) is ModuleType:
                name = root.__name__
                if package_of(name) not in _OTHERS and not is_own_name(name):
                    yield f"@setting:{package_of(name)}.{'.'.join(chain[1:])}", True


@cache
def _parsed(name: str) -> tuple[str, str] | None:
    """Return the verb and the object of a function's name, if it sounds like setting something."""
    if name in _CHANGING:
        return name, ""
    found = _TELLING.match(name.lower())
    return (found["verb"], found["what"]) if found and not _HARMLESS.search(name.lower()) else None


def _package(chain: Chain, cell: Cell) -> str | None:
    """Return the package of a function that a dotted name stands for, if it is a library's."""
    root: Any = cell.objects.get(chain[:1], MISSING)
    value = cell.objects.get(chain, MISSING)
    if type(root) is ModuleType:
        name = root.__name__
        value = getattr(value, "__func__", value)  # of a class method
        if len(chain) < 3 if value is MISSING else not callable(value):
            return None
    elif issubclass(type(root), type) or (callable(root) and len(chain) == 1):
        name = module_of(root)
    else:
        return None
    return None if name == "__main__" or is_own_name(name) else package_of(name)
