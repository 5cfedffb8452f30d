"""From instructions that ran to the names that were read, bound and deleted. Pure."""

import dis
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from celltrail_dataflow.tracing.watching import Hit, WatchedCode

Action = Literal["load", "store", "delete"]

_EXTENDED_ARG = dis.opmap["EXTENDED_ARG"]
_NAMED: tuple[tuple[str, Action], ...] = (
    ("LOAD_NAME", "load"),
    ("LOAD_GLOBAL", "load"),
    ("LOAD_FROM_DICT_OR_GLOBALS", "load"),
    ("STORE_NAME", "store"),
    ("STORE_GLOBAL", "store"),
    ("DELETE_NAME", "delete"),
    ("DELETE_GLOBAL", "delete"),
)
_ACTIONS = {dis.opmap[name]: action for name, action in _NAMED}
_GLOBAL = {dis.opmap["STORE_GLOBAL"], dis.opmap["DELETE_GLOBAL"], dis.opmap["LOAD_GLOBAL"]}
_LOAD_GLOBAL = dis.opmap["LOAD_GLOBAL"]
_LOAD_ATTR = dis.opmap["LOAD_ATTR"]
_SET_ATTR = {dis.opmap["STORE_ATTR"], dis.opmap["DELETE_ATTR"]}


@dataclass
class Touches:
    """What the code of one cell run did to names, in the order in which it first did."""

    reads: dict[str, None] = field(default_factory=dict)
    """Names that were loaded, or deleted, before the cell run bound them itself."""

    writes: dict[str, None] = field(default_factory=dict)
    """Names that were bound or deleted."""

    loads: dict[str, None] = field(default_factory=dict)
    """All names that were loaded, at whatever time."""

    in_functions: set[str] = field(default_factory=set)
    """Those of `loads` that a function of the notebook loaded."""

    attribute_owners: dict[tuple[str, ...], None] = field(default_factory=dict)
    """Dotted names whose attribute was set or deleted: `("np", "random")` of `np.random.x = 1`."""


def touches_of(hits: Iterable[Hit]) -> Touches:
    """Return what the instructions did; `hits` are in the order of their first execution."""
    found = Touches()
    bound_in_class: dict[int, set[str]] = {}
    chain: tuple[str, ...] = ()
    for hit in hits:
        opcode = hit.code.bytecode[hit.offset]
        action = _ACTIONS.get(opcode)
        if action is not None:
            name = _name(hit.code, hit.offset, opcode)
            own = bound_in_class.setdefault(id(hit.code), set()) if hit.code.is_class_body else None
            if own is not None and opcode not in _GLOBAL and (action != "load" or name in own):
                own.add(name)  # a name of the class, not of the notebook
                chain = ()
                continue
            _apply(found, action, name, hit.code)
            chain = (name,) if action == "load" else ()
        elif opcode == _LOAD_ATTR and chain:
            chain = (*chain, _name(hit.code, hit.offset, opcode))
        elif opcode in _SET_ATTR:
            if chain:
                found.attribute_owners[chain] = None
            chain = ()
        elif opcode != _EXTENDED_ARG:
            chain = ()
    return found


def _apply(found: Touches, action: Action, name: str, code: WatchedCode) -> None:
    if action != "store" and name not in found.writes:
        found.reads[name] = None
    if action == "load":
        found.loads[name] = None
        if not (code.is_root or code.is_class_body):
            found.in_functions.add(name)
    else:
        found.writes[name] = None


def _name(code: WatchedCode, offset: int, opcode: int) -> str:
    argument = 0
    for byte in _argument_bytes(code.bytecode, offset):
        argument = argument << 8 | byte
    # These keep flags in the lowest bits (CPython's `_opcode_metadata`, 3.12 to 3.14).
    if opcode in (_LOAD_GLOBAL, _LOAD_ATTR):
        argument >>= 1
    return code.names[argument]


def _argument_bytes(bytecode: bytes, offset: int) -> Iterator[int]:
    start = offset
    while start >= 2 and bytecode[start - 2] == _EXTENDED_ARG:
        start -= 2
    return iter(bytecode[start + 1 : offset + 2 : 2])
