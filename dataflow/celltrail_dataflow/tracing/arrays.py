"""What arrays and tensors consist of: shape, type, and a buffer that is hashed in place."""

import gc
import sys
from typing import Any

from celltrail_dataflow.tracing.notes import Notes, stand_in

COPY_BYTES = 48 << 20
"""Above this, what does not lie in one piece is sampled instead of copied."""


def state_of(value: Any, notes: Notes) -> Any:
    """Return what stands for an array or a tensor; None for everything else."""
    kind = type(value)
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy and issubclass(kind, getattr(numpy, "ndarray", ())):
        notes.owners.add(id(_owner(value)))
        extra = getattr(value, "__dict__", None)
        if value.dtype.hasobject:
            described = numpy.ndarray.__reduce__(value)
            return stand_in, ("objects", value.shape, value.dtype.str), (described[2], extra)
        return stand_in, _array(value.view(numpy.ndarray), notes), (extra,)
    if numpy and issubclass(
        kind, getattr(numpy, "ufunc", ())
    ):  # it may have been made of a function
        return stand_in, ("ufunc", value.__name__), tuple(gc.get_referents(value))
    if numpy and issubclass(kind, getattr(numpy, "flatiter", ())):
        return stand_in, ("flat", value.index), (value.base,)
    if torch and kind.__module__.startswith("torch") and hasattr(value, "untyped_storage"):
        return _tensor(value, torch, notes)
    if kind.__name__ == "ArrowStringArray" and kind.__module__.startswith("pandas"):
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


def _owner(array: Any) -> Any:
    """Return the object whose memory an array shows."""
    owner = array
    while (base := getattr(owner, "base", None)) is not None:
        owner = base
    return owner.obj if isinstance(owner, memoryview) else owner


def _array(array: Any, notes: Notes) -> tuple[object, ...]:
    shape, is_writeable = array.shape, array.flags.writeable
    if not (array.flags.c_contiguous or array.flags.f_contiguous):
        array = array.copy() if array.nbytes <= COPY_BYTES else array[:: -(-len(array) // 64)]
    order = "C" if array.flags.c_contiguous else "F"
    flat = array.reshape(-1, order=order)
    if not flat.flags.c_contiguous:
        flat = flat.copy()
    notes.take_buffer(flat.view("uint8") if flat.size else b"")
    return ("array", shape, array.dtype.str, order, is_writeable)


def _tensor(tensor: Any, torch: Any, notes: Notes) -> Any:
    storage = tensor.untyped_storage()
    notes.owners.add(storage.data_ptr())
    parts = ("tensor", tuple(tensor.shape), str(tensor.dtype), tensor._version)
    if tensor.device.type == "cpu" and tensor.layout == torch.strided:
        return stand_in, (*parts, tensor.detach().contiguous().view(-1).numpy())
    return stand_in, (*parts, storage.data_ptr())
