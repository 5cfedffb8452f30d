"""Code objects of a notebook, and the instructions of them that ran, as values. Pure."""

import dis
import weakref
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, CO_OPTIMIZED
from types import CodeType
from typing import NamedTuple

_RESUME = dis.opmap["RESUME"]
_INLINE = frozenset({"<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>"})
_CAN_PAUSE = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR


class WatchedCode:
    """What is kept of a code object of the notebook: its instructions, not the object."""

    __slots__ = (
        "begins_at",
        "bytecode",
        "can_pause",
        "constants",
        "defined_in",
        "is_class_body",
        "is_function",
        "is_root",
        "marks",
        "name",
        "names",
        "reference",
        "started_in",
    )

    def __init__(
        self, code: CodeType, is_root: bool, cell: int, reference: weakref.ref[CodeType]
    ) -> None:
        self.bytecode = code.co_code
        self.names = code.co_names
        self.constants = tuple(
            one if type(one) is str or type(one) is int else None for one in code.co_consts
        )
        self.name = code.co_name
        self.is_root = is_root
        # A class body runs like a cell, on names, and not on slots as functions do.
        self.is_class_body = not is_root and not code.co_flags & CO_OPTIMIZED
        self.is_function = not (is_root or self.is_class_body or code.co_name in _INLINE)
        self.can_pause = bool(code.co_flags & _CAN_PAUSE) and not is_root
        # What makes a generator stands before that, and is never told of.
        self.begins_at = _resume_offset(self.bytecode) + 2 if self.can_pause else None
        self.defined_in = cell
        self.started_in = cell
        """For what can pause: the cell that last began to run it."""

        self.marks: dict[int, tuple[str, ...]] = {}
        """Instructions that are told of before they run, with what is told."""

        self.reference = reference


class Hit(NamedTuple):
    """An instruction that ran, at its first time in this cell run."""

    code: WatchedCode
    offset: int


def _resume_offset(bytecode: bytes) -> int:
    return 2 * bytecode[::2].index(_RESUME)
