"""From instructions that ran to what they did to names, attributes and modules. Pure."""

import dis
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct, field

from celltrail_dataflow.tracing.codes import Hit, WatchedCode

Chain = tuple[str, ...]
"""A dotted name: `("np", "random")`."""


class Touches(Struct):
    """What the code of one cell run did, in the order in which it first did it."""

    reads: dict[str, None] = field(default_factory=dict)
    """Names that were loaded, or deleted, before the cell run bound them itself."""

    writes: dict[str, None] = field(default_factory=dict)
    """Names that were bound or deleted."""

    loads: dict[str, None] = field(default_factory=dict)
    """All names that were loaded, at whatever time."""

    in_functions: set[str] = field(default_factory=set)
    """Those of `loads` that a function of the notebook loaded."""

    has_called: bool = False
    """Whether a function of the notebook ran."""

    chains: dict[Chain, None] = field(default_factory=dict)
    """Dotted names that were loaded, and all their beginnings."""

    attributes: set[str] = field(default_factory=set)
    """Names of attributes that were loaded, of whatever."""

    set_attributes: dict[tuple[Chain, str], None] = field(default_factory=dict)
    """Attributes that were set or deleted; the chain is empty if it is not known of what."""

    imports: dict[str, None] = field(default_factory=dict)
    """Modules that were imported, as they are written."""

    texts: set[str] = field(default_factory=set)
    """Constants that are texts."""

    keys: dict[str, set[object]] = field(default_factory=dict)
    """By name: constants, and names as chains, loaded right behind it, as in `x[1]` and `x[n]`."""

    bare_calls: set[str] = field(default_factory=set)
    """Names that were called without arguments: `vars()`."""

    has_formatted: bool = False
    """Whether a value was made a text by an f-string."""

    has_subscripted: bool = False
    """Whether an item was taken out of something."""

    has_set_item: bool = False
    """Whether an item was put into something."""

    has_caught: bool = False
    """Whether an exception was caught."""

    shown: int = 0
    """How many expressions handed their value to the shell to be shown."""

    codes: dict[WatchedCode, None] = field(default_factory=dict)
    """The code that ran."""

    resumed: set[WatchedCode] = field(default_factory=set)
    """The code of generators and coroutines that went on from an earlier cell, and used anything.

    One that is dropped while it pauses runs, too, but mostly does nothing.
    """


def touches_of(hits: Iterable[Hit]) -> Touches:
    """Return what the instructions did; `hits` are in the order of their first execution."""
    walk = _Walk()
    latest = None
    for hit in hits:
        code, offset = hit
        opcode = code.bytecode[offset]
        if (step := _STEPS.get(opcode)) is not None:
            step(walk, hit, opcode)
        elif opcode not in _NEUTRAL:
            walk.chain = walk.last = ()
        if code is not latest:
            latest = code
            walk.meet(hit)
    walk.found.resumed -= walk.started
    return walk.found


class _Walk:
    """What is remembered from one instruction to the next."""

    def __init__(self) -> None:
        self.found = Touches()
        self.chain: Chain = ()
        self.last: Chain = ()
        """The name that was loaded by the instruction before."""

        self.started: set[WatchedCode] = set()
        self._bound_in_class: dict[WatchedCode, set[str]] = {}

    def meet(self, hit: Hit) -> None:
        code = hit.code
        if hit.offset == code.begins_at:
            self.started.add(code)
        if code in self.found.codes:
            return
        self.found.codes[code] = None
        if code.is_function:
            self.found.has_called = True

    def load(self, hit: Hit, opcode: int) -> None:
        name = _name(hit, opcode)
        keyed, self.last = self.last, (name,)
        if self._is_of_class(hit, opcode, name, is_load=True):
            self.chain = ()
            return
        self.chain = (name,)
        found = self.found
        if name not in found.writes and not (name == _ANNOTATIONS and _is_annotation(hit)):
            found.reads[name] = None
        found.loads[name] = None
        found.chains[self.chain] = None
        if keyed:
            found.keys.setdefault(keyed[0], set()).add((name,))
        if not (hit.code.is_root or hit.code.is_class_body):
            found.in_functions.add(name)
            if hit.code.can_pause:
                found.resumed.add(hit.code)

    def store(self, hit: Hit, opcode: int) -> None:
        name = _name(hit, opcode)
        self.chain = self.last = ()
        if not self._is_of_class(hit, opcode, name, is_load=False):
            self.found.writes[name] = None

    def delete(self, hit: Hit, opcode: int) -> None:
        name = _name(hit, opcode)
        self.chain = self.last = ()
        if not self._is_of_class(hit, opcode, name, is_load=False):
            if name not in self.found.writes:
                self.found.reads[name] = None
            self.found.writes[name] = None

    def load_attribute(self, hit: Hit, opcode: int) -> None:
        name = _name(hit, opcode)
        self.found.attributes.add(name)
        if hit.code.can_pause:
            self.found.resumed.add(hit.code)
        if name != "get":  # which takes a key, too
            self.last = ()
        if self.chain:
            self.chain = (*self.chain, name)
            self.found.chains[self.chain] = None

    def set_attribute(self, hit: Hit, opcode: int) -> None:
        self.found.set_attributes[(self.chain, _name(hit, opcode))] = None
        self.chain = self.last = ()

    def import_module(self, hit: Hit, opcode: int) -> None:
        name = _name(hit, opcode)
        self.found.imports[name] = None
        self.chain = (f"import {name}",)
        self.last = ()

    def import_from(self, hit: Hit, opcode: int) -> None:
        name = _name(hit, opcode)
        self.found.attributes.add(name)
        self.last = ()

    def constant(self, hit: Hit, opcode: int) -> None:
        value = hit.code.constants[_argument(hit)]
        if type(value) is str:
            self.found.texts.add(value)
        self._key(value)

    def small_int(self, hit: Hit, opcode: int) -> None:
        self._key(_argument(hit))

    def format(self, hit: Hit, opcode: int) -> None:
        self.found.has_formatted = True
        self.chain = self.last = ()

    def subscript(self, hit: Hit, opcode: int) -> None:
        self.found.has_subscripted |= opcode != _BINARY_OP or _argument(hit) == _SUBSCRIPT
        self.chain = self.last = ()

    def set_item(self, hit: Hit, opcode: int) -> None:
        self.found.has_set_item = True
        self.chain = self.last = ()

    def catch(self, hit: Hit, opcode: int) -> None:
        self.found.has_caught = True
        self.chain = self.last = ()

    def intrinsic(self, hit: Hit, opcode: int) -> None:
        if _argument(hit) == _PRINT:
            self.found.shown += 1
        self.chain = self.last = ()

    def call(self, hit: Hit, opcode: int) -> None:
        if self.last and _argument(hit) == 0:
            self.found.bare_calls.add(self.last[0])
        self.chain = self.last = ()

    def _key(self, value: object) -> None:
        if self.last:
            self.found.keys.setdefault(self.last[0], set()).add(value)
        self.chain = self.last = ()

    def _is_of_class(self, hit: Hit, opcode: int, name: str, *, is_load: bool) -> bool:
        """Whether a name belongs to the class whose body runs, and not to the notebook."""
        if not hit.code.is_class_body or opcode in _GLOBAL:
            return False
        own = self._bound_in_class.setdefault(hit.code, set())
        if is_load and name not in own:
            return False
        own.add(name)
        return True


