"""Random generators that modules keep: `@rng:random`, `@rng:numpy`, `@rng:torch` …

A cell that draws depends on the state before. One that seeds first does not: when the instruction
that names the seeding function runs, the state is compared with that at the begin of the cell.
"""

import contextlib
import dis
from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any

from celltrail_dataflow.tracing.hidden.cell import Cell, Effects
from celltrail_dataflow.tracing.hidden.unseen import Unseen
from celltrail_dataflow.tracing.memory import fields
from celltrail_dataflow.tracing.ownership import loaded
from celltrail_dataflow.tracing.touches import Chain

_SEEDING = frozenset({"seed", "setstate", "set_state", "manual_seed", "set_rng_state"})
_ASKING = frozenset({"getstate", "get_state", "get_rng_state"})
_MODULES = {"random": "random", "numpy.random": "numpy", "torch": "torch"}
_PLACES = {"numpy.random.mtrand": "numpy.random", "torch.random": "torch"}
_LOADS = frozenset({"LOAD_NAME", "LOAD_GLOBAL"})


class Generators:
    """Compares the states of the generators."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace
        self._before: dict[str, Any] = {}
        self._seeded: dict[str, bool] = {}
        self._unseen = Unseen()
        self._looks: dict[str, tuple[object, Any]] = {}
        """By generator: how it looked in memory when it was last asked for its state, and that."""

    def begin(self) -> None:
        """A cell is about to run."""
        self._before = self._states()
        self._seeded.clear()

    def seeding(self, chain: Chain) -> None:
        """A function is about to be looked up that seeds a generator."""
        if (name := self._generator_of(chain)) and name not in self._seeded:
            self._seeded[name] = self._before.get(name) == self._states().get(name)

    def end(self, cell: Cell, effects: Effects) -> None:
        """Add what the cell drew, and what it seeded."""
        self._unseen.end(cell, effects)
        after = self._states()
        if after == self._before and not self._seeded and not cell.mentions(*_ASKING):
            return
        for name, state in after.items():
            has_changed = self._before.get(name, state) != state
            if not has_changed and self._seeded.get(name) and self._is_put_back(name, cell):
                continue
            if has_changed or name in self._seeded:
                effects.write(name, state)
            if (has_changed and not self._seeded.get(name)) or self._is_asked(name, cell):
                effects.read(name)

    def _states(self) -> dict[str, Any]:
        """Return copies to compare; hashing them is left for those that differ."""
        states: dict[str, Any] = {}
        for name, module_name, state, look in _KINDS:
            if module := loaded(module_name):
                with contextlib.suppress(Exception):  # the user has put something else in its place
                    now = look(module)
                    before, known = self._looks.get(name, (None, None))
                    if now is None or now != before:
                        known = state(module)
                        self._looks[name] = (now, known)
                    states[name] = known
        return states

    def _is_put_back(self, name: str, cell: Cell) -> bool:
        """Whether the state was only kept for a while: asked for, and set again by a function."""
        kept = (cell.namespace.get(one) for one in cell.touches.writes)
        return self._is_asked(name, cell) and not any(type(one) in (tuple, dict) for one in kept)

    def _is_asked(self, name: str, cell: Cell) -> bool:
        return any(
            chain[-1] in _ASKING and self._generator_of(chain) == name
            for chain in cell.touches.chains
        )

    def _generator_of(self, chain: Chain) -> str | None:
        value = self._namespace.get(chain[0])
        for attribute in chain[1:-1]:
            value = vars(value).get(attribute) if type(value) is ModuleType else None
        if type(value) is ModuleType:
            module = value.__name__
        else:  # the bare function: bound to the generator of its module
            owner = getattr(value, "__self__", None)
            module = getattr(value, "__module__", "") if owner is None else type(owner).__module__
            module = _PLACES.get(module, module)
        return f"@rng:{_MODULES[module]}" if module in _MODULES else None


def seedings(code: CodeType) -> dict[int, Chain]:
    """Return where a code object looks up a function that seeds, and by which dotted name."""
    found: dict[int, Chain] = {}
    if _SEEDING.isdisjoint(code.co_names):
        return found
    chain: Chain = ()
    for instruction in dis.get_instructions(code):
        if instruction.opname in _LOADS:
            chain = (instruction.argval,)
        elif instruction.opname == "LOAD_ATTR" and chain:
            chain = (*chain, instruction.argval)
        elif instruction.opname != "EXTENDED_ARG":
            chain = ()
        if chain and chain[-1] in _SEEDING:
            found[instruction.offset] = chain
    return found


def _numpy_state(module: Any) -> object:
    state = module.get_state(legacy=False)  # the other form warns of generators put in its place
    inner = state["state"]
    if "key" not in inner:
        return repr(state)
    return (inner["key"].tobytes(), inner["pos"], state["has_gauss"], state["gauss"])


def _keras_state(settings: dict[str, Any]) -> object:
    generator = settings.get("global_seed_generator")
    return settings.get("global_random_seed"), generator and str(generator.state.value)


def _random_look(module: Any) -> object:
    generator: Any = getattr(module.getstate, "__self__", None)
    if type(generator) is not module.Random:
        return None
    return fields(generator), generator.gauss_next


def _numpy_look(module: Any) -> object:
    generator = getattr(module.get_state, "__self__", None)
    source = getattr(generator, "_bit_generator", None)
    # Others may keep their state elsewhere.
    return (fields(generator), fields(source)) if type(source) is module.MT19937 else None


_KINDS: tuple[tuple[str, str, Callable[[Any], Any], Callable[[Any], object]], ...] = (
    ("@rng:random", "random", lambda module: module.getstate(), _random_look),
    ("@rng:numpy", "numpy.random", _numpy_state, _numpy_look),
    (
        *("@rng:torch", "torch"),
        lambda module: module.get_rng_state().numpy().tobytes(),
        lambda module: None,
    ),
    (
        *("@rng:keras", "keras.src.backend.common.global_state"),
        lambda module: _keras_state(vars(module.GLOBAL_STATE_TRACKER)),
        lambda module: None,
    ),
)
"""Name and module, its state, and how that looks in memory, told ten times as fast, or None."""
