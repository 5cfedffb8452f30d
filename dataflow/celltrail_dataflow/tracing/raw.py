"""What objects consist of that show bare memory: of ctypes, and memory maps."""

import ctypes
import gc
import mmap
from typing import Any

from celltrail_dataflow.tracing.kinds import module
from celltrail_dataflow.tracing.notes import Notes, stand_in

_C_DATA = ctypes.Structure.__mro__[1]
MOST_BYTES = 48 << 20
"""Of a bigger C object only the beginning is looked at."""


def state_of(value: Any, notes: Notes) -> Any:
    """Return what stands for an object that shows bare memory; None for everything else."""
    kind = type(value)
    if issubclass(kind, _C_DATA):
        if _is_kept(value):
            size = min(ctypes.sizeof(value), MOST_BYTES)
            notes.take_buffer(ctypes.string_at(ctypes.addressof(value), size))
            notes.is_opaque |= issubclass(kind, ctypes.c_void_p)  # a handle: who knows of what
        else:
            notes.is_opaque = True
        # Among them is what it points to, and what owns the memory.
        return stand_in, ("C data",), tuple(gc.get_referents(value))
    if issubclass(kind, mmap.mmap):
        if value.closed:
            return stand_in, ("closed map",)
        if _is_cut_off(value):
            notes.is_opaque = True
            return stand_in, ("map of what is gone",)
        with memoryview(value) as view:
            notes.take_buffer(view)
        return stand_in, ("map", value.tell())
    if module(kind) == "multiprocessing.shared_memory" and getattr(value, "buf", None) is not None:
        notes.take_buffer(value.buf)
        notes.owners |= {id(value.buf.obj), hash(value.name)}  # others open it by its name
        return stand_in, ("shared memory", value.name)
    return None


def _is_kept(value: Any) -> bool:
    """Whether some object keeps the memory, so that it is there: an address may lead anywhere."""
    while (base := value._b_base_) is not None:
        if issubclass(type(base), ctypes._Pointer):
            return False
        value = base
    kept = value._objects
    in_buffer = type(kept) is dict and any(type(one) is memoryview for one in kept.values())
    return bool(value._b_needsfree_) or in_buffer


def _is_cut_off(memory: mmap.mmap) -> bool:
    """Whether the file behind a map is shorter by now: a look at it would end the process."""
    try:
        return memory.size() < len(memory)
    except OSError:  # no file
        return False