_ANNOTATIONS = "__annotations__"
_PRINT = 1
"""`INTRINSIC_PRINT`, the same from 3.12 to 3.14."""

_BINARY_OP = dis.opmap["BINARY_OP"]
_SUBSCRIPT = 26
"""`NB_SUBSCR`, from 3.14 on."""

_EXTENDED_ARG = dis.opmap["EXTENDED_ARG"]
_NEUTRAL = {_EXTENDED_ARG, dis.opmap["PUSH_NULL"]}
"""What stands between a name and what is done with it."""

_GLOBAL = {dis.opmap[name] for name in ("STORE_GLOBAL", "DELETE_GLOBAL", "LOAD_GLOBAL")}
_SHIFTS = {dis.opmap[name]: 1 for name in ("LOAD_GLOBAL", "LOAD_ATTR")}
_SHIFTS[dis.opmap["LOAD_SUPER_ATTR"]] = 2
"""Instructions that keep flags in the lowest bits (CPython's `_opcode_metadata`, 3.12 to 3.14)."""

_STEPS: dict[int, Callable[[_Walk, Hit, int], None]] = {
    dis.opmap[name]: step
    for name, step in (
        ("LOAD_NAME", _Walk.load),
        ("LOAD_GLOBAL", _Walk.load),
        ("LOAD_FROM_DICT_OR_GLOBALS", _Walk.load),
        ("STORE_NAME", _Walk.store),
        ("STORE_GLOBAL", _Walk.store),
        ("DELETE_NAME", _Walk.delete),
        ("DELETE_GLOBAL", _Walk.delete),
        ("LOAD_ATTR", _Walk.load_attribute),
        ("LOAD_SUPER_ATTR", _Walk.load_attribute),
        ("STORE_ATTR", _Walk.set_attribute),
        ("DELETE_ATTR", _Walk.set_attribute),
        ("IMPORT_NAME", _Walk.import_module),
        ("IMPORT_FROM", _Walk.import_from),
        ("LOAD_CONST", _Walk.constant),
        ("LOAD_SMALL_INT", _Walk.small_int),
        ("FORMAT_VALUE", _Walk.format),
        ("FORMAT_SIMPLE", _Walk.format),
        ("FORMAT_WITH_SPEC", _Walk.format),
        ("PUSH_EXC_INFO", _Walk.catch),
        ("BINARY_SUBSCR", _Walk.subscript),
        ("BINARY_OP", _Walk.subscript),
        ("STORE_SUBSCR", _Walk.set_item),
        ("CALL_INTRINSIC_1", _Walk.intrinsic),
        ("CALL", _Walk.call),
    )
    if name in dis.opmap
}


def _name(hit: Hit, opcode: int) -> str:
    return hit.code.names[_argument(hit) >> _SHIFTS.get(opcode, 0)]


def _is_annotation(hit: Hit) -> bool:
    """Whether an item is only put in by what loads a dictionary: `n: int` reads no other hints."""
    opcodes = hit.code.bytecode[hit.offset + 2 : hit.offset + 18 : 2]
    after = [one for one in opcodes if one != _EXTENDED_ARG]
    return after[1:2] == [dis.opmap["STORE_SUBSCR"]]


def _argument(hit: Hit) -> int:
    argument = 0
    for byte in _argument_bytes(hit.code.bytecode, hit.offset):
        argument = argument << 8 | byte
    return argument


def _argument_bytes(bytecode: bytes, offset: int) -> Iterator[int]:
    start = offset
    while start >= 2 and bytecode[start - 2] == _EXTENDED_ARG:
        start -= 2
    return iter(bytecode[start + 1 : offset + 2 : 2])
