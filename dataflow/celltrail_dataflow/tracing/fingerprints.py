"""Telling whether an object has changed, at a bounded cost and without keeping it.

An object is pickled (protocol 5, C implementation) into a fast hash; buffers of arrays are hashed
in place. The stream is cut off at a limit and big buffers are sampled, so fingerprints carry the
digests of several prefixes and are compared as far as both reach: `compare`.

Digests hold for one process: they tell a change, not equality across machines.
"""

from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Literal
from weakref import WeakKeyDictionary

import xxhash
from msgspec import Struct

from celltrail_dataflow.tracing.definitions import bare_code
from celltrail_dataflow.tracing.kinds import module, qualname
from celltrail_dataflow.tracing.ownership import is_own, is_own_module, is_shared_generator
from celltrail_dataflow.tracing.pickling import (
    BLOCK,
    BLOCKS,
    BULK_BYTES,
    STREAM_BYTES,
    Fingerprint,
    OverLimitError,
    Pickler,
    Sink,
)

MEMO_BYTES = 128 << 10
"""Above this, the objects inside are too many to be told apart by name."""

Verdict = Literal["same", "maybe", "changed"]

IMMUTABLE: frozenset[type] = frozenset({
    int, float, complex, bool, str, bytes, type(None), type(Ellipsis), type(NotImplemented),
    range, slice,
})  # fmt: skip
"""Exact types whose objects never change and may be shared freely."""

_SHAREABLE = IMMUTABLE | {tuple, frozenset, MethodType}
_SHAREABLE_NAMES = frozenset(
    {"cython_function_or_method", "method_descriptor", "wrapper_descriptor"}
)


def is_fixed(value: Any) -> bool:
    """Whether an object never changes: numbers and texts, and code that is not the user's."""
    kind = type(value)
    if kind in IMMUTABLE:
        return True
    if kind is ModuleType:
        return not is_own_module(value)
    if kind is BuiltinFunctionType:
        owner = value.__self__
        return owner is None or type(owner) is ModuleType or is_shared_generator(owner)
    if kind is MethodType:
        return is_shared_generator(value.__self__)
    if kind is FunctionType:
        return not is_own(value) and "<locals>" not in value.__qualname__
    return (kind is type and not is_own(value)) or is_shared_generator(value)


class Look(Struct):
    """A fingerprint, and the mutable objects and buffers inside while `memo` keeps them alive."""

    fingerprint: Fingerprint | None
    """None: the object cannot be looked into."""

    parts: frozenset[int]
    """Ids of mutable objects inside, and of the owners of buffers."""

    has_all_parts: bool
    memo: object = None
    is_weak: bool = False
    """Whether it changes when another object dies."""


def compare(before: Fingerprint | None, after: Fingerprint | None) -> Verdict:
    """Tell whether an object has changed; "maybe" if what was seen is equal, but not all was."""
    if before is None or after is None:
        return "maybe"
    shared = dict(before.prefixes).keys() & dict(after.prefixes).keys()
    both_complete = before.is_complete and after.is_complete
    if both_complete and before.prefixes[-1] != after.prefixes[-1]:
        return "changed"
    if before.is_complete != after.is_complete and _outgrown(before, after):
        return "changed"
    if shared and dict(before.prefixes)[max(shared)] != dict(after.prefixes)[max(shared)]:
        return "changed"
    if both_complete and None not in (before.bulk, after.bulk) and before.bulk != after.bulk:
        return "changed"
    if before.is_exact and after.is_exact:
        return "same"
    return "changed" if after.is_moving else "maybe"


def _outgrown(one: Fingerprint, other: Fingerprint) -> bool:
    complete, cut = (one, other) if one.is_complete else (other, one)
    return complete.prefixes[-1][0] < cut.prefixes[-1][0]


_of_code: WeakKeyDictionary[CodeType, tuple[str, Fingerprint | None]] = WeakKeyDictionary()
"""By the code of functions that are nothing but code: the function's name, and how it looks."""


def look_at(value: object) -> Look:
    """Return the fingerprint of `value` and what it holds."""
    if type(value) in IMMUTABLE:
        return Look(_of_immutable(value), frozenset(), True)
    if type(value) is not FunctionType or (code := bare_code(value)) is None:
        return _look_inside(value)
    name, fingerprint = _of_code.get(code, ("", None))
    if name == value.__qualname__:
        return Look(fingerprint, frozenset({id(value), id(vars(value))}), True)
    look = _look_inside(value)
    _of_code[code] = (value.__qualname__, look.fingerprint)
    return look


def _look_inside(value: object) -> Look:
    sink = Sink(STREAM_BYTES, BULK_BYTES)
    pickler = Pickler(sink)
    is_complete = True
    try:
        pickler.dump(value)
    except OverLimitError:
        is_complete = False
        sink.sample_rest(value)
    except KeyboardInterrupt:
        pickler.clear_memo()
        raise
    except BaseException:  # too deep, or what is inside refuses even to be looked at
        pickler.clear_memo()
        return Look(None, frozenset({id(value)} | sink.owners), False)
    memo = pickler.memo.copy() if sink.size <= MEMO_BYTES else None
    pickler.clear_memo()
    parts = set(sink.owners)
    if memo is not None:
        parts.update(key for key, (_, one) in memo.items() if not _is_shareable(one))
    if not is_fixed(value):
        parts.add(id(value))
    return Look(
        sink.fingerprint(is_complete),
        frozenset(parts),
        memo is not None and not sink.is_borrowing,
        memo,
        sink.is_weak,
    )


def _is_shareable(value: object) -> bool:
    kind = type(value)
    return (
        kind in _SHAREABLE
        or qualname(kind) in _SHAREABLE_NAMES
        or module(kind) == "numpy.dtypes"
        or is_fixed(value)
    )


def _of_immutable(value: object) -> Fingerprint:
    shown = repr(value) if not isinstance(value, str | bytes) else value
    data = shown.encode("utf-8", "surrogatepass") if isinstance(shown, str) else shown
    content = f"{qualname(type(value))}:{len(data)}:".encode() + data[: BLOCK * BLOCKS]
    return Fingerprint(((len(data), xxhash.xxh3_128_digest(content)),), True, b"")
