"""What a probe is told of a cell run, and what it answers."""

import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from types import CodeType, ModuleType
from typing import Any, Protocol

import xxhash

from celltrail_dataflow.tracing.hidden.reach import Mentions, mentions
from celltrail_dataflow.tracing.kinds import member, module, packages
from celltrail_dataflow.tracing.ownership import is_own_name
from celltrail_dataflow.tracing.touches import Chain, Touches
from celltrail_dataflow.tracing.traces import Write

MISSING = object()
TEXT_CHARACTERS = 10_000
"""Of a longer text only the beginning is searched for names and paths."""

WORD = re.compile(r"[\w.\-~]+")
_DRAWING = re.compile(
    r"plot|\bhist\b|\bdraw|dendrogram|mosaic|graphics|Display\b|\bfrom_(?:estimator|predictions)\b"
)
"""What is called so, of whatever library, draws with matplotlib."""

_PLOTTING = frozenset({"matplotlib", "seaborn", "pylab"})
_NOTHING = Mentions()
_PROCESSES = frozenset({
    "multiprocessing.context", "multiprocessing.pool", "multiprocessing.process",
    "concurrent.futures.process", "joblib.parallel", "loky.process_executor",
    "loky.reusable_executor",
})  # fmt: skip
"""The modules of what runs functions in other processes."""


@dataclass
class Cell:
    """A cell run that has ended."""

    index: int
    touches: Touches
    namespace: dict[str, Any]
    children: list[str] = field(default_factory=list)
    """Commands of the processes that it started."""

    has_heirs: bool = False
    """Whether one of them was given the environment as it is."""

    imported: list[CodeType] = field(default_factory=list)
    """The code of modules of the user's own that it imported for the first time."""

    @cached_property
    def texts(self) -> set[str]:
        """Texts that it had at hand: constants, values of names that it loaded, commands."""
        found = {text[:TEXT_CHARACTERS] for text in self.touches.texts}
        for name in self.touches.loads:
            value: Any = self.namespace.get(name)
            # By type: `isinstance` would ask the object for its class, which may do something.
            if issubclass(type(value), str):
                found.add(str.__getitem__(value, slice(TEXT_CHARACTERS)))
            elif issubclass(type(value), PurePath):
                found.add(str(value))
        return found.union(self.children)

    @cached_property
    def words(self) -> set[str]:
        """The words of its texts; a file name is one."""
        return {word for text in self.texts for word in WORD.findall(text)}

    @cached_property
    def objects(self) -> dict[Chain, Any]:
        """What the dotted names stand for that it loaded, as far as modules and classes go."""
        found = {chain: self.resolve(chain) for chain in self.touches.chains}
        return {chain: value for chain, value in found.items() if value is not MISSING}

    @cached_property
    def modules(self) -> set[str]:
        """The modules of the objects that it loaded by name."""
        return {
            value.__name__ if type(value) is ModuleType else module_of(value)
            for value in self.objects.values()
        }

    @cached_property
    def result(self) -> Any:
        """What the shell has shown as its result; `MISSING` if nothing, or if it cannot be told."""
        count = len(self.namespace.get("_ih", ())) - 1
        return self.namespace.get("_oh", {}).get(count, MISSING)

    @cached_property
    def packages(self) -> set[str]:
        """Top-level packages of the objects that it loaded by name, and that its modules use."""
        names = self.modules | self.elsewhere.modules
        return set(map(package_of, names))

    @cached_property
    def elsewhere(self) -> Mentions:
        """What code mentions that it may have run where nothing is watched.

        Which is that of modules of the user's own, and the notebook's in other processes.
        """
        if not (self.imported or self.has_processes or any(map(is_own_name, self.modules))):
            return _NOTHING
        is_followed = _is_users if self.has_processes else is_own_name
        return mentions(self.objects.values(), self.touches.attributes, is_followed, self.imported)

    @cached_property
    def draws(self) -> bool:
        """Whether it may draw with matplotlib, be it through another library."""
        functions = (name for name in self.touches.loads if callable(self.namespace.get(name)))
        names = " ".join((*functions, *self.touches.attributes, *self.elsewhere.names))
        return bool(_DRAWING.search(names)) or not self.packages.isdisjoint(_PLOTTING)

    @property
    def has_processes(self) -> bool:
        """Whether it may have called functions in other processes."""
        return not self.modules.isdisjoint(_PROCESSES)

    @cached_property
    def libraries(self) -> set[str]:
        """Top-level packages of what it loaded by name, and of the classes of that."""
        found = set(self.packages)
        for name in self.touches.loads:
            found |= packages(type(self.namespace.get(name)))
        return found

    @cached_property
    def has_main(self) -> bool:
        """Whether it had the notebook's own module at hand, which holds all names."""
        touches = self.touches
        if "__main__" in touches.imports:
            return True
        if "__main__" in touches.texts and self.mentions("modules", "import_module"):
            return True
        values = (self.namespace.get(name) for name in touches.loads)
        return any(type(one) is ModuleType and vars(one) is self.namespace for one in values)

    def mentions(self, *names: str) -> bool:
        """Whether it loaded a name, or an attribute of whatever, that is called like this."""
        touches = self.touches
        return not (touches.attributes.isdisjoint(names) and touches.loads.keys().isdisjoint(names))

    def reaches(self, *names: str) -> bool:
        """Whether it mentions a name, or the code of modules of the user's own that it ran."""
        return not self._reached.isdisjoint(names)

    @cached_property
    def _reached(self) -> set[str]:
        return {*self.touches.loads, *self.touches.attributes, *self.elsewhere.names}

    def resolve(self, chain: Chain) -> Any:
        """Return what a dotted name stands for, or `MISSING`; runs none of the user's code."""
        value = self.namespace.get(chain[0], MISSING)
        if value is MISSING:
            value = vars(builtins).get(chain[0], MISSING)
        for attribute in chain[1:]:
            if type(value) is ModuleType:
                value = vars(value).get(attribute, MISSING)
            elif issubclass(type(value), type):
                value = member(value, attribute, MISSING)
            else:
                return MISSING
        return value


