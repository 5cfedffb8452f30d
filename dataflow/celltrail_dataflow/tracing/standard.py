"""What objects of the standard library consist of that cannot be pickled, or hide how they stand.

Each is given by what can be seen of it without changing it.
"""

import gc
from collections.abc import Callable
from types import (
    AsyncGeneratorType,
    CoroutineType,
    GeneratorType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
)
from typing import Any

from celltrail_dataflow.tracing.notes import Notes, stand_in

State = Any
"""What `pickle.Pickler.reducer_override` may return."""


def _running(prefix: str) -> Callable[[Any, Notes], State]:
    """Return what tells how far a generator has come: where it stands, and its variables."""

    def state(value: Any, notes: Notes) -> State:
        frame = getattr(value, f"{prefix}_frame")
        if frame is None:
            return stand_in, ("finished", value.__qualname__)
        inner = getattr(value, f"{prefix}_yieldfrom", None) or getattr(
            value, f"{prefix}_await", None
        )
        return stand_in, ("at", value.__qualname__, frame.f_lasti), (dict(frame.f_locals), inner)

    return state


def _cached(function: Any, notes: Notes) -> State:
    notes.counts += function.cache_info()[:2]
    return stand_in, ("cached",), (function.__wrapped__, function.__dict__)


def _seen(*attributes: str) -> Callable[[Any, Notes], State]:
    def state(value: Any, notes: Notes) -> State:
        kind = type(value).__qualname__
        return stand_in, (kind,), tuple(getattr(value, name, None) for name in attributes)

    return state


def _referents(value: Any, notes: Notes) -> State:
    return stand_in, (type(value).__qualname__,), tuple(gc.get_referents(value))


def _hash(value: Any, notes: Notes) -> State:
    try:
        return stand_in, (value.name, value.digest())
    except TypeError:  # one of any length
        return stand_in, (value.name, value.digest(16))


def _finalizer(value: Any, notes: Notes) -> State:
    notes.is_weak = True
    return stand_in, ("finalizer",), (value.peek(),)


def _shown(value: Any, notes: Notes) -> State:
    return stand_in, (repr(value),)


def _states() -> dict[type, Callable[[Any, Notes], State]]:
    import _asyncio
    import _queue
    import _thread
    import contextvars
    import functools
    import hashlib
    import io
    import logging
    import weakref
    from collections import OrderedDict

    empty: dict[str, int] = {}
    return {
        GeneratorType: _running("gi"),
        CoroutineType: _running("cr"),
        AsyncGeneratorType: _running("ag"),
        MappingProxyType: _referents,
        type(empty.keys()): _referents,
        type(empty.values()): _referents,
        type(empty.items()): _referents,
        OrderedDict: lambda value, notes: (stand_in, ("ordered",), tuple(value.items()) or None),
        property: _seen("fget", "fset", "fdel"),
        classmethod: _seen("__func__"),
        staticmethod: _seen("__func__"),
        MemberDescriptorType: _seen("__name__"),
        GetSetDescriptorType: _seen("__name__"),
        memoryview: lambda view, notes: (
            (stand_in, ("view", view.format, view.shape), (view.obj,))
            if _is_open(view)
            else (stand_in, ("released",))
        ),
        functools._lru_cache_wrapper: _cached,
        contextvars.ContextVar: lambda value, notes: (
            stand_in,
            ("context", value.name),
            (value.get(None),),
        ),
        contextvars.Context: lambda context, notes: (stand_in, ("context",), list(context.items())),
        # Not by its methods: to ask for an exception is to say that somebody knows of it.
        _asyncio.Future: _seen("_state", "_result", "_exception"),
        logging.Logger: _seen("name", "level", "handlers", "filters", "disabled", "propagate"),
        logging.RootLogger: _seen("name", "level", "handlers", "filters", "disabled"),
        weakref.finalize: _finalizer,
        _thread.RLock: _shown,
        _thread._local: lambda local, notes: (stand_in, ("local",), vars(local)),
        type(io.BytesIO().getbuffer().obj): _referents,
        **{type(hashlib.new(name)): _hash for name in hashlib.algorithms_guaranteed},
        type(_thread.allocate_lock()): lambda lock, notes: (stand_in, ("lock", lock.locked())),
        _queue.SimpleQueue: lambda queue, notes: (stand_in, ("queue", queue.qsize())),
    }


def _is_open(view: memoryview) -> bool:
    try:
        return bool(view.format)
    except ValueError:
        return False


STANDARD = _states()
"""By exact type, what its objects consist of."""
