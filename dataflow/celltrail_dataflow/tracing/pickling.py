"""The pickled stream of an object, hashed as it is made. Functions, classes and arrays are given by
content; buffers are hashed in place.
"""

import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

import xxhash

STREAM_BYTES = 512 << 10
"""Pickled bytes that are taken however short the cell was: 1 to 10 ms."""

BULK_BYTES = 48 << 20
"""Bytes of buffers that are hashed in full however short the cell was: 4 ms."""

BLOCK, BLOCKS = 4 << 10, 256
"""Of a bigger buffer so many blocks of so many bytes are hashed into the stream."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What an object looked like."""

    prefixes: tuple[tuple[int, bytes], ...]
    """(bytes pickled so far, digest of them), ascending."""

    is_complete: bool
    """Whether the last prefix is all of it."""

    bulk: bytes | None
    """Digest of the buffers that are only sampled in the stream; None if that cost too much."""

    @property
    def is_exact(self) -> bool:
        """Whether an equal fingerprint means an equal object."""
        return self.is_complete and self.bulk is not None

    @property
    def hexdigest(self) -> str:
        """One text for all of it."""
        return xxhash.xxh3_128_hexdigest(self.prefixes[-1][1] + (self.bulk or b""))


class OverLimitError(Exception):
    """The stream has reached its limit."""


class Sink:
    """Takes the stream of a pickler and buffers beside it; counts and hashes."""

    def __init__(self, stream_limit: int, bulk_limit: int) -> None:
        self.size = 0
        self.owners: set[int] = set()
        self._hash = xxhash.xxh3_128()
        self._bulk = xxhash.xxh3_128()
        self._bulk_left = bulk_limit
        self._has_all_bulk = True
        self._stream_limit = stream_limit
        self._next_mark = STREAM_BYTES
        self._prefixes: list[tuple[int, bytes]] = []

    def write(self, data: bytes | memoryview) -> int:
        """Take a piece of the stream; raises `OverLimitError` at the limit."""
        self._hash.update(data)
        self.size += len(data)
        if self.size >= self._next_mark:
            self._mark()
            while self._next_mark <= self.size:
                self._next_mark *= 2
            if self.size >= self._stream_limit:
                raise OverLimitError
        return len(data)

    def take_buffer(self, buffer: Any) -> None:
        """Hash a buffer: a sample into the stream, all of it apart if that is cheap enough."""
        view = memoryview(buffer).cast("B")
        self._hash.update(b"%d" % len(view))
        if len(view) <= BLOCK * BLOCKS:
            self._hash.update(view)
            return
        for number in range(BLOCKS):
            start = (len(view) - BLOCK) * number // (BLOCKS - 1)
            self._hash.update(view[start : start + BLOCK])
        self._bulk_left -= len(view)
        if self._bulk_left >= 0:
            self._bulk.update(view)
        else:
            self._has_all_bulk = False

    def sample_rest(self, value: object) -> None:
        """Mix in how long a cut-off container is, and its end."""
        try:
            self._hash.update(b"%d" % len(value))  # type: ignore[arg-type]
            if type(value) is list:
                last = pickle.dumps(value[-8:], protocol=5)
                if len(last) <= BLOCK:
                    self._hash.update(last)
        except Exception:  # no length, or one that raises: the prefix must do
            return
        self._prefixes[-1] = (self.size, self._hash.digest())

    def fingerprint(self, is_complete: bool) -> Fingerprint:
        """Return what was seen."""
        if is_complete:
            self._mark()
        bulk = self._bulk.digest() if self._has_all_bulk else None
        return Fingerprint(tuple(self._prefixes), is_complete, bulk)

    def _mark(self) -> None:
        self._prefixes.append((self.size, self._hash.digest()))