def _is_users(name: str) -> bool:
    return name == "__main__" or is_own_name(name)


def package_of(name: str) -> str:
    """Return the top-level package of a module, without the underscore of C code."""
    return name.partition(".")[0].lstrip("_")


def module_of(value: Any) -> str:
    """Return the name of the module that a class or function, or the class of a value, is from."""
    if issubclass(type(value), type):
        return module(value)
    try:
        own = getattr(value, "__module__", None) if callable(value) else None
    except Exception:  # a stranger's `__getattribute__`
        own = None
    return own if type(own) is str else module(type(value))


@dataclass
class Effects:
    """What a cell run read and wrote of hidden state."""

    reads: dict[str, bool] = field(default_factory=dict)
    """Pseudo-variables, and whether it is certain that they were read."""

    shown: set[str] = field(default_factory=set)
    """Pseudo-variables on which only depends what it has shown."""

    writes: dict[str, Write] = field(default_factory=dict)
    sources: list[tuple[str, int, bool]] = field(default_factory=list)
    """Reads of what an earlier cell wrote unheard: pseudo-variable, cell, whether certain."""

    objects: set[int] = field(default_factory=set)
    """Ids of objects that it used without a name, and may have changed."""

    def read(self, name: str, *, is_certain: bool = True) -> None:
        """Note a read."""
        self.reads[name] = is_certain or self.reads.get(name, False)

    def write(self, name: str, state: object = None) -> None:
        """Note a write."""
        fingerprint = None if state is None else digest(state)
        self.writes[name] = Write(name, "state", fingerprint)


class Probe(Protocol):
    """Watches one kind of hidden state."""

    def begin(self) -> None:
        """A cell is about to run."""

    def end(self, cell: Cell, effects: Effects) -> None:
        """Add what the cell read and wrote to `effects`."""


def changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the keys whose values differ, with the new value, None for those that are gone."""
    if before != after:
        for key in before.keys() | after.keys():
            if before.get(key, MISSING) != after.get(key, MISSING):
                yield key, after.get(key)


def digest(state: object) -> str:
    """Return a text that is equal for equal states."""
    return xxhash.xxh3_128_hexdigest(repr(state).encode("utf-8", "surrogateescape"))
