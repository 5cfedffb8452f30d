"""What values of libraries consist of that say so only by copying: of JAX, polars, Pillow.

What never changes is known by which object it is; the rest by the buffers that Arrow shows of it.
"""

import itertools
import sys
import weakref
from collections.abc import Callable
from typing import Any

from celltrail_dataflow.tracing.kinds import module, package, qualname
from celltrail_dataflow.tracing.memory import view
from celltrail_dataflow.tracing.notes import Notes, stand_in

PICKLED_BYTES = 1 << 20
"""Frames up to this size may make a copy of themselves."""

SIDE = 512
"""Of a bigger image so many rows and columns are looked at."""

_numbers = itertools.count()
_known: dict[int, tuple[weakref.ref[Any], int]] = {}


def state_of(value: Any, notes: Notes) -> Any:
    """Return what stands for what JAX, polars or Pillow made; None for the rest."""
    kind = type(value)
    look = _LOOKS.get((module(kind).partition(".")[0], qualname(kind)))
    if look is None and package(kind) == "PIL" and hasattr(kind, "getbands"):
        look = _image
    return look and look(value, notes)


def _number(value: Any) -> int:
    """Return a number that no other object has ever had in this process, unlike its id."""
    reference, number = _known.get(id(value), (None, 0))
    if reference is None or reference() is not value:
        key = id(value)
        number = next(_numbers)
        _known[key] = weakref.ref(value, lambda dead: _forget(key, dead)), number
    return number


def _forget(key: int, dead: object) -> None:
    if key in _known and _known[key][0] is dead:
        del _known[key]


def _jax(array: Any, notes: Notes) -> Any:
    parts = ("jax", array.shape, str(array.dtype), _number(array))
    if array.is_deleted():
        return stand_in, (*parts, "deleted")
    devices = array.devices()
    if len(devices) == 1 and next(iter(devices)).platform == "cpu" and array.nbytes:
        address = array.unsafe_buffer_pointer()  # may be that of an array of numpy's
        notes.owners.add(address)
        notes.take_sample(view(address, array.nbytes))
    return stand_in, parts


def _image(image: Any, notes: Notes) -> Any:
    fields = {name: one for name, one in vars(image).items() if name not in ("_im", "fp", "_fp")}
    parts = ("image", image.mode, image.size)
    if getattr(image, "tile", None):  # still in its file
        return stand_in, (*parts, "unread"), fields
    notes.is_borrowing |= bool(image.readonly)
    if image.width * image.height * len(image.getbands()) > PICKLED_BYTES:
        notes.is_sampled = True
        image = image.resize((SIDE, SIDE), 0)
    notes.take_buffer(image.tobytes())
    return stand_in, parts, fields


def _same(value: Any, notes: Notes) -> Any:
    return stand_in, (qualname(type(value)), _number(value))


def _polars(value: Any, notes: Notes) -> Any:
    if value.estimated_size() <= PICKLED_BYTES:
        return None
    polars: Any = sys.modules["polars"]
    frame = value.to_frame() if hasattr(value, "to_frame") else value
    table = frame.to_arrow(compat_level=polars.CompatLevel.newest())
    return stand_in, (qualname(type(value)),), (table,)


_LOOKS: dict[tuple[str, str], Callable[[Any, Notes], Any]] = {
    ("jaxlib", "ArrayImpl"): _jax,
    ("polars", "LazyFrame"): _same,
    ("polars", "Expr"): _same,
    ("polars", "DataFrame"): _polars,
    ("polars", "Series"): _polars,
}
