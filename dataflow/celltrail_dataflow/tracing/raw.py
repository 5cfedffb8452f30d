"""What objects consist of that show bare memory: of ctypes, and memory maps."""

import ctypes
import gc
import mmap
from typing import Any

from celltrail_dataflow.tracing.notes import Notes, stand_in

_C_DATA = ctypes.Structure.__mro__[1]
MOST_BYTES = 48 << 20
"""Of a bigger C object only the beginning is looked at."""


def state_of(value: Any, notes: Notes) -> Any:
    """Return what stands for an object that shows bare memory; None for everything else."""
    kind = type(value)
    if issubclass(kind, _C_DATA):
        size = min(ctypes.sizeof(value), MOST_BYTES)
        notes.take_buffer(ctypes.string_at(ctypes.addressof(value), size))
        notes.is_opaque |= issubclass(kind, ctypes.c_void_p)  # a handle: who knows of what
        # Among them is what it points to, and what owns the memory.
        return stand_in, ("C data",), tuple(gc.get_referents(value))
    if issubclass(kind, mmap.mmap):
        if value.closed:
            return stand_in, ("closed map",)
        with memoryview(value) as view:
            notes.take_buffer(view)
        return stand_in, ("map", value.tell())
    return None
