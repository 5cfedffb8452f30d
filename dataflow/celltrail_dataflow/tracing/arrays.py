"""What arrays consist of: shape, type, and a buffer that is hashed in place."""

import gc
import sys
from collections.abc import Iterator
from typing import Any

from celltrail_dataflow.tracing import memory, tensors
from celltrail_dataflow.tracing.kinds import package, qualname
from celltrail_dataflow.tracing.notes import Notes, stand_in
from celltrail_dataflow.tracing.sampling import sample

COPY_BYTES = 4 << 20
"""Above this, what does not lie in one piece is sampled instead of copied."""


def state_of(value: Any, notes: Notes) -> Any:
    """Return what stands for an array; None for everything else."""
    kind = type(value)
    numpy = sys.modules.get("numpy")
    if numpy and issubclass(kind, getattr(numpy, "ndarray", ())):
        notes.owners.update(_owners(value, numpy))
        extra = getattr(value, "__dict__", None)
        if value.dtype.hasobject:
            described = numpy.ndarray.__reduce__(value)
            return stand_in, ("objects", value.shape, value.dtype.str), (described[2], extra)
        return stand_in, _array(value.view(numpy.ndarray), notes), (extra,)
    if numpy and issubclass(kind, getattr(numpy, "ufunc", ())):
        # It may have been made of a function.
        return stand_in, ("ufunc", value.__name__), tuple(gc.get_referents(value))
    if numpy and issubclass(kind, getattr(numpy, "flatiter", ())):
        return stand_in, ("flat", value.index), (value.base,)
    if qualname(kind) == "ArrowStringArray" and package(kind) == "pandas":
        return stand_in, _strings(value, notes)
    return None


def _strings(array: Any, notes: Notes) -> tuple[object, ...]:
    """Take the buffers of pandas' strings: copies of text, which show no other object's memory."""
    arrow = array._pa_array
    chunks = getattr(arrow, "chunks", [arrow])
    for chunk in chunks:
        for buffer in filter(None, chunk.buffers()):
            notes.take_buffer(buffer)
    return ("strings", str(arrow.type), [(chunk.offset, len(chunk)) for chunk in chunks])


def _owners(array: Any, numpy: Any) -> tuple[int, ...]:
    """Return the object whose memory an array shows, by id, and where that memory begins.

    The latter is what other libraries know of it.
    """
    owner, outermost = array, array
    while (base := getattr(owner, "base", None)) is not None:
        owner = base
        if issubclass(type(owner), numpy.ndarray):
            outermost = owner
    if type(owner) is memoryview:
        owner = owner.obj
    address = tensors.address_of(owner)
    return id(owner), memory.pointer(outermost) if address is None else address


def owners_within(value: Any) -> Iterator[int]:
    """Yield what owns the memory of the arrays that an object refers to itself, as `_owners`."""
    if numpy := sys.modules.get("numpy"):
        for one in gc.get_referents(value):
            if issubclass(type(one), getattr(numpy, "ndarray", ())):
                yield from _owners(one, numpy)


def is_view(value: Any, of: Any) -> bool:
    """Whether the memory that a value shows belongs to an array."""
    numpy = sys.modules.get("numpy")
    array = getattr(numpy, "ndarray", ())
    is_array = type(of) is array and issubclass(type(value), array)
    return is_array and _owners(value, numpy)[0] == id(of)


def _array(array: Any, notes: Notes) -> tuple[object, ...]:
    shape, is_writeable = array.shape, array.flags.writeable
    if not (array.flags.c_contiguous or array.flags.f_contiguous):
        if array.nbytes > COPY_BYTES:
            notes.is_sampled = True
            array = array[sample(shape)]
        array = array.copy()
    order = "C" if array.flags.c_contiguous else "F"
    flat = array.reshape(-1, order=order)
    if not flat.flags.c_contiguous:
        flat = flat.copy()
    notes.take_buffer(flat.view("uint8") if flat.size else b"")
    return ("array", shape, array.dtype.str, order, is_writeable)