class Pickler(pickle.Pickler):
    """Pickles for the sake of change: by content what would otherwise go by name."""

    def __init__(self, sink: Sink) -> None:
        # The callback holds the sink, not the pickler: a cycle would keep user objects alive.
        super().__init__(sink, protocol=5, buffer_callback=_buffer_callback(sink))
        self._sink = sink

    def reducer_override(self, value: Any) -> Any:
        """Return what stands for functions, classes and arrays; everything else as usual."""
        if value is _stand_in:
            return NotImplemented
        kind = type(value)
        if kind is FunctionType:
            return _stand_in, function_parts(value)
        if kind is ModuleType:
            return _stand_in, ("module", value.__name__)
        if isinstance(value, type):
            return _stand_in, class_parts(value)
        if kind.__module__ == "numpy" and kind.__name__ == "ndarray":
            return self._array(value)
        if kind.__module__ == "torch" and hasattr(value, "untyped_storage"):
            return self._tensor(value)
        if is_opaque(value):
            raise pickle.PicklingError("opaque")
        return NotImplemented

    def _array(self, array: Any) -> Any:
        owner = array
        while getattr(owner, "base", None) is not None:
            owner = owner.base
        self._sink.owners.add(id(owner))
        if array.dtype.hasobject:
            return NotImplemented
        if not (array.flags.c_contiguous or array.flags.f_contiguous):
            array = array.copy() if array.nbytes <= BULK_BYTES else array[:: -(-len(array) // 64)]
        order = "C" if array.flags.c_contiguous else "F"
        flat = array.reshape(-1, order=order)
        if not flat.flags.c_contiguous:
            flat = flat.copy()
        self._sink.take_buffer(flat.view("uint8") if flat.size else b"")
        return _stand_in, ("array", array.shape, array.dtype.str, order)

    def _tensor(self, tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        self._sink.owners.add(storage.data_ptr())
        parts = ("tensor", tuple(tensor.shape), str(tensor.dtype), tensor._version)
        if tensor.device.type == "cpu" and tensor.layout == sys.modules["torch"].strided:
            return _stand_in, (*parts, tensor.detach().contiguous().view(-1).numpy())
        return _stand_in, (*parts, storage.data_ptr())


def _buffer_callback(sink: Sink) -> Callable[[pickle.PickleBuffer], bool]:
    def take(buffer: pickle.PickleBuffer) -> bool:
        sink.take_buffer(buffer.raw())
        return False

    return take


def _stand_in(*parts: object) -> None:
    """What the pickled stream names in place of a function, class or array; never called."""


def function_parts(function: FunctionType) -> tuple[object, ...]:
    """Return what makes a function what it is: its code if the notebook defined it."""
    if function.__module__ not in ("__main__", None):
        return ("function", function.__module__, function.__qualname__)
    cells = tuple(_cell_content(cell) for cell in function.__closure__ or ())
    return (
        "function",
        function.__qualname__,
        _code_parts(function.__code__),
        function.__defaults__,
        function.__kwdefaults__,
        cells,
        function.__dict__,
    )


def _code_parts(code: Any) -> tuple[object, ...]:
    constants = tuple(
        _code_parts(one) if hasattr(one, "co_code") else one for one in code.co_consts
    )
    return (code.co_code, constants, code.co_names, code.co_varnames)


def _cell_content(cell: Any) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return None


def class_parts(kind: type) -> tuple[object, ...]:
    """Return what makes a class what it is: its members if the notebook defined it."""
    if kind.__module__ != "__main__":
        return ("class", kind.__module__, kind.__qualname__)
    own = {name: value for name, value in vars(kind).items() if not _is_machinery(name)}
    bases = tuple(f"{base.__module__}.{base.__qualname__}" for base in kind.__bases__)
    return ("class", kind.__qualname__, bases, own)


def _is_machinery(name: str) -> bool:
    return name in ("__dict__", "__weakref__", "__module__", "__doc__") or name.startswith("_abc_")


def is_opaque(value: object) -> bool:
    """Whether an object is not looked into."""
    # Pickling a figure takes longer than many a cell, and may draw.
    return type(value).__module__.partition(".")[0] in ("matplotlib", "IPython", "ipykernel")
