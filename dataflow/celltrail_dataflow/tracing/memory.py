"""What objects look like in memory: the quickest way to tell that they are as they were.

CPython alone keeps objects so, and only it has `sys.monitoring`. What is read is compared with what
was read before of the same object, and never taken apart.
"""

import ctypes

# Whatever a notebook puts into `builtins`: a wrong address would end the process.
_id, _len = id, len
_HEAD_BYTES, _TUPLE_BYTES = object.__basicsize__, tuple.__basicsize__

POINTER_BYTES = ctypes.sizeof(ctypes.c_void_p)


def addresses(values: tuple[object, ...]) -> bytes:
    """Return the addresses of the objects, which is all that a tuple consists of.

    `id` is an audit event at each call and would go through every hook.
    """
    return ctypes.string_at(_id(values) + _TUPLE_BYTES, _len(values) * POINTER_BYTES)


def pointer(value: object) -> int:
    """Return the first field of an object written in C; of an array, where its elements are."""
    return ctypes.c_void_p.from_address(_id(value) + _HEAD_BYTES).value or 0


_dict_at = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p)(
    ("PyObject_GenericGetDict", ctypes.pythonapi)
)


def attributes(value: object) -> dict[str, object]:
    """Return the `__dict__` of an object, even if its class hides it, and without asking it.

    By its address: of an argument ctypes would ask for its class. Raises `AttributeError`.
    """
    found: dict[str, object] = _dict_at(_id(value))
    return found


_view = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_int)(
    ("PyMemoryView_FromMemory", ctypes.pythonapi)
)
_READ_ONLY = 0x100


def view(address: int, size: int) -> memoryview:
    """Return a view of memory, which must outlive it."""
    found: memoryview = _view(address, size, _READ_ONLY)
    return found


def fields(value: object) -> bytes:
    """Return what an object of a class written in C holds itself, without its `__dict__`."""
    size = type(value).__basicsize__ - _HEAD_BYTES
    return ctypes.string_at(_id(value) + _HEAD_BYTES, size)
